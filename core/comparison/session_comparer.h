#pragma once

#include "core/analysis/session_view.h"
#include "core/comparison/lane_values.h"
#include "core/comparison/metric.h"
#include "core/data/pages/comparison.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

struct ComparisonOptions {
    std::vector<std::string> lanes; ///< "A=B"; empty: lanes of one name
    AnalysisOptions analysis;       ///< what is not said is as the first session has it
};

/// Compares two sessions over the examples that both have. Intervals are paired: a resample draws
/// the same documents for both, so that what moves both sides alike does not widen the interval of
/// their difference. Documents that either session puts together are drawn together.
///
/// Holds references to the sessions.
class SessionComparer {
public:
    /// @throws Error (Input) when the sessions share no example, saying how they were matched,
    ///         (Usage) for lanes that are not there
    SessionComparer(const SessionData& a, const SessionData& b, const ComparisonOptions& options);

    /// What the sessions are and have in common; without metrics.
    const ComparisonValues& summary() const { return m_summary; }
    /// Matched examples by their index in either session.
    const std::vector<std::size_t>& examplesA() const { return m_examplesA; }
    const std::vector<std::size_t>& examplesB() const { return m_examplesB; }
    const Resamples& resamples() const { return *m_resamples; }
    const SessionView& viewA() const { return m_a; }
    const SessionView& viewB() const { return m_b; }

    /// Metrics of one pair of lanes, in the order asked for; NaN where a session lacks one. There
    /// is no interval for a group whose examples are all of one document.
    /// Intervals of percentiles and worst tenths use fewer resamples where there are very many
    /// tokens.
    /// @throws Error (Usage) for a group that no example is of, or that two columns have
    std::vector<ComparedMetric> metrics(const LanePair& lanes,
                                        std::span<const MetricReference> wanted) const;

    /// Every metric of all examples, then error and KL of every label's groups, the frequent ones.
    const std::vector<MetricReference>& usualMetrics() const { return m_usual; }

private:
    struct Group {
        std::string column;
        std::string value;
        std::vector<bool> members; ///< by matched example
        std::size_t size = 0;
    };

    void describeSessions();
    void noteModels();
    void noteReferences();
    void notePairing(bool byBeingAlone);
    void noteUnmatched();
    void findGroups();
    void listUsualMetrics();
    std::vector<bool> membersOf(const std::string& selector) const;
    bool isOfOneUnit(const std::vector<bool>& members) const;

    SessionView m_a;
    SessionView m_b;
    ComparisonValues m_summary;
    std::vector<std::size_t> m_examplesA;
    std::vector<std::size_t> m_examplesB;
    std::unique_ptr<Resamples> m_resamples;
    std::vector<Group> m_groups; ///< of every label column, the largest first
    std::vector<MetricReference> m_usual;
};

/// Everything about a pair of sessions: metrics of every pair of lanes.
/// @throws Error as SessionComparer
ComparisonValues compareSessions(const SessionComparer& comparer);

/// What the page Compare shows: the metrics and examples of one pair of lanes.
/// @throws Error as SessionComparer
ComparisonValues comparisonPage(const SessionData& a, const SessionData& b,
                                const ComparisonRequest& request);

} // namespace quantscope
