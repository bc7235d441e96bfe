#include "core/engine/expert_statistics.h"

#include "core/data/session_schema.h"
#include "core/engine/gather_tensors.h"

#include <limits>
#include <string>

namespace quantscope {

namespace {

double sumOf(const torch::Tensor& values) { return values.sum(torch::kFloat64).item<double>(); }

/// Which expert got which token. [tokens, experts]
torch::Tensor routingMap(const ExpertRecord& record, std::int64_t tokens, std::int64_t experts) {
    torch::Tensor map = torch::zeros({tokens, experts}, torch::kBool);
    for (const auto& [expert, values] : record.experts)
        map.select(1, expert).index_fill_(0, values.rows.cpu(), true);
    return map;
}

/// A site of an expert in the checkpoint's basis: up has the scale of what down reads.
torch::Tensor inBasis(const torch::Tensor& value, Site site, int expert, const Basis* basis) {
    if (site != Site::Up || !basis)
        return value;
    const auto scale = basis->experts.find(expert);
    return scale == basis->experts.end() ? value : value * scale->second.to(value.device());
}

} // namespace

void ExpertRecord::add(const ExpertRows& rows, Site site, const torch::Tensor& value) {
    Values& values = experts[rows.expert];
    values.rows = rows.rows;
    values.weights = rows.weights;
    if (site == Site::Gate || site == Site::Up || site == Site::Down)
        values.sites[site] = value;
}

ExpertStatistics::ExpertStatistics(const ExpertConfig& config, const MeasuredExamples& examples)
    : m_config(config)
    , m_examples(examples)
    , m_agreement({"/experts/agreement"}, examples)
    , m_sums(examples.lanes)
    , m_tokens(countedTokens()) {}

double ExpertStatistics::countedTokens() const {
    double tokens = 0;
    for (std::int64_t example = 0; example < m_examples.ids.examples(); ++example)
        tokens += double(m_examples.length(example) - m_examples.firstPosition);
    return tokens;
}

void ExpertStatistics::gather(Ranks& ranks) {
    for (OrderedSum& sum : m_sums)
        sum.gather(ranks);
    m_tokens = gatherSum(ranks, m_tokens);
}

/// 1 for tokens that count. [examples · positions]
torch::Tensor ExpertStatistics::counted(const Batch& batch) const {
    torch::Tensor mask = torch::zeros({batch.examples, m_examples.ids.positions}, torch::kBool);
    for (std::int64_t e = 0; e < batch.examples; ++e)
        mask[e]
            .slice(0, m_examples.firstPosition, m_examples.length(batch.firstExample + e))
            .fill_(true);
    return mask.view({-1});
}

void ExpertStatistics::add(const Batch& batch, const ExpertRecord& record,
                           const ExpertRecord& reference) {
    const torch::Tensor mask = counted(batch);
    const std::int64_t tokens = mask.size(0);
    torch::Tensor sums = torch::zeros({m_config.count, Columns}, torch::kFloat64);
    for (const auto& [expert, values] : record.experts) {
        const torch::Tensor rows = values.rows.cpu();
        const torch::Tensor used = mask.index_select(0, rows);
        const torch::Tensor sum = sums[expert];
        sum[Tokens] = sumOf(used);
        sum[Weight] = sumOf(values.weights.cpu().masked_select(used));
        const auto other = reference.experts.find(expert);
        // Where the reference's rows hold the same token; −1: it went elsewhere.
        torch::Tensor place = torch::full({tokens}, std::int64_t{-1}, torch::kInt64);
        if (other != reference.experts.end()) {
            const torch::Tensor theirs = other->second.rows.cpu();
            place.index_copy_(0, theirs, torch::arange(theirs.size(0)));
        }
        const torch::Tensor where = place.index_select(0, rows);
        const torch::Tensor both = (used & (where >= 0)).nonzero().squeeze(1);
        sum[Shared] = double(both.size(0));
        for (std::size_t s = 0; s < sites.size(); ++s) {
            const torch::Tensor own =
                inBasis(values.sites.at(sites[s]), sites[s], expert, batch.basis).cpu();
            const auto column = static_cast<std::int64_t>(s);
            sum[Norm + column] = sumOf(own.norm(2, -1).masked_select(used));
            if (both.size(0) == 0)
                continue;
            const torch::Tensor theirs =
                other->second.sites.at(sites[s]).cpu().index_select(0, where.index_select(0, both));
            const torch::Tensor error = own.index_select(0, both) - theirs;
            sum[RelativeError + column] = sumOf(error.norm(2, -1) / theirs.norm(2, -1));
        }
    }
    m_sums[batch.lane].add(batch.number, sums);
    addAgreement(batch, record, reference);
}

void ExpertStatistics::addAgreement(const Batch& batch, const ExpertRecord& record,
                                    const ExpertRecord& reference) {
    const std::int64_t positions = m_examples.ids.positions;
    const std::int64_t tokens = batch.examples * positions;
    const torch::Tensor shared =
        (routingMap(record, tokens, m_config.count) & routingMap(reference, tokens, m_config.count))
            .sum(1)
            .view({batch.examples, positions});
    for (std::int64_t e = 0; e < batch.examples; ++e) {
        const std::int64_t example = batch.firstExample + e;
        const torch::Tensor used =
            shared[e].slice(0, m_examples.firstPosition, m_examples.length(example));
        m_agreement.set(0, batch.lane, example,
                        used.to(torch::kFloat64).mean().item<double>() / double(m_config.chosen));
    }
}

SessionData ExpertStatistics::part() const {
    SessionData data;
    m_agreement.addTo(data);
    const auto experts = static_cast<std::size_t>(m_config.count);
    const auto put = [&](const std::string& path, std::int64_t column, std::int64_t over) {
        NamedArray array = makeSessionArray(path, {m_sums.size(), 1, experts});
        auto& values = std::get<std::vector<float>>(array.values);
        for (std::size_t lane = 0; lane < m_sums.size(); ++lane) {
            const torch::Tensor& total = m_sums[lane].total();
            for (std::int64_t expert = 0; total.defined() && expert < m_config.count; ++expert) {
                const double count = over < 0 ? m_tokens : total[expert][over].item<double>();
                values[lane * experts + static_cast<std::size_t>(expert)] =
                    count > 0 ? static_cast<float>(total[expert][column].item<double>() / count)
                              : std::numeric_limits<float>::quiet_NaN();
            }
        }
        data.arrays.emplace(path, std::move(array));
    };
    put("/experts/load", Tokens, -1);
    put("/experts/weight", Weight, Tokens);
    for (std::size_t s = 0; s < sites.size(); ++s) {
        const std::string site = "/experts/" + std::string(siteName(sites[s]));
        put(site + "/norm", Norm + static_cast<std::int64_t>(s), Tokens);
        put(site + "/relative_error", RelativeError + static_cast<std::int64_t>(s), Shared);
    }
    return data;
}

} // namespace quantscope
