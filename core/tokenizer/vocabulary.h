#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// So that a map of strings answers to a string_view without a copy.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

template <typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// Pieces and their ids. Ids may have gaps.
class Vocabulary {
public:
    /// Largest id a vocabulary may have: forty times any known one, so that a lying file cannot
    /// ask for memory without bound.
    static constexpr std::int64_t largestId = 10'000'000;

    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;

    void add(std::string piece, std::int32_t id);

    std::optional<std::int32_t> find(std::string_view piece) const;
    const std::string* piece(std::int32_t id) const; ///< null when no piece has the id
    std::size_t size() const { return m_ids.size(); }
    std::int32_t idEnd() const { return static_cast<std::int32_t>(m_pieces.size()); }

private:
    TextMap<std::int32_t> m_ids;
    std::vector<const std::string*> m_pieces; ///< keys of the map: their addresses are stable
};

} // namespace quantscope
