#pragma once

#include "core/data/named_array.h"
#include "core/data/site.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What the elements of an array of a session are, on disk and in memory alike.
enum class ElementType { Float32, Float64, Int32, UInt8, Text };

/// "f4", "f8", "i4", "u1" or "text".
std::string_view elementTypeName(ElementType type);
ElementType elementType(const NamedArray& array);

/// Bytes of one element; 0 for text.
std::size_t elementBytes(ElementType type);

/// One array of the session format, version 1. In `path` a "*" stands for one name: of a site, a
/// label column, an axis.
struct ArrayDescription {
    std::string path;
    std::vector<std::string> dimensions;
    ElementType type = ElementType::Float32;
    std::string units;    ///< "nat", "1" for pure numbers, "dB", empty for text
    std::string longName; ///< the definition, in one line; "*" is replaced by the name
};

/// Every array that the format defines, in the order of its documentation. Coordinates of
/// dimensions ("/lane", "/example", …) are among them.
const std::vector<ArrayDescription>& sessionArrays();

/// The description of a path such as "/sites/down/norm", with the names filled in; nothing for a
/// path that the format does not define. "/sites/*/norm" itself is found too.
std::optional<ArrayDescription> findSessionArray(std::string_view path);

/// An array as the format defines it, filled with "not measured": NaN, the fill value of
/// integers, empty text. The shape has one extent per dimension.
/// @throws Error (Internal) when the format has no such path or the rank differs.
NamedArray makeSessionArray(std::string_view path, std::vector<std::size_t> shape);

/// A one-dimensional text array as the format defines it, e.g. "/lane" or "/text/excerpt".
NamedArray makeSessionText(std::string_view path, std::vector<std::string> values);

/// The coordinate of a dimension that counts: first, first + 1, … ("/example", "/layer", …).
NamedArray makeSessionIndex(std::string_view path, std::size_t count, std::size_t first = 0);

/// Whether a name is that of a dimension of the format ("lane", "method", "example", …).
bool isSessionDimension(std::string_view name);

/// "/sites/SITE/STATISTIC" and "/tokens/SITE/STATISTIC".
std::string sitePath(std::string_view site, std::string_view statistic);
std::string tokenPath(std::string_view site, std::string_view statistic);

/// The dimension of a site's channels: "hidden", "intermediate", "query" or "key_value".
std::string_view channelDimension(Site site);

/// "/text/labels/NAME": a column name may hold what a path cannot (a slash, the name of a
/// dimension); such names are changed a little, the same way each time.
std::string labelPath(std::string_view name);

/// Names of attributes. Those of a group are written "/GROUP/@NAME"; all others are the root's.
namespace attribute {
inline constexpr const char* format = "format";          ///< always "quantscope-session"
inline constexpr const char* version = "version";        ///< integer
inline constexpr const char* program = "program";        ///< name and version of the writer
inline constexpr const char* created = "created";        ///< ISO 8601, UTC
inline constexpr const char* status = "status";          ///< "partial" or "complete"
inline constexpr const char* blocksDone = "blocks_done"; ///< integer: blocks that are finished
inline constexpr const char* layers = "layers";          ///< integer: blocks that the model has
inline constexpr const char* plan = "plan";              ///< JSON
inline constexpr const char* seed = "seed";              ///< of the study; D_ctrl is drawn with it
inline constexpr const char* pairMethod = "pair_method"; ///< lane whose sets comparisons use
inline constexpr const char* setFraction = "set_fraction";   ///< share of examples in D_large
inline constexpr const char* controlShare = "control_share"; ///< smallest errors for D_ctrl
inline constexpr const char* resamples = "resamples";        ///< of documents, for intervals
/// Calibration set whose perplexity is 1 in comparisons of sets.
inline constexpr const char* referenceSet = "reference_set";
inline constexpr const char* modelName = "/model/@name";
inline constexpr const char* modelFamily = "/model/@family";
inline constexpr const char* familyNotes = "/model/@family_notes";   ///< sentences, a line each
inline constexpr const char* modelParameters = "/model/@parameters"; ///< count
inline constexpr const char* modelDtype = "/model/@dtype";           ///< as stored, "bf16"
inline constexpr const char* modelConfig = "/model/@config";         ///< JSON
inline constexpr const char* modelHash = "/model/@hash";
inline constexpr const char* tokenizerHash = "/model/@tokenizer_hash";
inline constexpr const char* allocationObjective = "/allocation/@objective"; ///< "mean-kl", …
inline constexpr const char* allocationBudget = "/allocation/@budget";       ///< bits per weight
inline constexpr const char* allocationProtect = "/allocation/@protect";     ///< "down,up" or empty
inline constexpr const char* textSource = "/text/@source"; ///< file the examples come from
inline constexpr const char* textHash = "/text/@hash";
inline constexpr const char* questionSource = "/questions/@source";
inline constexpr const char* questionHash = "/questions/@hash";
inline constexpr const char* questionCriterion = "/questions/@criterion"; ///< contains or exact
inline constexpr const char* bucketWidth = "/questions/@bucket_width";    ///< of log10 popularity
inline constexpr const char* answerShots = "/questions/@answer_shots";    ///< before every prompt
inline constexpr const char* choiceShots = "/questions/@choice_shots";    ///< before every prompt
inline constexpr const char* shotCount = "/questions/@shots";
inline constexpr const char* lanesAsked = "/questions/@lanes_asked"; ///< how many have answered
} // namespace attribute

} // namespace quantscope
