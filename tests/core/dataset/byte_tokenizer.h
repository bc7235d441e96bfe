#pragma once

#include "core/tokenizer/tokenizer.h"

namespace quantscope::testing {

/// One id a byte, so that what a window holds can be said beforehand; 300 is the start token.
class ByteTokenizer : public Tokenizer {
public:
    explicit ByteTokenizer(bool hasStart) : m_hasStart(hasStart) {}

    std::vector<std::int32_t> encode(std::string_view text, bool) const override {
        std::vector<std::int32_t> ids;
        for (const char c : text)
            ids.push_back(static_cast<unsigned char>(c));
        return ids;
    }

    std::string decode(std::span<const std::int32_t> ids, bool) const override {
        std::string text;
        for (const std::int32_t id : ids)
            text += static_cast<char>(id);
        return text;
    }

    std::string piece(std::int32_t) const override { return {}; }
    std::int32_t vocabularySize() const override { return 301; }
    std::optional<std::int32_t> startToken() const override {
        return m_hasStart ? std::optional<std::int32_t>(300) : std::nullopt;
    }
    std::string description() const override { return {}; }
    std::string contentHash() const override { return {}; }

private:
    bool m_hasStart;
};

} // namespace quantscope::testing
