#pragma once


#include "tests/places.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace quantscope::testing {

/// Numbers of the independent study; tests/tools/study_reference/README.md names its fields.
inline nlohmann::json readGoldenFile() {
    std::ifstream file(testing::testData() + "/study/stories260k_golden.json");
    return nlohmann::json::parse(file);
}

/// How far a measured number may lie from the golden one: relative × |golden| + absolute. The
/// golden file has six digits and was made in f64, the program computes in f32.
struct Tolerance {
    double relative = 0;
    double absolute = 0;
};

/// Compares many numbers, remembers the worst and counts them, so that a test can say where it
/// failed and that it compared something.
class Comparison {
public:
    explicit Comparison(Tolerance tolerance) : m_tolerance(tolerance) {}

    void add(const std::string& what, double measured, double golden) {
        ++m_count;
        const double allowed = m_tolerance.relative * std::abs(golden) + m_tolerance.absolute;
        const double excess = std::abs(measured - golden) / allowed;
        // A comparison with NaN must not pass.
        if (excess <= m_worst)
            return;
        m_worst = std::isnan(excess) ? HUGE_VAL : excess;
        std::ostringstream text;
        text.precision(8);
        text << what << ": measured " << measured << ", golden " << golden << ", " << m_worst
             << " times the tolerance";
        m_message = text.str();
    }

    int count() const { return m_count; }
    double worst() const { return m_worst; }
    bool holds() const { return m_count > 0 && m_worst <= 1; }
    const std::string& message() const { return m_message; }

private:
    Tolerance m_tolerance;
    int m_count = 0;
    double m_worst = 0;
    std::string m_message = "nothing was compared";
};

} // namespace quantscope::testing
