#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/number_conversion.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "tests/tools/random_checkpoint/small_tokenizer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <fstream>
#include <memory>
#include <numeric>
#include <vector>

namespace quantscope {

namespace {

constexpr std::size_t patterns = 65536;
constexpr std::size_t chunk = std::size_t{1} << 18;

/// Quantiles of the normal distribution in bf16, one for each 16-bit number: a uniform number
/// looked up here is a normal one, cut at 4.2 standard deviations.
std::vector<std::uint16_t> normalQuantiles(double standardDeviation) {
    std::vector<std::uint16_t> table(patterns);
    double value = -5;
    for (std::size_t i = 0; i < patterns / 2; ++i) {
        const double probability = (static_cast<double>(i) + 0.5) / patterns;
        // Newton's steps from the quantile before: the distribution is convex on this side.
        for (int step = 0; step < 30; ++step) {
            const double excess = 0.5 * std::erfc(-value / std::sqrt(2.0)) - probability;
            const double density = std::exp(-value * value / 2) / std::sqrt(2 * std::acos(-1.0));
            value -= excess / density;
        }
        table[i] = roundToBf16(static_cast<float>(value * standardDeviation));
        table[patterns - 1 - i] = roundToBf16(static_cast<float>(-value * standardDeviation));
    }
    return table;
}

std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
    return value ^ (value >> 31);
}

std::uint64_t streamOf(std::uint64_t seed, std::string_view name) {
    std::uint64_t stream = mix(seed + 1);
    for (const char character : name)
        stream = mix(stream + static_cast<unsigned char>(character) + 1);
    return stream;
}

/// Values `first` … `first + out.size()` of a stream (first a multiple of four). Each depends on
/// its number alone, so that the loop has no chain of dependencies.
void fill(std::uint64_t stream, std::uint64_t first, const std::vector<std::uint16_t>& quantiles,
          std::span<std::uint16_t> out) {
    for (std::size_t i = 0; i < out.size(); i += 4) {
        const std::uint64_t bits = mix(stream + (first + i) * 0x9e3779b97f4a7c15ull);
        for (std::size_t k = 0; k < 4 && i + k < out.size(); ++k)
            out[i + k] = quantiles[(bits >> (16 * k)) & 0xffff];
    }
}

std::int64_t elementsOf(const ModelTensor& tensor) {
    return std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1},
                           std::multiplies<>());
}

/// Tensors by shard, in order.
std::vector<std::vector<ModelTensor>> divide(std::vector<ModelTensor> tensors,
                                             std::uint64_t shardBytes) {
    std::vector<std::vector<ModelTensor>> shards(1);
    std::uint64_t size = 0;
    for (ModelTensor& tensor : tensors) {
        const auto bytes = static_cast<std::uint64_t>(elementsOf(tensor)) * 2;
        if (shardBytes > 0 && size > 0 && size + bytes > shardBytes) {
            shards.emplace_back();
            size = 0;
        }
        size += bytes;
        shards.back().push_back(std::move(tensor));
    }
    return shards;
}

void writeText(const std::filesystem::path& path, const std::string& content) {
    std::ofstream file(path);
    file << content << '\n';
    file.flush();
    if (!file)
        throw Error(ErrorKind::Output, fmt::format("{} cannot be written.", path.string()));
}

} // namespace

ModelConfig namedShape(std::string_view name) {
    ModelConfig config;
    config.keyValueHeads = 4;
    config.maxPositions = 2048;
    config.normEpsilon = 1e-5;
    config.dtype = "bfloat16";
    if (name == "tinyllama") {
        config.layers = 22;
        config.hiddenSize = 2048;
        config.heads = 32;
        config.intermediateSize = 5632;
        config.vocabularySize = 32000;
    } else if (name == "tiny") {
        config.layers = 2;
        config.hiddenSize = 64;
        config.heads = 8;
        config.intermediateSize = 172;
        config.vocabularySize = 512;
    } else {
        throw Error(ErrorKind::Usage,
                    fmt::format("\"{}\" is not a shape; known are tiny, tinyllama.", name));
    }
    config.headDimension = config.hiddenSize / config.heads;
    return config;
}

std::string configJson(const ModelConfig& config) {
    if (config.ropeScaling.kind != RopeScaling::Kind::None)
        throw Error(ErrorKind::Usage, "Random checkpoints are made without rope scaling.");
    constexpr std::array classes = {"LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM",
                                    "Qwen3ForCausalLM"};
    nlohmann::ordered_json json = {
        {"architectures", {classes[static_cast<std::size_t>(config.family)]}},
        {"model_type", familyName(config.family)},
        {"hidden_size", config.hiddenSize},
        {"intermediate_size", config.intermediateSize},
        {"num_hidden_layers", config.layers},
        {"num_attention_heads", config.heads},
        {"num_key_value_heads", config.keyValueHeads},
        {"head_dim", config.headDimension},
        {"vocab_size", config.vocabularySize},
        {"max_position_embeddings", config.maxPositions},
        {"rms_norm_eps", config.normEpsilon},
        {"rope_theta", config.ropeTheta},
        {"hidden_act", "silu"},
        {"tie_word_embeddings", config.tiedEmbeddings},
        {"bos_token_id", 1},
        {"eos_token_id", 2},
        {"torch_dtype", "bfloat16"}};
    if (config.family == Family::Mistral)
        json["sliding_window"] = nullptr;
    if (config.family == Family::Llama || config.family == Family::Qwen3)
        json["attention_bias"] = config.attentionBias;
    return json.dump(2);
}

void writeRandomCheckpoint(const std::filesystem::path& directory,
                           const RandomCheckpointOptions& options) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error)
        throw Error(ErrorKind::Output,
                    fmt::format("{} cannot be made: {}.", directory.string(), error.message()));
    writeText(directory / "config.json", configJson(options.config));
    writeSmallTokenizer(directory, options.config.vocabularySize);
    const std::vector<ModelTensor> tensors = modelTensors(options.config);
    double total = 0;
    for (const ModelTensor& tensor : tensors)
        total += static_cast<double>(elementsOf(tensor));
    const auto shards = divide(tensors, options.shardBytes);
    const auto quantiles = normalQuantiles(options.standardDeviation);
    std::vector<std::uint16_t> values(chunk);
    nlohmann::ordered_json weightMap = nlohmann::ordered_json::object();
    double done = 0;
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        const std::string name =
            shards.size() == 1
                ? "model.safetensors"
                : fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, shards.size());
        std::vector<SafetensorsEntry> entries;
        for (const ModelTensor& tensor : shards[shard]) {
            entries.push_back({tensor.name, "BF16", tensor.shape});
            weightMap[tensor.name] = name;
        }
        SafetensorsWriter writer(directory / name, entries);
        for (const ModelTensor& tensor : shards[shard]) {
            const auto elements = static_cast<std::uint64_t>(elementsOf(tensor));
            const std::uint64_t stream = streamOf(options.seed, tensor.name);
            const bool isNorm = tensor.name.ends_with("norm.weight");
            for (std::uint64_t first = 0; first < elements; first += chunk) {
                const auto part =
                    std::span(values).first(std::min<std::uint64_t>(chunk, elements - first));
                if (isNorm)
                    std::fill(part.begin(), part.end(), roundToBf16(1));
                else
                    fill(stream, first, quantiles, part);
                writer.write(std::as_bytes(part));
            }
            done += static_cast<double>(elements);
            if (options.progress)
                options.progress(done / total);
        }
        writer.finish();
    }
    if (shards.size() > 1)
        writeText(directory / "model.safetensors.index.json",
                  nlohmann::ordered_json{
                      {"metadata", {{"total_size", static_cast<std::uint64_t>(total) * 2}}},
                      {"weight_map", weightMap}}
                      .dump(2));
}

} // namespace quantscope
