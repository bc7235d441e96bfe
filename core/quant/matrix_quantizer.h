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
    /// @param worksOnDevice  whether the function takes weights on a GPU too
    explicit MatrixQuantizer(QuantizeMatrix quantizeMatrix, bool worksOnDevice = false);

    QuantizedBlock quantize(const BlockTask& task) override;
    bool worksOnDevice() const override { return m_worksOnDevice; }

private:
    QuantizeMatrix m_quantizeMatrix;
    bool m_worksOnDevice;
};

} // namespace quantscope
