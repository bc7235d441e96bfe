#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

enum class Family {
    Llama,
    Mistral,
    Qwen2,
    Qwen3,
    Opt,
    Gpt2,
    GptNeoX,
    Phi3,
    Gemma,
    Gemma2,
    Gemma3,
    Olmo2,
    Cohere,
    Mixtral,
    Qwen2Moe,
};

std::string_view familyName(Family family);

/// Rms: x / sqrt(mean(x²) + ε) · γ. Layer: (x − mean) / sqrt(variance + ε) · γ + β.
enum class NormKind { Rms, Layer };

/// Where the norms of attention and MLP stand.
enum class NormPlacement {
    Before,         ///< on what they read (Llama and most others)
    BeforeAndAfter, ///< and on what they add to the residual stream (Gemma 2 and 3)
    After,          ///< on what they add alone (OLMo 2)
    OnStream,       ///< on the residual stream once they have added to it (OPT 350M)
};

/// How attention and MLP follow one another.
enum class BlockOrder {
    Sequential,     ///< the MLP reads the residual stream after attention
    Parallel,       ///< both read the stream that enters the block, each through its norm
    ParallelShared, ///< both read it through one norm
};

enum class Activation {
    Silu,
    Relu,
    Gelu,     ///< x Φ(x)
    GeluTanh, ///< its approximation by tanh
};

/// What the norms of queries and keys reach over.
enum class QueryKeyNorm {
    None,
    Head,       ///< each head, all with the same γ (Qwen 3, Gemma 3)
    HeadOwn,    ///< each head, with a γ of its own (Command R+)
    Projection, ///< all heads at once (OLMo 2)
};

/// How rotary frequencies are changed for long contexts. Definitions as in Hugging Face
/// transformers' modeling_rope_utils.
struct RopeScaling {
    /// Factors: each frequency is divided by a factor of its own, as GGUF files keep llama3's.
    /// Long: factors for short and for long sequences (LongRoPE, Phi-3).
    enum class Kind { None, Linear, Dynamic, Llama3, Yarn, Factors, Long } kind = Kind::None;
    double factor = 1;
    std::vector<double> frequencyFactors;      ///< factors: [head dimension / 2]
    std::vector<double> shortFactors;          ///< long: up to originalMaxPositions
    std::vector<double> longFactors;           ///< long: beyond
    double lowFrequencyFactor = 1;             ///< llama3
    double highFrequencyFactor = 4;            ///< llama3
    std::int64_t originalMaxPositions = 0;     ///< llama3, yarn, dynamic, long
    double betaFast = 32;                      ///< yarn
    double betaSlow = 1;                       ///< yarn
    std::optional<double> attentionFactor;     ///< yarn, long
    std::optional<double> mscale;              ///< yarn
    std::optional<double> mscaleAllDimensions; ///< yarn
    bool truncate = true;                      ///< yarn: bounds rounded to whole dimensions
};

/// Experts of the layers whose MLP is a mixture of them: a router chooses some for every token.
struct ExpertConfig {
    std::int64_t count = 0; ///< 0: every MLP is a plain one
    std::int64_t chosen = 0;
    std::int64_t intermediateSize = 0; ///< of each
    std::int64_t sharedSize = 0;       ///< of the one that sees every token; 0: none
    bool normalise = false;            ///< weights of the chosen sum to 1
    std::vector<bool> layers;          ///< which have experts
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
    NormKind normKind = NormKind::Rms;
    bool normBias = false;
    double normOffset = 0; ///< added to every stored γ (Gemma: 1)
    double normEpsilon = 1e-6;
    NormPlacement normPlacement = NormPlacement::Before;
    bool finalNorm = true;
    BlockOrder order = BlockOrder::Sequential;
    Activation activation = Activation::Silu;
    bool gatedMlp = true; ///< activation(gate) ⊙ up; else activation(up)
    double ropeTheta = 10000;
    RopeScaling ropeScaling;
    std::optional<double> slidingTheta; ///< of layers with a window, unscaled, where they differ
    std::int64_t rotaryDimension = 0;   ///< first dimensions of a head that turn; 0: all
    bool rotaryInterleaved = false;     ///< dimensions 2i and 2i + 1 turn, not i and i + half
    std::int64_t learnedPositions = 0;  ///< rows of a position table; 0: rotary positions
    std::int64_t positionOffset = 0;    ///< row of position 0 in it
    std::int64_t embeddingSize = 0;     ///< of the embedding before a projection; 0: hiddenSize
    double embeddingScale = 1;
    bool tiedEmbeddings = false;
    bool attentionBias = false; ///< q, k, v have biases
    bool outputBias = false;    ///< o has one
    bool mlpBias = false;
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::None;
    std::optional<double> attentionScale; ///< of q kᵀ; 1/√headDimension where it is not said
    double attentionCap = 0;              ///< scores s become cap · tanh(s / cap); 0: they don't
    double logitCap = 0;                  ///< the same for logits
    double logitScale = 1;
    std::vector<std::int64_t> slidingWindow; ///< per layer, 0: full attention
    ExpertConfig experts;
    std::string dtype; ///< dtype the config names, e.g. "bfloat16"; may be empty
};

/// Reads and checks config.json. @throws Error (Input) naming the file and the key for every value
/// that changes the maths and is not understood.
ModelConfig readModelConfig(const std::filesystem::path& modelDirectory);

} // namespace quantscope
