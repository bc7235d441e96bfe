#include "core/engine/cka.h"

#include "core/data/session_schema.h"

namespace quantscope {

namespace {

/// Columns of ones beside the values: their products are the column sums and the count.
torch::Tensor withOnes(const torch::Tensor& rows) {
    return torch::cat({rows, torch::ones({rows.size(0), 1}, rows.options())}, 1);
}

/// Products of centered columns from those of columns with ones beside them.
torch::Tensor centered(const torch::Tensor& products) {
    const std::int64_t width = products.size(0) - 1;
    const torch::Tensor inner = products.slice(0, 0, width).slice(1, 0, width);
    const torch::Tensor left = products.slice(0, 0, width).slice(1, width);
    const torch::Tensor right = products.slice(0, width).slice(1, 0, width);
    return inner - torch::mm(left, right) / products[width][width];
}

} // namespace

CkaInstrument::CkaInstrument(const MeasuredExamples& examples)
    : m_examples(examples)
    , m_sums(examples.lanes) {}

std::uint64_t CkaInstrument::bytes(std::int64_t hidden, std::int64_t lanes, int threads) {
    return static_cast<std::uint64_t>(8 * hidden * hidden * (2 * lanes + 3 * threads));
}

SiteSet CkaInstrument::sites() const { return SiteSet(std::array{Site::ResidPost}); }

void CkaInstrument::add(const LaneBatch& batch) {
    const torch::Tensor own = batch.at(Site::ResidPost);
    const torch::Tensor& reference = batch.reference(Site::ResidPost);
    std::vector<torch::Tensor> ownRows;
    std::vector<torch::Tensor> referenceRows;
    for (std::int64_t e = 0; e < own.size(0); ++e) {
        const std::int64_t length = m_examples.length(batch.firstExample + e);
        ownRows.push_back(own[e].slice(0, m_examples.firstPosition, length));
        referenceRows.push_back(reference[e].slice(0, m_examples.firstPosition, length));
    }
    const torch::Tensor y = withOnes(torch::cat(ownRows).to(torch::kFloat64));
    if (batch.lane == 0) {
        m_sums[0].add(batch.batch, torch::mm(y.t(), y));
        return;
    }
    const torch::Tensor x = withOnes(torch::cat(referenceRows).to(torch::kFloat64));
    m_sums[batch.lane].add(batch.batch, torch::stack({torch::mm(x.t(), y), torch::mm(y.t(), y)}));
}

void CkaInstrument::gather(Ranks& ranks) {
    for (OrderedSum& sum : m_sums)
        sum.gather(ranks);
}

SessionData CkaInstrument::part() const {
    NamedArray array = makeSessionArray("/cka/resid_post", {m_sums.size(), 1});
    auto& values = std::get<std::vector<double>>(array.values);
    const double reference = centered(m_sums[0].total()).norm().item<double>();
    values[0] = 1;
    for (std::size_t lane = 1; lane < m_sums.size(); ++lane) {
        const double cross = centered(m_sums[lane].total()[0]).norm().item<double>();
        const double own = centered(m_sums[lane].total()[1]).norm().item<double>();
        values[lane] = cross * cross / (reference * own);
    }
    SessionData data;
    data.arrays.emplace("/cka/resid_post", std::move(array));
    return data;
}

} // namespace quantscope
