#include "core/data/error.h"
#include "tests/tools/demo_model/trainable_model.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace quantscope::demo {

namespace {

using Json = nlohmann::ordered_json;

void finish(std::ofstream& file, const std::filesystem::path& path) {
    if (!file.flush())
        throw Error(ErrorKind::Output, path.string() + " could not be written.");
}

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
    finish(file, path);
}

} // namespace

void saveModel(TrainableModel& model, const std::string& folder) {
    std::filesystem::create_directories(folder);
    saveConfig(model.config, std::filesystem::path(folder) / "config.json");
    Json header = Json::object();
    header["__metadata__"] = {{"format", "pt"}};
    std::vector<torch::Tensor> stored;
    std::int64_t offset = 0;
    for (const auto& [name, weight] : model.weights()) {
        stored.push_back(weight->detach().to(torch::kBFloat16).contiguous());
        const std::int64_t bytes = stored.back().numel() * 2;
        header[name] = {{"dtype", "BF16"},
                        {"shape", weight->sizes().vec()},
                        {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    // Written beside the old file and renamed, so that a run cut short leaves a whole model.
    const std::filesystem::path path = std::filesystem::path(folder) / "model.safetensors";
    const std::filesystem::path part = path.string() + ".part";
    {
        std::ofstream file(part, std::ios::binary);
        const std::uint64_t length = text.size(); // little-endian, as the machines this runs on
        file.write(reinterpret_cast<const char*>(&length), sizeof length);
        file << text;
        for (const torch::Tensor& tensor : stored)
            file.write(static_cast<const char*>(tensor.data_ptr()), tensor.numel() * 2);
        finish(file, part);
    }
    std::filesystem::rename(part, path);
}

} // namespace quantscope::demo
