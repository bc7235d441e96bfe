#include "core/study/sensitivity.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/lane_builder.h"
#include "core/engine/quantization_chain.h"
#include "core/engine/walk.h"
#include "core/engine/workers.h"
#include "core/model/block_loader.h"
#include "core/model/tensor_pool.h"
#include "core/quant/packed_storage.h"
#include "core/session/session.h"
#include "core/study/compute_device.h"
#include "core/study/memory_room.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"
#include "core/study/study_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t moduleCount = allModules.size();

/// A forked lane with the rows of the session that its results belong to, one a path.
struct MeasuredLane {
    Lane lane;
    std::string path;    ///< of its KL, e.g. "/sensitivity/kl_quantized"
    std::string nllPath; ///< empty: not kept
    std::size_t row = 0; ///< all indices but the example's, flattened
};

/// The arrays of one session, written cell by cell.
class Results {
public:
    void add(const std::string& path, std::vector<std::size_t> shape) {
        m_data.arrays.insert_or_assign(path, makeSessionArray(path, std::move(shape)));
    }
    template <typename T>
    void set(const std::string& path, std::size_t at, double value) {
        std::get<std::vector<T>>(m_data.arrays.at(path).values)[at] = static_cast<T>(value);
    }
    SessionData take() { return std::move(m_data); }

private:
    SessionData m_data;
};

class SensitivityRun {
public:
    SensitivityRun(const SensitivityOptions& options, Job& job)
        : m_options(options)
        , m_plan(options.plan)
        , m_job(job) {}
    ~SensitivityRun() {
        m_chain.reset();
        std::error_code ignored;
        std::filesystem::remove_all(m_options.work, ignored);
    }
    SensitivityRun(const SensitivityRun&) = delete;
    SensitivityRun& operator=(const SensitivityRun&) = delete;

    SessionData run();

private:
    void prepare();
    void quantize();
    void describeCandidates();
    SessionData walkCandidates();
    void walkForked(std::size_t candidate);
    std::vector<MeasuredLane> forkedLanes(std::size_t candidate) const;
    void walkGroup(std::size_t candidate, const std::vector<MeasuredLane>& group);
    void walk(Walk& walk, const std::vector<std::size_t>& candidates, const std::string& stage);
    MemoryPlan planFor(std::size_t plainLanes, std::size_t forkedLanes) const;
    WalkOptions walkOptions(const MemoryPlan& memory) const;
    void advance(const std::string& stage, double work) {
        m_workDone += work;
        m_job.progress(stage, m_workDone, m_workTotal);
    }
    std::size_t layers() const {
        return static_cast<std::size_t>(m_inputs.checkpoint->config().layers);
    }
    std::size_t examples() const { return static_cast<std::size_t>(m_inputs.examples.examples()); }
    double quantizingWork() const { return 4.0 * double(m_plan.methods.size() * examples()); }

    const SensitivityOptions& m_options;
    const StudyPlan& m_plan;
    Job& m_job;
    StudyInputs m_inputs;
    torch::Device m_device = torch::kCPU;
    std::optional<ResidentLimit> m_limit; ///< once the plan is made
    std::unique_ptr<QuantizationChain> m_chain;
    std::vector<std::unique_ptr<BlockSource>> m_sources; ///< of the k-th candidate at k − 1
    std::vector<SessionData> m_weightParts;              ///< by layer
    Results m_results;
    double m_workDone = 0; ///< in lanes × blocks × examples
    double m_workTotal = 1;
};

void SensitivityRun::prepare() {
    m_job.progress("reading model and text", 0, 1);
    checkCandidates(m_plan.methods);
    m_device = computeDevice(m_plan.resources.device);
    m_inputs = loadInputs(m_plan, m_job);
    if (const ModelConfig& config = m_inputs.checkpoint->config(); !isLlamaLike(config))
        throw Error(ErrorKind::Usage,
                    fmt::format("Sensitivities are measured of models whose blocks are like "
                                "Llama's; those of the family {} are not.",
                                familyName(config.family)));
    const std::size_t candidates = m_plan.methods.size();
    const auto add = [&](const char* name, std::vector<std::size_t> shape) {
        m_results.add(std::string("/sensitivity/") + name, std::move(shape));
    };
    add("bits", {candidates, layers(), moduleCount});
    add("elements", {layers(), moduleCount});
    add("folds", {candidates, moduleCount});
    add("rescalable", {candidates});
    for (const char* name : {"kl_quantized", "nll_quantized", "kl_restored", "nll_restored"})
        add(name, {candidates, layers(), moduleCount, examples()});
    if (m_options.wholes) {
        add("kl_layer", {candidates, layers(), examples()});
        add("kl_kind", {candidates, moduleCount, examples()});
    }
    std::filesystem::create_directories(m_options.work / "scratch");
}

MemoryPlan SensitivityRun::planFor(std::size_t plainLanes, std::size_t forkedLanes) const {
    StudySizes sizes = studySizes(m_plan, m_inputs);
    sizes.plainLanes = static_cast<std::int64_t>(plainLanes);
    sizes.patchedLanes = static_cast<std::int64_t>(forkedLanes);
    sizes.probedSites = 0;
    return planMemory(m_inputs.checkpoint->config(), sizes);
}

WalkOptions SensitivityRun::walkOptions(const MemoryPlan& memory) const {
    WalkOptions options;
    options.batchExamples = memory.batchExamples;
    options.threads = memory.threads;
    options.methodsAtOnce = memory.methodsAtOnce;
    options.spill = memory.spill;
    options.device = m_device;
    options.seed = m_plan.seed;
    return options;
}

void SensitivityRun::quantize() {
    const MemoryPlan memory = planFor(m_plan.methods.size() + 1, 0);
    if (!memory.estimate.fits)
        throw Error(ErrorKind::Resources, memory.estimate.reason);
    requireRoom(memory.estimate.peakBytes, memory.threads);
    m_limit.emplace(m_plan.resources.memoryBytes);
    setProductThreads(memory.threads);
    ChainOptions options;
    options.threads = memory.threads;
    options.batchExamples = memory.calibrationBatchExamples;
    options.methodsAtOnce = memory.quantizeAtOnce;
    options.spill = memory.spill;
    options.device = m_device;
    m_chain = std::make_unique<QuantizationChain>(
        *m_inputs.checkpoint, m_plan.methods, m_inputs.calibration, options,
        m_options.work / "scratch", m_options.work / "codes");
    m_chain->embed(m_job);
    for (std::size_t layer = 0; layer < layers(); ++layer) {
        const std::string stage =
            fmt::format("layer {} of {}: quantizing the candidates", layer + 1, layers());
        m_job.progress(stage, m_workDone, m_workTotal);
        WeightsTable weights(m_plan.methods.size(), modelModules(m_inputs.checkpoint->config()));
        TrainingCurves training(m_plan.methods.size(), trainingEpochs(m_plan.methods));
        const auto number = static_cast<std::int64_t>(layer);
        const auto progress = [&](double share) {
            m_job.progress(stage, m_workDone + share * quantizingWork(), m_workTotal);
        };
        m_chain->quantizeBlock(number, loadBlock(*m_inputs.checkpoint, number),
                               {weights, training, progress}, m_job);
        SessionData part = weights.part();
        part.arrays.emplace("/layer", makeSessionIndex("/layer", 1, layer));
        m_weightParts.push_back(std::move(part));
        advance(stage, quantizingWork());
    }
    m_chain->discard();
    for (std::size_t method = 1; method <= m_plan.methods.size(); ++method)
        m_sources.push_back(m_chain->source(method));
}

/// Sizes and bits of all matrices, and what candidates do to their neighbours.
void SensitivityRun::describeCandidates() {
    for (std::size_t candidate = 0; candidate < m_plan.methods.size(); ++candidate) {
        bool rescalable = true;
        std::vector<bool> folds(moduleCount, false);
        for (std::size_t layer = 0; layer < layers(); ++layer) {
            const QuantizedBlock block =
                m_chain->load(candidate + 1, static_cast<std::int64_t>(layer));
            for (const auto& [module, linear] : block.linears) {
                const auto m = static_cast<std::size_t>(module);
                m_results.set<double>("/sensitivity/bits",
                                      (candidate * layers() + layer) * moduleCount + m,
                                      linear.bitsPerWeight());
                m_results.set<double>("/sensitivity/elements", layer * moduleCount + m,
                                      double(linear.rows * linear.columns));
                rescalable = rescalable && linear.kind == QuantizedLinear::Kind::Uniform;
                folds[m] = folds[m] || block.basis.scale.contains(inputSite(module));
            }
        }
        m_results.set<std::uint8_t>("/sensitivity/rescalable", candidate, rescalable ? 1 : 0);
        for (std::size_t m = 0; m < moduleCount; ++m)
            m_results.set<std::uint8_t>("/sensitivity/folds", candidate * moduleCount + m,
                                        folds[m] ? 1 : 0);
    }
}

void SensitivityRun::walk(Walk& walk, const std::vector<std::size_t>& candidates,
                          const std::string& stage) {
    walk.embed([this](std::size_t) -> const Checkpoint& { return *m_inputs.checkpoint; }, m_job);
    for (std::size_t layer = 0; layer < layers(); ++layer) {
        const auto number = static_cast<std::int64_t>(layer);
        const BlockWeights reference = loadBlock(*m_inputs.checkpoint, number);
        const std::string place = fmt::format("layer {} of {}: {}", layer + 1, layers(), stage);
        double lanes = 0;
        for (const Lane& lane : walk.lanes())
            lanes += lane.forkLayer() <= number ? 1 : 0;
        const double perBatch =
            lanes * double(examples()) / double(std::max<std::int64_t>(walk.batchesPerBlock(), 1));
        m_job.progress(place, m_workDone, m_workTotal);
        walk.walkBlock(
            number, reference,
            [&](std::size_t method) {
                return m_sources[candidates[method - 1]]->block(number, reference);
            },
            [&] { advance(place, perBatch); }, m_job);
    }
}

/// The candidates' whole models.
SessionData SensitivityRun::walkCandidates() {
    std::vector<Lane> lanes = plainLanes(m_plan);
    const MemoryPlan memory = planFor(lanes.size(), 0);
    std::vector<std::size_t> candidates(m_plan.methods.size());
    std::iota(candidates.begin(), candidates.end(), std::size_t{0});
    Walk all(*m_inputs.checkpoint, m_inputs.examples, std::move(lanes), walkOptions(memory),
             m_options.work / "scratch");
    walk(all, candidates, "walking the candidates");
    OutputScores scores(m_inputs.examples, all.plainLanes(), 0);
    const OutputHeads heads(*m_inputs.checkpoint, m_inputs.vocabulary, m_device);
    all.score(
        heads, scores, [] {}, m_job);
    all.discard();
    return scores.lanePart();
}

std::vector<MeasuredLane> SensitivityRun::forkedLanes(std::size_t candidate) const {
    std::vector<MeasuredLane> lanes;
    const auto add = [&](const std::vector<Module>& modules, std::vector<std::int64_t> at,
                         bool restores, MeasuredLane place) {
        Lane& lane = place.lane;
        lane.weights = lane.base = restores ? 1 : 0; // of the walk's two lanes without patches
        lane.restoration = LaneRestoration{modules, restores ? 0u : 1u, std::move(at)};
        lane.name = fmt::format("{} {}", place.path, place.row);
        lanes.push_back(std::move(place));
    };
    const QuantizedBlock first = m_chain->load(candidate + 1, 0);
    for (std::size_t layer = 0; layer < layers(); ++layer) {
        const auto number = static_cast<std::int64_t>(layer);
        const QuantizedBlock block = m_chain->load(candidate + 1, number);
        for (const auto& [module, linear] : block.linears) {
            const std::size_t row =
                (candidate * layers() + layer) * moduleCount + static_cast<std::size_t>(module);
            add({module}, {number}, false,
                {{}, "/sensitivity/kl_quantized", "/sensitivity/nll_quantized", row});
            add({module}, {number}, true,
                {{}, "/sensitivity/kl_restored", "/sensitivity/nll_restored", row});
        }
        if (m_options.wholes)
            add({allModules.begin(), allModules.end()}, {number}, false,
                {{}, "/sensitivity/kl_layer", "", candidate * layers() + layer});
    }
    std::vector<std::int64_t> all(layers());
    std::iota(all.begin(), all.end(), std::int64_t{0});
    for (const auto& [module, linear] : first.linears)
        if (m_options.wholes)
            add({module}, all, false,
                {{},
                 "/sensitivity/kl_kind",
                 "",
                 candidate * moduleCount + static_cast<std::size_t>(module)});
    // Lanes that fork early first, so that groups of the others begin with few lanes.
    std::stable_sort(lanes.begin(), lanes.end(), [](const auto& a, const auto& b) {
        return a.lane.forkLayer() < b.lane.forkLayer();
    });
    return lanes;
}

void SensitivityRun::walkGroup(std::size_t candidate, const std::vector<MeasuredLane>& group) {
    std::vector<Lane> lanes(2);
    lanes[0].name = std::string(referenceLane);
    lanes[1].name = m_plan.methods[candidate].lane;
    lanes[1].weights = lanes[1].base = 1;
    for (const MeasuredLane& measured : group)
        lanes.push_back(measured.lane);
    const MemoryPlan memory = planFor(2, group.size());
    if (!memory.estimate.fits)
        throw Error(ErrorKind::Resources, memory.estimate.reason);
    Walk all(*m_inputs.checkpoint, m_inputs.examples, std::move(lanes), walkOptions(memory),
             m_options.work / "scratch");
    const std::string stage = fmt::format("single matrices of {}", m_plan.methods[candidate].lane);
    walk(all, {candidate}, stage);
    OutputScores scores(m_inputs.examples, 2, group.size());
    const OutputHeads heads(*m_inputs.checkpoint, m_inputs.vocabulary, m_device);
    all.score(
        heads, scores, [] {}, m_job);
    all.discard();
    for (std::size_t index = 0; index < group.size(); ++index)
        for (std::size_t example = 0; example < examples(); ++example) {
            const std::size_t at = group[index].row * examples() + example;
            const auto number = static_cast<std::int64_t>(example);
            m_results.set<float>(group[index].path, at, scores.patchKl(index, number));
            if (!group[index].nllPath.empty())
                m_results.set<float>(group[index].nllPath, at, scores.patchNll(index, number));
        }
}

void SensitivityRun::walkForked(std::size_t candidate) {
    const std::vector<MeasuredLane> lanes = forkedLanes(candidate);
    // As many side by side as stay in memory: states on disk would be slower than the reference's
    // few blocks again.
    std::size_t atOnce = lanes.size();
    while (atOnce > 8 && planFor(2, atOnce).spill)
        atOnce = (atOnce + 1) / 2;
    for (std::size_t first = 0; first < lanes.size(); first += atOnce) {
        const std::size_t last = std::min(first + atOnce, lanes.size());
        walkGroup(candidate, {lanes.begin() + static_cast<std::ptrdiff_t>(first),
                              lanes.begin() + static_cast<std::ptrdiff_t>(last)});
    }
}

/// What "/sensitivity" says of its examples and of the candidates' whole models.
void putExamples(const StudyInputs& inputs, const SessionData& output,
                 const std::vector<MethodSpec>& candidates, SessionData& session) {
    const auto count = static_cast<std::size_t>(inputs.examples.examples());
    const auto put = [&session](const std::string& path, std::vector<std::size_t> shape,
                                auto values) {
        NamedArray array = makeSessionArray(path, std::move(shape));
        array.values = std::move(values);
        session.arrays.insert_or_assign(path, std::move(array));
    };
    for (const char* name : {"kl", "nll"}) {
        const std::vector<double> all =
            output.require(std::string("/examples/") + name).toDoubles(); // [lane, example]
        if (std::string_view(name) == "nll")
            put("/sensitivity/nll_reference", {count},
                std::vector<float>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)));
        put(std::string("/sensitivity/") + name, {candidates.size(), count},
            std::vector<float>(all.begin() + static_cast<std::ptrdiff_t>(count), all.end()));
    }
    const TokenWindows& windows = inputs.windows;
    put("/sensitivity/document", {count},
        std::vector<std::int32_t>(windows.documents.begin(), windows.documents.end()));
    put("/sensitivity/excerpt", {count}, windows.excerpts);
    for (std::size_t label = 0; label < windows.labelNames.size(); ++label) {
        const std::string name = labelPath(windows.labelNames[label]).substr(5); // "/labels/…"
        put("/sensitivity" + name, {count}, windows.labels[label]);
    }
    session.arrays.insert_or_assign("/calibration_example",
                                    makeSessionIndex("/calibration_example", count));
    std::vector<std::string> names;
    for (const MethodSpec& candidate : candidates)
        names.push_back(toString(candidate));
    session.arrays.insert_or_assign("/candidate", makeSessionText("/candidate", std::move(names)));
}

/// True bits of every candidate over all its matrices.
NamedArray bitsPerWeight(const SessionData& session) {
    const NamedArray& bits = session.require("/sensitivity/bits");
    const NamedArray& elements = session.require("/sensitivity/elements");
    NamedArray result = makeSessionArray("/weights/bits_per_weight", {bits.shape[0]});
    for (std::size_t candidate = 0; candidate < bits.shape[0]; ++candidate) {
        double sum = 0;
        double weights = 0;
        for (std::size_t layer = 0; layer < bits.shape[1]; ++layer)
            for (std::size_t module = 0; module < bits.shape[2]; ++module)
                if (const double count = elements.at({layer, module}); count == count) {
                    sum += count * bits.at({candidate, layer, module});
                    weights += count;
                }
        std::get<std::vector<double>>(result.values)[candidate] = sum / weights;
    }
    return result;
}

SessionData SensitivityRun::run() {
    prepare();
    const double all = double(layers()) * double(examples());
    const double perCandidate =
        all * (2 + (m_options.wholes ? 8.0 : 7.0) + 7.0) / 2 * double(layers());
    m_workTotal = double(layers()) * quantizingWork() + all * double(m_plan.methods.size() + 1) +
                  perCandidate * double(m_plan.methods.size());
    quantize();
    describeCandidates();
    const SessionData output = walkCandidates();
    for (std::size_t candidate = 0; candidate < m_plan.methods.size(); ++candidate)
        walkForked(candidate);

    SessionData measured = m_results.take();
    putExamples(m_inputs, output, m_plan.methods, measured);
    measured.arrays.insert_or_assign("/weights/bits_per_weight", bitsPerWeight(measured));
    std::vector<SessionData> parts = std::move(m_weightParts);
    parts.insert(parts.begin(), headPart(m_plan, m_inputs));
    parts.push_back(output);
    parts.push_back(chooseSets(m_plan, output, m_inputs.windows));
    SessionData session = mergeParts(parts, layers());
    session.arrays.merge(measured.arrays);
    session.attributes[attribute::status] = "complete";
    session.attributes[attribute::blocksDone] = std::to_string(layers());
    return session;
}

} // namespace

void checkCandidates(const std::vector<MethodSpec>& candidates) {
    if (candidates.empty())
        throw Error(ErrorKind::Usage, "No candidate was named; give some with --candidates, e.g. "
                                      "rtn:bits=3,group=64,gptq:bits=4,group=64.");
    for (const MethodSpec& candidate : candidates) {
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(candidate);
        if (quantizer->roundsInputs() || quantizer->turnsChannels())
            throw Error(ErrorKind::Usage,
                        fmt::format("The candidate {} rounds or turns what runs between matrices, "
                                    "which single matrices cannot have alone; take methods that "
                                    "quantize weights.",
                                    toString(candidate)));
        if (quantizer->endToEnd())
            throw Error(ErrorKind::Usage,
                        fmt::format("The candidate {} trains all blocks together at the end, "
                                    "which single matrices cannot share; add end_to_end=false.",
                                    toString(candidate)));
    }
}

SessionData measureSensitivity(const SensitivityOptions& options, Job& job) {
    return SensitivityRun(options, job).run();
}

void runSensitivity(StudyPlan plan, double calibrationShare, Job& job) {
    if (!plan.calibration.source) {
        plan.calibration.source = plan.text;
        plan.calibration.source->shares.push_back({0, calibrationShare, plan.seed});
        plan.text.shares.push_back({calibrationShare, 1, plan.seed});
    }
    const StudyFolder folder(plan.output);
    writeSession(folder.sessionFile(),
                 measureSensitivity({plan, folder.path() / "sensitivity"}, job));
    std::error_code ignored;
    std::filesystem::remove(folder.path(), ignored); // where nothing else is in it
}

} // namespace quantscope
