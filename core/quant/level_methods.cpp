#include "core/quant/levels.h"
#include "core/quant/methods.h"

namespace quantscope {

namespace {

class LevelQuantizer : public Quantizer {
public:
    LevelQuantizer(torch::Tensor levels, const LevelOptions& options)
        : m_levels(std::move(levels))
        , m_options(options) {}

    QuantizedBlock quantize(const BlockTask& task) override {
        const at::NoGradGuard noGradients;
        QuantizedBlock block;
        for (Module module : allModules)
            block.linears[module] =
                quantizeToLevels(task.weights.linear(module).weight, m_levels, m_options, task.job);
        return block;
    }

private:
    torch::Tensor m_levels;
    LevelOptions m_options;
};

std::vector<OptionDescription> blockOptionDescriptions() {
    return {{"block", "64", "16 … 65536",
             "elements of the flattened matrix that share a scale, crossing ends of rows"},
            {"double", "false", "true, false",
             "double quantization: the scales themselves in 8 bits, by blocks of 256"}};
}

LevelOptions readLevelOptions(const MethodOptions& options, int bits) {
    LevelOptions levels;
    levels.bits = bits;
    levels.block = options.integer("block", 16, 65536);
    levels.doubleQuantize = options.flag("double");
    return levels;
}

} // namespace

Method normalFloatMethod() {
    std::vector<OptionDescription> described = blockOptionDescriptions();
    described.insert(described.begin(),
                     {"bits", "4", "3, 4", "NF3 or NF4; nf3 and nf4 are names of these two"});
    return {{"nf", "NormalFloat", "QLoRA, arXiv 2305.14314; as bitsandbytes does", "nothing",
             described, "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                const int bits = static_cast<int>(options.integer("bits", 3, 4));
                return std::make_unique<LevelQuantizer>(normalFloatLevels(bits),
                                                        readLevelOptions(options, bits));
            }};
}

Method float4Method() {
    return {{"fp4", "4-bit floating point", "bitsandbytes", "nothing", blockOptionDescriptions(),
             "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<LevelQuantizer>(float4Levels(),
                                                        readLevelOptions(options, 4));
            }};
}

} // namespace quantscope
