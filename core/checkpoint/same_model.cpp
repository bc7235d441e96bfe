#include "core/checkpoint/same_model.h"

#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/rotary_frequencies.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace quantscope {

namespace {

/// Formats keep such numbers in f32, config.json in decimal.
constexpr double f32Rounding = 1e-6;
/// GGUF's factors were computed in f32, some of them from differences.
constexpr double factorRounding = 1e-5;

std::string_view kindName(RopeScaling::Kind kind) {
    switch (kind) {
    case RopeScaling::Kind::None:
        return "none";
    case RopeScaling::Kind::Linear:
        return "linear";
    case RopeScaling::Kind::Dynamic:
        return "dynamic";
    case RopeScaling::Kind::Llama3:
        return "llama3";
    case RopeScaling::Kind::Yarn:
        return "yarn";
    case RopeScaling::Kind::Factors:
        return "a factor for each frequency";
    case RopeScaling::Kind::Long:
        return "longrope";
    }
    return "unknown";
}

/// Compares values key by key and refuses the first that differs.
class Comparison {
public:
    Comparison(std::string parent, std::string lane)
        : m_parent(std::move(parent))
        , m_lane(std::move(lane)) {}

    template <typename Value>
    void same(const char* key, const Value& parent, const Value& lane) const {
        if (parent != lane)
            refuse(key, fmt::format("{}", parent), fmt::format("{}", lane));
    }

    void near(const char* key, double parent, double lane) const {
        if (std::abs(parent - lane) > f32Rounding * std::max(std::abs(parent), std::abs(lane)))
            refuse(key, fmt::format("{}", parent), fmt::format("{}", lane));
    }

private:
    [[noreturn]] void refuse(const char* key, const std::string& parent,
                             const std::string& lane) const {
        throw Error(ErrorKind::Input,
                    fmt::format("The lane {} has {} = {}, but the model {} has {}: a lane must be "
                                "the same model, quantized. Give the model that it was made of.",
                                m_lane, key, lane, m_parent, parent));
    }

    std::string m_parent;
    std::string m_lane;
};

/// Where one of two files has no parameters but the factors that follow from them.
void compareFrequencies(const Comparison& comparison, const ModelConfig& parent,
                        const ModelConfig& lane, std::int64_t positions) {
    const std::vector<double> left = rotaryFrequencies(parent, positions);
    const std::vector<double> right = rotaryFrequencies(lane, positions);
    for (std::size_t i = 0; i < left.size(); ++i)
        if (std::abs(left[i] - right[i]) > factorRounding * left[i])
            comparison.same(fmt::format("rotary frequency {}", i).c_str(), left[i], right[i]);
}

void compareRope(const Comparison& comparison, const ModelConfig& parent, const ModelConfig& lane,
                 std::int64_t positions) {
    comparison.near("rope_theta", parent.ropeTheta, lane.ropeTheta);
    const RopeScaling& left = parent.ropeScaling;
    const RopeScaling& right = lane.ropeScaling;
    if ((left.kind == RopeScaling::Kind::Factors || right.kind == RopeScaling::Kind::Factors) &&
        left.kind != RopeScaling::Kind::Yarn && right.kind != RopeScaling::Kind::Yarn) {
        compareFrequencies(comparison, parent, lane, positions);
        return;
    }
    comparison.same("rope_scaling", kindName(left.kind), kindName(right.kind));
    if (left.kind == RopeScaling::Kind::None)
        return;
    comparison.near("rope_scaling.factor", left.factor, right.factor);
    if (left.kind == RopeScaling::Kind::Linear)
        return;
    if (left.kind == RopeScaling::Kind::Long) {
        compareFrequencies(comparison, parent, lane, positions);
        comparison.near("attention factor", rotaryMagnitude(parent), rotaryMagnitude(lane));
        return;
    }
    comparison.same("rope_scaling.original_max_position_embeddings", left.originalMaxPositions,
                    right.originalMaxPositions);
    if (left.kind == RopeScaling::Kind::Llama3) {
        comparison.near("rope_scaling.low_freq_factor", left.lowFrequencyFactor,
                        right.lowFrequencyFactor);
        comparison.near("rope_scaling.high_freq_factor", left.highFrequencyFactor,
                        right.highFrequencyFactor);
    }
    if (left.kind == RopeScaling::Kind::Yarn) {
        comparison.near("rope_scaling.beta_fast", left.betaFast, right.betaFast);
        comparison.near("rope_scaling.beta_slow", left.betaSlow, right.betaSlow);
        comparison.same("rope_scaling.truncate", left.truncate, right.truncate);
        comparison.near("rope_scaling.attention_factor", left.attentionFactor.value_or(0),
                        right.attentionFactor.value_or(0));
        comparison.near("rope_scaling.mscale", left.mscale.value_or(0), right.mscale.value_or(0));
        comparison.near("rope_scaling.mscale_all_dim", left.mscaleAllDimensions.value_or(0),
                        right.mscaleAllDimensions.value_or(0));
    }
}

/// What families differ in. The same family with the same keys gives the same of all this.
void compareFamily(const Comparison& comparison, const ModelConfig& parent,
                   const ModelConfig& lane) {
    const auto same = [&](const char* key, auto value, std::initializer_list<const char*> names) {
        const auto name = [&](const ModelConfig& config) {
            return std::string_view(names.begin()[static_cast<std::size_t>(config.*value)]);
        };
        comparison.same(key, name(parent), name(lane));
    };
    same("norms of queries and keys", &ModelConfig::queryKeyNorm,
         {"none", "each head", "each head with its own weights", "all heads at once"});
    same("kind of norm", &ModelConfig::normKind, {"RMS", "layer"});
    same("place of norms", &ModelConfig::normPlacement,
         {"before", "before and after", "after", "on the residual stream"});
    same("order of attention and MLP", &ModelConfig::order,
         {"one after the other", "parallel", "parallel behind one norm"});
    same("activation", &ModelConfig::activation, {"silu", "relu", "gelu", "gelu by tanh"});
    same("gate in the MLP", &ModelConfig::gatedMlp, {"no", "yes"});
    same("interleaved rotary positions", &ModelConfig::rotaryInterleaved, {"no", "yes"});
    comparison.same("dimensions that turn", rotaryWidth(parent), rotaryWidth(lane));
    comparison.same("learned positions", parent.learnedPositions, lane.learnedPositions);
    comparison.same("size of the embedding", embeddingWidth(parent), embeddingWidth(lane));
    comparison.near("scale of the embedding", parent.embeddingScale, lane.embeddingScale);
    comparison.near("scale of attention", attentionScale(parent), attentionScale(lane));
    comparison.near("cap of attention", parent.attentionCap, lane.attentionCap);
    comparison.near("cap of logits", parent.logitCap, lane.logitCap);
    comparison.near("scale of logits", parent.logitScale, lane.logitScale);
    comparison.near("theta of layers with a window", parent.slidingTheta.value_or(0),
                    lane.slidingTheta.value_or(0));
    comparison.same("number of experts", parent.experts.count, lane.experts.count);
    comparison.same("experts a token", parent.experts.chosen, lane.experts.chosen);
    comparison.same("size of an expert", parent.experts.intermediateSize,
                    lane.experts.intermediateSize);
    comparison.same("size of the shared expert", parent.experts.sharedSize,
                    lane.experts.sharedSize);
    comparison.same("normalised weights of experts", parent.experts.normalise,
                    lane.experts.normalise);
    comparison.same("layers with experts", parent.experts.layers == lane.experts.layers, true);
}

/// A window that no sequence reaches is no window.
std::int64_t effectiveWindow(const ModelConfig& config, std::size_t layer, std::int64_t positions) {
    const std::int64_t window =
        layer < config.slidingWindow.size() ? config.slidingWindow[layer] : 0;
    return window >= positions ? 0 : window;
}

} // namespace

void requireSameModel(const ModelConfig& parent, const std::string& parentPlace,
                      const ModelConfig& lane, const std::string& lanePlace,
                      std::int64_t positions) {
    const Comparison comparison(parentPlace, lanePlace);
    comparison.same("hidden_size", parent.hiddenSize, lane.hiddenSize);
    comparison.same("intermediate_size", parent.intermediateSize, lane.intermediateSize);
    comparison.same("num_hidden_layers", parent.layers, lane.layers);
    comparison.same("num_attention_heads", parent.heads, lane.heads);
    comparison.same("num_key_value_heads", parent.keyValueHeads, lane.keyValueHeads);
    comparison.same("head_dim", parent.headDimension, lane.headDimension);
    comparison.near("rms_norm_eps", parent.normEpsilon, lane.normEpsilon);
    compareFamily(comparison, parent, lane);
    compareRope(comparison, parent, lane, positions);
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(parent.layers); ++layer)
        comparison.same("sliding_window", effectiveWindow(parent, layer, positions),
                        effectiveWindow(lane, layer, positions));
}

const StoredTensor& outputMatrix(const Checkpoint& checkpoint) {
    const StoredTensor* own =
        checkpoint.config().tiedEmbeddings ? nullptr : checkpoint.find(outputTensorName);
    const StoredTensor* matrix = own ? own : checkpoint.find(embeddingTensorName);
    if (!matrix)
        throw Error(ErrorKind::Input, fmt::format("The checkpoint has neither a tensor {} nor {}.",
                                                  outputTensorName, embeddingTensorName));
    return *matrix;
}

bool sameOutputMatrix(const Checkpoint& left, const Checkpoint& right, std::int64_t rows) {
    constexpr std::int64_t chunkElements = 1 << 20;
    const std::int64_t columns = embeddingWidth(left.config());
    const std::int64_t step = std::max<std::int64_t>(1, chunkElements / columns);
    const auto size = static_cast<std::size_t>(std::min(step, rows) * columns);
    std::vector<float> leftRows(size);
    std::vector<float> rightRows(size);
    for (std::int64_t row = 0; row < rows; row += step) {
        const std::int64_t count = std::min(step, rows - row);
        const auto used = static_cast<std::size_t>(count * columns);
        left.read(outputMatrix(left), row, count, std::span(leftRows).first(used));
        right.read(outputMatrix(right), row, count, std::span(rightRows).first(used));
        if (!std::equal(leftRows.begin(), leftRows.begin() + static_cast<std::ptrdiff_t>(used),
                        rightRows.begin()))
            return false;
    }
    return true;
}

} // namespace quantscope
