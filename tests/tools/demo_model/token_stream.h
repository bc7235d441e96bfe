#pragma once

#include "tests/tools/demo_text/byte_pair_encoding.h"
#include "tests/tools/demo_text/registers.h"

#include <cstdint>
#include <set>
#include <vector>

namespace quantscope::demo {

/// Rows of ids from documents that are made as they are needed, never twice. Each row starts with
/// the start token and a document, filled up with further ones.
class TokenStream {
public:
    /// @param held  texts that must not be trained on: documents equal to one are skipped.
    TokenStream(const Grammar& grammar, BytePairEncoding encoding, std::uint64_t seed,
                std::set<std::string> held);

    /// `tokens` + 1 ids.
    std::vector<std::int64_t> row(std::int64_t tokens);

private:
    const Grammar& m_grammar;
    BytePairEncoding m_encoding;
    std::set<std::string> m_held;
    std::uint64_t m_seed;
};

} // namespace quantscope::demo
