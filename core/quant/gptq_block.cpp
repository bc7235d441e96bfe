#include "core/quant/gptq_block.h"

#include "core/quant/asymmetric_calibration.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"

#include <algorithm>
#include <iterator>
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
    void solve(const BlockWeights& weights, const std::vector<ModuleInput>& inputs) {
        std::map<ModuleInput, InputSums> sums = gather(weights, inputs);
        for (const ModuleInput& input : inputs) {
            std::vector<Module> modules;
            for (const Module module : m_lane.modules())
                if (moduleInput(module) == input)
                    modules.push_back(module);
            InputSums& sum = sums.at(input);
            if (input.expert >= 0 && sum.hessian.samples() == 0) {
                // No token came to the expert: nothing is known of its inputs.
                m_diagnostics["gptq.experts_unreached"] += input.site == Site::Ln2 ? 1 : 0;
                for (const Module module : modules)
                    linears[module] =
                        roundToNearest(m_lane.linear(module).weight, m_options.grid, m_task.job);
                continue;
            }
            const HessianFactor factor = factorHessian(sum.hessian.take(), m_options.damping,
                                                       m_options.actOrder, m_task.job);
            torch::Tensor correction;
            if (sum.differences)
                correction = asymmetryCorrection(sum.differences->take(), factor, m_options.alpha);
            m_diagnostics["gptq.damping_raised"] += factor.damping > m_options.damping ? 1 : 0;
            m_diagnostics["gptq.dead_columns"] += factor.dead.sum().item<double>();
            for (const Module module : modules)
                linears[module] = solveGptq(m_lane.linear(module).weight, factor, m_options,
                                            m_task.job, correction);
        }
    }

    std::map<Module, QuantizedLinear> linears;

private:
    std::map<ModuleInput, InputSums> gather(const BlockWeights& weights,
                                            const std::vector<ModuleInput>& inputs) const {
        std::map<ModuleInput, InputSums> sums;
        for (const Module module : weights.modules()) { // one of each input's tells its width
            const torch::Tensor& weight = weights.linear(module).weight;
            const std::int64_t width = weight.size(1);
            const ModuleInput input = moduleInput(module);
            if (std::find(inputs.begin(), inputs.end(), input) == inputs.end())
                continue;
            const auto [place, isNew] = sums.try_emplace(
                input, InputSums{HessianSum(width, weight.device()), std::nullopt});
            if (isNew && m_options.asymmetric)
                place->second.differences.emplace(width, weight.device());
        }
        for (std::int64_t index = 0; index < m_task.quantizedChain->batches(); ++index) {
            const CapturedInputs quantized =
                captureInputs(m_task, weights, m_task.quantizedChain->batch(index), inputs);
            for (auto& [input, sum] : sums)
                if (const torch::Tensor values = quantized.of(input); values.defined())
                    sum.hessian.add(values);
            if (m_options.asymmetric)
                addDifferences(index, quantized, sums);
        }
        return sums;
    }

    /// Of the same tokens, so that those of an expert are the ones that the quantized model routes
    /// to it, wherever the full-precision model does.
    void addDifferences(std::int64_t index, const CapturedInputs& quantized,
                        std::map<ModuleInput, InputSums>& sums) const {
        std::vector<Site> sites;
        for (const auto& [input, sum] : sums)
            if (const Site site = input.expert < 0 ? input.site : Site::Ln2;
                std::find(sites.begin(), sites.end(), site) == sites.end())
                sites.push_back(site);
        const auto full = captureLayerInputs(m_task, m_lane, m_task.fullChain->batch(index), sites);
        for (auto& [input, sum] : sums) {
            const torch::Tensor values = quantized.of(input);
            if (!values.defined())
                continue;
            torch::Tensor wanted;
            if (input.expert < 0) {
                wanted = full.at(input.site);
            } else {
                wanted =
                    full.at(Site::Ln2).index_select(0, quantized.experts.at(input.expert).rows);
                if (input.site == Site::DownInput)
                    wanted = expertProduct(input.expert, wanted);
            }
            sum.differences->add(wanted, values);
        }
    }

    /// What the down projection of an expert reads, of rows that its gate and up read.
    torch::Tensor expertProduct(int expert, const torch::Tensor& rows) const {
        const auto output = [&](Module kind) {
            return at::linear(rows, m_lane.linear(expertModule(expert, kind)).weight);
        };
        return mlpProduct(m_task.config, output(Module::Gate), output(Module::Up));
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
    const std::vector<ModuleInput> inputs = moduleInputs(lane.modules());
    BlockSolver solver(task, lane, options, diagnostics);
    if (!options.trueSequential) {
        solver.solve(lane, inputs);
        return solver.linears;
    }
    BlockWeights current = lane; // quantized as far as the stages have come
    for (Site site : layerInputSites) {
        std::vector<ModuleInput> stage;
        std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(stage),
                     [site](const ModuleInput& input) { return input.site == site; });
        solver.solve(current, stage);
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
    const auto experts = static_cast<std::uint64_t>(config.experts.count); // two inputs each
    // The sums of all inputs while text is gathered; of the widest, its order turned and factored,
    // and a quarter of it multiplied.
    const std::uint64_t squares =
        widest / 4 * 9 + others +
        experts * (square(config.hiddenSize) + square(config.experts.intermediateSize));
    return squares * (options.asymmetric ? 2 : 1) +
           static_cast<std::uint64_t>(largestMatrix(config)) * 5;
}

} // namespace quantscope
