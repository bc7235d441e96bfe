#include "core/checkpoint/checkpoint.h"

#include "core/checkpoint/gguf_checkpoint.h"
#include "core/checkpoint/gguf_header.h"
#include "core/checkpoint/quantization_config.h"
#include "core/checkpoint/safetensors_checkpoint.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

namespace quantscope {

namespace fs = std::filesystem;

std::unique_ptr<Checkpoint> Checkpoint::open(const fs::path& model) {
    std::error_code error;
    if (!fs::is_directory(model, error)) {
        if (looksLikeGguf(model) || (model.extension() == ".gguf" && fs::exists(model, error)))
            return openGgufCheckpoint(model);
        throw Error(ErrorKind::Input,
                    fmt::format("{} is neither a directory nor a GGUF file; expected a model "
                                "directory with config.json and model.safetensors, or a GGUF "
                                "file.",
                                model.string()));
    }
    std::unique_ptr<QuantizedFormat> format;
    if (const auto quantization = readQuantizationConfig(model))
        format = makeQuantizedFormat(*quantization);
    return openSafetensorsCheckpoint(model, std::move(format));
}

ModelSummary summarize(const Checkpoint& checkpoint, const fs::path& directory) {
    const ModelConfig& config = checkpoint.config();
    ModelSummary summary;
    summary.path = directory.string();
    summary.family = familyName(config.family);
    summary.layers = config.layers;
    summary.hiddenSize = config.hiddenSize;
    summary.vocabularySize = config.vocabularySize;
    summary.quantizedFormat = checkpoint.quantizedFormat();
    std::set<std::string_view> types;
    std::uint64_t bytes = 0;
    for (const StoredTensor& tensor : checkpoint.tensors()) {
        summary.parameters += static_cast<std::uint64_t>(tensor.elements());
        bytes += tensor.bytes;
        if (tensor.type != StoredType::Quantized)
            types.insert(storedTypeName(tensor.type));
    }
    summary.bitsPerParameter =
        8.0 * static_cast<double>(bytes) / static_cast<double>(summary.parameters);
    summary.dtype = fmt::format("{}", fmt::join(types, ", "));
    if (!summary.quantizedFormat.empty())
        summary.dtype = fmt::format("{}; rest {}", summary.quantizedFormat, summary.dtype);
    return summary;
}

} // namespace quantscope
