#pragma once

#include <string>
#include <string_view>

namespace quantscope {

/// A checkpoint quantized elsewhere, which walks as a lane beside the model it was made of.
struct ImportedLane {
    std::string path; ///< model directory, or a .gguf file
    std::string lane; ///< its name in every table

    bool operator==(const ImportedLane&) const = default;
};

/// "name=PATH", or "PATH" alone: then the file or folder gives the name.
/// @throws Error (Usage) when name or path is empty.
ImportedLane parseImportedLane(std::string_view text);

} // namespace quantscope
