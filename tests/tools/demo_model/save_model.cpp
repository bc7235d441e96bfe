#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "tests/tools/demo_model/trainable_model.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace quantscope::demo {

namespace {

using Json = nlohmann::ordered_json;

void saveConfig(const ModelConfig& config, const std::filesystem::path& path) {
    const Json json = {{"architectures", Json::array({"LlamaForCausalLM"})},
                       {"model_type", "llama"},
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
                       {"attention_bias", false},
                       {"mlp_bias", false},
                       {"tie_word_embeddings", true},
                       {"bos_token_id", 0},
                       {"eos_token_id", 1},
                       {"torch_dtype", "bfloat16"}};
    std::ofstream file(path, std::ios::binary);
    file << json.dump(2) << "\n";
    if (!file.flush())
        throw Error(ErrorKind::Output, path.string() + " could not be written.");
}

} // namespace

void saveModel(TrainableModel& model, const std::string& folder) {
    std::filesystem::create_directories(folder);
    saveConfig(model.config, std::filesystem::path(folder) / "config.json");
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, weight] : model.weights())
        entries.push_back({name, "BF16", weight->sizes().vec()});
    SafetensorsWriter writer(std::filesystem::path(folder) / "model.safetensors", entries);
    for (const auto& [name, weight] : model.weights()) {
        const torch::Tensor stored = weight->detach().to(torch::kBFloat16).contiguous();
        const auto* values = static_cast<const std::uint16_t*>(stored.data_ptr());
        writer.writeTensor(name, std::span(values, std::size_t(stored.numel())));
    }
    writer.finish();
}

} // namespace quantscope::demo
