#pragma once

#include "core/data/pages/details.h"
#include "core/data/pages/early_exit.h"
#include "core/data/pages/errors.h"
#include "core/data/pages/examples.h"
#include "core/data/pages/overview.h"
#include "core/data/pages/patching.h"
#include "core/data/pages/residuals.h"
#include "core/data/pages/weights.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace quantscope {

/// Made-up values of a study that look like those of a real one, for looking at the pages. The
/// same seed gives the same values.
class SyntheticStudy {
public:
    explicit SyntheticStudy(std::size_t examples = 768, std::size_t layers = 32, unsigned seed = 7);

    const std::vector<std::string>& lanes() const { return m_lanes; }
    OverviewValues overview() const;
    ExamplesValues examples() const;
    ErrorsValues errors() const;
    ScatterStatistics statistics(const ExampleColumn& x, const ExampleColumn& y) const;
    ResidualsValues residuals() const;
    EarlyExitValues earlyExit() const;
    PatchingValues patching() const;
    WeightsValues weights() const;
    ExampleDetail detail(std::size_t example) const;

private:
    double noise(double spread) const;
    std::vector<std::size_t> ordered() const; ///< examples by falling error

    mutable std::mt19937 m_random;
    std::size_t m_layers;
    std::vector<std::string> m_lanes;
    std::vector<double> m_difficulty;
    std::vector<double> m_reference;
    std::vector<std::vector<double>> m_errors; ///< lane, example
};

} // namespace quantscope
