#pragma once

#include "core/quant/quantizer.h"

#include <filesystem>
#include <map>
#include <string>

namespace quantscope {

/// The metadata of a packed block's file.
std::map<std::string, std::string> writePackedManifest(const QuantizedBlock& block);

/// The block that metadata describe, with no tensor filled in yet; sizes are checked to be
/// possible. @throws Error (Input) naming file and key.
QuantizedBlock readPackedManifest(const std::map<std::string, std::string>& metadata,
                                  const std::filesystem::path& path);

} // namespace quantscope
