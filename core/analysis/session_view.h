#pragma once

#include "core/analysis/bootstrap.h"
#include "core/data/pages/common.h"
#include "core/data/session_data.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// How intervals are made; what is not said here is as the session has it.
struct AnalysisOptions {
    std::optional<std::size_t> resamples; ///< of the bootstrap; else the study's
    std::optional<std::uint64_t> seed; ///< of resamples, permutations and folds; else the study's
};

/// What pages ask of a session, whether it is complete or still growing: what is not there is
/// empty. Holds a reference to the session.
class SessionView {
public:
    explicit SessionView(const SessionData& session, AnalysisOptions options = {});

    const SessionData& session() const { return *m_session; }
    const std::vector<std::string>& lanes() const { return m_lanes; }
    /// Lanes that run a quantized model, in order.
    const std::vector<std::string>& methodLanes() const { return m_methodLanes; }
    std::size_t examples() const { return m_examples; }
    std::size_t layers() const { return m_layers; }
    std::optional<std::size_t> laneIndex(const std::string& lane) const;
    /// The lane when it runs a quantized model, else the one whose sets comparisons use.
    std::string methodLane(const std::string& lane) const;

    /// One attribute, empty when there is none; as a number, nothing when it is not one.
    std::string attribute(const std::string& name) const;
    std::optional<double> number(const std::string& name) const;

    /// Values by example of an array [lane, example], [lane, layer, example] or [patch, example];
    /// empty when there is no such array or index.
    std::vector<double> row(const std::string& path, std::size_t lane) const;
    std::vector<double> row(const std::string& path, std::size_t lane, std::size_t layer) const;
    std::vector<double> row(const std::string& path, const std::string& lane) const;
    std::vector<double> row(const std::string& path, const std::string& lane,
                            std::size_t layer) const;

    /// Values of an array at its leading indices as numbers, the rest flattened.
    std::vector<double> slice(const std::string& path,
                              const std::vector<std::size_t>& leading) const;

    /// Whole numbers of an array with one dimension, or empty.
    std::vector<std::int32_t> integers(const std::string& path) const;
    std::vector<std::string> texts(const std::string& path) const;

    /// Predicted tokens of each example (its T); 1 each where token ids are not there.
    const std::vector<double>& tokenCounts() const { return m_tokenCounts; }
    /// Document of each example; each its own where that is not known.
    const std::vector<std::int32_t>& documents() const { return m_documents; }
    /// Of the study: D_ctrl is drawn with it.
    std::uint64_t seed() const;
    /// Of resamples, permutations and folds.
    std::uint64_t analysisSeed() const { return m_options.seed.value_or(seed()); }
    std::size_t resampleCount() const;
    /// Resamples of all examples by document, as the options say.
    Resamples resamples() const;

    /// Names of label columns in the order of the session.
    std::vector<std::string> labelNames() const;
    std::vector<std::string> label(const std::string& name) const;

    /// Names below a group: "/sites" gives "attn_out", "down", … in the order of the block.
    std::vector<std::string> sites(const std::string& group) const;
    /// Names of the arrays of a group, e.g. "/sites/down".
    std::vector<std::string> members(const std::string& group) const;

private:
    const SessionData* m_session;
    AnalysisOptions m_options;
    std::vector<std::string> m_lanes;
    std::vector<std::string> m_methodLanes;
    std::size_t m_examples = 0;
    std::size_t m_layers = 0;
    std::vector<double> m_tokenCounts;
    std::vector<std::int32_t> m_documents;
};

/// The values at some places. @pre places are in range
std::vector<double> valuesAt(const std::vector<double>& values,
                             const std::vector<std::size_t>& places);
std::vector<std::int32_t> documentsAt(const SessionView& view,
                                      const std::vector<std::size_t>& examples);

/// Bits per quantized weight of a lane, scales, zeros and indices counted; NaN where it has none.
double bitsPerWeight(const SessionView& view, const std::string& lane);

/// The sets of one lane: as the session keeps them, else chosen from its errors.
struct ExampleSets {
    std::vector<std::size_t> large;
    std::vector<std::size_t> control;
    std::vector<std::size_t> matched;
};
ExampleSets exampleSets(const SessionView& view, const std::string& lane);

/// The columns of the table of examples: nll_reference, then nll[…], error[…], kl[…] of each lane;
/// with several methods, how many have the example in their D_large and in their D_ctrl. An
/// example with both is broken by one method and harmless to another.
std::vector<ExampleColumn> exampleColumns(const SessionView& view);

} // namespace quantscope
