#pragma once

#include "core/data/calibration_set.h"
#include "core/data/method_spec.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace quantscope {

/// Writes FOLDER/manifest.json, which says of the codes in the folder which method made them, and
/// of which text: method, options, lane, and calibration with set, draw, source, seed, examples,
/// tokens and hash. A recipe's own content is part of it.
/// @param calibration  null where the method looks at no text
/// @throws Error (Output)
void writeCodesManifest(const std::filesystem::path& folder, const MethodSpec& spec,
                        const CalibrationProvenance* calibration);

/// What was written there. @throws Error (Input) where it is missing or no JSON object
nlohmann::json readCodesManifest(const std::filesystem::path& folder);

} // namespace quantscope
