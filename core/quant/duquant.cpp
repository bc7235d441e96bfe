#include "core/data/error.h"
#include "core/quant/awq_search.h"
#include "core/quant/block_rotation.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"
#include "core/quant/smoothing.h"
#include "core/quant/transformed_quantizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace quantscope {

namespace {

using Step = OrthogonalMap::Step;

struct DuQuantOptions {
    bool smooth = true;
    double alpha = 0.6;
    std::int64_t block = 128;
    GreedyRotationOptions greedy;
    bool permute = true;
    bool ownBlocks = false; ///< a rotation for each block; false: one for all
    /// What rotations are searched on: windows averaged position by position, or tokens themselves.
    bool meanWindow = true;
};

class DuQuant final : public TransformedQuantizer {
public:
    DuQuant(const RoundingOptions& rounding, const DuQuantOptions& options)
        : TransformedQuantizer(rounding)
        , m_options(options) {}

    bool needsFullChain() const override { return true; }
    bool turnsChannels() const override { return true; }

    double calibrationPasses() const override {
        // Products of the searches, against those of a pass: steps times block against the width.
        return TransformedQuantizer::calibrationPasses() + 4;
    }

protected:
    BlockTransform transform(const BlockTask& task,
                             std::map<std::string, double>& diagnostics) const override {
        const CalibrationStream& stream = requireStream(task.fullChain, "duquant");
        BlockTransform transform;
        if (m_options.smooth)
            transform.basis = smoothingBasis(task, stream, layerInputSites, m_options.alpha);
        const BlockWeights folded = transformBlock(task.weights, transform, false);
        for (const auto& [site, values] : searchInputs(task, folded, stream))
            transform.inputs[site].map = findRotation(task, site, values, diagnostics);
        return transform;
    }

private:
    /// What the rotations are searched on, f32 [tokens, width] by site.
    std::map<Site, torch::Tensor> searchInputs(const BlockTask& task, const BlockWeights& folded,
                                               const CalibrationStream& stream) const {
        if (m_options.meanWindow) {
            torch::Tensor sum;
            std::int64_t windows = 0;
            for (std::int64_t index = 0; index < stream.batches(); ++index) {
                const torch::Tensor batch = stream.batch(index);
                const torch::Tensor here = batch.sum(0, true);
                sum = sum.defined() ? sum + here : here;
                windows += batch.size(0);
            }
            return captureSites(task, folded, sum / double(windows), layerInputSites);
        }
        std::map<Site, torch::Tensor> found;
        for (const auto& [input, statistics] : gatherInputStatistics(task, folded, stream))
            found[input.site] = statistics.sample;
        return found;
    }

    /// Rotation, permutation and rotation again of a site's channels.
    OrthogonalMap findRotation(const BlockTask& task, Site site, const torch::Tensor& values,
                               std::map<std::string, double>& diagnostics) const {
        const std::int64_t width = values.size(1);
        const std::int64_t size = blockSize(width);
        const std::string name = "duquant." + std::string(siteName(site));
        diagnostics[name + ".block"] = double(size);
        diagnostics[name + ".peak_before"] = values.abs().max().item<double>();
        std::vector<Step> steps;
        torch::Tensor rotated = values;
        const auto add = [&](Step step) {
            rotated = OrthogonalMap::of({step}, width).apply(rotated);
            steps.push_back(std::move(step));
        };
        add({Step::Kind::Blocks, searchBlocks(rotated, size, task.job)});
        if (m_options.permute) {
            add({Step::Kind::Permutation, zigzagPermutation(rotated.abs().amax(0), size)});
            add({Step::Kind::Blocks, searchBlocks(rotated, size, task.job)});
        }
        diagnostics[name + ".peak_after"] = rotated.abs().max().item<double>();
        return OrthogonalMap::of(std::move(steps), width);
    }

    /// [1 or blocks, size, size]
    torch::Tensor searchBlocks(const torch::Tensor& values, std::int64_t size,
                               const Job& job) const {
        if (!m_options.ownBlocks)
            return greedyRotation(values.reshape({-1, size}), m_options.greedy, job).unsqueeze(0);
        std::vector<torch::Tensor> found;
        for (const torch::Tensor& block : values.split(size, 1))
            found.push_back(greedyRotation(block, m_options.greedy, job));
        return torch::stack(found);
    }

    /// The largest divisor of a width that is not above the block asked for.
    std::int64_t blockSize(std::int64_t width) const {
        std::int64_t size = std::min(m_options.block, width);
        while (width % size != 0)
            --size;
        if (size < 2)
            throw Error(ErrorKind::Usage,
                        fmt::format("duquant rotates blocks of up to {} channels, but {} channels "
                                    "have no divisor from 2 to that; take block={}.",
                                    m_options.block, width, width));
        return size;
    }

    DuQuantOptions m_options;
};

RoundingOptions defaults() {
    RoundingOptions options;
    options.weights.grid = {4, -1, GridKind::AsymmetricWide, false};
    options.activations.rounding.bits = 4;
    options.activations.rounding.symmetric = false;
    options.activations.rounding.clip = 0.9;
    return options;
}

} // namespace

Method duQuantMethod() {
    std::vector<OptionDescription> described = roundingOptionDescriptions(defaults());
    const std::vector<OptionDescription> own = {
        {"weight_clip", "0.8", "0.05 … 1", "share of a group's range of weights that codes cover"},
        {"smooth", "true", "true, false",
         "divide inputs by max|x|^alpha / max|w|^(1 - alpha) first (o's input not where heads "
         "share values)"},
        {"alpha", "0.6", "0 … 1", "of that division"},
        {"block", "128", "2 … 8192",
         "channels that are rotated together; the largest divisor of a width up to that"},
        {"steps", "256", "0 … 4096", "steps of the greedy search, of which the best few are kept"},
        {"permute", "true", "true, false", "deal channels out to blocks and rotate a second time"},
        {"blocks", "shared", "shared, own",
         "one rotation for all blocks of a matrix, as the published code, or one for each, as the "
         "paper"},
        {"search_on", "mean", "mean, tokens",
         "what rotations are searched on: calibration windows averaged position by position, as "
         "the published code, or 512 tokens as they are"},
        {"rotation_seed", "0", "0 … 2147483647", "of the random part of a step"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"duquant", "DuQuant", "arXiv 2406.01721", "calibration text", described,
             "two forward passes of the calibration text; for each input up to 512 products with a "
             "block's rotation"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                RoundingOptions rounding = readRoundingOptions(options);
                rounding.weights.grid.clip = options.number("weight_clip", 0.05, 1);
                DuQuantOptions duquant;
                duquant.smooth = options.flag("smooth");
                duquant.alpha = options.number("alpha", 0, 1);
                duquant.block = options.integer("block", 2, 8192);
                duquant.greedy.steps = options.integer("steps", 0, 4096);
                duquant.greedy.seed = static_cast<std::uint64_t>(
                    options.integer("rotation_seed", 0, std::numeric_limits<std::int32_t>::max()));
                duquant.permute = options.flag("permute");
                duquant.ownBlocks = options.choice("blocks", {"shared", "own"}) == 1;
                duquant.meanWindow = options.choice("search_on", {"mean", "tokens"}) == 0;
                return std::make_unique<DuQuant>(rounding, duquant);
            }};
}

} // namespace quantscope
