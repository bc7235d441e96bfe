#include "core/quant/levels.h"
#include "core/quant/matrix_quantizer.h"
#include "core/quant/methods.h"

#include <utility>

namespace quantscope {

namespace {

std::vector<OptionDescription> blockOptionDescriptions() {
    return {{"block", "64", "16 … 65536",
             "elements of the flattened matrix that share a scale, crossing ends of rows"},
            {"double", "false", "true, false",
             "double quantization: the scales themselves in 8 bits, by blocks of 256"}};
}

std::unique_ptr<Quantizer> makeLevelQuantizer(torch::Tensor levels, const MethodOptions& options,
                                              int bits) {
    LevelOptions read;
    read.bits = bits;
    read.block = options.integer("block", 16, 65536);
    read.doubleQuantize = options.flag("double");
    return std::make_unique<MatrixQuantizer>(
        [levels = std::move(levels), read](const torch::Tensor& weight, const Job& job) {
            return quantizeToLevels(weight, levels, read, job);
        },
        /*worksOnDevice=*/true);
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
                return makeLevelQuantizer(normalFloatLevels(bits), options, bits);
            }};
}

Method float4Method() {
    return {{"fp4", "4-bit floating point", "bitsandbytes", "nothing", blockOptionDescriptions(),
             "one pass over the weights"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return makeLevelQuantizer(float4Levels(), options, 4);
            }};
}

} // namespace quantscope
