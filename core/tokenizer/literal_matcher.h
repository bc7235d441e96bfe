#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// A prefix tree over bytes: finds which of many literals begin at a place of a text.
class LiteralMatcher {
public:
    /// Of equal literals the first one counts; the empty one is passed over.
    void add(std::string_view literal, std::size_t value);
    bool isEmpty() const { return m_children.empty(); }

    struct Match {
        std::size_t length = 0; ///< 0: none
        std::size_t value = 0;
    };
    Match longestAt(std::string_view text, std::size_t position) const;

    /// Calls visit(length, value) for every literal that begins at `position`, shortest first.
    template <typename Visit>
    void visitAt(std::string_view text, std::size_t position, const Visit& visit) const {
        std::uint64_t node = 0;
        for (std::size_t k = position; k < text.size(); ++k) {
            const auto child = m_children.find(node << 8 | static_cast<unsigned char>(text[k]));
            if (child == m_children.end()) {
                return;
            }
            node = child->second;
            if (m_values[node] != none) {
                visit(k + 1 - position, m_values[node]);
            }
        }
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::unordered_map<std::uint64_t, std::uint32_t> m_children; ///< node and byte → node
    std::vector<std::size_t> m_values = {none};                  ///< of each node
};

} // namespace quantscope
