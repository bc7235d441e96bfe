#include "core/study/study_run.h"

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/lane_builder.h"
#include "core/engine/method_owners.h"
#include "core/engine/prefix_phase.h"
#include "core/engine/shared_workers.h"
#include "core/engine/workers.h"
#include "core/model/tensor_pool.h"
#include "core/session/session_bytes.h"
#include "core/study/compute_device.h"
#include "core/study/failure.h"
#include "core/study/memory_room.h"
#include "core/study/next_block.h"
#include "core/study/study_instruments.h"
#include "core/study/study_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace quantscope {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto tellInterval = std::chrono::milliseconds(300);

} // namespace

StudyRun::StudyRun(StudyPlan plan, Job& job, StudyFollower follower, Ranks& ranks)
    : m_plan(std::move(plan))
    , m_job(job)
    , m_follower(std::move(follower))
    , m_ranks(ranks)
    , m_folder(m_plan.output) {}

StudyRun::~StudyRun() = default;

void StudyRun::run(bool resume, const SessionData& beside) {
    prepare();
    if (m_ranks.isFirst())
        prepareFolder(resume);
    requireSharedFolder();
    putPart("head", headPart(m_plan, m_inputs), true);
    if (!beside.arrays.empty())
        putPart("beside", beside, true);
    try {
        runPhases(resume);
        walkMain(resume);
        scoreMain();
        followUp();
        removeUnits();
        askQuestions(resume);
    } catch (const c10::Error& error) {
        if (m_device.is_cpu())
            endWith(m_ranks.failTogether(asError(std::current_exception())));
        // Out of the GPU's memory, as a rule.
        endWith(m_ranks.failTogether(
            {ErrorKind::Resources,
             fmt::format(
                 "The GPU could not go on ({}). Take --device cpu, or fewer tokens a batch.",
                 error.what_without_backtrace())}));
    } catch (...) {
        endWith(m_ranks.failTogether(asError(std::current_exception())));
    }
    if (m_ranks.isFirst())
        assemble(true);
    m_walk->discard();
    m_chain->discard();
    m_ranks.meet();
    if (m_ranks.isFirst())
        m_folder.removeWork();
}

/// Begins anew, or makes sure that there is something to go on with.
void StudyRun::prepareFolder(bool resume) {
    if (resume) {
        checkUnchanged();
        return;
    }
    m_folder.removeWork();
    std::filesystem::remove_all(m_folder.codes()); // of an earlier study with another plan
    std::filesystem::remove(m_folder.laterFile());
    m_folder.create();
    m_folder.writePlan(planToJson(m_plan));
}

/// Makes a session of what is finished, which says how far it is, and throws the error with what to
/// do next. The parts stay for `resume` in any case.
void StudyRun::endWith(const Error& error) {
    if (!m_ranks.isFirst())
        throw error;
    const std::string resume = fmt::format(" What is finished is kept: `{}` goes on from there.",
                                           resumeCommand(m_ranks.count()));
    if (!m_folder.exists())
        throw Error(ErrorKind::Output,
                    fmt::format("The folder {} is no longer there. Bring back the disk or the "
                                "folder, then go on with `{}`.",
                                m_folder.path().string(), resumeCommand(m_ranks.count())));
    if (error.kind() == ErrorKind::Output) // a full disk takes no session either
        throw Error(error.kind(), error.what() + resume);
    if (error.kind() == ErrorKind::Resources) { // room for assembling
        m_chain.reset();
        m_walk.reset();
    }
    try {
        assemble(false);
    } catch (...) {
        const Error second = asError(std::current_exception());
        if (second.kind() == ErrorKind::Output)
            throw Error(second.kind(), second.what() + resume);
    }
    if (error.kind() == ErrorKind::Interrupted)
        throw Error(error.kind(), "The study was stopped on request." + resume);
    if (error.kind() == ErrorKind::Resources)
        throw Error(error.kind(),
                    error.what() + resume + " --memory there allows it another amount.");
    throw error;
}

void StudyRun::prepare() {
    m_job.progress("reading model and text", 0, 1);
    m_device = computeDevice(m_plan.resources.device);
    m_inputs = loadInputs(m_plan, m_job);
    requireSameInputs();
    m_share = exampleShare(m_inputs.examples, m_ranks.place());
    m_memory =
        planMemory(m_inputs.checkpoint->config(), studySizes(m_plan, m_inputs, m_ranks.place()));
    if (!m_memory.estimate.fits)
        throw Error(ErrorKind::Resources, m_memory.estimate.reason);
    agreeOnMemory();
    requireRoom(m_memory.estimate.peakBytes, m_memory.threads);
    m_limit.emplace(m_memory.estimate.budgetBytes);
    setProductThreads(m_memory.threads);
    m_lastCommit = m_lastTold = Clock::now();
}

void StudyRun::checkUnchanged() const {
    const SessionData before = m_folder.readPart("head");
    const SessionData now = headPart(m_plan, m_inputs);
    const auto valueOf = [](const SessionData& head, const char* name) {
        const auto found = head.attributes.find(name);
        return found == head.attributes.end() ? std::string() : found->second;
    };
    for (const char* name : {attribute::modelHash, attribute::tokenizerHash, attribute::textHash,
                             attribute::questionHash})
        if (valueOf(before, name) != valueOf(now, name))
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the model, the text or the questions are not what they "
                                    "were when the study began ({} differs). Run the study anew.",
                                    m_folder.path().string(), name));
    const auto texts = [](const SessionData& head, const char* path) {
        const NamedArray* array = head.find(path);
        return array ? array->strings() : std::vector<std::string>{};
    };
    // The plan is the same, so are the lanes; what the files hold may not be.
    const std::vector<std::string> calibration = texts(now, "/methods/calibration_hash");
    const std::vector<std::string> calibrationThen = texts(before, "/methods/calibration_hash");
    for (std::size_t i = 0; i < std::min(calibration.size(), calibrationThen.size()); ++i)
        if (calibration[i] != calibrationThen[i])
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the calibration text of the lane {} is not what it was "
                                    "when the study began. Run the study anew.",
                                    m_folder.path().string(), m_plan.methods[i].lane));
    const std::vector<std::string> then = texts(before, "/methods/hash");
    for (std::size_t i = 0; i < m_plan.imported.size(); ++i) {
        const std::size_t method = m_plan.methods.size() + i;
        if (method >= then.size() || then[method] != texts(now, "/methods/hash")[method])
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the checkpoint {} of the lane {} is not what it was when "
                                    "the study began. Run the study anew.",
                                    m_folder.path().string(), m_plan.imported[i].path,
                                    m_plan.imported[i].lane));
    }
}

void StudyRun::openSources() {
    for (std::size_t method = 1; method <= m_plan.methods.size(); ++method)
        m_sources.push_back(m_chain->source(method));
    for (const std::unique_ptr<Checkpoint>& imported : m_inputs.imported)
        m_sources.push_back(std::make_unique<ImportedModel>(*imported));
}

MethodBlocks StudyRun::methodBlocks(std::int64_t layer, const BlockWeights& reference) const {
    return [this, layer, &reference](std::size_t method) {
        return m_sources[method - 1]->block(layer, reference);
    };
}

Embeddings StudyRun::embeddings() const {
    return [this](std::size_t weights) -> const Checkpoint& {
        const Checkpoint* own = weights == 0 ? nullptr : m_sources[weights - 1]->ownEnds();
        return own ? *own : *m_inputs.checkpoint;
    };
}

OutputHeads StudyRun::outputHeads() const {
    OutputHeads heads(*m_inputs.checkpoint, m_inputs.vocabulary, m_device);
    for (std::size_t i = 0; i < m_sources.size(); ++i)
        if (const Checkpoint* own = m_sources[i]->ownEnds())
            heads.add(i + 1, *own);
    return heads;
}

/// Work of the main walk in one block, in lanes × examples; quantizing counted as a few passes
/// over the calibration text.
double StudyRun::blockWork(std::int64_t layer) const {
    double lanes = 0;
    for (const Lane& lane : m_walk->lanes())
        lanes += lane.forkLayer() <= layer && !lane.firstBatchOnly ? 1 : 0;
    return lanes * double(m_share.ids.examples());
}

void StudyRun::advanceProgress(const std::string& stage, double work) {
    m_workDone += work;
    m_job.progress(stage, m_workDone + m_workAhead, m_workTotal);
}

ChainOptions StudyRun::chainOptions(bool resume) const {
    ChainOptions chain;
    chain.threads = m_memory.threads;
    chain.batchExamples = m_memory.calibrationBatchExamples;
    chain.methodsAtOnce = m_memory.quantizeAtOnce;
    chain.spill = m_memory.spill;
    chain.device = m_device;
    chain.deviceRoom = m_memory.deviceRoom;
    chain.reuseStored = resume;
    chain.singularValues = m_folder.singularValues();
    if (!m_ranks.isAlone()) {
        chain.ranks = &m_ranks;
        chain.owners = shareMethods(m_plan.methods, m_ranks.count());
        if (!m_ranks.isFirst()) // where two ranks decompose the same matrix, each keeps its file
            chain.singularValues /= fmt::format("rank-{}", m_ranks.rank());
    }
    return chain;
}

/// Phases before the main walk: of the methods that put a prefix before the text, then of those
/// that train all blocks together.
void StudyRun::runPhases(bool resume) {
    // Which methods a rank has depends on how many ranks there are.
    const std::string before = m_ranks.isAlone() ? "before-end-to-end"
                                                 : fmt::format("before-end-to-end-{}-of-{}",
                                                               m_ranks.rank() + 1, m_ranks.count());
    const auto phase = [&](const char* scratch) {
        return EndToEndPhase{*m_inputs.checkpoint,
                             m_inputs.calibration,
                             chainOptions(resume),
                             ownScratch() / scratch,
                             m_folder.codes(),
                             m_folder.codes() / before,
                             m_job,
                             [this](const std::string& stage, double share) {
                                 m_job.progress(stage, share, 2); // half is the main walk's
                             }};
    };
    if (m_ranks.isFirst()) {
        runPrefixPhase(phase("prefix"), m_plan.methods);
        putPrefixes();
    }
    m_ranks.meet();
    runEndToEndPhase(phase("end-to-end"), m_plan.methods);
    m_ranks.meet();
}

/// Which tokens methods put before every text; nothing where none does.
void StudyRun::putPrefixes() {
    std::vector<std::string> texts(quantizedLanes(m_plan).size());
    bool any = false;
    for (std::size_t i = 0; i < m_plan.methods.size(); ++i) {
        const auto prefix =
            readTextPrefix(m_folder.codes() / QuantizationChain::slug(m_plan.methods[i], i + 1));
        any = any || prefix;
        for (const std::int32_t token : prefix ? prefix->tokens : std::vector<std::int32_t>())
            texts[i].append(texts[i].empty() ? "" : "|").append(m_inputs.tokenizer->piece(token));
    }
    SessionData part;
    part.arrays.emplace("/methods/prefix", makeSessionText("/methods/prefix", std::move(texts)));
    if (any)
        putPart("prefix", std::move(part), true);
}

/// How that phase went; nothing where there was none.
SessionData StudyRun::endToEndPart() const {
    const std::size_t points = trainingEpochs(m_plan.methods) + 1;
    NamedArray losses = makeSessionArray("/training/end_to_end_nll", {m_sources.size(), points});
    bool any = false;
    for (std::size_t i = 0; i < m_plan.methods.size(); ++i) {
        const std::vector<double> found =
            endToEndLosses(m_folder.codes() / QuantizationChain::slug(m_plan.methods[i], i + 1));
        any = any || !found.empty();
        std::copy_n(found.begin(), std::min(found.size(), points),
                    std::get<std::vector<double>>(losses.values).begin() +
                        static_cast<std::ptrdiff_t>(i * points));
    }
    SessionData part;
    if (any)
        part.arrays.emplace("/training/end_to_end_nll", std::move(losses));
    return part;
}

void StudyRun::walkMain(bool resume) {
    const ModelConfig& config = m_inputs.checkpoint->config();
    std::vector<Lane> lanes = plainLanes(m_plan);
    if (patchesInMainWalk(m_plan)) {
        m_mainPatches = patchedLanes(m_plan, lanes, pairedLanes(m_plan), config.layers);
        lanes.insert(lanes.end(), m_mainPatches.lanes.begin(), m_mainPatches.lanes.end());
    }
    WalkOptions options;
    if (m_plan.instruments.siteStatistics)
        options.probedSites = probedSitesOf(config);
    options.tokenMaps = m_plan.instruments.tokenMaps;
    options.countStart = m_plan.instruments.countStartPosition;
    options.batchExamples = m_memory.batchExamples;
    options.threads = m_memory.threads;
    options.methodsAtOnce = m_memory.methodsAtOnce;
    options.lanesTogether = m_memory.lanesTogether;
    options.spill = m_memory.spill;
    options.device = m_device;
    options.seed = m_plan.seed;
    options.exampleNumbers.resize(static_cast<std::size_t>(m_share.ids.examples()));
    std::iota(options.exampleNumbers.begin(), options.exampleNumbers.end(), m_share.first);
    options.ranks = m_ranks.isAlone() ? nullptr : &m_ranks;
    m_walk = std::make_unique<Walk>(*m_inputs.checkpoint, m_share.ids, std::move(lanes), options,
                                    ownScratch());
    ChainOptions chain = chainOptions(resume);
    chain.carriesAllTexts =
        m_plan.instruments.has(InstrumentGroup::Activations) && m_ranks.isFirst();
    m_chain = std::make_unique<QuantizationChain>(*m_inputs.checkpoint, m_plan.methods,
                                                  m_inputs.calibration, std::move(chain),
                                                  ownScratch(), m_folder.codes());
    openSources();
    SessionData trained = endToEndPart();
    const bool isSecondPhase = !trained.arrays.empty();
    if (isSecondPhase)
        putPart("end-to-end", std::move(trained), true);

    const double quantizing = quantizingWork();
    m_workTotal = double(m_share.ids.examples()) * double(m_walk->lanes().size());
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        m_workTotal += blockWork(layer) + quantizing;
    if (isSecondPhase) {
        m_workDone = m_workTotal;
        m_workTotal *= 2;
    }

    if (const auto record = resume ? committed() : std::nullopt) {
        m_blocksDone = record->blocksDone;
        m_generation = record->generation;
        m_walk->restore(m_generation, m_blocksDone);
        m_chain->restore(m_generation);
        for (std::int64_t layer = 0; layer < m_blocksDone; ++layer) {
            m_workDone += blockWork(layer) + quantizing;
            SessionData part;
            if (m_ranks.isFirst()) {
                part = m_folder.readPart(fmt::format("{:03}", layer));
                addBits(part);
            }
            takeMeans(part, layer);
            if (m_follower)
                m_told.push_back(std::move(part));
        }
    } else {
        m_walk->embed(embeddings(), m_job);
        m_chain->embed(m_job);
        if (m_memory.spill)
            m_generation = 1; // the embeddings were written as generation 1
    }

    // The same whether or not a block is quantized ahead, so that the last digits are.
    std::optional<SingleThreadedBlas> blas;
    if (m_memory.quantizeAtOnce > 1)
        blas.emplace(m_memory.threads);
    SharedWorkers workers(m_memory.threads);
    NextBlock next(m_job);
    for (std::int64_t layer = m_blocksDone; layer < config.layers; ++layer) {
        const std::string stage = fmt::format("layer {} of {}: walking", layer + 1, config.layers);
        const NextBlock::Ready block = quantizedBlock(layer, next);
        SessionData part = *block.quantized;
        part.arrays.emplace("/layer",
                            makeSessionIndex("/layer", 1, static_cast<std::size_t>(layer)));
        if (m_ranks.isFirst())
            addBits(part);
        advanceProgress(stage, quantizing);
        const auto started = Clock::now();
        const bool commits = beginCommit();
        beginNext(layer + 1, next, &workers);
        const SharedWorkers::Use use(workers, SharedWorkers::Side::Present);
        const double perBatch = blockWork(layer) / double(m_walk->batchesPerBlock());
        const BlockInstruments instruments = makeInstruments(m_plan, m_inputs, m_share, layer);
        SessionData statistics = wholeExamples(m_walk->walkBlock(
            layer, block.there, methodBlocks(layer, block.reference),
            [&] { advanceProgress(stage, perBatch); }, m_job, {nullptr, &instruments}));
        takeMeans(statistics, layer);
        part.arrays.merge(statistics.arrays);
        forgetTraining(layer);
        putPart(fmt::format("{:03}", layer), std::move(part), true);
        commitBlock(layer + 1, commits);
        m_lastWalk = Clock::now() - started;
    }
}

/// Sums the true bits of a block's matrices, weighted by their sizes.
void StudyRun::addBits(const SessionData& part) {
    const NamedArray& bits = part.require("/weights/bits"); // [method, 1, module]
    m_bits.resize(bits.shape[0]);
    const ModelConfig& config = m_inputs.checkpoint->config();
    const auto layer = std::get<std::vector<std::int32_t>>(part.require("/layer").values).front();
    const std::vector<Module> modules = modelModules(config);
    const std::vector<Module> inBlock = blockModules(config, layer);
    for (std::size_t index = 0; index < modules.size(); ++index) {
        if (std::find(inBlock.begin(), inBlock.end(), modules[index]) == inBlock.end())
            continue;
        const auto [out, in] = matrixShape(config, modules[index], layer);
        const auto weights = static_cast<double>(out * in);
        m_quantizedWeights += weights;
        for (std::size_t method = 0; method < m_bits.size(); ++method)
            m_bits[method] += weights * bits.at({method, 0, index});
    }
}

/// Makes the calibration lanes durable where states may be due once the block is walked through:
/// by then a block ahead may have moved them on. What they are written to counts only with the
/// commit record.
bool StudyRun::beginCommit() {
    const bool isFirstWalk = m_lastWalk == Clock::duration::zero();
    const bool mayBeDue = m_memory.spill || isFirstWalk ||
                          Clock::now() - m_lastCommit + 2 * m_lastWalk >= commitInterval();
    std::string begins = mayBeDue ? "begins" : "";
    m_ranks.broadcast(begins); // as the first rank's clock has it
    if (!begins.empty())
        m_chain->commit(1 - m_generation);
    return !begins.empty();
}

void StudyRun::commitBlock(std::int64_t blocksDone, bool isBegun) {
    {
        const std::lock_guard lock(m_tellMutex);
        m_blocksDone = blocksDone;
    }
    if (!isBegun)
        return;
    std::string due =
        m_memory.spill || Clock::now() - m_lastCommit >= commitInterval() ? "due" : "";
    m_ranks.broadcast(due); // as the first rank's clock has it
    if (due.empty())
        return;
    const auto started = Clock::now();
    m_generation = 1 - m_generation;
    m_walk->commit(m_generation);
    m_ranks.meet(); // the record names what all of them have
    if (m_ranks.isFirst())
        writeCommitRecord(m_folder.scratch(), {blocksDone, m_generation, m_ranks.count()});
    m_ranks.meet(); // only now the generation before may be written over
    m_lastCommit = Clock::now();
    m_commitCost = m_lastCommit - started;
}

/// So that commits take at most a twentieth of the time.
std::chrono::steady_clock::duration StudyRun::commitInterval() const {
    return std::max<Clock::duration>(m_commitInterval, 20 * m_commitCost);
}

void StudyRun::scoreMain() {
    const std::size_t lanes = m_walk->plainLanes();
    OutputScores scores(m_share.ids, lanes, m_mainPatches.lanes.size());
    const OutputHeads heads = outputHeads();
    const double perBatch =
        double(m_share.ids.examples()) * double(m_walk->lanes().size()) / double(m_walk->batches());
    m_walk->score(
        heads, scores, [&] { advanceProgress("scoring predictions", perBatch); }, m_job);
    std::vector<std::size_t> all(static_cast<std::size_t>(m_inputs.examples.examples()));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    for (std::size_t patch = 0; patch < m_mainPatches.lanes.size(); ++patch)
        if (m_mainPatches.lanes[patch].firstBatchOnly)
            checkNoOp(scores, m_mainPatches.lanes[patch].base, patch,
                      std::min(m_memory.batchExamples, m_share.ids.examples()));
    addPatchRows(&scores, m_mainPatches, all);
    SessionData part = wholeExamples(scores.lanePart());
    if (!m_bits.empty()) {
        NamedArray bits = makeSessionArray("/weights/bits_per_weight", {m_bits.size()});
        std::vector<double> perWeight = m_bits;
        for (double& value : perWeight)
            value /= m_quantizedWeights;
        bits.values = perWeight;
        part.arrays.emplace("/weights/bits_per_weight", std::move(bits));
    }
    if (m_ranks.isFirst())
        m_sets = chooseSets(m_plan, part, m_inputs.windows);
    std::string sets = toBytes(m_sets);
    m_ranks.broadcast(sets);
    m_sets = sessionFromBytes(sets);
    for (const auto& [path, array] : m_sets.arrays)
        part.arrays.insert_or_assign(path, array);
    putPart("output", std::move(part), true);
}

void StudyRun::checkNoOp(const OutputScores& scores, std::size_t base, std::size_t patch,
                         std::int64_t examples) const {
    for (std::int64_t example = 0; example < examples; ++example)
        if (scores.laneNll(base, example) != scores.patchNll(patch, example))
            throw Error(ErrorKind::Internal,
                        fmt::format("The no-op patch of lane {} changed example {}: a patch must "
                                    "be equal to its base to the bit when nothing is replaced. "
                                    "Please report this.",
                                    m_walk->lanes()[base].name, example));
}

/// Every part stands for itself: the coordinates of its dimensions come along.
void StudyRun::addCoordinates(SessionData& part) const {
    std::set<std::string> dimensions;
    for (const auto& [path, array] : part.arrays)
        dimensions.insert(array.dimensions.begin(), array.dimensions.end());
    for (const std::string& dimension : dimensions)
        if (const NamedArray* coordinate = m_coordinates.find("/" + dimension))
            part.arrays.emplace("/" + dimension, *coordinate);
}

void StudyRun::putPart(const std::string& name, SessionData part, bool tell) {
    if (name == "head")
        m_coordinates = part;
    if (!m_ranks.isFirst())
        return;
    addCoordinates(part);
    m_folder.writePart(name, part);
    if (!m_follower || !tell)
        return;
    std::erase_if(part.arrays,
                  [](const auto& entry) { return entry.first.starts_with("/tokens/"); });
    const std::lock_guard lock(m_tellMutex);
    m_told.push_back(std::move(part));
    tellFollower(name == "output" || name == "head");
}

/// While a block is trained: its losses, for the follower alone.
void StudyRun::tellTraining(std::int64_t layer, SessionData losses) {
    if (!m_follower)
        return;
    losses.arrays.emplace("/layer", makeSessionIndex("/layer", 1, static_cast<std::size_t>(layer)));
    addCoordinates(losses);
    const std::lock_guard lock(m_tellMutex);
    m_training[layer] = std::move(losses);
    tellFollower(false);
}

/// Once the losses are in the block's part.
void StudyRun::forgetTraining(std::int64_t layer) {
    const std::lock_guard lock(m_tellMutex);
    m_training.erase(layer);
}

/// With m_tellMutex held.
void StudyRun::tellFollower(bool always) {
    if (!m_follower || (!always && Clock::now() - m_lastTold < tellInterval))
        return;
    const std::size_t finished = m_told.size();
    for (const auto& [layer, losses] : m_training)
        m_told.push_back(losses);
    SessionData merged =
        mergeParts(m_told, static_cast<std::size_t>(m_inputs.checkpoint->config().layers));
    m_told.resize(finished);
    merged.attributes[attribute::status] = "partial";
    merged.attributes[attribute::blocksDone] = std::to_string(m_blocksDone);
    m_follower(std::make_shared<const SessionData>(std::move(merged)));
    m_lastTold = Clock::now();
}

void StudyRun::assemble(bool complete) {
    dropKeptTensors();
    if (complete)
        m_job.progress("writing the session", m_workTotal, m_workTotal);
    m_folder.assemble({{attribute::status, complete ? "complete" : "partial"},
                       {attribute::blocksDone, std::to_string(m_blocksDone)}});
}

} // namespace quantscope
