#include "core/data/error.h"
#include "core/quant/awq_search.h"
#include "core/quant/methods.h"
#include "core/quant/rotations.h"
#include "core/quant/site_capture.h"
#include "core/quant/transformed_quantizer.h"

#include <limits>
#include <utility>

namespace quantscope {

namespace {

struct PrefixQuantOptions {
    PrefixSearch prefix;
    bool hasPrefix = true;
    bool rotate = true;
    bool search = true; ///< scales of inputs and of matrices; false: from the largest value
    RotationOptions rotation;
};

/// Windows whose block output a search of scales looks at.
constexpr std::int64_t searchWindows = 8;

class PrefixQuant final : public TransformedQuantizer {
public:
    PrefixQuant(const RoundingOptions& rounding, const PrefixQuantOptions& options)
        : TransformedQuantizer(rounding)
        , m_options(options) {}

    /// The text as the lane walks it, behind the prefix.
    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return false; }
    bool turnsChannels() const override { return m_options.rotate; }

    std::optional<PrefixSearch> prefixSearch() const override {
        return m_options.hasPrefix ? std::optional(m_options.prefix) : std::nullopt;
    }

    double calibrationPasses() const override {
        constexpr double prefixSearching = 1;
        return TransformedQuantizer::calibrationPasses() + prefixSearching;
    }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        // The windows that the search looks at, what they should give, and their way there.
        const std::int64_t searched =
            m_options.search ? std::min(calibrationTokens, searchWindows * config.maxPositions) : 0;
        const std::int64_t token = 7 * config.hiddenSize + 2 * config.intermediateSize;
        return TransformedQuantizer::workBytes(config, calibrationTokens) +
               static_cast<std::uint64_t>(4 * searched * token);
    }

protected:
    BlockTransform transform(const BlockTask& task,
                             std::map<std::string, double>& diagnostics) const override {
        BlockTransform transform;
        if (m_options.rotate)
            transform = hadamardRotation(task.config, task.weights, m_options.rotation);
        transform.prefix = task.weights.prefix;
        diagnostics["prefixquant.prefix_tokens"] = double(task.weights.prefix.tokens());
        return transform;
    }

    /// The largest value covers a range of 2 absmax / (2^b − 1); a share of it is then searched for
    /// each input by itself by the squared error of the block's output on a few windows.
    void findStaticScales(const BlockTask& task, BlockTransform& transform) const override {
        const CalibrationStream& stream = requireStream(task.quantizedChain, "prefixquant");
        const BlockWeights lane = transformBlock(task.weights, transform, false);
        std::map<Site, torch::Tensor> largest;
        for (std::int64_t index = 0; index < stream.batches(); ++index)
            for (const auto& [site, rows] :
                 captureLayerInputs(task, lane, stream.batch(index), layerInputSites)) {
                const torch::Tensor here = rows.abs().max().view({1});
                const auto [place, isNew] = largest.try_emplace(site, here);
                if (!isNew)
                    place->second = torch::maximum(place->second, here);
            }
        const torch::Tensor windows = someWindows(stream);
        const torch::Tensor wanted = output(task, lane, windows);
        for (const Site site : layerInputSites) {
            const double codes =
                double((std::int64_t(1) << options().activations.rounding.bits) - 1);
            const torch::Tensor whole = largest.at(site) * (2 / codes);
            setScale(transform, site, whole);
            if (m_options.search)
                setScale(transform, site,
                         whole * bestShare(task, transform, site, whole, windows, wanted));
        }
    }

    std::map<Module, QuantizedLinear>
    roundMatrices(const BlockTask& task, const BlockWeights& lane,
                  std::map<std::string, double>& diagnostics) const override {
        if (options().gptq || !m_options.search)
            return TransformedQuantizer::roundMatrices(task, lane, diagnostics);
        const auto statistics =
            gatherInputStatistics(task, lane, requireStream(task.quantizedChain, "prefixquant"));
        const GridOptions& grid = options().weights.grid;
        std::map<Module, QuantizedLinear> linears;
        for (const Module module : lane.modules())
            linears[module] = roundToNearest(
                clipToBestRange(lane.linear(module).weight,
                                statistics.at(moduleInput(module)).sample, grid, task.job),
                grid, task.job);
        return linears;
    }

private:
    static torch::Tensor someWindows(const CalibrationStream& stream) {
        std::vector<torch::Tensor> parts;
        std::int64_t windows = 0;
        for (std::int64_t index = 0; index < stream.batches() && windows < searchWindows; ++index) {
            parts.push_back(stream.batch(index).slice(0, 0, searchWindows - windows));
            windows += parts.back().size(0);
        }
        return torch::cat(parts);
    }

    static torch::Tensor output(const BlockTask& task, const BlockWeights& weights,
                                const torch::Tensor& windows) {
        return blockForwardInference(task.config, task.layer, weights, task.rotary, windows);
    }

    /// A grid without zero point, which is what static scales have here.
    static void setScale(BlockTransform& transform, Site site, const torch::Tensor& scale) {
        ActivationRounding& rounding = transform.inputs.at(site).rounding;
        rounding.scale = scale;
        rounding.zero = torch::Tensor();
    }

    /// A coarse search of eight shares, then ten around the best of them.
    static double bestShare(const BlockTask& task, const BlockTransform& transform, Site site,
                            const torch::Tensor& whole, const torch::Tensor& windows,
                            const torch::Tensor& wanted) {
        BlockTransform alone = transform;
        for (auto& [other, input] : alone.inputs)
            if (other != site)
                input.rounding = {};
        BlockWeights lane = transformBlock(task.weights, alone, true);
        double best = 1;
        double least = std::numeric_limits<double>::infinity();
        const auto attempt = [&](double share) {
            task.job.throwIfStopped();
            auto input = alone.inputs.at(site);
            input.rounding.scale = whole * share;
            const auto tried = std::make_shared<const InputTransform>(std::move(input));
            for (const Module module : lane.modules())
                if (inputSite(module) == site)
                    lane.linear(module).input = tried;
            const double error =
                (output(task, lane, windows) - wanted).square().mean().item<double>();
            if (error <= least) {
                least = error;
                best = share;
            }
        };
        constexpr double lowest = 0.25, highest = 0.95, around = 0.05;
        for (int i = 0; i < 8; ++i)
            attempt(lowest + (highest - lowest) * i / 7);
        const double middle = best;
        for (int i = 0; i < 10; ++i)
            attempt(middle - around + 2 * around * i / 9);
        return best;
    }

    PrefixQuantOptions m_options;
};

RoundingOptions defaults() {
    RoundingOptions options;
    options.weights.grid = {4, -1, GridKind::Symmetric, false};
    options.activations.rounding.bits = 4;
    options.activations.rounding.scope = ActivationRounding::Scope::Tensor;
    options.activations.isStatic = true;
    return options;
}

} // namespace

Method prefixQuantMethod() {
    std::vector<OptionDescription> described = roundingOptionDescriptions(defaults());
    const std::vector<OptionDescription> own = {
        {"prefix", "true", "true, false",
         "put the tokens at which activations stick out before every text, their keys and values "
         "in full precision; positions of the text are then so many further back"},
        {"ratio", "64", "1 … 1e6",
         "a token sticks out where max|x| of the down projection's input is above ratio times its "
         "median over the window"},
        {"most_tokens", "8", "0 … 64", "tokens of the prefix at most, the start token apart"},
        {"rotate", "true", "true, false", "turn channels by Hadamard matrices, as quarot"},
        {"search", "true", "true, false",
         "search static scales by the block's output and ranges of weights by the matrix's; "
         "false: from the largest value"},
        {"rotation_seed", "0", "0 … 2147483647", "of the signs of the residual stream's rotation"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"prefixquant", "PrefixQuant", "arXiv 2410.05265", "calibration text", described,
             "a forward pass of the calibration text through the whole model, then three by block; "
             "72 passes of 8 windows"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                PrefixQuantOptions prefixQuant;
                prefixQuant.hasPrefix = options.flag("prefix");
                prefixQuant.prefix.ratio = options.number("ratio", 1, 1e6);
                prefixQuant.prefix.mostTokens = options.integer("most_tokens", 0, 64);
                prefixQuant.rotate = options.flag("rotate");
                prefixQuant.search = options.flag("search");
                prefixQuant.rotation.acrossHeads = false; // as published: within heads alone
                prefixQuant.rotation.seed = static_cast<std::uint64_t>(
                    options.integer("rotation_seed", 0, std::numeric_limits<std::int32_t>::max()));
                const RoundingOptions rounding = readRoundingOptions(options);
                if (rounding.activations.isStatic && !rounding.activations.rounding.symmetric)
                    throw Error(ErrorKind::Usage,
                                "prefixquant's static scales have no zero point; take "
                                "activation_grid=symmetric or activation_scale=dynamic.");
                return std::make_unique<PrefixQuant>(rounding, prefixQuant);
            }};
}

} // namespace quantscope
