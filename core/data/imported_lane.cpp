#include "core/data/imported_lane.h"

#include "core/data/error.h"

#include <filesystem>

namespace quantscope {

ImportedLane parseImportedLane(std::string_view text) {
    const std::size_t equals = text.find('=');
    // What stands before "=" is a name unless it is the beginning of a path.
    const bool named = equals != std::string_view::npos &&
                       text.substr(0, equals).find('/') == std::string_view::npos;
    ImportedLane lane;
    lane.path = std::string(named ? text.substr(equals + 1) : text);
    if (named) {
        lane.lane = std::string(text.substr(0, equals));
    } else {
        const std::filesystem::path path = std::filesystem::path(lane.path).lexically_normal();
        // A folder written with a slash at its end has no file name.
        lane.lane = (path.has_filename() ? path : path.parent_path()).filename().string();
    }
    if (lane.path.empty() || lane.lane.empty())
        throw Error(ErrorKind::Usage, "The lane \"" + std::string(text) +
                                          "\" has no name or no path; write e.g. "
                                          "q4=/models/llama-gptq or q4=model-Q4_K_M.gguf.");
    return lane;
}

} // namespace quantscope
