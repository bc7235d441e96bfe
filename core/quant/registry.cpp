#include "core/data/error.h"
#include "core/quant/block_rounding.h"
#include "core/quant/methods.h"
#include "core/quant/option_value.h"
#include "core/quant/unquantized.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

std::vector<Method> allMethods() {
    return {
        roundToNearestMethod(),
        normalFloatMethod(),
        float4Method(),
        halfQuadraticMethod(),
        cubeRootMethod(),
        perturbationMethod(),
        gptqMethod(),
        awqMethod(),
        naiveIntegerMethod(),
        smoothQuantMethod(),
        quaRotMethod(),
        duQuantMethod(),
        prefixQuantMethod(),
        omniQuantMethod(),
        efficientQatMethod(),
        singularIncrementMethod(),
        singularExpansionMethod(),
        mixedMethod(),
        unquantizedMethod(),
    };
}

/// "nf4" and "nf3" are NormalFloat with its bits in the name.
MethodSpec withoutAlias(MethodSpec spec) {
    if (spec.method != "nf4" && spec.method != "nf3")
        return spec;
    const std::string bits(1, spec.method.back());
    const auto [option, added] = spec.options.emplace("bits", bits);
    if (!added && option->second != bits)
        throw Error(
            ErrorKind::Usage,
            fmt::format("The method {} has {} bits; bits={} contradicts it. Write nf:bits={}.",
                        spec.method, bits, option->second, option->second));
    spec.method = "nf";
    return spec;
}

} // namespace

std::vector<MethodDescription> availableMethods() {
    std::vector<MethodDescription> descriptions;
    for (Method& method : allMethods())
        descriptions.push_back(std::move(method.description));
    return descriptions;
}

std::optional<std::string> optionValue(const MethodSpec& given, const std::string& name) {
    const MethodSpec spec = withoutAlias(given);
    if (const auto option = spec.options.find(name); option != spec.options.end())
        return option->second;
    for (const Method& method : allMethods())
        for (const OptionDescription& option : method.description.options)
            if (method.description.name == spec.method && option.name == name)
                return option.defaultValue;
    return std::nullopt;
}

std::unique_ptr<Quantizer> makeQuantizer(const MethodSpec& given) {
    const MethodSpec spec = withoutAlias(given);
    std::string known;
    for (const Method& method : allMethods()) {
        if (method.description.name == spec.method)
            return method.make(MethodOptions(method.description, spec));
        known += (known.empty() ? "" : ", ") + method.description.name;
    }
    throw Error(ErrorKind::Usage,
                fmt::format("There is no method \"{}\"; the methods are {}.", given.method, known));
}

std::uint64_t Quantizer::workBytes(const ModelConfig& config,
                                   std::int64_t calibrationTokens) const {
    // Codes, scales and zero points of the block, and a dozen temporaries of one chunk of rows.
    const std::int64_t chunk = 12 * std::min<std::int64_t>(largestMatrix(config), 1 << 20) * 4;
    // A batch of calibration text on its way through the block: a window at least.
    const std::int64_t batchTokens = std::max<std::int64_t>(config.maxPositions, 512);
    const bool looks = needsQuantizedChain() || needsFullChain();
    const std::int64_t batch = looks ? std::min(calibrationTokens, batchTokens) : 0;
    const std::int64_t token = 4 * (8 * config.hiddenSize + 2 * config.intermediateSize);
    return static_cast<std::uint64_t>(blockMatrices(config) * 5 / 4 + chunk + batch * token);
}

std::uint64_t Quantizer::singularValueBytes(const ModelConfig&) const { return 0; }

std::unique_ptr<BlockRounding> Quantizer::rounding(const BlockTask&, bool) const { return nullptr; }

double Quantizer::calibrationPasses() const {
    constexpr double looking = 2;  // a pass that gathers statistics
    constexpr double training = 4; // forward, back, and the loss at the end of an epoch
    const bool looks = needsQuantizedChain() || needsFullChain();
    const auto all = endToEnd();
    return (looks ? looking : 0) + training * (trainingEpochs() + (all ? all->epochs : 0));
}

} // namespace quantscope
