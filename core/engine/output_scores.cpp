#include "core/engine/output_scores.h"

#include "core/data/session_schema.h"
#include "core/model/row_products.h"
#include "core/model/tensor_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantscope {

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

} // namespace

std::int64_t tokensScoredTogether(std::int64_t vocabulary) {
    return std::clamp<std::int64_t>((4 << 20) / (vocabulary * 4), 16, 512);
}

torch::Tensor OutputHead::logits(const torch::Tensor& hidden) const {
    const torch::Tensor state = hidden.to(matrix.device());
    const bool isFused =
        step.norm.defined() && config.normKind == NormKind::Rms && !step.projection.defined();
    const torch::Tensor read = isFused
                                   ? kernels::rmsNorm(state, step.norm.scale, config.normEpsilon)
                                   : finalState(config, step, state);
    return scaledLogits(config, rowProduct(read.contiguous(), matrix));
}

OutputScores::OutputScores(const ExampleIds& examples, std::size_t lanes, std::size_t patches)
    : m_examples(examples)
    , m_lanes(lanes)
    , m_patches(patches) {
    const auto count = static_cast<std::size_t>(examples.examples());
    const std::size_t cells = lanes * count * static_cast<std::size_t>(examples.positions);
    m_nll.assign(cells, nan);
    m_kl.assign(cells, nan);
    m_klReverse.assign(cells, nan);
    m_js.assign(cells, nan);
    m_topAgrees.assign(cells, 255);
    m_rank.assign(cells, NamedArray::integerFill);
    m_patchNll.assign(patches * count, nan);
    m_patchKl.assign(patches * count, nan);
}

std::size_t OutputScores::cell(std::size_t lane, std::int64_t example,
                               std::int64_t position) const {
    return (lane * static_cast<std::size_t>(m_examples.examples()) +
            static_cast<std::size_t>(example)) *
               static_cast<std::size_t>(m_examples.positions) +
           static_cast<std::size_t>(position);
}

void OutputScores::add(const std::vector<const OutputHead*>& heads, std::int64_t firstExample,
                       const std::vector<torch::Tensor>& states, const Job& job) {
    const std::int64_t count = states.front().size(0);
    const std::int64_t chunk = tokensScoredTogether(heads.front()->matrix.size(0));
    for (std::int64_t e = 0; e < count; ++e) {
        std::vector<torch::Tensor> rows;
        for (const torch::Tensor& state : states)
            rows.push_back(state.defined() ? state[e] : torch::Tensor());
        const std::int64_t length = m_examples.lengths[static_cast<std::size_t>(firstExample + e)];
        for (std::int64_t from = 0; from + 1 < length; from += chunk) {
            job.throwIfStopped();
            scoreExample(heads, firstExample + e, rows, from, std::min(from + chunk, length - 1));
        }
        const auto example = static_cast<std::size_t>(firstExample + e);
        for (std::size_t p = 0; p < m_patches; ++p) {
            const std::size_t at = p * static_cast<std::size_t>(m_examples.examples()) + example;
            m_patchNll[at] /= double(length - 1);
            m_patchKl[at] /= double(length - 1);
        }
    }
}

/// Rows [from, to) of one example: the state at t predicts the token at t + 1.
void OutputScores::scoreExample(const std::vector<const OutputHead*>& heads, std::int64_t example,
                                const std::vector<torch::Tensor>& rows, std::int64_t from,
                                std::int64_t to) {
    const std::int64_t count = to - from;
    const std::int32_t* targets = m_examples.row(example) + from + 1;

    torch::Tensor own = heads[0]->logits(rows[0].slice(0, from, to).contiguous());
    {
        // The reference's own scores come from its logits before they are normalised in place.
        const std::size_t at = cell(0, example, from + 1);
        kernels::TokenScores out;
        out.nll = &m_nll[at];
        out.rank = &m_rank[at];
        kernels::tokenScores(own, nullptr, targets, out);
        std::fill_n(&m_kl[at], count, 0.0f);
        std::fill_n(&m_klReverse[at], count, 0.0f);
        std::fill_n(&m_js[at], count, 0.0f);
        std::fill_n(&m_topAgrees[at], count, std::uint8_t{1});
    }
    const kernels::ReferenceTensors reference = kernels::logSoftmax(own);
    for (std::size_t lane = 1; lane < m_lanes; ++lane) {
        torch::Tensor logits = heads[lane]->logits(rows[lane].slice(0, from, to).contiguous());
        const std::size_t at = cell(lane, example, from + 1);
        kernels::TokenScores out;
        out.nll = &m_nll[at];
        out.rank = &m_rank[at];
        out.kl = &m_kl[at];
        out.klReverse = &m_klReverse[at];
        out.js = &m_js[at];
        out.topAgrees = &m_topAgrees[at];
        kernels::tokenScores(logits, &reference, targets, out);
    }
    std::vector<float> nll(static_cast<std::size_t>(count));
    std::vector<float> kl(static_cast<std::size_t>(count));
    for (std::size_t p = 0; p < m_patches; ++p) {
        const torch::Tensor& state = rows[m_lanes + p];
        if (!state.defined())
            continue;
        torch::Tensor logits = heads[m_lanes + p]->logits(state.slice(0, from, to).contiguous());
        kernels::TokenScores out;
        out.nll = nll.data();
        out.kl = kl.data();
        kernels::tokenScores(logits, &reference, targets, out);
        const std::size_t at =
            p * static_cast<std::size_t>(m_examples.examples()) + static_cast<std::size_t>(example);
        if (from == 0)
            m_patchNll[at] = m_patchKl[at] = 0;
        for (std::size_t i = 0; i < nll.size(); ++i) {
            m_patchNll[at] += double(nll[i]);
            m_patchKl[at] += double(kl[i]);
        }
    }
}

double OutputScores::laneNll(std::size_t lane, std::int64_t example) const {
    const std::int64_t length = m_examples.lengths[static_cast<std::size_t>(example)];
    double sum = 0;
    for (std::int64_t t = 1; t < length; ++t)
        sum += double(m_nll[cell(lane, example, t)]);
    return sum / double(length - 1);
}

double OutputScores::patchNll(std::size_t patch, std::int64_t example) const {
    return m_patchNll[patch * static_cast<std::size_t>(m_examples.examples()) +
                      static_cast<std::size_t>(example)];
}

double OutputScores::patchKl(std::size_t patch, std::int64_t example) const {
    return m_patchKl[patch * static_cast<std::size_t>(m_examples.examples()) +
                     static_cast<std::size_t>(example)];
}

SessionData OutputScores::lanePart() const {
    SessionData data;
    const auto count = static_cast<std::size_t>(m_examples.examples());
    const std::vector<std::size_t> shape = {m_lanes, count,
                                            static_cast<std::size_t>(m_examples.positions)};
    const auto put = [&data, &shape](const std::string& path, const auto& values) {
        NamedArray array = makeSessionArray(path, shape);
        array.values = values;
        data.arrays.emplace(path, std::move(array));
    };
    put("/output/nll", m_nll);
    put("/output/kl", m_kl);
    put("/output/kl_reverse", m_klReverse);
    put("/output/js", m_js);
    put("/output/top1_agrees", m_topAgrees);
    put("/output/rank", m_rank);

    NamedArray nll = makeSessionArray("/examples/nll", {m_lanes, count});
    NamedArray error = makeSessionArray("/examples/error", {m_lanes, count});
    NamedArray kl = makeSessionArray("/examples/kl", {m_lanes, count});
    auto& nllValues = std::get<std::vector<double>>(nll.values);
    auto& errorValues = std::get<std::vector<double>>(error.values);
    auto& klValues = std::get<std::vector<double>>(kl.values);
    for (std::size_t lane = 0; lane < m_lanes; ++lane) {
        for (std::size_t e = 0; e < count; ++e) {
            const auto example = static_cast<std::int64_t>(e);
            const std::int64_t length = m_examples.lengths[e];
            double klSum = 0;
            for (std::int64_t t = 1; t < length; ++t)
                klSum += double(m_kl[cell(lane, example, t)]);
            const std::size_t at = lane * count + e;
            nllValues[at] = laneNll(lane, example);
            errorValues[at] = nllValues[at] - nllValues[e];
            klValues[at] = klSum / double(length - 1);
        }
    }
    data.arrays.emplace("/examples/nll", std::move(nll));
    data.arrays.emplace("/examples/error", std::move(error));
    data.arrays.emplace("/examples/kl", std::move(kl));
    return data;
}

} // namespace quantscope
