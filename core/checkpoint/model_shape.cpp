#include "core/checkpoint/model_shape.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

std::int64_t elements(std::pair<std::int64_t, std::int64_t> shape) {
    return shape.first * shape.second;
}

/// Width of the MLP that sees every token; 0: there is none.
std::int64_t commonWidth(const ModelConfig& config, std::int64_t layer) {
    return hasExperts(config, layer) ? config.experts.sharedSize : config.intermediateSize;
}

std::int64_t matricesOf(const ModelConfig& config, std::int64_t layer) {
    std::int64_t sum = 0;
    for (const Module module : blockModules(config, layer))
        sum += elements(matrixShape(config, module, layer));
    return sum;
}

std::int64_t largestOverLayers(const ModelConfig& config,
                               std::int64_t (*ofLayer)(const ModelConfig&, std::int64_t)) {
    // Layers differ in whether they have experts, and in nothing else.
    std::int64_t largest = ofLayer(config, 0);
    for (std::int64_t layer = 1; layer < config.layers && config.experts.count > 0; ++layer)
        largest = std::max(largest, ofLayer(config, layer));
    return largest;
}

} // namespace

bool hasExperts(const ModelConfig& config, std::int64_t layer) {
    return config.experts.count > 0 && config.experts.layers.at(static_cast<std::size_t>(layer));
}

bool isLlamaLike(const ModelConfig& config) {
    return config.normKind == NormKind::Rms && config.normPlacement == NormPlacement::Before &&
           config.order == BlockOrder::Sequential && config.activation == Activation::Silu &&
           config.gatedMlp && config.experts.count == 0 && config.learnedPositions == 0 &&
           !config.rotaryInterleaved && rotaryWidth(config) == config.headDimension &&
           !config.slidingTheta && config.attentionCap == 0 && config.logitCap == 0 &&
           !config.attentionScale && config.embeddingScale == 1 && config.logitScale == 1 &&
           (config.queryKeyNorm == QueryKeyNorm::None ||
            config.queryKeyNorm == QueryKeyNorm::Head);
}

std::vector<Module> blockModules(const ModelConfig& config, std::int64_t layer) {
    std::vector<Module> modules = {Module::Q, Module::K, Module::V, Module::O};
    const auto addMlp = [&](const auto& moduleOf) {
        if (config.gatedMlp)
            modules.push_back(moduleOf(Module::Gate));
        modules.push_back(moduleOf(Module::Up));
        modules.push_back(moduleOf(Module::Down));
    };
    if (commonWidth(config, layer) > 0)
        addMlp([](Module kind) { return kind; });
    if (hasExperts(config, layer))
        for (int expert = 0; expert < config.experts.count; ++expert)
            addMlp([expert](Module kind) { return expertModule(expert, kind); });
    return modules;
}

std::vector<Module> modelModules(const ModelConfig& config) {
    std::vector<Module> all = blockModules(config, 0);
    for (std::int64_t layer = 1; layer < config.layers && config.experts.count > 0; ++layer) {
        const std::vector<Module> more = blockModules(config, layer);
        all.insert(all.end(), more.begin(), more.end());
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
    }
    return all;
}

std::pair<std::int64_t, std::int64_t> matrixShape(const ModelConfig& config, Module module,
                                                  std::int64_t layer) {
    const std::int64_t queries = config.heads * config.headDimension;
    const std::int64_t keys = config.keyValueHeads * config.headDimension;
    const std::int64_t inner =
        expertOf(module) >= 0 ? config.experts.intermediateSize : commonWidth(config, layer);
    switch (kindOf(module)) {
    case Module::Q:
        return {queries, config.hiddenSize};
    case Module::K:
    case Module::V:
        return {keys, config.hiddenSize};
    case Module::O:
        return {config.hiddenSize, queries};
    case Module::Gate:
    case Module::Up:
        return {inner, config.hiddenSize};
    case Module::Down:
        return {config.hiddenSize, inner};
    }
    return {0, 0};
}

bool hasBias(const ModelConfig& config, Module module) {
    switch (kindOf(module)) {
    case Module::Q:
    case Module::K:
    case Module::V:
        return config.attentionBias;
    case Module::O:
        return config.outputBias;
    case Module::Gate:
    case Module::Up:
    case Module::Down:
        return config.mlpBias;
    }
    return false;
}

std::int64_t blockElements(const ModelConfig& config, std::int64_t layer) {
    const std::int64_t router = hasExperts(config, layer) ? config.experts.count : 0;
    return matricesOf(config, layer) + config.hiddenSize * (2 + router);
}

std::int64_t blockElements(const ModelConfig& config) {
    return largestOverLayers(config, [](const ModelConfig& model, std::int64_t layer) {
        return blockElements(model, layer);
    });
}

std::int64_t blockMatrices(const ModelConfig& config) {
    return largestOverLayers(config, matricesOf);
}

std::int64_t largestMatrix(const ModelConfig& config) {
    return largestOverLayers(config, [](const ModelConfig& model, std::int64_t layer) {
        std::int64_t largest = 0;
        for (const Module module : blockModules(model, layer))
            largest = std::max(largest, elements(matrixShape(model, module, layer)));
        return largest;
    });
}

bool hasSite(const ModelConfig& config, std::int64_t layer, Site site) {
    const bool mlp = commonWidth(config, layer) > 0;
    switch (site) {
    case Site::ResidMid:
        return config.order == BlockOrder::Sequential;
    case Site::Gate:
    case Site::GateInput:
        return mlp && config.gatedMlp;
    case Site::Up:
    case Site::DownInput:
        return mlp;
    default:
        return true;
    }
}

bool hasSite(const ModelConfig& config, Site site) {
    if (config.experts.count == 0)
        return hasSite(config, 0, site);
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        if (hasSite(config, layer, site))
            return true;
    return false;
}

std::vector<Site> probedSitesOf(const ModelConfig& config) {
    std::vector<Site> sites;
    for (const Site site : probedSites)
        if (hasSite(config, site))
            sites.push_back(site);
    return sites;
}

std::int64_t siteWidth(const ModelConfig& config, Site site) {
    std::int64_t widest = siteWidth(config, 0, site);
    for (std::int64_t layer = 1; layer < config.layers && config.experts.count > 0; ++layer)
        widest = std::max(widest, siteWidth(config, layer, site));
    return widest;
}

std::int64_t siteWidth(const ModelConfig& config, std::int64_t layer, Site site) {
    switch (site) {
    case Site::Q:
    case Site::OInput:
        return config.heads * config.headDimension;
    case Site::K:
    case Site::V:
        return config.keyValueHeads * config.headDimension;
    case Site::Gate:
    case Site::Up:
    case Site::DownInput:
        return commonWidth(config, layer);
    default:
        return config.hiddenSize;
    }
}

std::int64_t rotaryWidth(const ModelConfig& config) {
    return config.rotaryDimension > 0 ? config.rotaryDimension : config.headDimension;
}

std::int64_t embeddingWidth(const ModelConfig& config) {
    return config.embeddingSize > 0 ? config.embeddingSize : config.hiddenSize;
}

double attentionScale(const ModelConfig& config) {
    return config.attentionScale.value_or(1.0 / std::sqrt(double(config.headDimension)));
}

} // namespace quantscope
