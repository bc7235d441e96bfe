#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace quantscope {

/// What a model directory says of how its matrices were quantized.
struct QuantizationConfig {
    nlohmann::json object; ///< quantization_config of config.json, or a file of its own
    std::string place;     ///< how messages name the object: "PATH, in quantization_config"
    std::string method;    ///< quant_method, in lower case: "gptq", "awq", "hqq", …
};

/// The quantization of a model directory; nothing for an unquantized one. Looks for
/// quantization_config (or compression_config, an older name) in config.json, then for the files
/// that older AutoGPTQ (quantize_config.json) and AutoAWQ (quant_config.json) wrote beside it.
/// @throws Error (Input) naming file and key.
std::optional<QuantizationConfig>
readQuantizationConfig(const std::filesystem::path& modelDirectory);

} // namespace quantscope
