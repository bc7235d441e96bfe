#include "core/study/session_models.h"

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/imported_model.h"
#include "core/engine/packed_codes.h"
#include "core/engine/quantization_chain.h"
#include "core/model/block_loader.h"
#include "core/session/session.h"
#include "core/study/plan_paths.h"
#include "core/study/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quantscope {

SessionModels::SessionModels(std::shared_ptr<const SessionData> session,
                             const std::filesystem::path& file)
    : m_session(std::move(session)) {
    const auto plan = m_session->attributes.find(attribute::plan);
    if (plan == m_session->attributes.end())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the session does not say how it was made, so its model cannot "
                                "be opened again.",
                                file.string()));
    m_plan = withFoundPaths(planFromJson(plan->second), file);
    m_checkpoint = Checkpoint::open(m_plan.modelPath);
    checkModel();
    m_tokenizer = Tokenizer::open(m_plan.modelPath);
    m_lanes = {std::string(referenceLane)};
    for (std::string& name : quantizedLanes(m_plan))
        m_lanes.push_back(std::move(name));
    openSources(file);
}

void SessionModels::checkModel() const {
    const auto hash = m_session->attributes.find(attribute::modelHash);
    if (hash == m_session->attributes.end() || hash->second != m_checkpoint->contentHash())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the model is not the one that the session was made of; its "
                                "content differs. Put the model back, or run the study anew.",
                                m_plan.modelPath));
}

void SessionModels::openSources(const std::filesystem::path& file) {
    const StudyFolder folder(file);
    for (std::size_t i = 0; i < m_plan.methods.size(); ++i) {
        const std::filesystem::path codes =
            folder.codes() / QuantizationChain::slug(m_plan.methods[i], i + 1);
        if (!std::filesystem::exists(QuantizationChain::blockFile(codes, config().layers - 1)))
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the packed codes of the lane {} are not there. They are "
                                    "kept beside the session; without them, run the study anew.",
                                    codes.string(), m_plan.methods[i].lane));
        m_sources.push_back(std::make_unique<PackedCodes>(codes));
    }
    std::int64_t vocabulary = config().vocabularySize;
    for (const ImportedLane& imported : m_plan.imported) {
        m_imported.push_back(Checkpoint::open(imported.path));
        vocabulary = std::min(vocabulary, m_imported.back()->config().vocabularySize);
        m_sources.push_back(std::make_unique<ImportedModel>(*m_imported.back()));
    }
    m_heads = std::make_unique<OutputHeads>(*m_checkpoint, vocabulary);
    for (std::size_t i = 0; i < m_sources.size(); ++i)
        if (const Checkpoint* own = m_sources[i]->ownEnds())
            m_heads->add(i + 1, *own);
}

std::size_t SessionModels::lane(const std::string& name) const {
    const auto found = std::find(m_lanes.begin(), m_lanes.end(), name);
    if (found != m_lanes.end())
        return static_cast<std::size_t>(found - m_lanes.begin());
    throw Error(ErrorKind::Usage, fmt::format("The session has no lane \"{}\"; it has {}.", name,
                                              fmt::join(m_lanes, ", ")));
}

std::uint64_t SessionModels::blockBytes() const {
    return sizeof(float) * static_cast<std::uint64_t>(blockElements(config()));
}

bool SessionModels::fits(std::int64_t blocks) const {
    return m_blockBytes + static_cast<std::uint64_t>(blocks) * blockBytes() <=
           m_plan.resources.memoryBytes / 2;
}

bool SessionModels::hasRoomFor(std::int64_t blocks) const {
    const std::lock_guard lock(m_mutex);
    return fits(blocks);
}

template <typename Make>
MethodBlock SessionModels::kept(std::size_t lane, std::int64_t layer, const Make& make) const {
    const std::pair key(lane, layer);
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_blocks.find(key); found != m_blocks.end())
            return found->second;
    }
    MethodBlock block = make();
    const std::lock_guard lock(m_mutex);
    if (fits(1)) {
        m_blockBytes += blockBytes();
        m_blocks.emplace(key, block); // shares its tensors
    }
    return block;
}

BlockWeights SessionModels::referenceBlock(std::int64_t layer) const {
    return kept(0, layer, [&] { return MethodBlock{loadBlock(*m_checkpoint, layer), {}}; }).weights;
}

MethodBlock SessionModels::block(std::size_t lane, std::int64_t layer,
                                 const BlockWeights& reference) const {
    if (lane == 0)
        return {reference, {}};
    return kept(lane, layer, [&] { return m_sources[lane - 1]->block(layer, reference); });
}

torch::Tensor SessionModels::embedded(std::size_t lane,
                                      const std::vector<std::int32_t>& ids) const {
    const Checkpoint* own = lane == 0 ? nullptr : m_sources[lane - 1]->ownEnds();
    return embedTokens(own ? *own : *m_checkpoint, {ids.begin(), ids.end()},
                       static_cast<std::int64_t>(ids.size()));
}

std::size_t SessionModels::exampleCount() const { return m_session->extent("example"); }

std::vector<std::int32_t> SessionModels::ids(std::size_t example) const {
    const NamedArray& all = m_session->require("/text/token_ids");
    if (all.shape.size() != 2 || example >= all.shape[0])
        throw Error(ErrorKind::Usage,
                    fmt::format("The session has no example {}; it has {}, counted from 0.",
                                example, all.shape.empty() ? 0 : all.shape[0]));
    std::vector<std::int32_t> ids;
    for (std::size_t t = 0; t < all.shape[1]; ++t) {
        const double id = all.at({example, t});
        if (!(id >= 0 && id < double(config().vocabularySize)))
            break; // padding, or nothing that the model knows
        ids.push_back(static_cast<std::int32_t>(id));
    }
    if (ids.size() < 2)
        throw Error(ErrorKind::Input,
                    fmt::format("Example {} of the session has no two tokens that the model knows: "
                                "the session is damaged.",
                                example));
    return ids;
}

} // namespace quantscope
