#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/session_data.h"
#include "core/data/study_plan.h"
#include "core/engine/block_source.h"
#include "core/engine/output_heads.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace quantscope {

/// The models of a finished session, opened again for questions about single examples: the
/// checkpoint, the codes that the study left beside the session, the imported lanes.
class SessionModels {
public:
    /// @param session  what was read of `file`, with "/text/token_ids"
    /// @throws Error (Input) where the model is not the one that was studied, or the codes of a
    /// lane are gone.
    SessionModels(std::shared_ptr<const SessionData> session, const std::filesystem::path& file);

    const StudyPlan& plan() const { return m_plan; }
    const ModelConfig& config() const { return m_checkpoint->config(); }
    const Checkpoint& checkpoint() const { return *m_checkpoint; }
    const Tokenizer& tokenizer() const { return *m_tokenizer; }
    const OutputHead& head(std::size_t lane) const { return m_heads->of(lane); }

    /// Names of the reference (0) and the quantized lanes.
    const std::vector<std::string>& lanes() const { return m_lanes; }
    /// @throws Error (Usage) for a name that the session does not have.
    std::size_t lane(const std::string& name) const;

    /// The reference's block of a layer.
    BlockWeights referenceBlock(std::int64_t layer) const;
    /// A lane's block of a layer; the reference's own for lane 0. Blocks that fit into half of the
    /// study's memory stay, so that the next question need not read and unpack them.
    MethodBlock block(std::size_t lane, std::int64_t layer, const BlockWeights& reference) const;
    /// Whether so many more blocks could stay.
    bool hasRoomFor(std::int64_t blocks) const;
    /// What a lane begins with, [1, ids, hidden].
    torch::Tensor embedded(std::size_t lane, const std::vector<std::int32_t>& ids) const;

    std::size_t exampleCount() const;
    /// Ids of an example, padding left out. @throws Error (Usage) where there is no such example.
    std::vector<std::int32_t> ids(std::size_t example) const;

private:
    void checkModel() const;
    void openSources(const std::filesystem::path& file);

    std::uint64_t blockBytes() const;
    bool fits(std::int64_t blocks) const; ///< under the lock
    /// Of a lane and layer; made and kept where it still fits.
    template <typename Make>
    MethodBlock kept(std::size_t lane, std::int64_t layer, const Make& make) const;

    mutable std::mutex m_mutex; ///< the next block is read while one computes
    mutable std::map<std::pair<std::size_t, std::int64_t>, MethodBlock> m_blocks;
    mutable std::uint64_t m_blockBytes = 0;

    std::shared_ptr<const SessionData> m_session;
    StudyPlan m_plan;
    std::vector<std::string> m_lanes;
    std::unique_ptr<Checkpoint> m_checkpoint;
    std::vector<std::unique_ptr<Checkpoint>> m_imported;
    std::unique_ptr<Tokenizer> m_tokenizer;
    std::vector<std::unique_ptr<BlockSource>> m_sources; ///< of the k-th quantized lane at k - 1
    std::unique_ptr<OutputHeads> m_heads;
};

} // namespace quantscope
