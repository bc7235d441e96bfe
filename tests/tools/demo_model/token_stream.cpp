#include "tests/tools/demo_model/token_stream.h"

#include <utility>

namespace quantscope::demo {

TokenStream::TokenStream(const Grammar& grammar, BytePairEncoding encoding, std::uint64_t seed,
                         std::set<std::string> held)
    : m_grammar(grammar)
    , m_encoding(std::move(encoding))
    , m_held(std::move(held))
    , m_seed(seed) {}

std::vector<std::int64_t> TokenStream::row(std::int64_t tokens) {
    std::vector<std::int64_t> ids;
    while (std::int64_t(ids.size()) <= tokens) {
        Random random(m_seed++);
        const Register kind = random.pick(allRegisters());
        const auto length = std::size_t(random.between(100, 900));
        const std::string text = writeDocument(kind, m_grammar, random, length);
        if (m_held.contains(text))
            continue;
        ids.push_back(BytePairEncoding::startToken);
        for (const std::int32_t id : m_encoding.encode(text))
            ids.push_back(id);
        ids.push_back(BytePairEncoding::endToken);
    }
    ids.resize(std::size_t(tokens) + 1);
    return ids;
}

} // namespace quantscope::demo
