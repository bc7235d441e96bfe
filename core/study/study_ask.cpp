#include "core/data/session_schema.h"
#include "core/engine/cached_lane.h"
#include "core/engine/lane_builder.h"
#include "core/model/block_loader.h"
#include "core/study/study_questions.h"
#include "core/study/study_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

/// Every lane answers the questions, from the codes that the main walk left; after each the part
/// "questions" is written again, so that a stopped study does not ask it a second time. Ranks ask
/// one lane each at a time: a lane's rows are read together, whatever their number.
void StudyRun::askQuestions(bool resume) {
    if (!m_plan.questions.asked())
        return;
    const std::vector<Lane> lanes = plainLanes(m_plan);
    QuestionResults results(m_plan, m_inputs, lanes.size());
    constexpr const char* partName = "questions";
    const std::vector<std::string> parts = m_folder.partNames();
    if (resume && m_ranks.isFirst() &&
        std::find(parts.begin(), parts.end(), partName) != parts.end())
        results.restore(m_folder.readPart(partName));
    std::string restored = std::to_string(results.lanesAsked());
    m_ranks.broadcast(restored);
    const OutputHeads heads = outputHeads();
    const auto ranks = static_cast<std::size_t>(m_ranks.count());
    for (std::size_t asked = std::stoull(restored); asked < lanes.size(); asked += ranks) {
        const std::size_t own = asked + static_cast<std::size_t>(m_ranks.rank());
        Answers answers;
        if (own < lanes.size())
            answers = askLane(lanes[own], heads, results, double(asked) / double(lanes.size()),
                              double(std::min(ranks, lanes.size() - asked)) / double(lanes.size()));
        for (const Answers& lane : gatherAnswers(answers))
            if (results.lanesAsked() < lanes.size())
                results.addLane(lane.tokens, lane.logLikelihoods);
        std::erase_if(m_told, [](const SessionData& part) {
            return part.attributes.contains(attribute::lanesAsked); // the new one has it all
        });
        putPart(partName, results.part(), true);
    }
    tellFollower(true);
}

StudyRun::Answers StudyRun::askLane(const Lane& lane, const OutputHeads& heads,
                                    const QuestionResults& results, double done, double share) {
    ReadingOptions options;
    options.rowsPerBatch = lane.noise == NoiseFloor::Batch ? 1 : m_memory.questionBatch;
    options.rowsAtOnce = m_memory.questionsAtOnce;
    options.holdBlocks = m_memory.holdLane;
    options.threads = m_memory.threads;
    options.device = m_device;
    const LaneModel model{m_inputs.checkpoint->config(), embeddings()(lane.weights),
                          heads.of(lane.weights),
                          [&](std::int64_t layer) {
                              BlockWeights reference = loadBlock(*m_inputs.checkpoint, layer);
                              return lane.weights == 0
                                         ? MethodBlock{std::move(reference), {}}
                                         : m_sources[lane.weights - 1]->block(layer, reference);
                          },
                          lane.noise == NoiseFloor::Bf16};
    std::vector<std::size_t> which;
    std::vector<std::int64_t> starts;
    const SharedRows answers = answerRows(m_inputs.questions, which);
    const SharedRows choices = choiceRows(m_inputs.questions, starts);
    const double kinds = (answers.own.empty() ? 0 : 1) + (choices.own.empty() ? 0 : 1);
    const std::string stage = fmt::format("questions, lane {}", lane.name);
    m_job.progress(stage, done, 1);
    const auto reader = [&](const SharedRows& rows, double from) {
        CachedLane reader(model, rows.prefix, m_inputs.questions.positions, options, m_job);
        reader.progress = [this, stage, done, share, kinds, from](double part) {
            m_job.progress(stage, done + share * (from + part) / kinds, 1);
        };
        return reader;
    };
    Answers found;
    if (!answers.own.empty())
        found.tokens = reader(answers, 0)
                           .decode(answers.own, m_plan.questions.answerTokens,
                                   [&](const std::vector<std::int32_t>& answer) {
                                       return results.isFinished(answer);
                                   });
    if (!choices.own.empty()) {
        std::vector<CachedLane::Scored> rows;
        for (std::size_t i = 0; i < choices.own.size(); ++i)
            rows.push_back({choices.own[i], starts[i]});
        found.logLikelihoods = reader(choices, kinds - 1).logLikelihoods(rows);
    }
    return found;
}

} // namespace quantscope
