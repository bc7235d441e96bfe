#include "core/engine/error_budget.h"

#include "core/data/session_schema.h"
#include "core/quant/weight_error.h"

#include <array>
#include <cmath>
#include <string>

namespace quantscope {

namespace {

constexpr std::array termNames = {"gate", "up", "gate_up", "weights"};
constexpr std::size_t misfitPath = 2 * termNames.size();

std::vector<std::string> paths() {
    std::vector<std::string> all;
    for (const char* term : termNames)
        for (const char* statistic : {"norm", "share"})
            all.push_back(std::string("/budget/") + term + "/" + statistic);
    all.emplace_back("/budget/misfit");
    return all;
}

std::vector<std::string> tokenPaths() {
    std::vector<std::string> all;
    for (const char* term : termNames)
        for (const char* statistic : {"_norm", ""})
            all.push_back(
                tokenPath(siteName(Site::Down), std::string("budget_") + term + statistic));
    return all;
}

} // namespace

ErrorBudgetInstrument::ErrorBudgetInstrument(bool byToken, const MeasuredExamples& examples)
    : m_examples(examples)
    , m_table(paths(), examples) {
    static_assert(2 * termNames.size() == valuesOfToken);
    if (byToken)
        m_tokens.emplace(tokenPaths(), examples);
}

SiteSet ErrorBudgetInstrument::sites() const {
    return SiteSet(std::array{Site::Gate, Site::Up, Site::Down});
}

void ErrorBudgetInstrument::add(const LaneBatch& batch) {
    if (batch.lane == 0)
        return;
    const LinearWeights& own = batch.weights->linear(Module::Down);
    const LinearWeights& original = batch.referenceWeights->linear(Module::Down);
    const torch::Tensor plain = plainWeight(own);
    const torch::Tensor weight = batch.basis ? unfold(plain, *batch.basis, Module::Down) : plain;
    const torch::Tensor& gate = batch.reference(Site::Gate);
    const torch::Tensor& up = batch.reference(Site::Up);
    const torch::Tensor gateError = batch.at(Site::Gate) - gate;
    const torch::Tensor upError = batch.at(Site::Up) - up;
    const torch::Tensor total = batch.at(Site::Down) - batch.reference(Site::Down);
    std::array terms = {
        at::linear(gateError * up, weight), at::linear(gate * upError, weight),
        at::linear(gateError * upError, weight),
        at::linear(gate * up, weight - original.weight)}; // [examples, positions, hidden]
    if (own.bias.defined())
        terms[3] = terms[3] + (own.bias - original.bias);

    for (std::int64_t e = 0; e < total.size(0); ++e) {
        const std::int64_t example = batch.firstExample + e;
        const auto rows = [&](const torch::Tensor& values) {
            return values[e]
                .slice(0, m_examples.firstPosition, m_examples.length(example))
                .to(torch::kFloat64);
        };
        const torch::Tensor error = rows(total);
        const double size = error.square().sum().item<double>();
        torch::Tensor left = error;
        for (std::size_t term = 0; term < terms.size(); ++term) {
            const torch::Tensor values = rows(terms[term]);
            left = left - values;
            const torch::Tensor norms = values.norm(2, -1);          // [positions]
            const torch::Tensor products = (values * error).sum(-1); // [positions]
            m_table.set(2 * term, batch.lane, example, norms.mean().item<double>());
            m_table.set(2 * term + 1, batch.lane, example, products.sum().item<double>() / size);
            if (m_tokens) {
                setTokens(2 * term, batch.lane, example, norms);
                setTokens(2 * term + 1, batch.lane, example,
                          products / error.square().sum(-1)); // 0 / 0: no error to share
            }
        }
        m_table.set(misfitPath, batch.lane, example,
                    std::sqrt(left.square().sum().item<double>() / size));
    }
}

void ErrorBudgetInstrument::setTokens(std::size_t path, std::size_t lane, std::int64_t example,
                                      const torch::Tensor& values) {
    const torch::Tensor single = values.to(torch::kCPU, torch::kFloat32).contiguous();
    m_tokens->set(path, lane, example, m_examples.firstPosition,
                  {single.data_ptr<float>(), static_cast<std::size_t>(single.numel())});
}

SessionData ErrorBudgetInstrument::part() const {
    SessionData data;
    m_table.addTo(data);
    if (m_tokens)
        m_tokens->addTo(data);
    return data;
}

} // namespace quantscope
