#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_table.h"
#include "core/engine/ordered_sum.h"

#include <array>
#include <map>
#include <mutex>
#include <vector>

namespace quantscope {

/// How the values of one set of positions and channels are distributed.
struct ActivationSummary {
    std::array<double, 3> largest = {};  ///< magnitudes, the largest first
    double median = 0;                   ///< of magnitudes; of an even count the lower one
    double kurtosis = 0;                 ///< not excess; NaN where all values are equal
    std::vector<double> outlierShare;    ///< by ActivationInstrument::sigmas
    std::vector<double> trimmedRms;      ///< by ActivationInstrument::trims
    std::vector<double> trimmedError;    ///< likewise; empty without a reference
    std::vector<std::int32_t> histogram; ///< by magnitudeBins
};

/// @param values     f32, any shape, not empty
/// @param reference  of the same shape, or undefined
ActivationSummary summarizeActivations(const torch::Tensor& values, const torch::Tensor& reference);

/// "/activations/…" of one block, at some of activationSites: of every lane the maxima, median, kurtosis
/// and shares of an example, its root mean square and difference to the reference with the largest
/// magnitudes left out; of the reference the histogram of magnitudes by example, the largest
/// magnitude of each channel, and the mean over examples of each position's largest magnitude,
/// position 0 included.
class ActivationInstrument final : public BlockInstrument {
public:
    /// @param sites  those of activationSites that every layer has, of one width
    ActivationInstrument(const std::vector<Site>& sites, const MeasuredExamples& examples);
    ~ActivationInstrument() override;

    static constexpr std::array<double, 6> sigmas = {3, 4, 5, 6, 8, 10};
    static constexpr std::array<double, 5> trims = {0, 0.0001, 0.001, 0.01, 0.05};

    /// Bins of magnitudes, two an octave: lower ends 0, 2^−12, 2^−11.5, …, 2^12.
    static constexpr std::size_t magnitudeBins = 50;
    static double lowerEnd(std::size_t bin);
    static std::size_t binOf(double magnitude);

    /// Coordinates of the dimensions "sigma", "trim" and "magnitude".
    static void addCoordinates(SessionData& head);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    struct SiteTables;
    void addReference(const LaneBatch& batch, Site site, SiteTables& tables);
    void put(SiteTables& tables, std::size_t lane, std::int64_t example,
             const ActivationSummary& summary) const;

    MeasuredExamples m_examples;
    std::mutex m_mutex;
    std::map<Site, std::unique_ptr<SiteTables>> m_sites;
};

} // namespace quantscope
