#pragma once

#include "core/data/method_spec.h"
#include "core/data/text_source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What a calibration set is made of.
enum class CalibrationKind {
    Text,         ///< files
    Punctuation,  ///< ASCII punctuation and white space, each character drawn uniformly
    RandomTokens, ///< tokens of the vocabulary, each drawn uniformly
};

/// A source of calibration text, drawn several times: methods calibrated on each draw tell what the
/// source matters beside what the draw does (Paglieri et al., arXiv 2405.20835; Williams and
/// Aletras, arXiv 2311.09755).
struct CalibrationSet {
    std::string name;
    CalibrationKind kind = CalibrationKind::Text;
    std::vector<TextSource> sources = {};      ///< of Text; several are mixed in equal shares
    std::optional<std::int64_t> examples = {}; ///< of a draw; absent: as the study's calibration
    std::optional<std::int64_t> tokens = {};   ///< of a window; absent: likewise
    std::optional<std::int64_t> draws = {};    ///< absent: as the study says

    bool operator==(const CalibrationSet&) const = default;
};

std::string_view calibrationKindName(CalibrationKind kind); ///< "text", "punctuation", …
CalibrationKind parseCalibrationKind(std::string_view name);

/// "NAME=FILE", "punctuation", "random-tokens", or "NAME:path=A.jsonl+B.txt,examples=64,tokens=256,
/// draws=5,format=jsonl,field=text"; NAME:kind=punctuation,… gives nonsense another name.
/// @throws Error (Usage) naming the text that could not be read.
CalibrationSet parseCalibrationSet(std::string_view text);

/// What the texts of a set are, for tables: its files, or how they are drawn.
std::string describe(const CalibrationSet& set);

/// Every method once for each draw of each set, in lanes called "LANE@SET-1", "LANE@SET-2", …; the
/// methods themselves where there are no sets.
/// @param draws  of sets that name no number
/// @throws Error (Usage) where two sets have the same name
std::vector<MethodSpec> withCalibrationSets(const std::vector<MethodSpec>& methods,
                                            const std::vector<CalibrationSet>& sets,
                                            std::int64_t draws);

/// Which text a quantized model was calibrated on, as everything made with it says.
struct CalibrationProvenance {
    std::string set;           ///< empty: the study's calibration text
    std::int64_t draw = 0;     ///< from 0
    std::string source;        ///< files, or what was drawn
    std::uint64_t seed = 0;    ///< of the draw
    std::int64_t examples = 0; ///< windows
    std::int64_t tokens = 0;   ///< predicted tokens of a window
    std::string hash;          ///< of the token ids, hexadecimal
};

} // namespace quantscope
