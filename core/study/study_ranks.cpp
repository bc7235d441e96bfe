// What the ranks of a study share. Every function here that exchanges something is called by all
// ranks in the same order; with one rank all of them do nothing, or what that one needs.

#include "core/data/session_schema.h"
#include "core/session/join_shares.h"
#include "core/session/session_bytes.h"
#include "core/study/study_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

namespace quantscope {

namespace {

/// Everything that decides what a study computes, as the hashes of what it reads.
std::string identity(const SessionData& head) {
    std::string all;
    for (const char* name : {attribute::modelHash, attribute::tokenizerHash, attribute::textHash,
                             attribute::questionHash})
        if (const auto found = head.attributes.find(name); found != head.attributes.end())
            all += fmt::format("{} {}\n", name, found->second);
    for (const char* path : {"/methods/hash", "/methods/calibration_hash"})
        if (const NamedArray* hashes = head.find(path))
            for (const std::string& hash : hashes->strings())
                all += fmt::format("{} {}\n", path, hash);
    return all;
}

template <typename Value>
std::string plainBytes(const std::vector<Value>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

template <typename Value>
std::vector<Value> plainValues(const std::string& bytes) {
    std::vector<Value> values(bytes.size() / sizeof(Value));
    if (!values.empty())
        std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

/// Machines may have different files at the same place.
void StudyRun::requireSameInputs() {
    if (m_ranks.isAlone())
        return;
    const std::string own = identity(headPart(m_plan, m_inputs));
    std::string first = own;
    m_ranks.broadcast(first);
    if (own != first)
        throw Error(ErrorKind::Input,
                    "The model, the text, the calibration or the questions are others here than "
                    "the first rank's, at the same paths. Give every machine the same files.");
}

/// Takes of what each rank plans what all of them can do. Batches of one size, so that the last
/// digits do not depend on which rank walks an example.
void StudyRun::agreeOnMemory() {
    if (m_ranks.isAlone())
        return;
    for (const std::string& plan : m_ranks.exchange(
             plainBytes<std::int64_t>({m_memory.batchExamples, m_memory.calibrationBatchExamples,
                                       m_memory.questionBatch, m_memory.spill ? 1 : 0}))) {
        const std::vector<std::int64_t> other = plainValues<std::int64_t>(plan);
        m_memory.batchExamples = std::min(m_memory.batchExamples, other[0]);
        m_memory.calibrationBatchExamples = std::min(m_memory.calibrationBatchExamples, other[1]);
        m_memory.questionBatch = std::min(m_memory.questionBatch, other[2]);
        m_memory.spill = m_memory.spill || other[3] != 0;
    }
    m_memory.quantizeAhead = m_memory.quantizeAhead && !m_memory.spill;
}

/// Where this rank's hidden states lie.
std::filesystem::path StudyRun::ownScratch() const {
    if (m_ranks.isAlone())
        return m_folder.scratch();
    return m_folder.scratch() / fmt::format("rank-{}", m_ranks.rank());
}

/// Ranks read each other's codes from the study's folder, so all of them must see it.
void StudyRun::requireSharedFolder() {
    if (m_ranks.isAlone())
        return;
    const std::filesystem::path file = m_folder.scratch() / "seen-by-all-ranks";
    std::string content;
    if (m_ranks.isFirst()) {
        std::random_device random;
        content = fmt::format("{:08x}{:08x}", random(), random());
        std::filesystem::create_directories(m_folder.scratch());
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out << content;
        out.close();
        if (!out)
            throw Error(ErrorKind::Output,
                        fmt::format("{}: the study's folder cannot be written.", file.string()));
    }
    m_ranks.broadcast(content);
    // A file system of a network may show the file a little later.
    for (int tries = 0; tries < 50 && contentOf(file) != content; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (contentOf(file) != content)
        throw Error(ErrorKind::Output,
                    fmt::format("The folder {} that the first rank made is not seen from here, and "
                                "all ranks work in it. Give -o a place in a file system that all "
                                "machines share.",
                                m_folder.path().string()));
    std::filesystem::create_directories(ownScratch());
    m_ranks.meet();
}

/// At the first rank what all ranks measured of their examples; nothing elsewhere.
SessionData StudyRun::wholeExamples(const SessionData& share) {
    if (m_ranks.isAlone())
        return share;
    std::vector<SessionData> shares;
    for (const std::string& bytes : m_ranks.gather(toBytes(share)))
        shares.push_back(sessionFromBytes(bytes));
    return joinExamples(shares);
}

/// At the first rank a table of which each rank filled some rows; nothing elsewhere.
SessionData StudyRun::wholeTable(const SessionData& own) {
    if (m_ranks.isAlone())
        return own;
    SessionData whole;
    for (const std::string& bytes : m_ranks.gather(toBytes(own)))
        fillMissing(whole, sessionFromBytes(bytes));
    return whole;
}

/// What each rank's lane answered, by rank, at the first one; nothing elsewhere.
std::vector<StudyRun::Answers> StudyRun::gatherAnswers(const Answers& own) {
    if (m_ranks.isAlone())
        return {own};
    SessionData data;
    const auto put = [&data](const std::string& name, auto values) {
        NamedArray array{{name}, {values.size()}, std::move(values), "", ""};
        data.arrays.emplace(name, std::move(array));
    };
    std::vector<std::int32_t> lengths;
    std::vector<std::int32_t> tokens;
    for (const std::vector<std::int32_t>& row : own.tokens) {
        lengths.push_back(static_cast<std::int32_t>(row.size()));
        tokens.insert(tokens.end(), row.begin(), row.end());
    }
    put("lengths", std::move(lengths));
    put("tokens", std::move(tokens));
    put("log_likelihoods", own.logLikelihoods);
    std::vector<Answers> all;
    for (const std::string& bytes : m_ranks.gather(toBytes(data))) {
        const SessionData found = sessionFromBytes(bytes);
        Answers& answers = all.emplace_back();
        const auto numbersOf = [&found](const char* name) {
            return std::get<std::vector<std::int32_t>>(found.require(name).values);
        };
        const std::vector<std::int32_t> joined = numbersOf("tokens");
        auto from = joined.begin();
        for (const std::int32_t length : numbersOf("lengths")) {
            answers.tokens.emplace_back(from, from + length);
            from += length;
        }
        answers.logLikelihoods =
            std::get<std::vector<double>>(found.require("log_likelihoods").values);
    }
    return all;
}

/// Keeps the means of a layer that patches put in. @param part  the first rank's, of all examples
void StudyRun::takeMeans(const SessionData& part, std::int64_t layer) {
    if (m_ranks.isAlone()) {
        m_means.take(part, layer);
        return;
    }
    if (!m_plan.instruments.patching.has(PatchControl::Mean))
        return;
    SessionData means;
    for (const auto& [path, array] : part.arrays)
        if (path.starts_with("/channels/"))
            means.arrays.emplace(path, array);
    std::string bytes = toBytes(means);
    m_ranks.broadcast(bytes);
    m_means.take(sessionFromBytes(bytes), layer);
}

/// What a person types to go on with the study.
std::string StudyRun::resumeCommand(int ranks) const {
    const std::string command =
        fmt::format("quantscope-cli resume {}", m_folder.sessionFile().string());
    return ranks == 1 ? command : fmt::format("mpirun -n {} {}", ranks, command);
}

/// How far the study had come. Each rank has the states of its own examples.
std::optional<CommitRecord> StudyRun::committed() {
    std::vector<CommitRecord> found;
    if (m_ranks.isFirst()) {
        if (const auto record = readCommitRecord(m_folder.scratch()))
            found.push_back(*record);
        if (!found.empty() && found[0].ranks != m_ranks.count())
            throw Error(ErrorKind::Usage,
                        fmt::format("{}: the hidden states of this study are shared among {} "
                                    "rank{}, and {} {} started. Go on with `{}`.",
                                    m_folder.path().string(), found[0].ranks,
                                    found[0].ranks == 1 ? "" : "s", m_ranks.count(),
                                    m_ranks.isAlone() ? "was" : "were",
                                    resumeCommand(found[0].ranks)));
    }
    std::string bytes = plainBytes(found);
    m_ranks.broadcast(bytes);
    found = plainValues<CommitRecord>(bytes);
    return found.empty() ? std::nullopt : std::optional(found[0]);
}

} // namespace quantscope
