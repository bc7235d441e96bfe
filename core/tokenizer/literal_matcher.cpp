#include "core/tokenizer/literal_matcher.h"

namespace quantscope {

void LiteralMatcher::add(std::string_view literal, std::size_t value) {
    if (literal.empty()) {
        return;
    }
    std::uint64_t node = 0;
    for (const char c : literal) {
        const std::uint64_t key = node << 8 | static_cast<unsigned char>(c);
        const auto [child, isNew] =
            m_children.try_emplace(key, static_cast<std::uint32_t>(m_values.size()));
        if (isNew) {
            m_values.push_back(none);
        }
        node = child->second;
    }
    if (m_values[node] == none) { // of equal literals the first counts
        m_values[node] = value;
    }
}

LiteralMatcher::Match LiteralMatcher::longestAt(std::string_view text, std::size_t position) const {
    Match best;
    visitAt(text, position, [&](std::size_t length, std::size_t value) { best = {length, value}; });
    return best;
}

} // namespace quantscope
