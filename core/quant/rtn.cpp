#include "core/quant/block_rounding.h"
#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"
#include "core/quant/trainable_quantization.h"

namespace quantscope {

namespace {

QuantizeMatrix nearest(const GridOptions& grid) {
    return [grid](const torch::Tensor& weight, const Job& job) {
        return roundToNearest(weight, grid, job);
    };
}

class NearestRounding final : public BlockRounding {
public:
    explicit NearestRounding(const GridOptions& grid) : m_grid(grid) {}

    BlockWeights rounded(const BlockWeights& weights) const override {
        BlockWeights rounded = weights;
        for (const Module module : rounded.modules()) {
            torch::Tensor& weight = rounded.linear(module).weight;
            weight = trainableQuantize(weight, findGrid(weight, m_grid, Job()), m_grid.bits,
                                       m_grid.group);
        }
        return rounded;
    }

    QuantizedBlock quantized(const BlockWeights& weights, const Job& job) const override {
        return quantizeMatrices(weights, nearest(m_grid), job);
    }

private:
    GridOptions m_grid;
};

/// Without data, and a base for methods that train the matrices.
class RoundToNearest final : public MatrixQuantizer {
public:
    explicit RoundToNearest(const GridOptions& grid)
        : MatrixQuantizer(nearest(grid), /*worksOnDevice=*/true)
        , m_grid(grid) {}

    std::unique_ptr<BlockRounding> rounding(const BlockTask&, bool) const override {
        return std::make_unique<NearestRounding>(m_grid);
    }

private:
    GridOptions m_grid;
};

} // namespace

Method roundToNearestMethod() {
    return {{"rtn", "Round to nearest", "no paper; the baseline of all of them", "nothing",
             gridOptionDescriptions(4, 128, GridKind::Asymmetric), "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<RoundToNearest>(options.grid());
            }};
}

} // namespace quantscope
