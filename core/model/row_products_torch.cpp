#include "core/model/row_products.h"

#include <ATen/ATen.h>

namespace quantscope {

torch::Tensor rowProduct(const torch::Tensor& x, const torch::Tensor& weight,
                         const torch::Tensor& bias) {
    return bias.defined() ? at::addmm(bias, x, weight.t()) : at::mm(x, weight.t());
}

} // namespace quantscope
