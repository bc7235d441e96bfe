#pragma once

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/model_config.h"
#include "core/checkpoint/model_tensors.h"

#include <string_view>

namespace quantscope {

/// What a family is: how its config.json becomes a ModelConfig and how its files call the model's
/// tensors. One file a family, or a few that are alike.
struct FamilyDefinition {
    Family family;
    std::string_view name; ///< model_type
    /// What names begin with where a file holds the whole model, and lack where it holds the body
    /// alone; empty: never lacking.
    std::string_view bodyPrefix;
    /// Takes the family's keys and checks them. @throws Error (Input).
    void (*readConfig)(ConfigReader& reader, ModelConfig& config);
    /// Empty name or shape: as the model's tensor.
    TensorLayout (*layout)(const ModelConfig& config, const TensorRole& role);
};

/// The family of a model_type; nullptr: not understood.
const FamilyDefinition* findFamily(std::string_view name);
const FamilyDefinition& familyDefinition(Family family);
/// "llama, mistral, …"
std::string knownFamilies();

// What families are made of.

inline constexpr std::int64_t largestConfigSize = std::int64_t{1} << 24;
inline constexpr std::int64_t mostConfigPositions = std::int64_t{1} << 40;

/// How a family calls its sizes, and what transformers' configuration class assumes for absent
/// ones.
struct SizeKeys {
    const char* hidden = "hidden_size";
    const char* inner = "intermediate_size";
    const char* layers = "num_hidden_layers";
    const char* heads = "num_attention_heads";
    const char* positions = "max_position_embeddings";
    const char* keyValueHeads = "num_key_value_heads"; ///< nullptr: always one for every head
    const char* headDimension = "head_dim";            ///< nullptr: always hidden / heads
    std::int64_t defaultKeyValueHeads = 0;             ///< 0: as many as heads
    std::int64_t defaultHeadDimension = 0;             ///< 0: hidden / heads
    std::int64_t defaultPositions = 2048;
};

/// Sets the sizes. @throws Error (Input) for what is missing or does not fit together.
void readSizes(ConfigReader& reader, const SizeKeys& keys, ModelConfig& config);

/// Takes hidden_act, hidden_activation and their like: the activation must be one of those given,
/// with the first as default where nothing is said.
Activation readActivation(ConfigReader& reader, std::initializer_list<const char*> keys,
                          Activation byDefault);

/// Takes layer_types: true for sliding ones; nothing where the key is absent.
std::vector<bool> readLayerTypes(ConfigReader& reader, std::int64_t layers);

/// Requires each of some keys to be true (or false) or absent.
void requireFlag(ConfigReader& reader, const std::string& key, bool value,
                 const std::string& expected);

/// Windows by layer as layer_types says, or the rule where it is absent; sliding_window's value.
void readWindowsByType(ConfigReader& reader, ModelConfig& config, std::int64_t defaultWindow,
                       bool (*isSliding)(std::size_t layer));

extern const FamilyDefinition llamaFamily;
extern const FamilyDefinition mistralFamily;
extern const FamilyDefinition qwen2Family;
extern const FamilyDefinition qwen3Family;
extern const FamilyDefinition optFamily;
extern const FamilyDefinition gpt2Family;
extern const FamilyDefinition gptNeoXFamily;
extern const FamilyDefinition phi3Family;
extern const FamilyDefinition gemmaFamily;
extern const FamilyDefinition gemma2Family;
extern const FamilyDefinition gemma3Family;
extern const FamilyDefinition olmo2Family;
extern const FamilyDefinition cohereFamily;
extern const FamilyDefinition mixtralFamily;
extern const FamilyDefinition qwen2MoeFamily;

} // namespace quantscope
