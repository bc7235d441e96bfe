#pragma once

#include "core/data/error.h"
#include "core/engine/commit_record.h"
#include "core/engine/end_to_end_phase.h"
#include "core/engine/imported_model.h"
#include "core/engine/lane_builder.h"
#include "core/engine/quantization_chain.h"
#include "core/engine/walk.h"
#include "core/model/tensor_pool.h"
#include "core/ranks/ranks.h"
#include "core/session/session.h"
#include "core/study/next_block.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

class QuestionResults;
class SharedWorkers;

/// One study while it is made: the main walk over all examples, the scores, the follow-up walks,
/// the questions, and the session put together at the end or at any stop. Where several ranks make
/// it together, each does so with its share; what is shared goes through the calls in
/// study_ranks.cpp, which all ranks make in the same order.
class StudyRun {
public:
    /// @param ranks  outlive the study; the first one's follower is told
    StudyRun(StudyPlan plan, Job& job, StudyFollower follower, Ranks& ranks = aloneRanks());
    ~StudyRun();

    /// How often states are made durable while blocks are walked through, where they do not live on
    /// disk anyway: seldom enough to cost next to nothing, often enough that little is lost. What
    /// takes longer than a twentieth of the interval is done less often.
    void commitEvery(std::chrono::seconds interval) { m_commitInterval = interval; }

    /// @param resume  go on at the last committed block of the study's folder
    /// @param beside  arrays and attributes that a new study's session gets beside its own
    void run(bool resume, const SessionData& beside = {});

private:
    void prepare();
    void prepareFolder(bool resume);
    void requireSameInputs();
    void agreeOnMemory();
    void requireSharedFolder();
    std::filesystem::path ownScratch() const;
    SessionData wholeExamples(const SessionData& share);
    SessionData wholeTable(const SessionData& own);
    void takeMeans(const SessionData& part, std::int64_t layer);
    std::optional<CommitRecord> committed();
    std::string resumeCommand(int ranks) const;
    ChainOptions chainOptions(bool resume) const;
    void runPhases(bool resume);
    void putPrefixes();
    void walkMain(bool resume);
    void scoreMain();
    void followUp();
    void followUpWalk(const std::vector<std::size_t>& methods,
                      const std::vector<std::size_t>& chosen, bool withPatches);
    void askQuestions(bool resume);
    struct Answers {
        std::vector<std::vector<std::int32_t>> tokens; ///< of each row that is answered
        std::vector<double> logLikelihoods;            ///< of each row of a choice
    };
    Answers askLane(const Lane& lane, const OutputHeads& heads, const QuestionResults& results,
                    double done, double share);
    std::vector<Answers> gatherAnswers(const Answers& own);
    void addBits(const SessionData& part);
    bool beginCommit();
    void commitBlock(std::int64_t blocksDone, bool isBegun);
    std::chrono::steady_clock::duration commitInterval() const;
    void putPart(const std::string& name, SessionData part, bool tellFollower);
    void tellTraining(std::int64_t layer, SessionData losses);
    void addCoordinates(SessionData& part) const;
    void forgetTraining(std::int64_t layer);
    void tellFollower(bool always);
    void assemble(bool complete);
    [[noreturn]] void endWith(const Error& error);
    void checkUnchanged() const;
    void checkNoOp(const OutputScores& scores, std::size_t base, std::size_t patch,
                   std::int64_t examples) const;
    void removeUnits();
    OutputScores walkVariants(const ExampleIds& examples, const std::vector<std::size_t>& rows,
                              std::vector<Lane> lanes, const OutputHeads& heads,
                              const std::string& stage);
    void addPatchRows(const OutputScores* scores, const PatchedLanes& patched,
                      const std::vector<std::size_t>& rows);
    SessionData patchPart() const;
    void openSources();
    NextBlock::Ready quantizedBlock(std::int64_t layer, NextBlock& next);
    void beginNext(std::int64_t layer, NextBlock& next, SharedWorkers* workers);
    NextBlock::Ready takeBlock(std::int64_t layer, NextBlock& next);
    NextBlock::Ready readBlock(std::int64_t layer) const;
    SessionData quantizeBlock(std::int64_t layer, const NextBlock::Ready& block,
                              const std::function<void(double share)>& progress, Job& job);
    SessionData endToEndPart() const;
    MethodBlocks methodBlocks(std::int64_t layer, const BlockWeights& reference) const;
    Embeddings embeddings() const;
    OutputHeads outputHeads() const;
    void advanceProgress(const std::string& stage, double work);
    double blockWork(std::int64_t layer) const;
    double quantizingWork() const;

    StudyPlan m_plan;
    Job& m_job;
    StudyFollower m_follower;
    Ranks& m_ranks;
    StudyFolder m_folder;
    StudyInputs m_inputs;
    ExampleShare m_share; ///< of the examples, this rank's
    MemoryPlan m_memory;
    std::optional<ResidentLimit> m_limit; ///< while the study runs
    torch::Device m_device = torch::kCPU;
    PatchedLanes m_mainPatches;
    ChannelMeans m_means; ///< of the main walk, where a control puts them in
    std::unique_ptr<QuantizationChain> m_chain;
    std::vector<std::unique_ptr<BlockSource>> m_sources; ///< of the k-th quantized lane at k − 1
    std::unique_ptr<Walk> m_walk;
    std::int64_t m_blocksDone = 0;
    int m_generation = 0;
    std::chrono::seconds m_commitInterval{20};
    std::chrono::steady_clock::duration m_commitCost{}; ///< of the last one
    std::chrono::steady_clock::time_point m_lastCommit;
    std::chrono::steady_clock::duration m_lastWalk{}; ///< of the last block; 0: of none yet
    std::mutex m_tellMutex; ///< a block that is quantized ahead tells of its training
    std::chrono::steady_clock::time_point m_lastTold;
    std::vector<SessionData> m_told; ///< parts kept for the follower, token maps left out
    std::map<std::int64_t, SessionData> m_training; ///< losses so far of blocks without a part
    SessionData m_coordinates;                      ///< the head part
    SessionData m_sets;
    std::vector<std::unique_ptr<EarlyExit>> m_earlyExit; ///< by layer; empty: not measured
    struct PatchRows {
        std::vector<PatchDescription> descriptions;
        std::vector<std::vector<double>> nll; ///< [patch][example of the share]
        std::vector<std::vector<double>> kl;
    } m_patchRows;
    std::vector<double> m_bits; ///< of each method, summed over matrices
    double m_quantizedWeights = 0;
    double m_workDone = 0;
    double m_workTotal = 1;
    std::atomic<double> m_workAhead = 0; ///< done of quantizing the next block
};

} // namespace quantscope
