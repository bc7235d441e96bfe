#pragma once

#include "core/quant/quantizer.h"

#include <functional>

namespace quantscope {

using QuantizeMatrix = std::function<QuantizedLinear(const torch::Tensor& weight, const Job& job)>;

/// Every matrix of a block by itself, by one function.
QuantizedBlock quantizeMatrices(const BlockWeights& weights, const QuantizeMatrix& quantizeMatrix,
                                const Job& job);

/// A method without data: quantizeMatrices() and nothing else.
class MatrixQuantizer : public Quantizer {
public:
    explicit MatrixQuantizer(QuantizeMatrix quantizeMatrix);

    QuantizedBlock quantize(const BlockTask& task) override;

private:
    QuantizeMatrix m_quantizeMatrix;
};

} // namespace quantscope
