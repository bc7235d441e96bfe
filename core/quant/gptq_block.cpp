#include "core/quant/gptq_block.h"

#include "core/quant/asymmetric_calibration.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"

#include <algorithm>
#include <optional>

namespace quantscope {

namespace {

/// What the calibration text tells of one input.
struct InputSums {
    HessianSum hessian;
    std::optional<InputDifferenceSum> differences; ///< GPTAQ only
};

class BlockSolver {
public:
    BlockSolver(const BlockTask& task, const BlockWeights& lane, const GptqOptions& options,
                std::map<std::string, double>& diagnostics)
        : m_task(task)
        , m_lane(lane)
        , m_options(options)
        , m_diagnostics(diagnostics) {}

    /// @param weights  the block as far as it is quantized
    void solve(const BlockWeights& weights, const std::vector<Site>& sites) {
        std::map<Site, InputSums> sums = gather(weights, sites);
        for (Site site : sites) {
            const HessianFactor factor = factorHessian(
                sums.at(site).hessian.take(), m_options.damping, m_options.actOrder, m_task.job);
            torch::Tensor correction;
            if (auto& differences = sums.at(site).differences)
                correction = asymmetryCorrection(differences->take(), factor, m_options.alpha);
            m_diagnostics["gptq.damping_raised"] += factor.damping > m_options.damping ? 1 : 0;
            m_diagnostics["gptq.dead_columns"] += factor.dead.sum().item<double>();
            for (Module module : allModules)
                if (inputSite(module) == site)
                    linears[module] = solveGptq(m_lane.linear(module).weight, factor, m_options,
                                                m_task.job, correction);
        }
    }

    std::map<Module, QuantizedLinear> linears;

private:
    std::map<Site, InputSums> gather(const BlockWeights& weights,
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
        for (std::int64_t index = 0; index < m_task.quantizedChain->batches(); ++index) {
            const auto quantized =
                captureLayerInputs(m_task, weights, m_task.quantizedChain->batch(index), sites);
            for (const auto& [site, values] : quantized)
                sums.at(site).hessian.add(values);
            if (!m_options.asymmetric)
                continue;
            const auto full =
                captureLayerInputs(m_task, m_lane, m_task.fullChain->batch(index), sites);
            for (const auto& [site, values] : quantized)
                sums.at(site).differences->add(full.at(site), values);
        }
        return sums;
    }

    const BlockTask& m_task;
    const BlockWeights& m_lane;
    const GptqOptions& m_options;
    std::map<std::string, double>& m_diagnostics;
};

} // namespace

std::map<Module, QuantizedLinear> solveGptqBlock(const BlockTask& task, const BlockWeights& lane,
                                                 const GptqOptions& options,
                                                 std::map<std::string, double>& diagnostics) {
    requireStream(task.quantizedChain, "gptq");
    if (options.asymmetric)
        requireStream(task.fullChain, "gptq");
    diagnostics["gptq.damping_raised"] = 0;
    diagnostics["gptq.dead_columns"] = 0;
    BlockSolver solver(task, lane, options, diagnostics);
    if (!options.trueSequential) {
        solver.solve(lane, layerInputSites);
        return solver.linears;
    }
    BlockWeights current = lane; // quantized as far as the stages have come
    for (Site site : layerInputSites) {
        solver.solve(current, {site});
        for (auto& [module, linear] : solver.linears)
            if (inputSite(module) == site)
                current.linear(module).weight = linear.dequantize();
    }
    return solver.linears;
}

std::uint64_t gptqBytes(const ModelConfig& config, const GptqOptions& options) {
    const auto square = [](std::int64_t width) {
        return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(width) * 4;
    };
    const std::int64_t heads = config.heads * config.headDimension;
    const std::uint64_t others =
        options.trueSequential ? 0 : 2 * square(config.hiddenSize) + square(heads);
    const std::uint64_t widest =
        square(std::max({config.hiddenSize, heads, config.intermediateSize}));
    const std::uint64_t squares = 3 * widest + others;
    return squares * (options.asymmetric ? 2 : 1) +
           static_cast<std::uint64_t>(largestMatrix(config)) * 12;
}

} // namespace quantscope
