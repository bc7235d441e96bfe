#include "core/data/error.h"
#include "core/model/row_products.h"

#include <dnnl.h>

namespace quantscope {

// Built beside a libtorch that knows the CPU alone.
torch::Tensor rowProduct(const torch::Tensor& x, const torch::Tensor& weight,
                         const torch::Tensor& bias) {
    const torch::Tensor plain = weight.contiguous();
    const std::int64_t rows = x.size(0);
    const std::int64_t in = x.size(1);
    const std::int64_t out = plain.size(0);
    const torch::Tensor product = torch::empty({rows, out}, x.options());
    if (bias.defined())
        product.copy_(bias.expand({rows, out}));
    const float keep = bias.defined() ? 1.0f : 0.0f; // of what stands in the result
    if (dnnl_sgemm('N', 'T', rows, out, in, 1.0f, x.data_ptr<float>(), in, plain.data_ptr<float>(),
                   in, keep, product.data_ptr<float>(), out) != dnnl_success)
        throw Error(ErrorKind::Resources, "oneDNN could not compute a matrix product.");
    return product;
}

} // namespace quantscope
