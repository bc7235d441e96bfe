#include "core/checkpoint/model_tensors.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/families/family.h"
#include "core/checkpoint/model_shape.h"

#include <fmt/format.h>

#include <utility>

namespace quantscope {

namespace {

using Kind = TensorRole::Kind;

std::string_view modulePath(Module module) {
    switch (kindOf(module)) {
    case Module::Q:
        return "self_attn.q_proj";
    case Module::K:
        return "self_attn.k_proj";
    case Module::V:
        return "self_attn.v_proj";
    case Module::O:
        return "self_attn.o_proj";
    case Module::Gate:
        return "mlp.gate_proj";
    case Module::Up:
        return "mlp.up_proj";
    case Module::Down:
        return "mlp.down_proj";
    }
    return "";
}

/// Lists a model's tensors under their common names.
class TensorList {
public:
    explicit TensorList(const ModelConfig& config)
        : m_config(config)
        , m_family(familyDefinition(config.family)) {}

    void add(std::string name, std::vector<std::int64_t> shape, const TensorRole& role) {
        TensorLayout layout = m_family.layout(m_config, role);
        if (layout.name.empty())
            layout.name = name;
        if (layout.shape.empty())
            layout.shape = shape;
        m_tensors.push_back({std::move(name), std::move(shape), role, std::move(layout)});
    }

    void addNorm(std::int64_t layer, std::string_view norm, Kind kind,
                 std::vector<std::int64_t> shape) {
        const bool isInHead = kind == Kind::QueryNorm || kind == Kind::KeyNorm;
        add(normTensorName(layer, norm), shape, {kind, layer});
        if (m_config.normBias && !isInHead)
            add(fmt::format("model.layers.{}.{}.bias", layer, norm), shape,
                {kind, layer, Module::Q, true});
    }

    void addModule(std::int64_t layer, Module module) {
        const auto [out, in] = matrixShape(m_config, module, layer);
        add(blockTensorName(layer, module, "weight"), {out, in}, {Kind::Matrix, layer, module});
        if (hasBias(m_config, module))
            add(blockTensorName(layer, module, "bias"), {out}, {Kind::Matrix, layer, module, true});
    }

    void addBlock(std::int64_t layer);

    std::vector<ModelTensor> take() { return std::move(m_tensors); }

private:
    std::vector<std::int64_t> headNormShape(std::int64_t heads) const {
        const std::int64_t dimension = m_config.headDimension;
        switch (m_config.queryKeyNorm) {
        case QueryKeyNorm::HeadOwn:
            return {heads, dimension};
        case QueryKeyNorm::Projection:
            return {heads * dimension};
        default:
            return {dimension};
        }
    }

    const ModelConfig& m_config;
    const FamilyDefinition& m_family;
    std::vector<ModelTensor> m_tensors;
};

void TensorList::addBlock(std::int64_t layer) {
    const std::vector<std::int64_t> hidden = {m_config.hiddenSize};
    const NormPlacement placement = m_config.normPlacement;
    const bool outputNorms =
        placement == NormPlacement::After || placement == NormPlacement::BeforeAndAfter;
    if (placement != NormPlacement::After)
        addNorm(layer, attentionNorm, Kind::AttentionNorm, hidden);
    for (const Module module : {Module::Q, Module::K, Module::V, Module::O})
        addModule(layer, module);
    if (m_config.queryKeyNorm != QueryKeyNorm::None) {
        addNorm(layer, queryNorm, Kind::QueryNorm, headNormShape(m_config.heads));
        addNorm(layer, keyNorm, Kind::KeyNorm, headNormShape(m_config.keyValueHeads));
    }
    if (outputNorms)
        addNorm(layer, attentionOutputNorm, Kind::AttentionOutputNorm, hidden);
    if (placement != NormPlacement::After && m_config.order != BlockOrder::ParallelShared)
        addNorm(layer, mlpNorm, Kind::MlpNorm, hidden);
    if (hasExperts(m_config, layer)) {
        add(normTensorName(layer, mlpRouter), {m_config.experts.count, m_config.hiddenSize},
            {Kind::Router, layer});
        if (m_config.experts.sharedSize > 0)
            add(normTensorName(layer, mlpSharedGate), {1, m_config.hiddenSize},
                {Kind::SharedGate, layer});
    }
    for (const Module module : blockModules(m_config, layer))
        if (module > Module::O)
            addModule(layer, module);
    if (outputNorms)
        addNorm(layer, mlpOutputNorm, Kind::MlpOutputNorm, hidden);
}

} // namespace

std::string blockTensorName(std::int64_t layer, Module module, std::string_view suffix) {
    const int expert = expertOf(module);
    if (expert < 0)
        return fmt::format("model.layers.{}.{}.{}", layer, modulePath(module), suffix);
    return fmt::format("model.layers.{}.mlp.experts.{}.{}.{}", layer, expert,
                       modulePath(module).substr(4), suffix);
}

std::string normTensorName(std::int64_t layer, std::string_view norm) {
    return fmt::format("model.layers.{}.{}.weight", layer, norm);
}

std::vector<ModelTensor> modelTensors(const ModelConfig& config) {
    TensorList list(config);
    const std::int64_t embedding = embeddingWidth(config);
    list.add(embeddingTensorName, {config.vocabularySize, embedding}, {Kind::Embedding});
    if (config.learnedPositions > 0)
        list.add(positionTensorName, {config.learnedPositions, config.hiddenSize},
                 {Kind::Positions});
    if (embedding != config.hiddenSize)
        list.add(projectInTensorName, {config.hiddenSize, embedding}, {Kind::ProjectIn});
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        list.addBlock(layer);
    if (config.finalNorm) {
        list.add(finalNormTensorName, {config.hiddenSize}, {Kind::FinalNorm});
        if (config.normBias)
            list.add(finalNormBiasTensorName, {config.hiddenSize},
                     {Kind::FinalNorm, -1, Module::Q, true});
    }
    if (embedding != config.hiddenSize)
        list.add(projectOutTensorName, {embedding, config.hiddenSize}, {Kind::ProjectOut});
    if (!config.tiedEmbeddings)
        list.add(outputTensorName, {config.vocabularySize, embedding}, {Kind::Output});
    return list.take();
}

std::vector<FileTensor> fileTensors(const ModelConfig& config) {
    std::vector<FileTensor> files;
    for (ModelTensor& tensor : modelTensors(config)) {
        // Parts of one stand near one another: q, k and v with their biases between them.
        const auto same = std::find_if(files.rbegin(), files.rend(), [&](const FileTensor& file) {
            return file.name == tensor.layout.name;
        });
        if (same == files.rend())
            files.push_back({tensor.layout.name, tensor.layout.shape, {std::move(tensor)}});
        else
            same->parts.push_back(std::move(tensor));
    }
    return files;
}

} // namespace quantscope
