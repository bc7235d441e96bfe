#pragma once

#include <string>
#include <vector>

namespace quantscope {

/// One option of a quantization method, as an editor or a manual shows it.
struct OptionInfo {
    std::string name;
    std::string defaultValue;
    std::string values; ///< range "2 … 8", list "true, false", or free text
    std::string help;
};

/// A quantization method that the program offers. Plain values, so that a window can list methods
/// without knowing how they compute.
struct MethodInfo {
    std::string name; ///< registry name, e.g. "gptq"
    std::string title;
    std::string source; ///< paper
    std::string needs;  ///< "nothing", "calibration text"
    std::vector<OptionInfo> options;
    std::string cost; ///< of a block with the defaults, in words
};

} // namespace quantscope
