#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/export_format.h"
#include "core/data/job.h"
#include "core/data/method_spec.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace quantscope {

/// What a quantized checkpoint says of its making: the program, the hash of the model, and the
/// manifest of the codes with method, options and calibration text.
nlohmann::json checkpointOrigin(const Checkpoint& parent, const std::filesystem::path& codes);

/// The same as the metadata of a safetensors file.
std::map<std::string, std::string> originMetadata(const nlohmann::json& origin);

/// Copies what a checkpoint needs beside its weights: config.json with some keys changed, the
/// tokenizer and other small files that programs look for.
/// @param from    a Hugging Face directory @throws Error (Input) where it is none.
/// @param origin  becomes quantscope.json
void copyDescription(const std::filesystem::path& from, const std::filesystem::path& to,
                     const nlohmann::json& changes, const nlohmann::json& origin);

/// Checks what is known before anything is quantized: whether a format can hold the codes of a
/// method for the shapes of a model. @throws Error (Usage) naming the option to change.
void checkExport(const Checkpoint& parent, const MethodSpec& method, const ExportFormat& format);

/// Writes model.safetensors and config.json of a quantized checkpoint in a published format, from
/// packed codes: block-000.safetensors, … Codes and zero points stand in it unchanged, scales as
/// `scales` says. Tensors that were not quantized are copied in their type; norms and biases that
/// a method folded scales into are written folded, in f32. quantscope.json and the metadata of
/// the tensors say what the codes were made of.
/// Every matrix is checked before a byte is written.
/// @param parent     what was quantized
/// @param parentPath its directory
/// @param codes      folder of the packed blocks
/// @param to         folder that exists
/// @throws Error (Usage) naming what the format cannot hold and the option to change.
void exportCheckpoint(const Checkpoint& parent, const std::filesystem::path& parentPath,
                      const std::filesystem::path& codes, const ExportFormat& format,
                      ScaleType scales, const std::filesystem::path& to, Job& job);

/// The same from the codes that a study kept.
struct SessionExport {
    std::filesystem::path session; ///< NAME.qscope.h5 or NAME.qscope.d
    std::string lane;              ///< of a method
    std::string modelPath;         ///< empty: where the study found it
    std::string format;
    ScaleType scales = ScaleType::F16;
    std::filesystem::path output;
    bool replace = false;
};

/// @throws Error (Input) when the lane has no codes or the model is not the study's.
void exportFromSession(const SessionExport& options, Job& job);

} // namespace quantscope
