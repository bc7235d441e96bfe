#include "core/tokenizer/pattern.h"

#include "core/tokenizer/unicode.h"

#include <algorithm>

namespace quantscope {

Pattern::Pattern(const JsonPlace& place) {
    place.onlyKeys({"String", "Regex"});
    if (const auto literal = place.find("String")) {
        m_literal = literal->text();
        if (m_literal.empty()) {
            literal->fail("a string of at least one character");
        }
    } else {
        const JsonPlace regex = place.require("Regex");
        m_regex.emplace(regex.text(), regex.where());
    }
}

std::vector<ByteRange> Pattern::findAll(std::string_view text) const {
    if (m_regex) {
        return m_regex->findAll(text);
    }
    std::vector<ByteRange> matches;
    for (std::size_t begin = text.find(m_literal); begin != std::string_view::npos;
         begin = text.find(m_literal, begin + m_literal.size())) {
        matches.push_back({begin, begin + m_literal.size()});
    }
    return matches;
}

std::string Pattern::replaceAll(std::string_view text, const std::string& content) const {
    std::string result;
    result.reserve(text.size());
    std::size_t previous = 0;
    for (const ByteRange& match : findAll(text)) {
        result.append(text, previous, match.begin - previous);
        result += content;
        previous = match.end;
    }
    result.append(text, previous);
    return result;
}

SplitBehavior parseSplitBehavior(const JsonPlace& place) {
    const std::string name = place.text();
    if (name == "Removed") {
        return SplitBehavior::Removed;
    }
    if (name == "Isolated") {
        return SplitBehavior::Isolated;
    }
    if (name == "MergedWithPrevious") {
        return SplitBehavior::MergedWithPrevious;
    }
    if (name == "MergedWithNext") {
        return SplitBehavior::MergedWithNext;
    }
    if (name == "Contiguous") {
        return SplitBehavior::Contiguous;
    }
    place.fail("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
}

std::vector<Span> spansOf(const std::vector<ByteRange>& matches, std::size_t textSize) {
    std::vector<Span> spans;
    spans.reserve(2 * matches.size() + 1);
    std::size_t previous = 0;
    for (const ByteRange& match : matches) {
        if (previous != match.begin) {
            spans.push_back({{previous, match.begin}, false});
        }
        spans.push_back({match, true});
        previous = match.end;
    }
    if (previous != textSize) {
        spans.push_back({{previous, textSize}, false});
    }
    return spans;
}

std::vector<ByteRange> findCharacters(std::string_view text,
                                      const std::function<bool(char32_t)>& isMatch) {
    std::vector<ByteRange> matches;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t begin = position;
        if (isMatch(nextCodePoint(text, position))) {
            matches.push_back({begin, position});
        }
    }
    return matches;
}

std::vector<ByteRange> splitSpans(const std::vector<Span>& spans, SplitBehavior behavior) {
    std::vector<ByteRange> parts;
    parts.reserve(spans.size());
    bool isPreviousDelimiter = false;
    switch (behavior) {
    case SplitBehavior::Removed:
        for (const Span& span : spans) {
            if (!span.isDelimiter) {
                parts.push_back(span.range);
            }
        }
        break;
    case SplitBehavior::Isolated:
        for (const Span& span : spans) {
            parts.push_back(span.range);
        }
        break;
    case SplitBehavior::Contiguous:
        for (const Span& span : spans) {
            if (span.isDelimiter == isPreviousDelimiter && !parts.empty()) {
                parts.back().end = span.range.end;
            } else {
                parts.push_back(span.range);
            }
            isPreviousDelimiter = span.isDelimiter;
        }
        break;
    case SplitBehavior::MergedWithPrevious:
        for (const Span& span : spans) {
            if (span.isDelimiter && !isPreviousDelimiter && !parts.empty()) {
                parts.back().end = span.range.end;
            } else {
                parts.push_back(span.range);
            }
            isPreviousDelimiter = span.isDelimiter;
        }
        break;
    case SplitBehavior::MergedWithNext:
        for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
            if (span->isDelimiter && !isPreviousDelimiter && !parts.empty()) {
                parts.back().begin = span->range.begin;
            } else {
                parts.push_back(span->range);
            }
            isPreviousDelimiter = span->isDelimiter;
        }
        std::reverse(parts.begin(), parts.end());
        break;
    }
    return parts;
}

} // namespace quantscope
