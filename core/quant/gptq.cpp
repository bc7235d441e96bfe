#include "core/quant/asymmetric_calibration.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"

#include <algorithm>
#include <optional>

namespace quantscope {

namespace {

constexpr std::array inputSites = {Site::Ln1, Site::OInput, Site::Ln2, Site::DownInput};

class Gptq : public Quantizer {
public:
    explicit Gptq(const GptqOptions& options) : m_options(options) {}

    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return m_options.asymmetric; }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        // The widest layer's Hessian, its factor and a temporary; the other sites' Hessians, where
        // all are gathered in one pass; W transposed and one matrix dequantized. The asymmetric
        // kind has as many sums of input differences, their correction and a product.
        const auto square = [](std::int64_t width) {
            return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(width) * 4;
        };
        const std::int64_t heads = config.heads * config.headDimension;
        const std::uint64_t others =
            m_options.trueSequential ? 0 : 2 * square(config.hiddenSize) + square(heads);
        const std::uint64_t widest =
            square(std::max({config.hiddenSize, heads, config.intermediateSize}));
        const std::uint64_t squares = 3 * widest + others;
        return Quantizer::workBytes(config, calibrationTokens) +
               squares * (m_options.asymmetric ? 2 : 1) +
               static_cast<std::uint64_t>(largestMatrix(config)) * 12;
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        requireStream(task.quantizedChain, "gptq");
        if (m_options.asymmetric)
            requireStream(task.fullChain, "gptq");
        QuantizedBlock block;
        block.diagnostics["gptq.damping_raised"] = 0;
        block.diagnostics["gptq.dead_columns"] = 0;
        if (m_options.trueSequential) {
            BlockWeights current = task.weights; // quantized as far as the stages have come
            for (Site site : inputSites) {
                solveSites(task, current, {site}, block);
                for (auto& [module, linear] : block.linears)
                    if (inputSite(module) == site)
                        current.linear(module).weight = linear.dequantize();
            }
        } else {
            solveSites(task, task.weights, {inputSites.begin(), inputSites.end()}, block);
        }
        return block;
    }

private:
    /// What the calibration text tells of one input.
    struct InputSums {
        HessianSum hessian;
        std::optional<InputDifferenceSum> differences; ///< GPTAQ only
    };

    /// @param weights  the block as far as it is quantized
    std::map<Site, InputSums> gather(const BlockTask& task, const BlockWeights& weights,
                                     const std::vector<Site>& sites) const {
        std::map<Site, InputSums> sums;
        for (Module module : allModules) { // one of each input's modules tells its width
            const std::int64_t width = weights.linear(module).weight.size(1);
            if (std::find(sites.begin(), sites.end(), inputSite(module)) == sites.end())
                continue;
            const auto [place, isNew] =
                sums.try_emplace(inputSite(module), InputSums{HessianSum(width), std::nullopt});
            if (isNew && m_options.asymmetric)
                place->second.differences.emplace(width);
        }
        for (std::int64_t index = 0; index < task.quantizedChain->batches(); ++index) {
            const auto quantized =
                captureSites(task, weights, task.quantizedChain->batch(index), sites);
            for (const auto& [site, values] : quantized)
                sums.at(site).hessian.add(values);
            if (!m_options.asymmetric)
                continue;
            const auto full = captureSites(task, task.weights, task.fullChain->batch(index), sites);
            for (const auto& [site, values] : quantized)
                sums.at(site).differences->add(full.at(site), values);
        }
        return sums;
    }

    void solveSites(const BlockTask& task, const BlockWeights& weights,
                    const std::vector<Site>& sites, QuantizedBlock& block) const {
        std::map<Site, InputSums> sums = gather(task, weights, sites);
        for (Site site : sites) {
            const HessianFactor factor = factorHessian(
                sums.at(site).hessian.take(), m_options.damping, m_options.actOrder, task.job);
            torch::Tensor correction;
            if (auto& differences = sums.at(site).differences)
                correction = asymmetryCorrection(differences->take(), factor, m_options.alpha);
            block.diagnostics["gptq.damping_raised"] += factor.damping > m_options.damping ? 1 : 0;
            block.diagnostics["gptq.dead_columns"] += factor.dead.sum().item<double>();
            for (Module module : allModules)
                if (inputSite(module) == site)
                    block.linears[module] = solveGptq(task.weights.linear(module).weight, factor,
                                                      m_options, task.job, correction);
        }
    }

    GptqOptions m_options;
};

} // namespace

Method gptqMethod() {
    std::vector<OptionDescription> described = gridOptionDescriptions(4, 128, GridKind::Asymmetric);
    const std::vector<OptionDescription> own = {
        {"damping", "0.01", "0 … 1", "share of the Hessian's mean diagonal added to its diagonal"},
        {"act_order", "false", "true, false", "quantize columns by descending input energy"},
        {"static_groups", "false", "true, false",
         "fix all grids before, so that act_order keeps groups together"},
        {"true_sequential", "false", "true, false",
         "inputs of o, of gate and up, and of down recomputed with the matrices before them "
         "quantized"},
        {"group_grid", "fresh", "fresh, published",
         "a group's range from updated weights, or as they stood when the lazy block began, as the "
         "published code reads it"},
        {"block", "128", "1 … 4096", "columns a lazy block"},
        {"gptaq", "false", "true, false",
         "asymmetric calibration (GPTAQ, arXiv 2504.02692): make up for what the inputs have lost "
         "in the quantized blocks before"},
        {"alpha", "0.25", "0 … 1", "share of that correction; 0 is plain GPTQ"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"gptq", "GPTQ", "arXiv 2210.17323", "calibration text", described,
             "a forward pass of the calibration text, a square matrix summed and factored for each "
             "input; twice that with gptaq"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                GptqOptions gptq;
                gptq.grid = options.grid();
                gptq.damping = options.number("damping", 0, 1);
                gptq.actOrder = options.flag("act_order");
                gptq.staticGroups = options.flag("static_groups");
                gptq.trueSequential = options.flag("true_sequential");
                gptq.groupGrid = options.choice("group_grid", {"fresh", "published"}) == 0
                                     ? GroupGrid::Fresh
                                     : GroupGrid::Published;
                gptq.block = options.integer("block", 1, 4096);
                gptq.asymmetric = options.flag("gptaq");
                gptq.alpha = options.number("alpha", 0, 1);
                return std::make_unique<Gptq>(gptq);
            }};
}

} // namespace quantscope
