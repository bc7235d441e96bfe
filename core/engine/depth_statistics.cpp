#include "core/engine/depth_statistics.h"

#include "core/data/session_schema.h"

#include <algorithm>
#include <limits>

namespace quantscope {

namespace {

/// The stream before a unit and after it, [examples, positions, hidden].
struct Ends {
    torch::Tensor entering;
    torch::Tensor leaving;
};

Ends endsOf(DepthUnit unit, bool inTurn, const LaneBatch& batch) {
    const torch::Tensor before = batch.at(Site::ResidPre);
    if (unit == DepthUnit::Block)
        return {before, batch.at(Site::ResidPost)};
    if (!inTurn)
        return {before,
                before + batch.at(unit == DepthUnit::Mlp ? Site::Down : Site::AttnOut)};
    const torch::Tensor middle = batch.at(Site::ResidMid);
    return unit == DepthUnit::Mlp ? Ends{middle, batch.at(Site::ResidPost)} : Ends{before, middle};
}

std::vector<std::string> tablePaths() {
    std::vector<std::string> paths;
    for (const DepthUnit unit : allDepthUnits)
        for (const char* name : {"influence", "update_l1", "update_l2"})
            paths.push_back(depthPath(unit, name));
    return paths;
}

/// Cosine of each pair of rows.
torch::Tensor cosines(const torch::Tensor& a, const torch::Tensor& b) {
    return (a * b).sum(-1) / (a.norm(2, -1) * b.norm(2, -1));
}

} // namespace

DepthInstrument::DepthInstrument(bool inTurn, std::int64_t mapped,
                                 const MeasuredExamples& examples)
    : m_inTurn(inTurn)
    , m_examples(examples)
    , m_table(tablePaths(), examples)
    , m_mapped(mapped)
    , m_tokens(static_cast<std::size_t>(mapped * examples.ids.positions),
               std::numeric_limits<float>::quiet_NaN()) {}

SiteSet DepthInstrument::sites() const {
    return m_inTurn ? SiteSet(std::array{Site::ResidPre, Site::ResidMid, Site::ResidPost})
                    : SiteSet(std::array{Site::ResidPre, Site::AttnOut, Site::Down,
                                         Site::ResidPost});
}

void DepthInstrument::add(const LaneBatch& batch) {
    torch::Tensor positions;
    for (std::size_t u = 0; u < allDepthUnits.size(); ++u) {
        const DepthUnit unit = allDepthUnits[u];
        const auto [entering, leaving] = endsOf(unit, m_inTurn, batch);
        const torch::Tensor update = leaving - entering;
        const torch::Tensor cosine = cosines(entering, leaving).to(torch::kCPU, torch::kFloat64);
        const torch::Tensor l1 = update.norm(1, -1) / entering.norm(1, -1);
        const torch::Tensor l2 = update.norm(2, -1) / entering.norm(2, -1);
        const bool isMapped = unit == DepthUnit::Mlp && batch.lane == 0;
        if (isMapped)
            positions = torch::zeros({2, entering.size(1)}, torch::kFloat64);
        for (std::int64_t e = 0; e < entering.size(0); ++e) {
            const std::int64_t example = batch.firstExample + e;
            const std::int64_t length = m_examples.length(example);
            const auto mean = [&](const torch::Tensor& values) {
                return values[e]
                    .slice(0, m_examples.firstPosition, length)
                    .mean(torch::kFloat64)
                    .item<double>();
            };
            m_table.set(3 * u, batch.lane, example, 1 - mean(cosine));
            m_table.set(3 * u + 1, batch.lane, example, mean(l1));
            m_table.set(3 * u + 2, batch.lane, example, mean(l2));
            if (!isMapped)
                continue;
            positions[0].slice(0, 0, length) += cosine[e].slice(0, 0, length);
            positions[1].slice(0, 0, length) += 1;
            const double* from = cosine[e].data_ptr<double>();
            if (example < m_mapped)
                std::copy(from, from + length,
                          m_tokens.begin() + example * m_examples.ids.positions);
        }
    }
    if (positions.defined())
        m_positions.add(batch.batch, positions);
}

void DepthInstrument::gather(Ranks& ranks) { m_positions.gather(ranks); }

SessionData DepthInstrument::part() const {
    SessionData data;
    m_table.addTo(data);
    const torch::Tensor& sums = m_positions.total();
    const torch::Tensor means = (sums[0] / sums[1]).to(torch::kFloat32).contiguous();
    const auto count = static_cast<std::size_t>(means.size(0));
    NamedArray array = makeSessionArray("/depth/mlp/position_cosine", {1, count});
    array.values = std::vector<float>(means.data_ptr<float>(), means.data_ptr<float>() + count);
    data.arrays.emplace("/depth/mlp/position_cosine", std::move(array));
    if (!m_tokens.empty()) {
        NamedArray tokens =
            makeSessionArray("/depth/mlp/token_cosine", {1, m_tokens.size() / count, count});
        tokens.values = m_tokens;
        data.arrays.emplace("/depth/mlp/token_cosine", std::move(tokens));
    }
    return data;
}

} // namespace quantscope
