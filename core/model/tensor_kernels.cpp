#include "core/model/tensor_kernels.h"

#include "core/kernels/cuda_kernels.h"
#include "core/model/tensor_memory.h"

#include <algorithm>

namespace quantscope::kernels {

namespace {

/// Device memory for results by row, and the way back to the host.
class RowResults {
public:
    RowResults(std::int64_t columns, std::int64_t rows, const torch::Tensor& like)
        : m_rows(rows)
        , m_values(torch::empty({columns, rows}, like.options())) {}

    /// Null where the host wants no such column.
    float* column(float* host) {
        if (!host)
            return nullptr;
        m_hosts.push_back(host);
        return m_values[static_cast<std::int64_t>(m_hosts.size()) - 1].data_ptr<float>();
    }

    /// Waits for the device. @param targets  rows with a negative one are left alone; may be null
    void bringHome(const std::int32_t* targets) const {
        const torch::Tensor home = m_values.cpu();
        for (std::size_t c = 0; c < m_hosts.size(); ++c) {
            const float* from = home[static_cast<std::int64_t>(c)].data_ptr<float>();
            for (std::int64_t r = 0; r < m_rows; ++r)
                if (!targets || targets[r] >= 0)
                    m_hosts[c][r] = from[r];
        }
    }

private:
    std::int64_t m_rows;
    torch::Tensor m_values; // [columns, rows]
    std::vector<float*> m_hosts;
};

/// The same for one column of another type.
template <typename T>
void bringHome(const torch::Tensor& column, const std::int32_t* targets, T* host) {
    const torch::Tensor home = column.cpu();
    for (std::int64_t r = 0; r < home.size(0); ++r)
        if (targets[r] >= 0)
            host[r] = home.data_ptr<T>()[r];
}

} // namespace

torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon) {
    torch::Tensor out = torch::empty_like(x);
    const std::int64_t width = gamma.size(0);
    const std::int64_t rows = x.numel() / width;
    const TensorMemory memory(x);
    if (memory.isCuda())
        cuda::rmsNorm(memory.of(x), memory.of(gamma), float(epsilon), rows, width, memory.of(out));
    else
        rmsNorm(memory.of(x), memory.of(gamma), float(epsilon), rows, width, memory.of(out));
    return out;
}

void silu(torch::Tensor& gate) {
    const TensorMemory memory(gate);
    if (memory.isCuda())
        cuda::silu(memory.of(gate), gate.numel());
    else
        silu(memory.of(gate), gate.numel());
}

void siluMultiply(torch::Tensor& gate, const torch::Tensor& up) {
    const TensorMemory memory(gate);
    float* const from = memory.of(gate);
    const float* const factor = memory.of(up, gate.numel());
    if (memory.isCuda()) {
        cuda::silu(from, gate.numel());
        cuda::multiply(from, factor, gate.numel(), from);
    } else {
        siluMultiply(from, factor, gate.numel());
    }
}

void multiply(const torch::Tensor& a, const torch::Tensor& b, torch::Tensor& out) {
    const TensorMemory memory(a);
    const std::int64_t count = a.numel();
    if (memory.isCuda())
        cuda::multiply(memory.of(a), memory.of(b, count), count, memory.of(out, count));
    else
        multiply(memory.of(a), memory.of(b, count), count, memory.of(out, count));
}

void rotate(torch::Tensor& x, const torch::Tensor& cosine, const torch::Tensor& sine,
            std::int64_t heads, std::int64_t dimension) {
    const TensorMemory memory(x);
    const std::int64_t angles = x.size(1) * dimension;
    float* const values = memory.of(x);
    const float* const cosines = memory.of(cosine, angles);
    const float* const sines = memory.of(sine, angles);
    if (memory.isCuda())
        cuda::rotate(values, cosines, sines, x.size(0), x.size(1), heads, dimension);
    else
        rotate(values, cosines, sines, x.size(0), x.size(1), heads, dimension);
}

torch::Tensor causalAttention(const AttentionShape& shape, const torch::Tensor& q,
                              const torch::Tensor& k, const torch::Tensor& v) {
    torch::Tensor out = torch::empty_like(q);
    const TensorMemory memory(q);
    const std::int64_t keys = shape.examples * shape.keys() * shape.keyValueHeads * shape.dimension;
    if (memory.isCuda())
        cuda::causalAttention(shape, memory.of(q), memory.of(k, keys), memory.of(v, keys),
                              memory.of(out));
    else
        causalAttention(shape, memory.of(q), memory.of(k, keys), memory.of(v, keys),
                        memory.of(out));
    return out;
}

void tokenStatistics(const torch::Tensor& x, const torch::Tensor& reference,
                     const TokenStatistics& out) {
    const std::int64_t width = x.size(-1);
    const std::int64_t rows = x.numel() / width;
    const TensorMemory memory(x);
    const float* other = memory.of(reference, x.numel());
    if (!memory.isCuda()) {
        tokenStatistics(memory.of(x), other, rows, width, out);
        return;
    }
    RowResults results(6, rows, x);
    TokenStatistics there;
    there.norm = results.column(out.norm);
    there.kurtosis = results.column(out.kurtosis);
    there.maximum = results.column(out.maximum);
    if (other) {
        there.errorNorm = results.column(out.errorNorm);
        there.relativeError = results.column(out.relativeError);
        there.cosine = results.column(out.cosine);
    }
    cuda::tokenStatistics(memory.of(x), other, rows, width, there);
    results.bringHome(nullptr);
}

ReferenceTensors logSoftmax(const torch::Tensor& logits) {
    ReferenceTensors out{logits, torch::empty_like(logits)};
    const TensorMemory memory(logits);
    float* const log = memory.of(out.logProbabilities);
    float* const probabilities = memory.of(out.probabilities);
    if (memory.isCuda())
        cuda::logSoftmax(log, logits.size(0), logits.size(1), probabilities);
    else
        logSoftmax(log, logits.size(0), logits.size(1), probabilities);
    return out;
}

void tokenScores(torch::Tensor& logits, const ReferenceTensors* reference,
                 const std::int32_t* targets, const TokenScores& out) {
    const std::int64_t rows = logits.size(0);
    const std::int64_t vocabulary = logits.size(1);
    const TensorMemory memory(logits);
    float* const values = memory.of(logits);
    ReferenceScores scores;
    if (reference)
        scores = {memory.of(reference->logProbabilities, logits.numel()),
                  memory.of(reference->probabilities, logits.numel())};
    if (!memory.isCuda()) {
        tokenScores(values, scores, targets, rows, vocabulary, out);
        return;
    }
    RowResults results(5, rows, logits);
    TokenScores there;
    there.nll = results.column(out.nll);
    there.entropy = results.column(out.entropy);
    if (reference) {
        there.kl = results.column(out.kl);
        there.klReverse = results.column(out.klReverse);
        there.js = results.column(out.js);
    }
    const torch::Tensor rank = torch::empty({rows}, logits.options().dtype(torch::kInt32));
    const torch::Tensor agrees = torch::empty({rows}, logits.options().dtype(torch::kUInt8));
    there.rank = out.rank ? rank.data_ptr<std::int32_t>() : nullptr;
    there.topAgrees = out.topAgrees && reference ? agrees.data_ptr<std::uint8_t>() : nullptr;
    torch::Tensor wanted = torch::empty({rows}, torch::kInt32);
    std::copy(targets, targets + rows, wanted.data_ptr<std::int32_t>());
    wanted = wanted.to(logits.device());
    cuda::tokenScores(values, scores, wanted.data_ptr<std::int32_t>(), rows, vocabulary, there);
    results.bringHome(targets);
    if (there.rank)
        bringHome(rank, targets, out.rank);
    if (there.topAgrees)
        bringHome(agrees, targets, out.topAgrees);
}

} // namespace quantscope::kernels
