#include "core/study/single_walk.h"

#include "core/kernels/kernels.h"

#include <algorithm>
#include <limits>

namespace quantscope {

BlockReader::BlockReader(const SessionModels& models) : m_models(models) { start(0); }

BlockWeights BlockReader::take() {
    BlockWeights block = m_next.get();
    start(m_layer + 1);
    return block;
}

void BlockReader::start(std::int64_t layer) {
    m_layer = layer;
    if (layer < m_models.config().layers)
        m_next = std::async(std::launch::async,
                            [this, layer] { return m_models.referenceBlock(layer); });
}

std::vector<double> tokenLosses(const OutputHead& head, const torch::Tensor& state,
                                const std::vector<std::int32_t>& ids) {
    std::vector<double> losses(ids.size(), std::numeric_limits<double>::quiet_NaN());
    const std::int64_t vocabulary = head.matrix.size(0);
    constexpr std::int64_t chunk = 128; // tokens whose logits exist at a time
    for (std::int64_t from = 0; from + 1 < state.size(0); from += chunk) {
        const std::int64_t to = std::min(from + chunk, state.size(0) - 1);
        torch::Tensor logits = head.logits(state.slice(0, from, to).contiguous());
        kernels::logSoftmax(logits.data_ptr<float>(), to - from, vocabulary, nullptr);
        for (std::int64_t t = from; t < to; ++t) {
            const auto next = static_cast<std::size_t>(t + 1);
            losses[next] = -double(logits.data_ptr<float>()[(t - from) * vocabulary + ids[next]]);
        }
    }
    return losses;
}

} // namespace quantscope
