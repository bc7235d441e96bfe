#include "core/quant/awq_search.h"
#include "core/quant/folding.h"
#include "core/quant/methods.h"
#include "core/quant/smoothing.h"

#include <algorithm>

namespace quantscope {

namespace {

class Awq : public Quantizer {
public:
    explicit Awq(const AwqOptions& options) : m_options(options) {}

    bool needsFullChain() const override { return m_options.scale || m_options.clip; }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        // A chunk of batches with its sites, three rounded matrices of a candidate, and samples.
        constexpr std::uint64_t largestChunk = 192U << 20;
        const std::int64_t searched = m_options.searchTokens > 0
                                          ? std::min(m_options.searchTokens, calibrationTokens)
                                          : calibrationTokens;
        const std::uint64_t chunk =
            std::min(largestChunk,
                     static_cast<std::uint64_t>(
                         4 * searched * (10 * config.hiddenSize + 3 * config.intermediateSize)));
        const auto codes = static_cast<std::uint64_t>(blockMatrices(config)) * 5 / 4;
        return std::max(Quantizer::workBytes(config, calibrationTokens),
                        codes + chunk + static_cast<std::uint64_t>(largestMatrix(config)) * 4 * 4);
    }

    bool worksOnDevice() const override { return true; }

    double calibrationPasses() const override {
        // Statistics of all text; of a part of it every candidate's attention, MLP and layers.
        return Quantizer::calibrationPasses() + (m_options.scale ? 0.5 * m_options.gridPoints : 0);
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        QuantizedBlock block;
        std::map<ModuleInput, InputStatistics> statistics;
        if (needsFullChain()) {
            const CalibrationStream& stream = requireStream(task.fullChain, "awq");
            statistics = gatherInputStatistics(task, task.weights, stream);
            if (m_options.scale)
                block.basis = searchScales(task, stream, statistics, m_options, block.diagnostics);
        }
        const auto& scales = block.basis.scale;
        if (const auto scale = scales.find(Site::Ln1); scale != scales.end())
            block.ln1 = task.weights.ln1 / scale->second;
        if (const auto scale = scales.find(Site::Ln2);
            scale != scales.end() && task.weights.ln2.defined())
            block.ln2 = task.weights.ln2 / scale->second;
        for (Module module : task.weights.modules()) {
            task.job.throwIfStopped();
            torch::Tensor weight =
                foldScales(task.weights.linear(module).weight, block.basis, module);
            // An expert that no calibration token reached has no inputs to clip by.
            const auto seen = statistics.find(moduleInput(module));
            if (m_options.clip && module != Module::Q && module != Module::K &&
                seen != statistics.end()) {
                torch::Tensor inputs = seen->second.sample;
                if (const torch::Tensor* scale = inputScale(block.basis, module))
                    inputs = inputs / *scale;
                weight = clipToBestRange(weight, inputs, m_options.grid, task.job);
            }
            block.linears[module] = roundToNearest(weight, m_options.grid, task.job);
        }
        return block;
    }

private:
    AwqOptions m_options;
};

} // namespace

Method awqMethod() {
    std::vector<OptionDescription> described =
        gridOptionDescriptions(4, 128, GridKind::AsymmetricRaw);
    const std::vector<OptionDescription> own = {
        {"scale", "true", "true, false", "search channel scales by the module's output"},
        {"clip", "true", "true, false", "search ranges of groups (not of q and k)"},
        {"n_grid", "20", "1 … 100", "values of the scales' exponent tried: 0, 1/n, …, (n - 1)/n"},
        {"search_tokens", "2048", "0 … 16777216",
         "tokens that this search looks at, whole windows at even distances; 0: all, as the "
         "published code does with its 128 windows of 512"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"awq", "AWQ", "arXiv 2306.00978", "calibration text", described,
             "two forward passes of the calibration text, then 20 of search_tokens"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                AwqOptions awq;
                awq.grid = options.grid();
                awq.scale = options.flag("scale");
                awq.clip = options.flag("clip");
                awq.gridPoints = static_cast<int>(options.integer("n_grid", 1, 100));
                awq.searchTokens = options.integer("search_tokens", 0, 1 << 24);
                return std::make_unique<Awq>(awq);
            }};
}

} // namespace quantscope
