#pragma once

#include "core/tokenizer/json_place.h"
#include "core/tokenizer/regex.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A literal or regular expression of tokenizer.json: {"String": …} or {"Regex": …}.
class Pattern {
public:
    explicit Pattern(const JsonPlace& place);

    std::vector<ByteRange> findAll(std::string_view text) const;
    std::string replaceAll(std::string_view text, const std::string& content) const;

private:
    std::string m_literal;
    std::optional<Regex> m_regex;
};

/// What becomes of the delimiters when a text is split.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };
SplitBehavior parseSplitBehavior(const JsonPlace& place);

/// A part of a text and whether it is a delimiter.
struct Span {
    ByteRange range;
    bool isDelimiter = false;
};

/// Matches and what lies between them, in order and without gaps.
std::vector<Span> spansOf(const std::vector<ByteRange>& matches, std::size_t textSize);

/// Every character that satisfies the predicate is one match.
std::vector<ByteRange> findCharacters(std::string_view text,
                                      const std::function<bool(char32_t)>& isMatch);

/// The parts that remain of a text cut at its delimiters.
std::vector<ByteRange> splitSpans(const std::vector<Span>& spans, SplitBehavior behavior);

} // namespace quantscope
