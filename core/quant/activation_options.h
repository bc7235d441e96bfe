#pragma once

#include "core/checkpoint/model_config.h"
#include "core/model/activation_rounding.h"
#include "core/quant/method_options.h"

namespace quantscope {

/// How a method rounds the inputs of its matrices.
struct ActivationOptions {
    ActivationRounding rounding;
    bool isStatic = false; ///< scales from calibration text, one an input
};

/// Descriptions of activation_bits, activation_grid, activation_scope, activation_group,
/// activation_scale and activation_clip with a method's own defaults.
std::vector<OptionDescription> activationOptionDescriptions(const ActivationOptions& defaults);

/// @throws Error (Usage) where values are out of range, or static scales are asked for by token or
/// group, which are not known before the text is.
ActivationOptions readActivationOptions(const MethodOptions& options);

/// Whether a block's inputs can be rounded so. @throws Error (Usage) where a whole input shares a
/// scale and the MLP is made of experts: what an expert reads is of tokens of several examples.
void requireRoundableInputs(const ModelConfig& config, const ActivationRounding& rounding);

} // namespace quantscope
