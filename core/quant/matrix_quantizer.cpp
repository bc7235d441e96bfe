#include "core/quant/matrix_quantizer.h"

#include <utility>

namespace quantscope {

MatrixQuantizer::MatrixQuantizer(QuantizeMatrix quantizeMatrix)
    : m_quantizeMatrix(std::move(quantizeMatrix)) {}

QuantizedBlock MatrixQuantizer::quantize(const BlockTask& task) {
    const at::NoGradGuard noGradients;
    QuantizedBlock block;
    for (const Module module : allModules)
        block.linears[module] = m_quantizeMatrix(task.weights.linear(module).weight, task.job);
    return block;
}

} // namespace quantscope
