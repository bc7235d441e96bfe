#include "core/data/error.h"
#include "core/quant/methods.h"
#include "core/quant/site_capture.h"
#include "core/quant/smoothing.h"
#include "core/quant/transformed_quantizer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace quantscope {

namespace {

/// Migration strengths that the method's authors published for a family, theirs for OPT elsewhere.
double publishedAlpha(Family family) {
    switch (family) {
    case Family::Llama:
        return 0.85;
    case Family::Mistral:
        return 0.8;
    default:
        return 0.5;
    }
}

/// The inputs that SmoothQuant divides.
const std::vector<Site> behindNorms = {Site::Ln1, Site::Ln2};

class NaiveInteger final : public TransformedQuantizer {
public:
    using TransformedQuantizer::TransformedQuantizer;

protected:
    BlockTransform transform(const BlockTask&, std::map<std::string, double>&) const override {
        return {};
    }
};

class SmoothQuant final : public TransformedQuantizer {
public:
    /// @param alpha  nothing: the family's
    SmoothQuant(const RoundingOptions& options, std::optional<double> alpha)
        : TransformedQuantizer(options)
        , m_alpha(alpha) {}

    bool needsFullChain() const override { return true; }

protected:
    BlockTransform transform(const BlockTask& task,
                             std::map<std::string, double>& diagnostics) const override {
        const double alpha = m_alpha.value_or(publishedAlpha(task.config.family));
        diagnostics["smoothquant.alpha"] = alpha;
        const CalibrationStream& stream = requireStream(task.fullChain, "smoothquant");
        return {smoothingBasis(task, stream, behindNorms, alpha), {}, {}, {}};
    }

    void requireTransformable(const ModelConfig& config) const override {
        if (smoothableSites(config, behindNorms).empty())
            throw Error(ErrorKind::Usage,
                        fmt::format("smoothquant divides what matrices read by scales that the "
                                    "norm before them takes, but in this model of the family {} "
                                    "no norm stands before a matrix; take w8a8.",
                                    familyName(config.family)));
    }

private:
    std::optional<double> m_alpha;
};

std::vector<OptionDescription> describedOptions() {
    std::vector<OptionDescription> described =
        gridOptionDescriptions(8, -1, GridKind::SymmetricNarrow);
    described.push_back(
        {"per_tensor", "false", "true, false", "one scale for a whole matrix, with group=-1"});
    ActivationOptions activations;
    activations.rounding.bits = 8;
    for (OptionDescription& option : activationOptionDescriptions(activations))
        described.push_back(std::move(option));
    return described;
}

RoundingOptions readOptions(const MethodOptions& options) {
    RoundingOptions read;
    GridOptions& grid = read.weights.grid;
    grid = options.grid();
    grid.perTensor = options.flag("per_tensor");
    if (grid.perTensor && grid.group != -1)
        throw Error(ErrorKind::Usage,
                    "per_tensor=true has one scale for a whole matrix and group asks for many; "
                    "leave one of them out.");
    read.activations = readActivationOptions(options);
    return read;
}

} // namespace

Method naiveIntegerMethod() {
    return {{"w8a8", "Naive W8A8", "the control of arXiv 2211.10438",
             "nothing; calibration text for static scales", describedOptions(),
             "a pass over the weights; a forward pass with static scales"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<NaiveInteger>(readOptions(options));
            }};
}

Method smoothQuantMethod() {
    std::vector<OptionDescription> described = describedOptions();
    described.push_back(
        {"alpha", "auto", "auto, or 0 … 1",
         "migration strength: inputs behind norms are divided by max|x|^alpha / max|w|^(1 - "
         "alpha); auto: as published, 0.85 for Llama, 0.8 for Mistral, 0.5 for all others"});
    return {{"smoothquant", "SmoothQuant", "arXiv 2211.10438", "calibration text", described,
             "a forward pass of the calibration text; two with static scales"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<SmoothQuant>(readOptions(options),
                                                     options.numberOrAuto("alpha", 0, 1));
            }};
}

} // namespace quantscope
