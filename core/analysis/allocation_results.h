#pragma once

#include "core/analysis/session_view.h"
#include "core/data/site.h"
#include "core/data/table.h"

#include <string>
#include <vector>

namespace quantscope {

/// Mean of the largest tenth (at least one) of values by example; NaN left out.
double worstDecile(std::vector<double> values);

/// What a session says of assignments of methods to matrices: "/allocation/…".
class AllocationResults {
public:
    /// Keeps a reference to the view.
    explicit AllocationResults(const SessionView& view);

    bool measured() const { return !m_assignments.empty(); }
    const SessionView& view() const { return *m_view; }
    /// "allocated" first, then "uniform", "largest", "random-1", …, then those of other budgets.
    const std::vector<std::string>& assignments() const { return m_assignments; }
    std::size_t draws() const { return m_draws; }
    /// Assignments that are no sweep's: of the main budget.
    std::vector<std::size_t> compared() const;
    std::string objective() const;
    double budget() const; ///< bits per weight
    /// Kinds of matrices that got the candidate with the most bits whatever they cost.
    std::vector<Module> protect() const;

    /// Candidate of a matrix; −1 where there is none.
    int choice(std::size_t draw, std::size_t assignment, std::size_t layer,
               std::size_t module) const;
    double bits(std::size_t draw, std::size_t assignment) const;
    /// The objective that costs of single matrices add up to, by the reading that was chosen.
    double predicted(std::size_t draw, std::size_t assignment) const;
    std::string chosenBy(std::size_t draw) const;
    double calibrationObjective(std::size_t draw, std::size_t assignment) const;
    /// By held-out example.
    std::vector<double> kl(std::size_t draw, std::size_t assignment) const;
    std::vector<double> error(std::size_t draw, std::size_t assignment) const;
    /// By held-out example, mean over draws.
    std::vector<double> meanKl(std::size_t assignment) const;

private:
    double number(const std::string& name, std::initializer_list<std::size_t> at) const;

    const SessionView* m_view;
    std::vector<std::string> m_assignments;
    std::size_t m_draws = 0;
};

/// The statistics of one model on the held-out examples.
struct HeldOutRow {
    std::string assignment;
    std::string draw; ///< "0", …; "all": the mean over draws of every example
    double bits = notMeasured;
    double predicted = notMeasured;            ///< on the calibration examples
    double calibrationObjective = notMeasured; ///< measured on them
    Interval kl;
    Interval worstDecile;            ///< of KL
    Interval error;                  ///< rise of NLL
    Interval against;                ///< KL of "allocated" less this one's, paired by example
    double againstLow = notMeasured; ///< the least and the most of the draws
    double againstHigh = notMeasured;
};

/// Every draw of every assignment, then all draws together. Intervals over documents.
std::vector<HeldOutRow> heldOutRows(const AllocationResults& results, const Resamples& resamples);

/// What held-out text says of the allocation, and where the prediction misled: whole sentences.
std::vector<std::string> allocationFindings(const AllocationResults& results,
                                            const std::vector<HeldOutRow>& rows);

/// One model as a point of size against error.
struct ParetoPoint {
    std::string lane;
    std::string kind; ///< "allocated", "compared", "candidate" or "checkpoint"
    double bits = notMeasured;
    double bytes = notMeasured; ///< of the quantized matrices
    Interval kl;
    Interval worstDecile;
    Interval error;
    bool dominated = false; ///< another has no more bits and a smaller mean KL
};

/// Every quantized lane of a session, by bits.
std::vector<ParetoPoint> paretoPoints(const SessionView& view, const Resamples& resamples);

Table allocationTable(const SessionView& view);
Table allocationMatricesTable(const SessionView& view);
Table paretoTable(const SessionView& view);

} // namespace quantscope
