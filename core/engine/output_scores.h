#pragma once

#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/engine/example_ids.h"
#include "core/model/block_loader.h"

#include <torch/types.h>

#include <string>
#include <vector>

namespace quantscope {

/// Tokens a chunk of scores: three matrices of [chunk, vocabulary] stay near the processor's
/// caches, and small in any case.
std::int64_t tokensScoredTogether(std::int64_t vocabulary);

/// The last step of a model: final norm, projection where there is one, and output matrix.
struct OutputHead {
    FinalStep step;
    torch::Tensor matrix; // [vocabulary, embedding]
    ModelConfig config;

    /// Logits of rows of hidden states, [rows, hidden] → [rows, vocabulary].
    torch::Tensor logits(const torch::Tensor& hidden) const;
};

/// Per-token results of lanes. Lanes without patches keep everything by token, patched lanes the
/// means over an example's tokens alone.
class OutputScores {
public:
    OutputScores(const ExampleIds& examples, std::size_t lanes, std::size_t patches);

    /// Scores one batch of every lane. Full logits never exist for more than a chunk of tokens.
    /// @param heads   of each lane and then each patch, all with the same vocabulary
    /// @param states  hidden states after the last block, [count, positions, hidden], for each
    ///                lane (the reference first) and then each patch; undefined: not walked
    /// @throws Error (Interrupted) between chunks once a stop is asked for
    void add(const std::vector<const OutputHead*>& heads, std::int64_t firstExample,
             const std::vector<torch::Tensor>& states, const Job& job);

    /// "/output/…" [lane, example, position] and "/examples/…" [lane, example]
    SessionData lanePart() const;

    /// Means of a patch over an example's tokens; NaN where it was not walked.
    double patchNll(std::size_t patch, std::int64_t example) const;
    double patchKl(std::size_t patch, std::int64_t example) const;
    double laneNll(std::size_t lane, std::int64_t example) const;

private:
    void scoreExample(const std::vector<const OutputHead*>& heads, std::int64_t example,
                      const std::vector<torch::Tensor>& rows, std::int64_t from, std::int64_t to);
    std::size_t cell(std::size_t lane, std::int64_t example, std::int64_t position) const;

    const ExampleIds& m_examples;
    std::size_t m_lanes;
    std::size_t m_patches;
    std::vector<float> m_nll, m_kl, m_klReverse, m_js; ///< [lane, example, position]
    std::vector<std::uint8_t> m_topAgrees;
    std::vector<std::int32_t> m_rank;
    std::vector<double> m_patchNll, m_patchKl; ///< [patch, example]: sums, then means
};

} // namespace quantscope
