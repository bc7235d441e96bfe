#pragma once

// <compare> comes with <string>; moc cannot read it as the first of them.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// One draw of a calibration set.
struct CalibrationDraw {
    std::string set;
    std::int64_t draw = 0; ///< from 0; draws of a set are disjoint

    auto operator<=>(const CalibrationDraw&) const = default;
};

/// A quantization method with its options as the user gave them, e.g.
/// "gptq:bits=3,group=64,act_order=true". The registry in core/quant says which options exist.
struct MethodSpec {
    std::string method;                         ///< registry name, lower case
    std::map<std::string, std::string> options; ///< without "name"
    std::string lane; ///< name of its lane: the option name=…, else the text itself
    std::optional<CalibrationDraw> calibration = {}; ///< absent: the study's calibration text

    bool operator==(const MethodSpec&) const = default;
};

/// @throws Error (Usage) naming the text that could not be read.
MethodSpec parseMethodSpec(std::string_view text);

/// Several specs separated by commas, "rtn:bits=3,group=64,gptq:bits=4": an item of the form
/// option=value belongs to the method before it. @throws Error (Usage).
std::vector<MethodSpec> parseMethodSpecs(std::string_view text);

/// The spec written back: method and options in alphabetical order.
std::string toString(const MethodSpec& spec);

/// "4GiB", "512MB", "1073741824" → bytes. @throws Error (Usage).
std::uint64_t parseByteSize(std::string_view text);

/// Bytes as a person reads them, three digits: "1.50 GiB".
std::string formatByteSize(std::uint64_t bytes);

} // namespace quantscope
