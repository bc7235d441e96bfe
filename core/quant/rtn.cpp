#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"

namespace quantscope {

Method roundToNearestMethod() {
    return {{"rtn", "Round to nearest", "no paper; the baseline of all of them", "nothing",
             gridOptionDescriptions(4, 128, GridKind::Asymmetric), "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<MatrixQuantizer>(
                    [grid = options.grid()](const torch::Tensor& weight, const Job& job) {
                        return roundToNearest(weight, grid, job);
                    });
            }};
}

} // namespace quantscope
