#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Half-open range of bytes.
struct ByteRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// A regular expression in the dialect of tokenizer.json (Oniguruma's Ruby syntax), run by PCRE2
/// with its just-in-time compiler. Immutable and safe to use from several threads.
class Regex {
public:
    /// @throws Error (Input) naming the place when it cannot be compiled.
    Regex(const std::string& pattern, const std::string& place);

    /// All matches in valid UTF-8, left to right. An empty match right after a match is no match.
    /// @throws Error (Input) when matching exceeds the backtracking limits.
    std::vector<ByteRange> findAll(std::string_view text) const;

private:
    struct Compiled;

    std::shared_ptr<const Compiled> m_compiled;
    std::string m_pattern;
    std::string m_place;
};

/// A literal as a pattern that matches just it.
std::string escapeRegex(std::string_view literal);

/// An Oniguruma pattern written so that PCRE2 (UTF, UCP, MULTILINE) matches the same: \s, \w, \b by
/// Oniguruma's character sets, scripts without their extensions, nested classes flattened.
/// @throws Error (Input) for constructs that PCRE2 cannot express.
std::string translateOniguruma(const std::string& pattern, const std::string& place);

} // namespace quantscope
