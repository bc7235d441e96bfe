#include "core/engine/end_to_end_training.h"

#include "core/data/error.h"
#include "core/engine/output_scores.h"
#include "core/model/block_loader.h"
#include "core/model/stop_watcher.h"
#include "core/quant/gradient_stop_watcher.h"
#include "core/quant/grids.h"

#include <torch/autograd.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace quantscope {

namespace {

/// Tokens walked at once: enough to keep products efficient.
constexpr std::int64_t tokensAtOnce = 2048;
/// Tokens whose logits exist at once.
constexpr std::int64_t tokensScored = 256;

std::int64_t examplesAtOnce(std::int64_t positions) {
    return std::max<std::int64_t>(1, tokensAtOnce / std::max<std::int64_t>(1, positions));
}

/// W~ from fixed codes, differentiable in the scales.
torch::Tensor dequantizeTrainably(const QuantizedLinear& linear, const torch::Tensor& scales) {
    const std::int64_t width = groupColumns(linear.columns, linear.groupSize);
    const auto spread = [&](const torch::Tensor& values) { // [rows, groups] → [rows, columns]
        return values.unsqueeze(-1)
            .expand({values.size(0), values.size(1), width})
            .reshape({values.size(0), -1})
            .slice(1, 0, linear.columns);
    };
    return (linear.codes.to(torch::kFloat32) - spread(linear.zeros)) * spread(scales);
}

/// The model with its scales as parameters.
class Model {
public:
    Model(const EndToEndTask& task, std::vector<QuantizedBlock>& blocks)
        : m_task(task)
        , m_blocks(blocks)
        , m_rotary(makeRotaryTables(config(), task.text.positions))
        , m_head{loadFinalStep(task.checkpoint), loadOutputMatrix(task.checkpoint), config()} {
        for (std::size_t layer = 0; layer < blocks.size(); ++layer) {
            BlockWeights rest = loadBlock(task.checkpoint, static_cast<std::int64_t>(layer));
            for (auto& [module, linear] : blocks[layer].linears) {
                if (linear.kind != QuantizedLinear::Kind::Uniform || linear.groupIndex.defined())
                    throw Error(ErrorKind::Internal, "Scales of all blocks are trained on uniform "
                                                     "grids in their natural order only.");
                rest.linear(module).weight.reset();
                linear.scales = linear.scales.clone().set_requires_grad(true);
                m_parameters.push_back(linear.scales);
            }
            m_rest.push_back(std::move(rest));
        }
    }

    const std::vector<torch::Tensor>& parameters() const { return m_parameters; }
    std::int64_t layers() const { return static_cast<std::int64_t>(m_rest.size()); }

    torch::Tensor embeddings(std::int64_t first, std::int64_t count) const {
        const ExampleIds& text = m_task.text;
        std::vector<std::int64_t> ids;
        for (std::int64_t row = first; row < first + count; ++row)
            for (std::int64_t t = 0; t < text.positions; ++t)
                ids.push_back(std::max<std::int32_t>(text.row(row)[t], 0));
        return embedTokens(m_task.checkpoint, ids, text.positions);
    }

    /// One block; with gradients on, differentiable in its scales and its input.
    torch::Tensor forward(std::int64_t layer, const torch::Tensor& hidden) const {
        BlockWeights weights = m_rest[static_cast<std::size_t>(layer)];
        for (const auto& [module, linear] : m_blocks[static_cast<std::size_t>(layer)].linears)
            weights.linear(module).weight = dequantizeTrainably(linear, linear.scales);
        if (at::GradMode::is_enabled()) {
            GradientStopWatcher watcher(m_task.job);
            return blockForward(config(), layer, weights, m_rotary, hidden, &watcher);
        }
        StopWatcher watcher(m_task.job);
        return blockForwardInference(config(), layer, weights, m_rotary, hidden, &watcher);
    }

    /// Sum of the NLL of some examples' tokens from their states after the last block. With
    /// gradients on, states get theirs.
    double scoreSum(std::int64_t first, const torch::Tensor& states) const {
        const ExampleIds& text = m_task.text;
        double sum = 0;
        for (std::int64_t row = 0; row < states.size(0); ++row) {
            const std::int64_t predicted = text.lengths[static_cast<std::size_t>(first + row)] - 1;
            for (std::int64_t start = 0; start < predicted; start += tokensScored) {
                m_task.job.throwIfStopped();
                const std::int64_t end = std::min(predicted, start + tokensScored);
                const std::int32_t* ids = text.row(first + row) + 1;
                const torch::Tensor wanted =
                    torch::tensor(std::vector<std::int64_t>(ids + start, ids + end), torch::kInt64);
                const torch::Tensor hidden = finalState(
                    config(), m_head.step, states[row].slice(0, start, end)); // [tokens, hidden]
                const torch::Tensor loss = torch::nn::functional::cross_entropy(
                    scaledLogits(config(), at::linear(hidden, m_head.matrix)), wanted,
                    torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
                sum += loss.item<double>();
                if (loss.requires_grad())
                    loss.backward();
            }
        }
        return sum;
    }

    std::int64_t predictedTokens(std::int64_t first, std::int64_t count) const {
        std::int64_t tokens = 0;
        for (std::int64_t row = first; row < first + count; ++row)
            tokens += m_task.text.lengths[static_cast<std::size_t>(row)] - 1;
        return tokens;
    }

    /// Mean NLL over all examples.
    double meanLoss() const {
        const at::NoGradGuard noGradients;
        const std::int64_t examples = m_task.text.examples();
        const std::int64_t step = examplesAtOnce(m_task.text.positions);
        double sum = 0;
        for (std::int64_t first = 0; first < examples; first += step) {
            const std::int64_t count = std::min(step, examples - first);
            torch::Tensor hidden = embeddings(first, count);
            for (std::int64_t layer = 0; layer < layers(); ++layer)
                hidden = forward(layer, hidden);
            sum += scoreSum(first, hidden);
        }
        return sum / static_cast<double>(predictedTokens(0, examples));
    }

    /// Adds the gradients of the mean NLL of a step's examples to the scales'.
    void addGradients(std::int64_t first, std::int64_t count) const {
        const double tokens = static_cast<double>(predictedTokens(first, count));
        const std::int64_t step = examplesAtOnce(m_task.text.positions);
        for (std::int64_t start = first; start < first + count; start += step) {
            const std::int64_t some = std::min(step, first + count - start);
            std::vector<torch::Tensor> states = {embeddings(start, some)};
            {
                const at::NoGradGuard noGradients;
                for (std::int64_t layer = 0; layer < layers(); ++layer)
                    states.push_back(forward(layer, states.back()));
            }
            const at::AutoGradMode gradients(true);
            torch::Tensor last = states.back().detach().set_requires_grad(true);
            scoreSum(start, last);
            torch::Tensor gradient = last.grad() / tokens;
            for (std::int64_t layer = layers() - 1; layer >= 0; --layer) {
                torch::Tensor input =
                    states[static_cast<std::size_t>(layer)].detach().set_requires_grad(layer > 0);
                forward(layer, input).backward(gradient);
                gradient = input.grad();
                states.pop_back();
            }
        }
    }

private:
    const ModelConfig& config() const { return m_task.checkpoint.config(); }

    const EndToEndTask& m_task;
    std::vector<QuantizedBlock>& m_blocks;
    std::vector<BlockWeights> m_rest; ///< norms and biases, by layer
    RotaryTables m_rotary;
    OutputHead m_head;
    std::vector<torch::Tensor> m_parameters;
};

/// A linear warm-up, then half a cosine down to 0. The first step moves as well: with little text
/// it may be the only one.
double rateShare(std::int64_t step, std::int64_t steps, double warmUp) {
    const double ramp = std::ceil(warmUp * static_cast<double>(steps));
    const auto now = static_cast<double>(step);
    if (now < ramp)
        return (now + 1) / ramp;
    const double progress = (now - ramp) / std::max(1.0, static_cast<double>(steps) - ramp);
    return (1 + std::cos(std::numbers::pi * progress)) / 2;
}

std::vector<torch::Tensor> copies(const std::vector<torch::Tensor>& tensors) {
    std::vector<torch::Tensor> all;
    for (const torch::Tensor& tensor : tensors)
        all.push_back(tensor.detach().clone());
    return all;
}

} // namespace

std::vector<double> trainEndToEnd(const EndToEndTask& task, std::vector<QuantizedBlock>& blocks,
                                  const EndToEndOptions& options) {
    const at::NoGradGuard noGradients;
    const Model model(task, blocks);
    torch::optim::AdamW optimizer(model.parameters(),
                                  torch::optim::AdamWOptions(options.learningRate).weight_decay(0));
    const auto setRate = [&optimizer](double rate) {
        static_cast<torch::optim::AdamWOptions&>(optimizer.param_groups()[0].options()).lr(rate);
    };
    std::vector<double> losses(static_cast<std::size_t>(options.epochs) + 1,
                               std::numeric_limits<double>::quiet_NaN());
    losses[0] = model.meanLoss();
    double least = losses[0];
    std::vector<torch::Tensor> best = copies(model.parameters());
    const std::int64_t examples = task.text.examples();
    const std::int64_t stepsAnEpoch = (examples + options.batch - 1) / options.batch;
    const std::int64_t steps = options.epochs * stepsAnEpoch;
    std::int64_t step = 0;
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        for (std::int64_t first = 0; first < examples; first += options.batch, ++step) {
            optimizer.zero_grad();
            model.addGradients(first, std::min(options.batch, examples - first));
            torch::nn::utils::clip_grad_norm_(model.parameters(), options.gradientNorm);
            setRate(options.learningRate * rateShare(step, steps, options.warmUp));
            optimizer.step();
            if (task.progress)
                task.progress(double(step + 1) / double(steps + 1));
        }
        const double loss = model.meanLoss();
        if (!std::isfinite(loss))
            break;
        losses[static_cast<std::size_t>(epoch) + 1] = loss;
        if (loss < least) {
            least = loss;
            best = copies(model.parameters());
        }
    }
    auto scales = best.begin(); // in the order in which the model took them
    for (QuantizedBlock& block : blocks)
        for (auto& [module, linear] : block.linears)
            linear.scales = *scales++;
    return losses;
}

std::uint64_t endToEndBytes(const ModelConfig& config, std::int64_t positions) {
    const std::int64_t tokens = examplesAtOnce(positions) * positions;
    const std::int64_t block = blockElements(config);
    const std::int64_t attention = 3 * config.heads * positions;
    const std::int64_t inner = 14 * config.hiddenSize + 6 * config.intermediateSize + attention;
    // Codes as bytes with their scales and the moments; a block's weights with gradient and
    // temporaries; states of all layers and one layer's inner values; the output matrix.
    return static_cast<std::uint64_t>(
        config.layers * block * 3 / 2 + 4 * block * 5 +
        4 * tokens * ((config.layers + 2) * config.hiddenSize + inner) +
        4 * config.vocabularySize * (config.hiddenSize + 4 * tokensScored));
}

} // namespace quantscope
