#include "core/quant/asymmetric_calibration.h"

#include <utility>

namespace quantscope {

InputDifferenceSum::InputDifferenceSum(std::int64_t width, torch::Device device)
    : m_sum(torch::zeros({width, width}, torch::dtype(torch::kFloat32).device(device))) {}

void InputDifferenceSum::add(const torch::Tensor& full, const torch::Tensor& quantized) {
    const auto before = static_cast<double>(m_samples);
    m_samples += quantized.size(0);
    const auto after = static_cast<double>(m_samples);
    m_sum.addmm_((full - quantized).t(), quantized, before / after, 2 / after);
}

torch::Tensor InputDifferenceSum::take() {
    m_samples = 0;
    return std::exchange(m_sum, torch::Tensor());
}

torch::Tensor asymmetryCorrection(torch::Tensor differences, const HessianFactor& factor,
                                  double alpha) {
    if (factor.permutation.defined())
        differences =
            differences.index_select(0, factor.permutation).index_select(1, factor.permutation);
    differences = at::mm(differences, factor.upper.t()).triu_(1).mul_(alpha);
    return at::mm(differences, factor.upper);
}

} // namespace quantscope
