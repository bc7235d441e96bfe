// Rounding column by column against the same arithmetic, an output and a column at a time: every
// code, error and weight must be the same number.

#include "core/kernels/column_errors.h"
#include "tests/core/kernels/some_columns.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace quantscope;
using quantscope::testing::Columns;
using quantscope::testing::makeColumns;

namespace {

void roundPlainly(Columns& of, bool isCorrected) {
    const auto at = [&](std::int64_t column, std::int64_t output) {
        return std::size_t(column * of.outputs + output);
    };
    for (std::int64_t output = 0; output < of.outputs; ++output)
        for (std::int64_t column = 0; column < of.columns; ++column) {
            float& weight = of.weights[at(column, output)];
            for (std::int64_t before = 0; before < column; ++before) {
                const auto corner = std::size_t(before * of.columns + column);
                const float error = of.factor[corner] * of.errors[at(before, output)];
                weight -= error;
                const float lost = of.correction[corner] * of.weights[at(before, output)];
                if (isCorrected)
                    weight += lost;
            }
            const std::size_t grid = at(of.group[std::size_t(column)], output);
            const float place =
                std::clamp(std::nearbyint(weight / of.scales[grid]) + of.zeros[grid], 0.0f,
                           float((1 << of.bits) - 1));
            const float value = (place - of.zeros[grid]) * of.scales[grid];
            of.codes[at(column, output)] = std::uint8_t(place);
            of.errors[at(column, output)] =
                (weight - value) / of.factor[std::size_t(column * of.columns + column)];
        }
}

} // namespace

class TestColumnErrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void matchesPlainLoops_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("bits");
        QTest::newRow("one") << 1 << 1 << 4;
        QTest::newRow("part of a slice") << 7 << 5 << 2;
        QTest::newRow("several slices") << 33 << 200 << 3;
        QTest::newRow("for threads") << 128 << 515 << 4;
        QTest::newRow("many columns") << 300 << 64 << 8;
    }

    void matchesPlainLoops() {
        QFETCH(int, columns);
        QFETCH(int, outputs);
        QFETCH(int, bits);
        for (const bool isCorrected : {false, true}) {
            Columns expected = makeColumns(columns, outputs, bits);
            Columns found = expected;
            roundPlainly(expected, isCorrected);
            kernels::roundColumns(found.block(isCorrected));
            QVERIFY(found.codes == expected.codes);
            QVERIFY(found.errors == expected.errors);
            QVERIFY(found.weights == expected.weights);
        }
    }

    /// A weight that is no number spoils its own output and no other.
    void notANumberStaysInItsOutput() {
        Columns with = makeColumns(20, 40, 4);
        Columns without = with;
        with.weights[3 * 40 + 7] = std::nanf("");
        kernels::roundColumns(with.block(false));
        kernels::roundColumns(without.block(false));
        for (std::size_t i = 0; i < with.codes.size(); ++i) {
            const bool isSpoilt = i % 40 == 7 && i / 40 >= 3;
            QCOMPARE(std::isnan(with.errors[i]), isSpoilt);
            if (isSpoilt)
                QCOMPARE(with.codes[i], std::uint8_t(0));
            else
                QCOMPARE(with.codes[i], without.codes[i]);
        }
    }
};

QTEST_GUILESS_MAIN(TestColumnErrors)
#include "test_column_errors.moc"
