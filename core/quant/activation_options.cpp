#include "core/quant/activation_options.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <array>

namespace quantscope {

namespace {

using Scope = ActivationRounding::Scope;

constexpr std::array scopes = {Scope::Tensor, Scope::Token, Scope::Group};
constexpr std::int64_t groupByDefault = 128;
constexpr std::int64_t largestGroup = 1 << 20;

std::vector<std::string_view> scopeNames() { return {"tensor", "token", "group"}; }

} // namespace

std::vector<OptionDescription> activationOptionDescriptions(const ActivationOptions& defaults) {
    const ActivationRounding& rounding = defaults.rounding;
    return {
        {"activation_bits", std::to_string(rounding.bits), "2 … 16",
         "bits that inputs of matrices are rounded to; 16: they are left as they are"},
        {"activation_grid", rounding.symmetric ? "symmetric" : "asymmetric",
         "symmetric, asymmetric",
         "symmetric: ±absmax; asymmetric: from the least to the largest value, with 0 in it"},
        {"activation_scope", std::string(scopeNames()[static_cast<std::size_t>(rounding.scope)]),
         "tensor, token, group",
         "what shares a scale: a whole example, a token, or neighbouring channels of a token"},
        {"activation_group", std::to_string(rounding.group > 0 ? rounding.group : groupByDefault),
         fmt::format("1 … {}", largestGroup),
         "channels of a group with activation_scope=group; the last one may be shorter"},
        {"activation_scale", defaults.isStatic ? "static" : "dynamic", "dynamic, static",
         "dynamic: found anew for every input; static: fixed by calibration text, with "
         "activation_scope=tensor"},
        {"activation_clip", fmt::format("{:g}", rounding.clip), "0.05 … 1",
         "share of the range of inputs that the codes cover"},
    };
}

ActivationOptions readActivationOptions(const MethodOptions& options) {
    ActivationOptions read;
    ActivationRounding& rounding = read.rounding;
    rounding.bits =
        static_cast<int>(options.integer("activation_bits", 2, ActivationRounding::unrounded));
    rounding.symmetric = options.choice("activation_grid", {"symmetric", "asymmetric"}) == 0;
    rounding.scope = scopes[options.choice("activation_scope", scopeNames())];
    rounding.group = options.integer("activation_group", 1, largestGroup);
    rounding.clip = options.number("activation_clip", 0.05, 1);
    read.isStatic = options.choice("activation_scale", {"dynamic", "static"}) == 1;
    if (read.isStatic && rounding.scope != Scope::Tensor)
        throw Error(ErrorKind::Usage,
                    "activation_scale=static fixes one scale for all tokens that are still to "
                    "come; write activation_scope=tensor with it, or activation_scale=dynamic.");
    return read;
}

void requireRoundableInputs(const ModelConfig& config, const ActivationRounding& rounding) {
    if (config.experts.count > 0 && rounding.rounds() && rounding.scope == Scope::Tensor)
        throw Error(ErrorKind::Usage,
                    fmt::format("activation_scope=tensor has one scale for an example's input, but "
                                "an expert of {} reads single tokens of several examples; write "
                                "activation_scope=token or group, with activation_scale=dynamic.",
                                familyName(config.family)));
}

} // namespace quantscope
