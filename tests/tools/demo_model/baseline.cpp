#include "tests/tools/demo_model/baseline.h"

#include <cmath>

namespace quantscope::demo {

void TrigramBaseline::add(const std::vector<std::int64_t>& row) {
    for (std::size_t i = 1; i < row.size(); ++i) {
        const std::int64_t before = row[i - 1];
        const std::int64_t second = i >= 2 ? row[i - 2] : -1;
        for (const Context& context :
             {Context{-1, -1}, Context{-1, before}, Context{second, before}}) {
            Followers& followers = m_followers[context];
            ++followers.counts[row[i]];
            ++followers.total;
            if (i < 2 && context == Context{-1, before})
                break; // the longer context is the same one
        }
    }
}

double TrigramBaseline::probability(const Context& context, std::int64_t id, double shorter) const {
    const auto found = m_followers.find(context);
    if (found == m_followers.end())
        return shorter;
    const Followers& followers = found->second;
    const auto kinds = double(followers.counts.size());
    const auto count = followers.counts.find(id);
    const double seen = count == followers.counts.end() ? 0.0 : double(count->second);
    return (seen + kinds * shorter) / (double(followers.total) + kinds);
}

TrigramBaseline::Losses
TrigramBaseline::losses(const std::vector<std::vector<std::int64_t>>& rows) const {
    Losses sums;
    double terms = 0;
    for (const std::vector<std::int64_t>& row : rows) {
        for (std::size_t i = 1; i < row.size(); ++i) {
            const double one = probability({-1, -1}, row[i], 1.0 / m_vocabularySize);
            const double two = probability({-1, row[i - 1]}, row[i], one);
            const double three = i >= 2 ? probability({row[i - 2], row[i - 1]}, row[i], two) : two;
            sums.unigram -= std::log(one);
            sums.bigram -= std::log(two);
            sums.trigram -= std::log(three);
            ++terms;
        }
    }
    return {sums.unigram / terms, sums.bigram / terms, sums.trigram / terms};
}

} // namespace quantscope::demo
