#include "core/quant/mixed.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"
#include "core/quant/folding.h"
#include "core/quant/methods.h"
#include "core/quant/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

const torch::Tensor* scaleAt(const Basis& basis, Site site) {
    const auto found = basis.scale.find(site);
    return found == basis.scale.end() ? nullptr : &found->second;
}

bool sameScale(const torch::Tensor* a, const torch::Tensor* b) {
    return (!a && !b) || (a && b && at::equal(*a, *b));
}

/// The site that an input's scale is divided out at, where that is not the input itself: the rows
/// of the matrix before, or the gate's own view of its input.
std::optional<Site> partnerOf(Site input) {
    switch (input) {
    case Site::OInput:
        return Site::V;
    case Site::DownInput:
        return Site::Up;
    case Site::Ln2:
        return Site::GateInput;
    default:
        return std::nullopt;
    }
}

/// Multiplies the rows of a matrix, by its scales alone.
void multiplyRows(QuantizedLinear& linear, const torch::Tensor& factor, Module module) {
    if (linear.kind == QuantizedLinear::Kind::Values)
        throw Error(ErrorKind::Usage,
                    fmt::format("The matrix {} is not quantized, but a method of the recipe folds "
                                "scales into the matrix behind it, which would change it. Give "
                                "both the same method, or one that folds nothing.",
                                moduleName(module)));
    if (linear.kind != QuantizedLinear::Kind::Uniform)
        throw Error(ErrorKind::Usage,
                    fmt::format("The matrix {} is rounded to a table of levels, whose scales rows "
                                "share, but a method of the recipe folds scales into the matrix "
                                "behind it. Give both the same method, or one with a uniform grid.",
                                moduleName(module)));
    linear.scales = linear.scales * factor.unsqueeze(1);
}

class Mixer {
public:
    Mixer(const std::map<std::size_t, QuantizedBlock>& made,
          const std::map<Module, std::size_t>& choice)
        : m_made(made)
        , m_choice(choice) {}

    QuantizedBlock mix(const BlockWeights& weights) {
        for (const auto& [module, candidate] : m_choice)
            takeInput(module);
        takeRotatedRows();
        QuantizedBlock mixed;
        mixed.basis = m_basis;
        for (const auto& [module, candidate] : m_choice)
            mixed.linears[module] = rescaled(module);
        if (const torch::Tensor* scale = scaleAt(m_basis, Site::Ln1))
            mixed.ln1 = weights.ln1 / *scale;
        if (const torch::Tensor* scale = scaleAt(m_basis, Site::Ln2))
            mixed.ln2 = weights.ln2 / *scale;
        return mixed;
    }

private:
    const QuantizedBlock& blockOf(Module module) const { return m_made.at(m_choice.at(module)); }

    /// The scale of a matrix' input becomes that of the block.
    void takeInput(Module module) {
        const Site site = inputSite(module);
        const Basis& own = blockOf(module).basis;
        for (const auto& [other, candidate] : m_choice)
            if (inputSite(other) == site &&
                !sameScale(scaleAt(own, site), scaleAt(m_made.at(candidate).basis, site)))
                throw Error(ErrorKind::Usage,
                            fmt::format("The matrices {} and {} read the same input, but their "
                                        "methods fold different scales into it. Give both the "
                                        "same method.",
                                        moduleName(module), moduleName(other)));
        for (const std::optional<Site> each : {std::optional(site), partnerOf(site)})
            if (const torch::Tensor* scale = each ? scaleAt(own, *each) : nullptr)
                m_basis.scale[*each] = *scale;
    }

    /// Scales between q and k, which cancel in their product, where both are of one method.
    void takeRotatedRows() {
        if (!m_choice.contains(Module::Q) || !m_choice.contains(Module::K) ||
            m_choice.at(Module::Q) != m_choice.at(Module::K))
            return;
        for (const Site site : {Site::Q, Site::K})
            if (const torch::Tensor* scale = scaleAt(blockOf(Module::Q).basis, site))
                m_basis.scale[site] = *scale;
    }

    /// A matrix whose rows are in the block's basis and not in its own method's any more.
    QuantizedLinear rescaled(Module module) const {
        QuantizedLinear linear = blockOf(module).linears.at(module);
        const auto output = outputSite(module);
        if (!output)
            return linear;
        const torch::Tensor* own = scaleAt(blockOf(module).basis, *output);
        const torch::Tensor* wanted = scaleAt(m_basis, *output);
        if (sameScale(own, wanted))
            return linear;
        torch::Tensor factor = own ? *own : torch::ones_like(*wanted);
        if (wanted)
            factor = factor / *wanted;
        multiplyRows(linear, factor, module);
        return linear;
    }

    const std::map<std::size_t, QuantizedBlock>& m_made;
    const std::map<Module, std::size_t>& m_choice;
    Basis m_basis;
};

/// Runs every method that a layer of the recipe names on the whole block, and takes from each the
/// matrices that are its own.
class Mixed : public Quantizer {
public:
    explicit Mixed(const std::string& file) : m_file(file), m_recipe(readRecipe(file)) {
        for (const MethodSpec& candidate : m_recipe.candidates) {
            if (candidate.method == "mixed")
                throw Error(ErrorKind::Input,
                            fmt::format("{}: a recipe cannot name another recipe.", file));
            m_quantizers.push_back(makeQuantizer(candidate));
            if (m_quantizers.back()->roundsInputs() || m_quantizers.back()->turnsChannels())
                throw Error(ErrorKind::Usage,
                            fmt::format("{}: the method {} rounds or turns what runs between "
                                        "matrices, which single matrices cannot have alone; take "
                                        "methods that quantize weights.",
                                        file, toString(candidate)));
            if (m_quantizers.back()->endToEnd())
                throw Error(ErrorKind::Usage,
                            fmt::format("{}: the method {} trains all blocks together at the end, "
                                        "which single matrices cannot share; add end_to_end=false.",
                                        file, toString(candidate)));
        }
    }

    bool needsQuantizedChain() const override {
        return any([](const Quantizer& q) { return q.needsQuantizedChain(); });
    }
    bool needsFullChain() const override {
        return any([](const Quantizer& q) { return q.needsFullChain(); });
    }
    double calibrationPasses() const override {
        double passes = 0;
        for (const std::unique_ptr<Quantizer>& quantizer : m_quantizers)
            passes += quantizer->calibrationPasses();
        return passes;
    }
    std::uint64_t workBytes(const ModelConfig& config,
                            std::int64_t calibrationTokens) const override {
        std::uint64_t most = 0; // one after the other; their codes stay
        for (const std::unique_ptr<Quantizer>& quantizer : m_quantizers)
            most = std::max(most, quantizer->workBytes(config, calibrationTokens));
        return most +
               m_quantizers.size() * static_cast<std::uint64_t>(blockMatrices(config)) * 5 / 4;
    }

    std::int64_t blocksAhead() const override {
        std::int64_t most = 0;
        for (const std::unique_ptr<Quantizer>& quantizer : m_quantizers)
            most = std::max(most, quantizer->blocksAhead());
        return most;
    }
    std::uint64_t singularValueBytes(const ModelConfig& config) const override {
        std::uint64_t most = 0; // they decompose the same matrices
        for (const std::unique_ptr<Quantizer>& quantizer : m_quantizers)
            most = std::max(most, quantizer->singularValueBytes(config));
        return most;
    }

    QuantizedBlock quantize(const BlockTask& task) override {
        if (!isLlamaLike(task.config))
            throw Error(ErrorKind::Usage,
                        fmt::format("Recipes are for models whose blocks are like Llama's; those "
                                    "of the family {} are not.",
                                    familyName(task.config.family)));
        if (m_recipe.layers.size() != static_cast<std::size_t>(task.config.layers))
            throw Error(ErrorKind::Usage,
                        fmt::format("{} is for a model of {} layers, but this one has {}.", m_file,
                                    m_recipe.layers.size(), task.config.layers));
        const std::map<Module, std::size_t>& choice =
            m_recipe.layers[static_cast<std::size_t>(task.layer)];
        std::map<std::size_t, QuantizedBlock> made;
        for (const auto& [module, candidate] : choice)
            if (!made.contains(candidate))
                made.emplace(candidate, m_quantizers[candidate]->quantize(
                                            taskOf(task, *m_quantizers[candidate])));
        checkMatrices(task, made, choice);
        QuantizedBlock mixed = mixBlocks(task.weights, made, choice);
        for (const auto& [candidate, block] : made)
            for (const auto& [name, value] : block.diagnostics)
                mixed.diagnostics[fmt::format("{}.{}", candidate, name)] = value;
        return mixed;
    }

private:
    bool any(const auto& predicate) const {
        return std::any_of(m_quantizers.begin(), m_quantizers.end(),
                           [&](const auto& quantizer) { return predicate(*quantizer); });
    }

    /// What one of the methods is given: no more of the blocks that follow than it looks through.
    static BlockTask taskOf(const BlockTask& task, const Quantizer& quantizer) {
        BlockTask own = task;
        own.ahead = task.ahead.first(
            std::min(task.ahead.size(), static_cast<std::size_t>(quantizer.blocksAhead())));
        return own;
    }

    /// The recipe names the matrices that methods quantize, no more and no less.
    void checkMatrices(const BlockTask& task, const std::map<std::size_t, QuantizedBlock>& made,
                       const std::map<Module, std::size_t>& choice) const {
        for (const Module module : allModules) {
            const bool there = std::any_of(made.begin(), made.end(), [module](const auto& entry) {
                return entry.second.linears.contains(module);
            });
            if (there != choice.contains(module))
                throw Error(ErrorKind::Usage,
                            fmt::format("{} {} the matrix {} of layer {}, which the model {}.",
                                        m_file, there ? "does not name" : "names",
                                        moduleName(module), task.layer,
                                        there ? "has" : "does not have"));
        }
    }

    std::string m_file;
    Recipe m_recipe;
    std::vector<std::unique_ptr<Quantizer>> m_quantizers; ///< by candidate
};

} // namespace

QuantizedBlock mixBlocks(const BlockWeights& weights,
                         const std::map<std::size_t, QuantizedBlock>& made,
                         const std::map<Module, std::size_t>& choice) {
    const at::NoGradGuard noGradients;
    return Mixer(made, choice).mix(weights);
}

Method mixedMethod() {
    return {{"mixed",
             "Mixed methods",
             "a recipe, as `allocate` writes it",
             "what its methods need",
             {{"recipe", "", "path of a file", "JSON that names a method for each matrix"}},
             "that of every method of the recipe, one after the other"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                return std::make_unique<Mixed>(options.path("recipe"));
            }};
}

} // namespace quantscope
