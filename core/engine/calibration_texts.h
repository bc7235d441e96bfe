#pragma once

#include "core/data/calibration_set.h"
#include "core/engine/example_ids.h"

#include <map>
#include <optional>
#include <vector>

namespace quantscope {

/// Windows that a method calibrates on, and where they are from.
struct CalibrationText {
    ExampleIds ids;
    CalibrationProvenance provenance;
};

/// The texts of a study's methods: its own, and the draws of its calibration sets.
class CalibrationTexts {
public:
    void setOwn(CalibrationText text) { m_own = std::move(text); }
    void add(const CalibrationDraw& draw, CalibrationText text) {
        m_drawn.insert_or_assign(draw, std::move(text));
    }

    /// The text of a method; one without examples where none was set.
    /// @throws Error (Internal) for a draw that was not added
    const CalibrationText& of(const MethodSpec& method) const;

    /// The study's own text, where it has examples, then the draws by set and draw.
    std::vector<const CalibrationText*> all() const;

    /// Of the largest text: what memory and time are planned for.
    std::int64_t examples() const;
    std::int64_t positions() const;

private:
    CalibrationText m_own;
    std::map<CalibrationDraw, CalibrationText> m_drawn;
};

} // namespace quantscope
