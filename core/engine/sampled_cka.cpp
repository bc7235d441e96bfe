#include "core/engine/sampled_cka.h"

#include "core/data/hash.h"
#include "core/data/session_schema.h"
#include "core/engine/gather_tensors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

constexpr std::int64_t columnsAtOnce = 1024; ///< widened to f64 at a time

/// X Xᵀ in f64 with a zero diagonal.
torch::Tensor gramOf(const torch::Tensor& states) {
    torch::Tensor gram = torch::zeros({states.size(0), states.size(0)}, torch::kFloat64);
    for (std::int64_t from = 0; from < states.size(1); from += columnsAtOnce) {
        const torch::Tensor columns =
            states.slice(1, from, std::min(from + columnsAtOnce, states.size(1)))
                .to(torch::kFloat64);
        gram += torch::mm(columns, columns.t());
    }
    return gram.fill_diagonal_(0);
}

/// HSIC₁ of two Gram matrices without diagonals.
double unbiasedHsic(const torch::Tensor& k, const torch::Tensor& l) {
    const auto n = double(k.size(0));
    const torch::Tensor kSums = k.sum(1);
    const torch::Tensor lSums = l.sum(1);
    const double trace = (k * l).sum().item<double>(); // both are symmetric
    const double sums = kSums.sum().item<double>() * lSums.sum().item<double>();
    const double cross = kSums.dot(lSums).item<double>();
    return (trace + sums / ((n - 1) * (n - 2)) - 2 * cross / (n - 2)) / (n * (n - 3));
}

} // namespace

/// The tokens with the smallest keys are drawn, wherever in the study's text they stand.
std::uint64_t SampledCkaInstrument::keyOf(const Token& token) const {
    const std::int64_t example = m_examples.before + token.example;
    const auto place =
        static_cast<std::uint64_t>(example * m_examples.ids.positions + token.position);
    return mixBits(m_seed ^ mixBits(place));
}

SampledCkaInstrument::SampledCkaInstrument(std::int64_t hidden, std::uint64_t seed,
                                           const MeasuredExamples& examples, std::int64_t tokens)
    : m_examples(examples)
    , m_seed(seed)
    , m_wanted(tokens) {
    struct Draw {
        std::uint64_t key;
        Token token;
    };
    // No more than wanted are ever held.
    std::vector<Draw> draws;
    const auto smaller = [](const Draw& a, const Draw& b) { return a.key < b.key; };
    for (std::int64_t example = 0; example < examples.ids.examples(); ++example)
        for (std::int64_t t = examples.firstPosition; t < examples.length(example); ++t) {
            draws.push_back({keyOf({example, t}), {example, t}});
            std::push_heap(draws.begin(), draws.end(), smaller);
            if (static_cast<std::int64_t>(draws.size()) > tokens) {
                std::pop_heap(draws.begin(), draws.end(), smaller);
                draws.pop_back();
            }
        }
    std::sort(draws.begin(), draws.end(), [](const Draw& a, const Draw& b) {
        return std::pair(a.token.example, a.token.position) <
               std::pair(b.token.example, b.token.position);
    });
    for (const Draw& draw : draws)
        m_tokens.push_back(draw.token);
    for (std::size_t lane = 0; lane < examples.lanes; ++lane)
        m_states.push_back(torch::zeros({static_cast<std::int64_t>(m_tokens.size()), hidden}));
}

std::uint64_t SampledCkaInstrument::bytes(std::int64_t hidden, std::int64_t lanes) {
    return static_cast<std::uint64_t>(
        defaultTokens * (4 * hidden * lanes + 16 * defaultTokens + 8 * columnsAtOnce));
}

double SampledCkaInstrument::multiplications(std::int64_t hidden, std::int64_t lanes) {
    return double(defaultTokens) * double(defaultTokens) * double(hidden) * double(lanes);
}

SiteSet SampledCkaInstrument::sites() const { return SiteSet(std::array{Site::ResidPost}); }

void SampledCkaInstrument::add(const LaneBatch& batch) {
    const torch::Tensor states = batch.at(Site::ResidPost); // [examples, positions, hidden]
    const auto first = std::lower_bound(
        m_tokens.begin(), m_tokens.end(), batch.firstExample,
        [](const Token& token, std::int64_t example) { return token.example < example; });
    // Each row belongs to one example, and so to one batch: threads write apart from one another.
    for (auto token = first;
         token != m_tokens.end() && token->example < batch.firstExample + states.size(0); ++token)
        m_states[batch.lane][token - m_tokens.begin()].copy_(
            states[token->example - batch.firstExample][token->position]);
}

/// Every rank has drawn as many as are wanted of its own examples, so those with the smallest keys
/// of all are among them.
void SampledCkaInstrument::gather(Ranks& ranks) {
    if (ranks.isAlone())
        return;
    torch::Tensor keys = torch::empty({static_cast<std::int64_t>(m_tokens.size())}, torch::kInt64);
    for (std::size_t i = 0; i < m_tokens.size(); ++i)
        keys[static_cast<std::int64_t>(i)] = static_cast<std::int64_t>(keyOf(m_tokens[i]));
    const std::vector<torch::Tensor> keysOfRanks = gatherTensors(ranks, keys);
    torch::Tensor chosen; // rows of all ranks' states, one rank after the other
    if (ranks.isFirst()) {
        const torch::Tensor all = torch::cat(keysOfRanks);
        std::vector<std::int64_t> order(static_cast<std::size_t>(all.size(0)));
        std::iota(order.begin(), order.end(), std::int64_t{0});
        const std::int64_t* key = all.data_ptr<std::int64_t>();
        std::sort(order.begin(), order.end(), [key](std::int64_t a, std::int64_t b) {
            return static_cast<std::uint64_t>(key[a]) < static_cast<std::uint64_t>(key[b]);
        });
        order.resize(std::min(order.size(), static_cast<std::size_t>(m_wanted)));
        std::sort(order.begin(), order.end());
        chosen = torch::tensor(order, torch::kInt64);
        m_tokens.resize(order.size()); // only their number counts from here on
    }
    for (torch::Tensor& states : m_states) {
        const std::vector<torch::Tensor> ofRanks = gatherTensors(ranks, states);
        if (ranks.isFirst())
            states = torch::cat(ofRanks).index_select(0, chosen);
    }
}

SessionData SampledCkaInstrument::part() const {
    const char* path = "/cka/resid_post_sampled";
    NamedArray array = makeSessionArray(path, {m_states.size(), 1});
    auto& values = std::get<std::vector<double>>(array.values);
    if (m_tokens.size() >= 4) {
        const torch::Tensor reference = gramOf(m_states[0]);
        const double own = unbiasedHsic(reference, reference);
        values[0] = 1;
        for (std::size_t lane = 1; lane < m_states.size(); ++lane) {
            const torch::Tensor gram = gramOf(m_states[lane]);
            values[lane] =
                unbiasedHsic(reference, gram) / std::sqrt(own * unbiasedHsic(gram, gram));
        }
    }
    SessionData data;
    data.arrays.emplace(path, std::move(array));
    return data;
}

} // namespace quantscope
