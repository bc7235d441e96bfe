#include "core/tokenizer/vocabulary.h"

namespace quantscope {

void Vocabulary::add(std::string piece, std::int32_t id) {
    const auto [entry, isNew] = m_ids.insert_or_assign(std::move(piece), id);
    const auto index = static_cast<std::size_t>(id);
    if (index >= m_pieces.size()) {
        m_pieces.resize(index + 1, nullptr);
    }
    m_pieces[index] = &entry->first;
}

std::optional<std::int32_t> Vocabulary::find(std::string_view piece) const {
    const auto found = m_ids.find(piece);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Vocabulary::piece(std::int32_t id) const {
    return id >= 0 && id < idEnd() ? m_pieces[static_cast<std::size_t>(id)] : nullptr;
}

} // namespace quantscope
