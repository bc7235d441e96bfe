#pragma once

#include "core/allocation/allocation_problem.h"
#include "core/data/session_data.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// What measuring an assignment gave, by example.
struct MeasuredAssignment {
    std::vector<double> kl;
    std::vector<double> nll; ///< of held-out text alone
    double bits = 0;         ///< per weight, of held-out text alone
};

/// What an allocation has finished so far, in a folder, so that it goes on there after it was
/// interrupted: the sensitivities of every draw, and the assignments that were quantized and
/// measured. Answers to another question are of no use and are removed.
class AllocationStore {
public:
    /// @param asked  everything that the numbers depend on, as text
    AllocationStore(std::filesystem::path folder, const std::string& asked);

    const std::filesystem::path& folder() const { return m_folder; }
    /// Whether there was something to go on from.
    bool goesOn() const { return m_goesOn; }

    std::optional<SessionData> sensitivity(std::int64_t draw) const;
    void keepSensitivity(std::int64_t draw, const SessionData& session) const;

    /// @param text  "calibration" or "held-out"
    std::optional<MeasuredAssignment> measured(std::int64_t draw, const std::string& text,
                                               const Assignment& assignment) const;
    void keepMeasured(std::int64_t draw, const std::string& text, const Assignment& assignment,
                      MeasuredAssignment measured);
    /// Makes what was kept durable. @throws Error (Output)
    void commit() const;

    /// Says that all draws are decided and the last study has begun, which resumes by itself.
    void beginLast() const;
    bool lastHasBegun() const;
    void remove() const;

private:
    void load();
    std::filesystem::path sensitivityFile(std::int64_t draw) const;

    std::filesystem::path m_folder;
    bool m_goesOn = false;
    std::map<std::string, MeasuredAssignment> m_measured; ///< by draw, text and choices
};

} // namespace quantscope
