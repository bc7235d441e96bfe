#include "core/quant/matrix_quantizer.h"

#include <utility>

namespace quantscope {

QuantizedBlock quantizeMatrices(const BlockWeights& weights, const QuantizeMatrix& quantizeMatrix,
                                const Job& job) {
    const at::NoGradGuard noGradients;
    QuantizedBlock block;
    for (const Module module : weights.modules())
        block.linears[module] = quantizeMatrix(weights.linear(module).weight, job);
    return block;
}

MatrixQuantizer::MatrixQuantizer(QuantizeMatrix quantizeMatrix, bool worksOnDevice)
    : m_quantizeMatrix(std::move(quantizeMatrix))
    , m_worksOnDevice(worksOnDevice) {}

QuantizedBlock MatrixQuantizer::quantize(const BlockTask& task) {
    return quantizeMatrices(task.weights, m_quantizeMatrix, task.job);
}

} // namespace quantscope
