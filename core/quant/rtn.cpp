#include "core/quant/methods.h"

namespace quantscope {

namespace {

class RoundToNearest : public Quantizer {
public:
    explicit RoundToNearest(const GridOptions& options) : m_options(options) {}

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        QuantizedBlock block;
        for (Module module : allModules)
            block.linears[module] =
                roundToNearest(task.weights.linear(module).weight, m_options, task.job);
        return block;
    }

private:
    GridOptions m_options;
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
