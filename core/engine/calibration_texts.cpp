#include "core/engine/calibration_texts.h"

#include "core/data/error.h"

#include <algorithm>

namespace quantscope {

const CalibrationText& CalibrationTexts::of(const MethodSpec& method) const {
    if (!method.calibration)
        return m_own;
    const auto found = m_drawn.find(*method.calibration);
    if (found == m_drawn.end())
        throw Error(ErrorKind::Internal, "No text was drawn for the calibration set \"" +
                                             method.calibration->set + "\".");
    return found->second;
}

std::vector<const CalibrationText*> CalibrationTexts::all() const {
    std::vector<const CalibrationText*> texts;
    if (m_own.ids.examples() > 0)
        texts.push_back(&m_own);
    for (const auto& [draw, text] : m_drawn)
        texts.push_back(&text);
    return texts;
}

std::int64_t CalibrationTexts::examples() const {
    std::int64_t most = m_own.ids.examples();
    for (const auto& [draw, text] : m_drawn)
        most = std::max(most, text.ids.examples());
    return most;
}

std::int64_t CalibrationTexts::positions() const {
    std::int64_t most = m_own.ids.positions;
    for (const auto& [draw, text] : m_drawn)
        most = std::max(most, text.ids.positions);
    return most;
}

} // namespace quantscope
