#pragma once

#include "core/quant/quantizer.h"

#include <functional>

namespace quantscope {

/// A method without data: every matrix of a block by itself, by one function.
class MatrixQuantizer final : public Quantizer {
public:
    using QuantizeMatrix =
        std::function<QuantizedLinear(const torch::Tensor& weight, const Job& job)>;

    explicit MatrixQuantizer(QuantizeMatrix quantizeMatrix);

    QuantizedBlock quantize(const BlockTask& task) override;

private:
    QuantizeMatrix m_quantizeMatrix;
};

} // namespace quantscope
