#include "core/quant/block_training.h"

#include "core/model/stop_watcher.h"
#include "core/quant/gradient_stop_watcher.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"

#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace quantscope {

namespace {

/// What the block reads and what it should give, an example each. [1, tokens, hidden]
struct TrainingText {
    std::vector<torch::Tensor> inputs;
    std::vector<torch::Tensor> targets;
    std::vector<torch::Tensor> localTargets; ///< augmented loss only
    std::int64_t size() const { return static_cast<std::int64_t>(inputs.size()); }
};

TrainingText gatherText(const BlockTask& task, const BlockTrainingOptions& options) {
    const CalibrationStream& quantized = requireStream(task.quantizedChain, "that is trained");
    const CalibrationStream& full = requireStream(task.fullChain, "that is trained");
    const auto wanted =
        options.samples > 0 ? options.samples : std::numeric_limits<std::int64_t>::max();
    TrainingText text;
    StopWatcher watcher(task.job);
    const auto forward = [&](const torch::Tensor& hidden) {
        return blockForwardInference(task.config, task.layer, task.weights, task.rotary, hidden,
                                     &watcher);
    };
    for (std::int64_t index = 0; index < quantized.batches() && text.size() < wanted; ++index) {
        const torch::Tensor inputs = quantized.batch(index);
        const torch::Tensor targets = forward(full.batch(index));
        const torch::Tensor local = options.augmented ? forward(inputs) : torch::Tensor();
        for (std::int64_t row = 0; row < inputs.size(0) && text.size() < wanted; ++row) {
            text.inputs.push_back(inputs.narrow(0, row, 1));
            text.targets.push_back(targets.narrow(0, row, 1));
            if (options.augmented)
                text.localTargets.push_back(local.narrow(0, row, 1));
        }
    }
    return text;
}

torch::Tensor rowsOf(const std::vector<torch::Tensor>& examples, std::int64_t first,
                     std::int64_t count) {
    if (count == 1)
        return examples[static_cast<std::size_t>(first)];
    return torch::cat(
        std::vector<torch::Tensor>(examples.begin() + first, examples.begin() + first + count));
}

torch::Tensor lossOf(const TrainingText& text, std::int64_t first, std::int64_t count,
                     const torch::Tensor& output) {
    torch::Tensor loss = (output - rowsOf(text.targets, first, count)).square().mean();
    if (!text.localTargets.empty())
        loss = loss + (output - rowsOf(text.localTargets, first, count)).square().mean();
    return loss;
}

/// The loss over all samples with the parameters as they are.
double meanLoss(const BlockTask& task, const TrainableBlock& block, const TrainingText& text) {
    const at::NoGradGuard noGradients;
    const BlockWeights weights = block.weights();
    StopWatcher watcher(task.job);
    double sum = 0;
    for (std::int64_t example = 0; example < text.size(); ++example) {
        const torch::Tensor output =
            blockForwardInference(task.config, task.layer, weights, task.rotary,
                                  rowsOf(text.inputs, example, 1), &watcher);
        sum += lossOf(text, example, 1, output).item<double>();
    }
    return sum / static_cast<double>(text.size());
}

/// Half a cosine from 1 down to `last`.
double rateShare(double progress, double last) {
    return last + (1 - last) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

class Optimizer {
public:
    explicit Optimizer(const std::vector<TrainedParameters>& parameters)
        : m_parameters(parameters)
        , m_adam(groupsOf(parameters)) {}

    void step(const torch::Tensor& loss, double rate) {
        m_adam.zero_grad();
        loss.backward();
        for (std::size_t group = 0; group < m_parameters.size(); ++group)
            static_cast<torch::optim::AdamWOptions&>(m_adam.param_groups()[group].options())
                .lr(m_parameters[group].learningRate * rate);
        m_adam.step();
    }

    std::vector<torch::Tensor> copyParameters() const {
        std::vector<torch::Tensor> copies;
        for (const TrainedParameters& group : m_parameters)
            for (const torch::Tensor& value : group.values)
                copies.push_back(value.detach().clone());
        return copies;
    }

    void restoreParameters(const std::vector<torch::Tensor>& copies) const {
        const at::NoGradGuard noGradients;
        auto copy = copies.begin();
        for (const TrainedParameters& group : m_parameters)
            for (torch::Tensor value : group.values)
                value.copy_(*copy++);
    }

private:
    static std::vector<torch::optim::OptimizerParamGroup>
    groupsOf(const std::vector<TrainedParameters>& parameters) {
        std::vector<torch::optim::OptimizerParamGroup> groups;
        for (const TrainedParameters& group : parameters)
            groups.emplace_back(
                group.values, std::make_unique<torch::optim::AdamWOptions>(
                                  torch::optim::AdamWOptions(group.learningRate).weight_decay(0)));
        return groups;
    }

    std::vector<TrainedParameters> m_parameters;
    torch::optim::AdamW m_adam;
};

} // namespace

std::vector<double> trainBlock(const BlockTask& task, const TrainableBlock& block,
                               const BlockTrainingOptions& options) {
    const TrainingText text = gatherText(task, options);
    Optimizer optimizer(block.parameters());
    std::vector<double> losses(static_cast<std::size_t>(options.epochs) + 1,
                               std::numeric_limits<double>::quiet_NaN());
    losses[0] = meanLoss(task, block, text);
    double least = losses[0];
    std::vector<torch::Tensor> best = optimizer.copyParameters();
    const auto total = static_cast<double>(options.epochs * text.size());
    GradientStopWatcher watcher(task.job);
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        for (std::int64_t first = 0; first < text.size(); first += options.batch) {
            const std::int64_t count = std::min(options.batch, text.size() - first);
            const at::AutoGradMode gradients(true);
            const torch::Tensor output =
                blockForward(task.config, task.layer, block.weights(), task.rotary,
                             rowsOf(text.inputs, first, count), &watcher);
            const double done = static_cast<double>(epoch * text.size() + first) / total;
            optimizer.step(lossOf(text, first, count, output),
                           rateShare(done, options.lastRateShare));
            if (task.progress)
                task.progress(done);
        }
        const double loss = meanLoss(task, block, text);
        if (!std::isfinite(loss))
            break;
        losses[static_cast<std::size_t>(epoch) + 1] = loss;
        if (loss < least) {
            least = loss;
            best = optimizer.copyParameters();
        }
    }
    optimizer.restoreParameters(best);
    return losses;
}

QuantizedBlock trainAndQuantize(const BlockTask& task, const TrainableBlock& block,
                                const BlockTrainingOptions& options) {
    const std::vector<double> losses = trainBlock(task, block, options);
    QuantizedBlock quantized = block.quantized(task.job);
    quantized.trainingLoss = losses;
    return quantized;
}

std::uint64_t trainingBytes(const ModelConfig& config, std::int64_t calibrationTokens,
                            std::int64_t trained, const BlockTrainingOptions& options) {
    const std::int64_t texts = options.augmented ? 3 : 2;
    const std::int64_t window = std::max<std::int64_t>(config.maxPositions, 512);
    const std::int64_t stepTokens =
        std::min(calibrationTokens, options.batch * std::min<std::int64_t>(window, 4096));
    // What the gradients of a token need: sites and their products, and the attention's rows.
    const std::int64_t token = 14 * config.hiddenSize + 6 * config.intermediateSize +
                               3 * config.heads * std::min<std::int64_t>(window, 4096);
    return 4 *
           static_cast<std::uint64_t>(texts * calibrationTokens * config.hiddenSize +
                                      stepTokens * token + 5 * trained + 2 * blockMatrices(config));
}

} // namespace quantscope
