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
    std::vector<torch::Tensor> farTargets;   ///< behind the last block ahead, if there is one
    std::int64_t size() const { return static_cast<std::int64_t>(inputs.size()); }
};

/// Hidden states carried through the blocks that follow the task's.
torch::Tensor carryOn(const BlockTask& task, std::span<const BlockWeights> ahead,
                      torch::Tensor hidden, SiteWatcher& watcher) {
    const bool training = hidden.requires_grad();
    for (std::size_t i = 0; i < ahead.size(); ++i) {
        const std::int64_t layer = task.layer + 1 + static_cast<std::int64_t>(i);
        hidden = training
                     ? blockForward(task.config, layer, ahead[i], task.rotary, hidden, &watcher)
                     : blockForwardInference(task.config, layer, ahead[i], task.rotary, hidden,
                                             &watcher);
    }
    return hidden;
}

TrainingText gatherText(const BlockTask& task, const BlockTrainingOptions& options,
                        std::size_t ahead) {
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
        const torch::Tensor far = carryOn(task, task.ahead.first(ahead), targets, watcher);
        for (std::int64_t row = 0; row < inputs.size(0) && text.size() < wanted; ++row) {
            text.inputs.push_back(inputs.narrow(0, row, 1));
            text.targets.push_back(targets.narrow(0, row, 1));
            if (options.augmented)
                text.localTargets.push_back(local.narrow(0, row, 1));
            if (ahead > 0)
                text.farTargets.push_back(far.narrow(0, row, 1));
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

/// A block while it is trained, and the text that it is trained on.
class Trainee {
public:
    Trainee(const BlockTask& task, const TrainableBlock& block, const BlockTrainingOptions& options)
        : m_task(task)
        , m_block(block)
        , m_options(options)
        , m_text(gatherText(task, options, block.ahead().size())) {}

    std::int64_t examples() const { return m_text.size(); }

    /// The loss of some examples, differentiable in the parameters.
    torch::Tensor loss(std::int64_t first, std::int64_t count, SiteWatcher& watcher) const {
        const torch::Tensor output =
            blockForward(m_task.config, m_task.layer, m_block.weights(), m_task.rotary,
                         rowsOf(m_text.inputs, first, count), &watcher);
        return lossOf(first, count, output, watcher);
    }

    /// The loss over all samples with the parameters as they are.
    double meanLoss() const {
        const at::NoGradGuard noGradients;
        const BlockWeights weights = m_block.weights();
        StopWatcher watcher(m_task.job);
        double sum = 0;
        for (std::int64_t example = 0; example < m_text.size(); ++example) {
            const torch::Tensor output =
                blockForwardInference(m_task.config, m_task.layer, weights, m_task.rotary,
                                      rowsOf(m_text.inputs, example, 1), &watcher);
            sum += lossOf(example, 1, output, watcher).item<double>();
        }
        return sum / static_cast<double>(m_text.size());
    }

private:
    torch::Tensor lossOf(std::int64_t first, std::int64_t count, const torch::Tensor& output,
                         SiteWatcher& watcher) const {
        const auto difference = [&](const torch::Tensor& found,
                                    const std::vector<torch::Tensor>& wanted) {
            return (found - rowsOf(wanted, first, count)).square().mean();
        };
        torch::Tensor loss = difference(output, m_text.targets);
        if (!m_text.localTargets.empty())
            loss = loss + difference(output, m_text.localTargets);
        if (!m_text.farTargets.empty())
            loss = loss * m_options.ownShare +
                   difference(carryOn(m_task, m_block.ahead(), output, watcher), m_text.farTargets);
        return loss;
    }

    const BlockTask& m_task;
    const TrainableBlock& m_block;
    const BlockTrainingOptions& m_options;
    TrainingText m_text;
};

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
    const Trainee trainee(task, block, options);
    Optimizer optimizer(block.parameters());
    std::vector<double> losses(static_cast<std::size_t>(options.epochs) + 1,
                               std::numeric_limits<double>::quiet_NaN());
    const auto tell = [&] {
        if (task.trained)
            task.trained(losses);
    };
    losses[0] = trainee.meanLoss();
    tell();
    double least = losses[0];
    std::vector<torch::Tensor> best = optimizer.copyParameters();
    const auto total = static_cast<double>(options.epochs * trainee.examples());
    GradientStopWatcher watcher(task.job);
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        for (std::int64_t first = 0; first < trainee.examples(); first += options.batch) {
            const std::int64_t count = std::min(options.batch, trainee.examples() - first);
            const at::AutoGradMode gradients(true);
            const double done = static_cast<double>(epoch * trainee.examples() + first) / total;
            optimizer.step(trainee.loss(first, count, watcher),
                           rateShare(done, options.lastRateShare));
            if (task.progress)
                task.progress(done);
        }
        const double loss = trainee.meanLoss();
        if (!std::isfinite(loss))
            break;
        losses[static_cast<std::size_t>(epoch) + 1] = loss;
        tell();
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
                            std::int64_t trained, const BlockTrainingOptions& options,
                            std::int64_t ahead) {
    const std::int64_t texts = 2 + (options.augmented ? 1 : 0) + (ahead > 0 ? 1 : 0);
    const std::int64_t window = std::min<std::int64_t>(config.maxPositions, 4096);
    const std::int64_t stepTokens = std::min(calibrationTokens, options.batch * window);
    // What the gradients of a token need: sites and their products, and the attention's rows.
    const std::int64_t token =
        14 * config.hiddenSize + 6 * config.intermediateSize + 3 * config.heads * window;
    return 4 * static_cast<std::uint64_t>(texts * calibrationTokens * config.hiddenSize +
                                          (1 + ahead) * stepTokens * token + 5 * trained +
                                          blockMatrices(config));
}

} // namespace quantscope
