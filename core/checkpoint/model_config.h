#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

enum class Family { Llama, Mistral, Qwen2, Qwen3 };

std::string_view familyName(Family family);

/// How rotary frequencies are changed for long contexts. Definitions as in Hugging Face
/// transformers' modeling_rope_utils.
struct RopeScaling {
    /// Factors: each frequency is divided by a factor of its own, as GGUF files keep llama3's.
    enum class Kind { None, Linear, Dynamic, Llama3, Yarn, Factors } kind = Kind::None;
    double factor = 1;
    std::vector<double> frequencyFactors;      ///< factors: [head dimension / 2]
    double lowFrequencyFactor = 1;             ///< llama3
    double highFrequencyFactor = 4;            ///< llama3
    std::int64_t originalMaxPositions = 0;     ///< llama3, yarn, dynamic
    double betaFast = 32;                      ///< yarn
    double betaSlow = 1;                       ///< yarn
    std::optional<double> attentionFactor;     ///< yarn
    std::optional<double> mscale;              ///< yarn
    std::optional<double> mscaleAllDimensions; ///< yarn
    bool truncate = true;                      ///< yarn: bounds rounded to whole dimensions
};

/// What of config.json determines the forward pass. Sizes in elements.
struct ModelConfig {
    Family family = Family::Llama;
    std::int64_t hiddenSize = 0;
    std::int64_t intermediateSize = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t headDimension = 0;
    std::int64_t vocabularySize = 0;
    std::int64_t maxPositions = 0;
    double normEpsilon = 1e-6;
    double ropeTheta = 10000;
    RopeScaling ropeScaling;
    bool tiedEmbeddings = false;
    bool attentionBias = false; ///< q, k, v (and o where outputBias) have biases
    bool outputBias = false;
    bool mlpBias = false;
    bool queryKeyNorm = false;               ///< qwen3: RMS norm over head dimension of q and k
    std::vector<std::int64_t> slidingWindow; ///< per layer, 0: full attention
    std::string dtype; ///< dtype the config names, e.g. "bfloat16"; may be empty
};

/// Reads and checks config.json. @throws Error (Input) naming the file and the key for every value
/// that changes the maths and is not understood.
ModelConfig readModelConfig(const std::filesystem::path& modelDirectory);

} // namespace quantscope
