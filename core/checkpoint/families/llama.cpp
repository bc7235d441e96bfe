// Llama and what differs from it by a few keys: Mistral, Qwen 2 and 3.

#include "core/checkpoint/families/family.h"
#include "core/checkpoint/rope_config.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

constexpr std::int64_t defaultWindow = 4096;     // mistral, qwen2, qwen3
constexpr std::int64_t defaultWindowLayers = 28; // qwen2, qwen3

/// What the four have in common.
void readCommon(ConfigReader& reader, const SizeKeys& keys, ModelConfig& config) {
    readSizes(reader, keys, config);
    config.normEpsilon = reader.positiveNumber("rms_norm_eps").value_or(1e-6);
    for (const std::string key : {"hidden_act", "hidden_activation"})
        if (const auto activation = reader.text(key);
            activation && *activation != "silu" && *activation != "swish")
            reader.refuse(key, "silu, the activation of this family");
    readRope(reader, config);
    config.tiedEmbeddings = reader.boolean("tie_word_embeddings").value_or(false);
}

class Windows {
public:
    Windows(ConfigReader& reader, ModelConfig& config)
        : m_reader(reader)
        , m_config(config)
        , m_types(readLayerTypes(reader, config.layers)) {
        config.slidingWindow.assign(static_cast<std::size_t>(config.layers), 0);
    }

    void none() {
        refuseTypes(false);
        if (m_reader.take("sliding_window"))
            m_reader.refuse("sliding_window", "null: this family attends to everything before");
    }

    void everywhere() {
        const auto window = readWindow();
        refuseTypes(window.has_value());
        m_config.slidingWindow.assign(m_config.slidingWindow.size(), window.value_or(0));
    }

    void fromSomeLayerOn() {
        const auto window = readWindow();
        const auto windowLayers = m_reader.integer("max_window_layers", 0, mostConfigPositions)
                                      .value_or(defaultWindowLayers);
        if (!m_reader.boolean("use_sliding_window").value_or(false)) {
            refuseTypes(false);
            return;
        }
        for (std::size_t layer = 0; layer < m_config.slidingWindow.size(); ++layer) {
            const bool sliding =
                m_types.empty() ? static_cast<std::int64_t>(layer) >= windowLayers : m_types[layer];
            if (sliding && !window && !m_types.empty())
                m_reader.refuse("layer_types",
                                "full_attention everywhere, since sliding_window is null");
            m_config.slidingWindow[layer] = sliding ? window.value_or(0) : 0;
        }
    }

private:
    /// Absent means the class's default, null means no window.
    std::optional<std::int64_t> readWindow() {
        const bool absent = !m_reader.has("sliding_window");
        const auto window = m_reader.integer("sliding_window", 1, mostConfigPositions);
        return absent ? defaultWindow : window;
    }

    void refuseTypes(bool sliding) const {
        for (const bool type : m_types)
            if (type != sliding)
                m_reader.refuse("layer_types",
                                fmt::format("{} for every layer of this family",
                                            sliding ? "sliding_attention" : "full_attention"));
    }

    ConfigReader& m_reader;
    ModelConfig& m_config;
    std::vector<bool> m_types;
};

void readLlama(ConfigReader& reader, ModelConfig& config) {
    readCommon(reader, {}, config);
    config.attentionBias = reader.boolean("attention_bias").value_or(false);
    config.outputBias = config.attentionBias;
    config.mlpBias = reader.boolean("mlp_bias").value_or(false);
    Windows(reader, config).none();
}

void readMistral(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 8;
    keys.defaultPositions = 131072;
    readCommon(reader, keys, config);
    Windows(reader, config).everywhere();
}

void readQwen2(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 32;
    keys.defaultPositions = 32768;
    readCommon(reader, keys, config);
    config.attentionBias = true;
    Windows(reader, config).fromSomeLayerOn();
}

void readQwen3(ConfigReader& reader, ModelConfig& config) {
    SizeKeys keys;
    keys.defaultKeyValueHeads = 32;
    keys.defaultHeadDimension = 128;
    keys.defaultPositions = 32768;
    readCommon(reader, keys, config);
    config.attentionBias = reader.boolean("attention_bias").value_or(false);
    config.outputBias = config.attentionBias;
    config.queryKeyNorm = QueryKeyNorm::Head;
    Windows(reader, config).fromSomeLayerOn();
}

TensorLayout sameNames(const ModelConfig&, const TensorRole&) { return {}; }

} // namespace

const FamilyDefinition llamaFamily = {Family::Llama, "llama", "", readLlama, sameNames};
const FamilyDefinition mistralFamily = {Family::Mistral, "mistral", "", readMistral, sameNames};
const FamilyDefinition qwen2Family = {Family::Qwen2, "qwen2", "", readQwen2, sameNames};
const FamilyDefinition qwen3Family = {Family::Qwen3, "qwen3", "", readQwen3, sameNames};

} // namespace quantscope
