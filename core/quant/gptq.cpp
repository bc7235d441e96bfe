#include "core/quant/gptq_block.h"
#include "core/quant/methods.h"

namespace quantscope {

namespace {

class Gptq : public Quantizer {
public:
    explicit Gptq(const GptqOptions& options) : m_options(options) {}

    bool needsQuantizedChain() const override { return true; }
    bool needsFullChain() const override { return m_options.asymmetric; }
    bool worksOnDevice() const override { return true; }

    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        return Quantizer::workBytes(config, calibrationTokens) + gptqBytes(config, m_options);
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        QuantizedBlock block;
        block.linears = solveGptqBlock(task, task.weights, m_options, block.diagnostics);
        return block;
    }

private:
    GptqOptions m_options;
};

} // namespace

Method gptqMethod() {
    std::vector<OptionDescription> described = gridOptionDescriptions(4, 128, GridKind::Asymmetric);
    const std::vector<OptionDescription> own = {
        {"damping", "0.01", "0 … 1", "share of the Hessian's mean diagonal added to its diagonal"},
        {"act_order", "false", "true, false", "quantize columns by descending input energy"},
        {"static_groups", "false", "true, false",
         "fix all grids before, so that act_order keeps groups together"},
        {"true_sequential", "false", "true, false",
         "inputs of o, of gate and up, and of down recomputed with the matrices before them "
         "quantized"},
        {"group_grid", "fresh", "fresh, published",
         "a group's range from updated weights, or as they stood when the lazy block began, as the "
         "published code reads it"},
        {"block", "128", "1 … 4096", "columns a lazy block"},
        {"gptaq", "false", "true, false",
         "asymmetric calibration (GPTAQ, arXiv 2504.02692): make up for what the inputs have lost "
         "in the quantized blocks before"},
        {"alpha", "0.25", "0 … 1", "share of that correction; 0 is plain GPTQ"},
    };
    described.insert(described.end(), own.begin(), own.end());
    return {{"gptq", "GPTQ", "arXiv 2210.17323", "calibration text", described,
             "a forward pass of the calibration text, a square matrix summed and factored for each "
             "input; twice that with gptaq"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                GptqOptions gptq;
                gptq.grid = options.grid();
                gptq.damping = options.number("damping", 0, 1);
                gptq.actOrder = options.flag("act_order");
                gptq.staticGroups = options.flag("static_groups");
                gptq.trueSequential = options.flag("true_sequential");
                gptq.groupGrid = options.choice("group_grid", {"fresh", "published"}) == 0
                                     ? GroupGrid::Fresh
                                     : GroupGrid::Published;
                gptq.block = options.integer("block", 1, 4096);
                gptq.asymmetric = options.flag("gptaq");
                gptq.alpha = options.number("alpha", 0, 1);
                return std::make_unique<Gptq>(gptq);
            }};
}

} // namespace quantscope
