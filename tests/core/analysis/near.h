#pragma once

#include "core/data/pages/common.h"
#include "tests/core/analysis/made_up_study.h"

#include <QTest>

#include <cmath>

namespace quantscope {

inline constexpr double tolerance = 1e-10; ///< double arithmetic in another order

/// Within a share of the expected value, or of 1 where that is smaller.
inline void near(double value, double expected, double allowed = tolerance) {
    QVERIFY2(
        std::fabs(value - expected) <= allowed * std::max(1.0, std::fabs(expected)),
        qPrintable(QString("%1 instead of %2").arg(value, 0, 'g', 17).arg(expected, 0, 'g', 17)));
}

/// @param expected  value, low and high
inline void nearInterval(const Interval& interval, const QJsonValue& expected,
                         double allowed = tolerance) {
    const std::vector<double> numbers = numbersOf(expected);
    near(interval.value, numbers[0], allowed);
    near(interval.low, numbers[1], allowed);
    near(interval.high, numbers[2], allowed);
}

} // namespace quantscope
