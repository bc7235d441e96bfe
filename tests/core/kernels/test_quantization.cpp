// Quantizing and dequantizing by group against the same arithmetic, a number at a time: every
// scale, code and weight must be the same number. What core/quant tests against tensors on the
// processor at hand, sanitizers run here on the baseline's loops.

#include "core/kernels/quantization.h"
#include "tests/core/kernels/random_values.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace quantscope;
using quantscope::testing::randomValues;

class TestQuantization : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void levels_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("block");
        for (const int bits : {1, 3, 4, 8}) {
            QTest::addRow("%d bits, one number", bits) << bits << 1 << 64;
            QTest::addRow("%d bits, a short block", bits) << bits << 1009 << 100;
            QTest::addRow("%d bits, for threads", bits) << bits << 70001 << 64;
        }
    }

    void levels() {
        QFETCH(int, bits);
        QFETCH(int, count);
        QFETCH(int, block);
        std::vector<float> x = randomValues(std::size_t(count), 1);
        for (std::size_t i = 0; i < x.size() && i < 64; ++i)
            x[i] = 0; // a block without a scale
        if (x.size() > 500)
            x[500] = std::nanf("");
        std::vector<float> table(std::size_t(1) << bits);
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = std::sin(3 * (float(i) / float(table.size() - 1) - 0.5f)) / std::sin(1.5f);
        const kernels::LevelShape shape{count, block, bits};
        std::vector<float> scales(std::size_t(shape.blocks())), values(x.size());
        std::vector<std::uint8_t> codes(x.size());
        kernels::quantizeToLevels(x.data(), shape, table.data(), scales.data(), codes.data());
        kernels::dequantizeLevels(codes.data(), shape, table.data(), scales.data(), values.data());
        for (std::size_t start = 0; start < x.size(); start += std::size_t(block)) {
            const std::size_t end = std::min(x.size(), start + std::size_t(block));
            float largest = 0;
            for (std::size_t i = start; i < end; ++i)
                largest = std::abs(x[i]) > largest || std::isnan(x[i]) ? std::abs(x[i]) : largest;
            const float scale = scales[start / std::size_t(block)];
            QVERIFY(scale == largest || (std::isnan(scale) && std::isnan(largest)));
            for (std::size_t i = start; i < end; ++i) {
                const float value = x[i] / (largest == 0 ? 1 : largest);
                std::size_t code = 0; // a NaN passes all of them
                while (code + 1 < table.size() && !((table[code] + table[code + 1]) / 2 >= value))
                    ++code;
                QCOMPARE(std::size_t(codes[i]), code);
                const float expected = table[code] * largest;
                QVERIFY(values[i] == expected || std::isnan(expected));
                QCOMPARE(std::isnan(values[i]), std::isnan(expected));
            }
        }
    }

    void groups_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("group");
        QTest::newRow("one weight") << 1 << 1 << 1;
        QTest::newRow("a short group") << 3 << 172 << 64;
        QTest::newRow("for threads") << 301 << 300 << 300;
    }

    void groups() {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, group);
        const kernels::GroupShape shape{rows, columns, group};
        const auto count = std::size_t(rows * columns);
        const std::vector<float> x = randomValues(count, 2);
        std::vector<float> scales(std::size_t(shape.groups())), zeros(scales.size());
        std::vector<float> values(count), back(count);
        std::vector<std::uint8_t> codes(count);
        kernels::quantizeGroups(x.data(), shape, {GridKind::Asymmetric, 3},
                                {scales.data(), zeros.data(), codes.data(), values.data()});
        kernels::dequantizeGroups(codes.data(), shape, {scales.data(), zeros.data()}, nullptr,
                                  back.data());
        std::size_t number = 0; // of the group
        for (int row = 0; row < rows; ++row)
            for (int start = 0; start < columns; start += group, ++number) {
                const auto begin = std::size_t(row * columns + start);
                const auto end = std::size_t(row * columns + std::min(columns, start + group));
                const auto [low, high] =
                    std::minmax_element(x.begin() + long(begin), x.begin() + long(end));
                const float scale = (std::max(*high, 0.0f) - std::min(*low, 0.0f)) / 7;
                const float zero = std::nearbyint(-std::min(*low, 0.0f) / scale);
                QCOMPARE(scales[number], scale);
                QCOMPARE(zeros[number], zero);
                for (std::size_t i = begin; i < end; ++i) {
                    const float code = std::clamp(std::nearbyint(x[i] / scale) + zero, 0.0f, 7.0f);
                    QVERIFY(float(codes[i]) == code);
                    QVERIFY(values[i] == (code - zero) * scale);
                    QVERIFY(back[i] == values[i]);
                }
            }
    }
};

QTEST_GUILESS_MAIN(TestQuantization)
#include "test_quantization.moc"
