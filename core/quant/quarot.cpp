#include "core/model/hadamard.h"
#include "core/quant/methods.h"
#include "core/quant/rotations.h"
#include "core/quant/transformed_quantizer.h"

#include <limits>
#include <utility>

namespace quantscope {

namespace {

class QuaRot final : public TransformedQuantizer {
public:
    QuaRot(const RoundingOptions& rounding, const RotationOptions& rotation)
        : TransformedQuantizer(rounding)
        , m_rotation(rotation) {}

    bool turnsChannels() const override { return true; }

protected:
    BlockTransform transform(const BlockTask& task,
                             std::map<std::string, double>& diagnostics) const override {
        const ModelConfig& config = task.config;
        diagnostics["quarot.residual_order"] = double(hadamardOrder(config.hiddenSize));
        diagnostics["quarot.head_order"] = double(hadamardOrder(config.headDimension));
        diagnostics["quarot.heads_order"] = double(hadamardOrder(config.heads));
        diagnostics["quarot.mlp_order"] = double(hadamardOrder(config.intermediateSize));
        return hadamardRotation(config, task.weights, m_rotation);
    }

private:
    RotationOptions m_rotation;
};

RoundingOptions defaults() {
    RoundingOptions options;
    options.gptq = true;
    options.weights.grid = {4, -1, GridKind::SymmetricNarrow, true};
    options.activations.rounding.bits = 4;
    options.activations.rounding.clip = 0.9;
    return options;
}

} // namespace

Method quaRotMethod() {
    std::vector<OptionDescription> described = roundingOptionDescriptions(defaults());
    described.push_back(
        {"online_heads", "true", "true, false",
         "turn the input of o across heads too, while the model runs; false: within heads alone"});
    described.push_back({"online_mlp", "true", "true, false",
                         "turn the input of the down projection while the model runs"});
    described.push_back({"rotation_seed", "0", "0 … 2147483647",
                         "of the signs of the residual stream's rotation; widths without a known "
                         "Hadamard matrix are turned in blocks of the largest order that divides "
                         "them"});
    return {{"quarot", "QuaRot", "arXiv 2404.00456", "calibration text (nothing with weights=rtn)",
             described,
             "as gptq, of matrices whose channels are turned; caches of keys and values are left "
             "as they are; where norms subtract a mean, layers turn what comes out of the norm"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                RotationOptions rotation;
                rotation.acrossHeads = options.flag("online_heads");
                rotation.mlp = options.flag("online_mlp");
                rotation.seed = static_cast<std::uint64_t>(
                    options.integer("rotation_seed", 0, std::numeric_limits<std::int32_t>::max()));
                return std::make_unique<QuaRot>(readRoundingOptions(options), rotation);
            }};
}

} // namespace quantscope
