#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace quantscope::demo {

/// Counts of one, two and three ids in a row, interpolated after Witten and Bell: what a model
/// that looks at two tokens reaches on the same text.
class TrigramBaseline {
public:
    explicit TrigramBaseline(std::int32_t vocabularySize) : m_vocabularySize(vocabularySize) {}

    void add(const std::vector<std::int64_t>& row);

    struct Losses {
        double unigram = 0;
        double bigram = 0;
        double trigram = 0;
    };
    /// Mean negative log-likelihood in nat of every id after the first of each row.
    Losses losses(const std::vector<std::vector<std::int64_t>>& rows) const;

private:
    struct Followers {
        std::map<std::int64_t, std::int64_t> counts;
        std::int64_t total = 0;
    };
    using Context = std::pair<std::int64_t, std::int64_t>; ///< −1 where the context is shorter

    double probability(const Context& context, std::int64_t id, double shorter) const;

    std::int32_t m_vocabularySize;
    std::map<Context, Followers> m_followers;
};

} // namespace quantscope::demo
