#include "core/engine/quantization_chain.h"

#include "core/data/error.h"
#include "core/engine/batches_at_once.h"
#include "core/engine/codes_manifest.h"
#include "core/engine/end_to_end_phase.h"
#include "core/engine/packed_codes.h"
#include "core/engine/prefix_phase.h"
#include "core/engine/workers.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"
#include "core/model/stop_watcher.h"
#include "core/quant/codes_on_device.h"
#include "core/quant/packed_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fstream>
#include <iterator>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

std::string readFileBytes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in || bytes.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the codes that were just written there cannot be read.",
                                file.string()));
    return bytes;
}

} // namespace

/// A calibration lane as a method reads it.
class QuantizationChain::Stream final : public CalibrationStream {
public:
    Stream(const HiddenStates& states, std::int64_t batchExamples, torch::Device device)
        : m_states(states)
        , m_batchExamples(batchExamples)
        , m_device(device) {}

    std::int64_t batches() const override {
        return (m_states.examples() + m_batchExamples - 1) / m_batchExamples;
    }
    torch::Tensor batch(std::int64_t index) const override {
        const std::int64_t first = index * m_batchExamples;
        return m_states.read(first, std::min(m_batchExamples, m_states.examples() - first))
            .to(m_device);
    }

private:
    const HiddenStates& m_states;
    std::int64_t m_batchExamples;
    torch::Device m_device;
};

struct QuantizationChain::MethodState {
    MethodSpec spec;
    std::unique_ptr<Quantizer> quantizer;
    std::filesystem::path codes;
    std::optional<TextPrefix> prefix; ///< where the method asks for one
    const CalibrationText* text = nullptr;
    TextLane* full = nullptr; ///< in full precision; null where the method does not look at it
    TextLane behind;          ///< the same behind the method's own prefix, where it has one
    TextLane chain;           ///< without states where it does not look at that
    double seconds = 0;       ///< that its last block took
    bool finished = false;    ///< all blocks were made by an earlier phase
};

QuantizationChain::QuantizationChain(const Checkpoint& checkpoint,
                                     const std::vector<MethodSpec>& methods,
                                     const CalibrationTexts& calibration, ChainOptions options,
                                     const std::filesystem::path& scratch,
                                     const std::filesystem::path& codes)
    : m_checkpoint(checkpoint)
    , m_calibration(calibration)
    , m_options(options)
    , m_scratch(scratch)
    , m_singularValues(m_options.singularValues) {
    if (m_options.carriesAllTexts)
        for (const CalibrationText* text : m_calibration.all()) {
            m_rotary.try_emplace(text->ids.positions,
                                 makeRotaryTables(checkpoint.config(), text->ids.positions));
            fullChainOf(*text);
        }
    for (const MethodSpec& spec : methods) {
        auto state = std::make_unique<MethodState>();
        state->spec = spec;
        state->codes = codes / slug(spec, m_methods.size() + 1);
        if (!owns(m_methods.size())) {
            m_methods.push_back(std::move(state));
            continue;
        }
        m_own.push_back(m_methods.size());
        state->quantizer = makeQuantizer(spec);
        state->text = &m_calibration.of(spec);
        const std::int64_t positions = std::max<std::int64_t>(state->text->ids.positions, 1);
        m_rotary.try_emplace(positions, makeRotaryTables(checkpoint.config(), positions));
        std::filesystem::create_directories(state->codes);
        const bool calibrates =
            state->quantizer->needsFullChain() || state->quantizer->needsQuantizedChain();
        writeCodesManifest(state->codes, spec, calibrates ? &state->text->provenance : nullptr);
        state->prefix = readTextPrefix(state->codes);
        state->finished = !endToEndLosses(state->codes).empty();
        if (state->quantizer->needsFullChain() && !state->finished && state->prefix) {
            state->behind =
                makeLane(*state->text, fmt::format("calibration-full-of-{}", m_methods.size() + 1));
            state->full = &state->behind;
        } else if (state->quantizer->needsFullChain() && !state->finished) {
            state->full = &fullChainOf(*state->text);
        }
        if (state->quantizer->needsQuantizedChain() && !state->finished)
            state->chain =
                makeLane(*state->text, fmt::format("calibration-{}", m_methods.size() + 1));
        m_methods.push_back(std::move(state));
    }
}

bool QuantizationChain::owns(std::size_t index) const {
    return !m_options.ranks || m_options.owners.at(index) == m_options.ranks->rank();
}

QuantizationChain::TextLane QuantizationChain::makeLane(const CalibrationText& text,
                                                        const std::string& name) const {
    return {&text, std::make_unique<HiddenStates>(
                       m_scratch / name, text.ids.examples(), text.ids.positions,
                       m_checkpoint.config().hiddenSize, m_options.spill)};
}

QuantizationChain::TextLane& QuantizationChain::fullChainOf(const CalibrationText& text) {
    for (const std::unique_ptr<TextLane>& lane : m_fullChains)
        if (lane->text == &text)
            return *lane;
    const std::string number =
        m_fullChains.empty() ? "" : fmt::format("-{}", m_fullChains.size() + 1);
    m_fullChains.push_back(std::make_unique<TextLane>(makeLane(text, "calibration-full" + number)));
    return *m_fullChains.back();
}

const RotaryTables& QuantizationChain::rotaryOf(const CalibrationText& text) const {
    return m_rotary.at(std::max<std::int64_t>(text.ids.positions, 1));
}

/// All texts on their way.
std::vector<QuantizationChain::TextLane*> QuantizationChain::lanes() {
    std::vector<TextLane*> all;
    for (const std::unique_ptr<TextLane>& lane : m_fullChains)
        all.push_back(lane.get());
    for (const std::unique_ptr<MethodState>& method : m_methods)
        for (TextLane* lane : {&method->chain, &method->behind})
            if (lane->states)
                all.push_back(lane);
    return all;
}

QuantizationChain::~QuantizationChain() = default;

bool QuantizationChain::needsCalibration(const std::vector<MethodSpec>& methods) {
    return std::any_of(methods.begin(), methods.end(), [](const MethodSpec& spec) {
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(spec);
        return quantizer->needsFullChain() || quantizer->needsQuantizedChain();
    });
}

std::string QuantizationChain::slug(const MethodSpec& method, std::size_t index) {
    std::string name;
    for (const char c : method.method)
        name += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
    return fmt::format("{:02}-{}", index, name.substr(0, 24));
}

std::filesystem::path QuantizationChain::blockFile(const std::filesystem::path& folder,
                                                   std::int64_t layer) {
    return folder / fmt::format("block-{:03}.safetensors", layer);
}

void embedText(const Checkpoint& checkpoint, const ExampleIds& text, HiddenStates& states,
               int threads, const Job& job) {
    parallelFor(text.examples(), threads, job, [&](int, std::int64_t example) {
        std::vector<std::int64_t> ids;
        for (std::int64_t t = 0; t < text.positions; ++t)
            ids.push_back(std::max<std::int32_t>(text.row(example)[t], 0));
        states.write(example, embedTokens(checkpoint, ids, text.positions));
    });
    states.advance();
}

void QuantizationChain::embed(const Job& job) {
    for (TextLane* lane : lanes())
        embedText(m_checkpoint, lane->text->ids, *lane->states, m_options.threads, job);
}

void QuantizationChain::advanceLane(TextLane& lane, std::int64_t layer, const BlockWeights& weights,
                                    const Job& job, TextHistograms* histograms) {
    const Stream stream(*lane.states, m_options.batchExamples, m_options.device);
    const BlockWeights moved = onDevice(weights, m_options.device);
    const RotaryTables rotary = onDevice(rotaryOf(*lane.text), m_options.device);
    const int threads = batchesAtOnce(!m_options.device.is_cpu(), m_options.threads);
    parallelFor(stream.batches(), threads, job, [&](int, std::int64_t batch) {
        const std::int64_t first = batch * m_options.batchExamples;
        StopWatcher stop(job);
        std::optional<TextHistograms::Watcher> magnitudes;
        if (histograms)
            magnitudes.emplace(*histograms, *lane.text, first, job);
        SiteWatcher* watcher = &stop;
        if (magnitudes)
            watcher = &*magnitudes;
        lane.states->write(first, blockForwardInference(m_checkpoint.config(), layer, moved, rotary,
                                                        stream.batch(batch), watcher));
    });
    lane.states->advance();
}

bool QuantizationChain::isStored(const MethodState& method, std::int64_t layer) const {
    return method.finished ||
           (m_options.reuseStored && std::filesystem::exists(blockFile(method.codes, layer)));
}

/// Holds the blocks that methods look through from this one: as many as the farthest look.
void QuantizationChain::lookAhead(std::int64_t layer) {
    std::int64_t farthest = 0;
    for (const std::size_t index : m_own)
        if (!isStored(*m_methods[index], layer))
            farthest = std::max(farthest, m_methods[index]->quantizer->blocksAhead());
    const std::int64_t end = std::min(layer + 1 + farthest, m_checkpoint.config().layers);
    std::vector<BlockWeights> ahead;
    for (std::int64_t next = layer + 1; next < end; ++next) {
        const std::int64_t held = next - m_firstAhead;
        ahead.push_back(held >= 0 && held < static_cast<std::int64_t>(m_ahead.size())
                            ? m_ahead[static_cast<std::size_t>(held)]
                            : loadBlock(m_checkpoint, next));
    }
    m_ahead = std::move(ahead);
    m_firstAhead = layer + 1;
}

BlockWeights QuantizationChain::behindPrefix(const MethodState& method, std::int64_t layer,
                                             const BlockWeights& reference) {
    BlockWeights behind = reference;
    const auto at = static_cast<std::size_t>(layer);
    if (method.prefix && at < method.prefix->layers.size())
        behind.prefix = method.prefix->layers[at];
    return behind;
}

/// Whether a method is given what it looks at on the GPU, where that has room for its work.
bool QuantizationChain::worksOnDevice(const MethodState& method, std::int64_t layer) const {
    const ExampleIds& ids = method.text->ids;
    return method.quantizer->worksOnDevice() && !isStored(method, layer) &&
           method.quantizer->workBytes(m_checkpoint.config(), ids.examples() * ids.positions) <=
               m_options.deviceRoom;
}

QuantizedBlock QuantizationChain::makeBlock(std::int64_t layer, const BlockWeights& weights,
                                            const MethodState& method, Job& job, Reports reports) {
    const std::filesystem::path file = blockFile(method.codes, layer);
    if (isStored(method, layer))
        return loadPackedBlock(file);
    const torch::Device device = weights.linear(weights.modules().front()).weight.device();
    std::optional<Stream> own;
    std::optional<Stream> full;
    if (method.chain.states)
        own.emplace(*method.chain.states, m_options.batchExamples, device);
    if (method.full)
        full.emplace(*method.full->states, m_options.batchExamples, device);
    const BlockWeights behind = behindPrefix(method, layer, weights);
    const RotaryTables rotary = onDevice(rotaryOf(*method.text), device);
    BlockTask task{m_checkpoint.config(),   layer, behind, rotary, own ? &*own : nullptr,
                   full ? &*full : nullptr, job};
    task.progress = std::move(reports.progress);
    task.trained = std::move(reports.trained);
    std::vector<BlockWeights> ahead;
    const auto wanted = static_cast<std::size_t>(method.quantizer->blocksAhead());
    for (std::size_t i = 0; i < std::min(m_ahead.size(), wanted); ++i)
        ahead.push_back(behindPrefix(method, layer + 1 + static_cast<std::int64_t>(i), m_ahead[i]));
    task.ahead = ahead;
    task.singularValues = &m_singularValues;
    QuantizedBlock block = method.quantizer->quantize(task);
    savePackedBlock(file, broughtHome(block));
    return block;
}

void QuantizationChain::quantizeBlock(std::int64_t layer, const BlockWeights& reference,
                                      const BlockReport& report, Job& job,
                                      const BlockWeights* there) {
    std::mutex mutex;
    std::vector<double> work(m_methods.size()); // in passes over the calibration text
    std::vector<double> done(m_methods.size());
    for (const std::size_t index : m_own)
        work[index] =
            m_methods[index]->finished ? 1 : 1 + m_methods[index]->quantizer->calibrationPasses();
    const double allWork = std::accumulate(work.begin(), work.end(), 0.0);
    lookAhead(layer);
    const auto quantize = [&](std::size_t index) {
        MethodState& method = *m_methods[index];
        const auto started = std::chrono::steady_clock::now();
        const auto tell = [&](double share) {
            const std::lock_guard lock(mutex);
            done[index] = share * work[index];
            if (report.progress)
                report.progress(std::accumulate(done.begin(), done.end(), 0.0) / allWork);
        };
        const auto tellLosses = [&](const std::vector<double>& losses) {
            const std::lock_guard lock(mutex);
            if (report.trained)
                report.trained(index, losses);
        };
        const BlockWeights& weights = there && worksOnDevice(method, layer) ? *there : reference;
        const QuantizedBlock block = makeBlock(layer, weights, method, job, {tell, tellLosses});
        report.training.set(index, block.trainingLoss);
        for (const auto& [module, error] : weightErrors(weights, block)) {
            MatrixReport matrix;
            matrix.error = error;
            matrix.bits = block.linears.at(module).bitsPerWeight();
            if (const auto input = block.inputs.find(inputSite(module));
                input != block.inputs.end())
                matrix.activationBits = input->second.rounding.bits;
            report.weights.set(index, module, matrix);
        }
        method.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        tell(1);
    };
    // Methods are independent within a block: side by side with one core each where their work
    // space fits, else one after the other with all cores in each product.
    if (m_options.methodsAtOnce > 1) {
        // The slowest of the block before begins first, so that no core waits for it at the end.
        std::vector<std::size_t> order = m_own;
        std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return m_methods[a]->seconds > m_methods[b]->seconds;
        });
        const int threads = std::min(m_options.threads, static_cast<int>(m_options.methodsAtOnce));
        parallelFor(
            static_cast<std::int64_t>(order.size()), threads, job,
            [&](int, std::int64_t index) { quantize(order[static_cast<std::size_t>(index)]); });
    } else {
        for (const std::size_t index : m_own)
            quantize(index);
    }
    for (const std::unique_ptr<MethodState>& method : m_methods)
        if (method->chain.states)
            advanceLane(method->chain, layer,
                        PackedCodes(method->codes, nullptr, 0, m_options.device)
                            .block(layer, reference)
                            .weights,
                        job);
    for (const std::unique_ptr<MethodState>& method : m_methods)
        if (method->behind.states)
            advanceLane(method->behind, layer, behindPrefix(*method, layer, reference), job);
    for (const std::unique_ptr<TextLane>& lane : m_fullChains)
        advanceLane(*lane, layer, there ? *there : reference, job, report.texts);
}

void QuantizationChain::exchangeCodes(std::int64_t layer) {
    if (!m_options.ranks)
        return;
    for (std::size_t index = 0; index < m_methods.size(); ++index) {
        std::string bytes;
        if (owns(index))
            bytes = readFileBytes(blockFile(m_methods[index]->codes, layer));
        m_options.ranks->broadcast(bytes, m_options.owners[index]);
        if (!owns(index))
            m_received->put(index + 1, layer, bytes);
    }
}

QuantizedBlock QuantizationChain::load(std::size_t method, std::int64_t layer) const {
    return loadPackedBlock(blockFile(m_methods.at(method - 1)->codes, layer));
}

std::unique_ptr<BlockSource> QuantizationChain::source(std::size_t method) const {
    return std::make_unique<PackedCodes>(m_methods.at(method - 1)->codes, m_received, method,
                                         m_options.device);
}

void QuantizationChain::commit(int generation) {
    for (TextLane* lane : lanes())
        lane->states->commit(generation);
}

void QuantizationChain::restore(int generation) {
    for (TextLane* lane : lanes())
        lane->states->restore(generation);
}

void QuantizationChain::discard() {
    for (TextLane* lane : lanes())
        lane->states->discard();
    m_fullChains.clear();
    for (const std::unique_ptr<MethodState>& method : m_methods) {
        method->full = nullptr;
        method->behind.states.reset();
        method->chain.states.reset();
    }
}

} // namespace quantscope
