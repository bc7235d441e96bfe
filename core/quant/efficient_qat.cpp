#include "core/quant/block_training.h"
#include "core/quant/methods.h"
#include "core/quant/trainable_quantization.h"

#include <algorithm>

namespace quantscope {

namespace {

/// Scales as the published code bounds them.
constexpr double smallestScale = 1e-4;
constexpr double largestScale = 1e4;

struct EfficientQatOptions {
    GridOptions grid; ///< bits and group; the grid is learned
    double gridRate = 1e-4;
    double weightRate = 1e-5;
    BlockTrainingOptions training;
    std::optional<EndToEndOptions> endToEnd;
};

/// Block-AP: weights, scales and zero points, all trained.
class BlockApBlock final : public TrainableBlock {
public:
    BlockApBlock(const BlockTask& task, const EfficientQatOptions& options)
        : m_weights(task.weights)
        , m_options(options) {
        for (Module module : m_weights.modules()) {
            Matrix& matrix = m_matrices[module];
            const torch::Tensor& weight = m_weights.linear(module).weight;
            const Grid start = findGrid(weight, options.grid, task.job);
            matrix.weight = weight.clone().set_requires_grad(true);
            matrix.grid.scales =
                start.scales.clamp(smallestScale, largestScale).set_requires_grad(true);
            matrix.grid.zeros = start.zeros.clone().set_requires_grad(true);
        }
    }

    std::vector<TrainedParameters> parameters() const override {
        TrainedParameters grids;
        TrainedParameters weights;
        grids.learningRate = m_options.gridRate;
        weights.learningRate = m_options.weightRate;
        for (const auto& [module, matrix] : m_matrices) {
            grids.values.push_back(matrix.grid.scales);
            grids.values.push_back(matrix.grid.zeros);
            weights.values.push_back(matrix.weight);
        }
        return {grids, weights};
    }

    BlockWeights weights() const override {
        BlockWeights rounded = m_weights;
        for (const auto& [module, matrix] : m_matrices)
            rounded.linear(module).weight = trainableQuantize(
                matrix.weight, gridOf(matrix), m_options.grid.bits, m_options.grid.group);
        return rounded;
    }

    QuantizedBlock quantized(const Job& job) const override {
        QuantizedBlock block;
        for (const auto& [module, matrix] : m_matrices)
            block.linears[module] =
                roundToGrid(matrix.weight.detach(), gridOf(matrix), m_options.grid, job);
        return block;
    }

private:
    struct Matrix {
        torch::Tensor weight; // f32 [out, in]
        Grid grid;            ///< before bounding and rounding
    };

    Grid gridOf(const Matrix& matrix) const {
        const double largestCode = (1 << m_options.grid.bits) - 1;
        return {clampStraightThrough(matrix.grid.scales, smallestScale, largestScale),
                clampStraightThrough(roundStraightThrough(matrix.grid.zeros), 0, largestCode)};
    }

    const BlockWeights& m_weights;
    const EfficientQatOptions& m_options;
    std::map<Module, Matrix> m_matrices;
};

class EfficientQat : public Quantizer {
public:
    explicit EfficientQat(const EfficientQatOptions& options) : m_options(options) {}

    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return true; }
    int trainingEpochs() const override { return m_options.training.epochs; }
    std::optional<EndToEndOptions> endToEnd() const override { return m_options.endToEnd; }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        const std::int64_t weights = blockMatrices(config);
        // Codes come after training, when its parameters are still there.
        return std::max(Quantizer::workBytes(config, calibrationTokens) +
                            4 * static_cast<std::uint64_t>(weights),
                        trainingBytes(config, calibrationTokens, weights, m_options.training));
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        return trainAndQuantize(task, BlockApBlock(task, m_options), m_options.training);
    }

private:
    EfficientQatOptions m_options;
};

EfficientQatOptions readOptions(const MethodOptions& options) {
    constexpr double rate = 1e-5;
    constexpr double rateAtTwoBits = 2e-5;
    constexpr double lastRateShare = 1.0 / 20;
    EfficientQatOptions read;
    read.grid.bits = options.bits();
    read.grid.group = options.group();
    read.grid.kind = GridKind::AsymmetricRaw;
    const double published = read.grid.bits == 2 ? rateAtTwoBits : rate;
    read.gridRate = options.number("quant_lr", 0, 10);
    read.weightRate = options.numberOrAuto("weight_lr", 0, 10).value_or(published);
    read.training.epochs = static_cast<int>(options.integer("epochs", 0, 100000));
    read.training.samples = options.integer("samples", 0, 1 << 24);
    read.training.batch = options.integer("batch", 1, 4096);
    read.training.lastRateShare = lastRateShare;
    if (options.flag("end_to_end")) {
        EndToEndOptions& all = read.endToEnd.emplace();
        all.epochs = static_cast<int>(options.integer("e2e_epochs", 1, 100000));
        all.learningRate = options.numberOrAuto("e2e_lr", 0, 10).value_or(published);
        all.batch = options.integer("e2e_batch", 1, 4096);
    }
    return read;
}

} // namespace

Method efficientQatMethod() {
    std::vector<OptionDescription> described = groupOptionDescriptions(4, 128);
    const std::vector<OptionDescription> own = {
        {"epochs", "2", "0 … 100000", "Block-AP: passes over the samples"},
        {"samples", "0", "0 … 16777216",
         "Block-AP: calibration windows trained on; 0: all (published: 4096)"},
        {"batch", "2", "1 … 4096", "Block-AP: windows a step"},
        {"quant_lr", "0.0001", "0 … 10", "Block-AP: learning rate of scales and zero points"},
        {"weight_lr", "auto", "auto, or 0 … 10",
         "Block-AP: learning rate of the weights; auto: 1e-5, at 2 bits 2e-5"},
        {"end_to_end", "true", "true, false",
         "E2E-QP: train the scales of all blocks on the language-model loss afterwards"},
        {"e2e_epochs", "1", "1 … 100000", "E2E-QP: passes over the calibration text"},
        {"e2e_batch", "32", "1 … 4096", "E2E-QP: windows a step"},
        {"e2e_lr", "auto", "auto, or 0 … 10",
         "E2E-QP: learning rate of the scales; auto: 1e-5, at 2 bits 2e-5"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"efficientqat", "EfficientQAT", "arXiv 2407.11062", "calibration text; trains",
             described,
             "about 10 forward passes of the calibration text; 20 bytes a weight of a block, and "
             "the codes of the whole model for end_to_end"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<EfficientQat>(readOptions(options));
            }};
}

} // namespace quantscope
