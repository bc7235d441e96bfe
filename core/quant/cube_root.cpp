#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"

namespace quantscope {

namespace {

/// Sign and cube root of the magnitude.
torch::Tensor cubeRoot(const torch::Tensor& weight) {
    return weight.sign() * weight.abs().to(torch::kFloat64).pow(1.0 / 3.0).to(torch::kFloat32);
}

/// The root on a uniform grid, cubed when it becomes numbers again.
QuantizedLinear roundedRoot(const torch::Tensor& weight, const GridOptions& grid, const Job& job) {
    QuantizedLinear linear = roundToNearest(cubeRoot(weight), grid, job);
    linear.kind = QuantizedLinear::Kind::Cubed;
    return linear;
}

} // namespace

Method cubeRootMethod() {
    return {{"cube-root", "Round the cube root to nearest",
             "the lens of perturbation, arXiv 2403.06408", "nothing",
             gridOptionDescriptions(4, 128, GridKind::Asymmetric), "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<MatrixQuantizer>(
                    [grid = options.grid()](const torch::Tensor& weight, const Job& job) {
                        return roundedRoot(weight, grid, job);
                    },
                    /*worksOnDevice=*/true);
            }};
}

} // namespace quantscope
