#include "core/checkpoint/number_conversion.h"

#include <QtTest/QtTest>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

using namespace quantscope;

namespace {

constexpr std::size_t allPatterns = 65536;

/// The value of a 16-bit float by its definition: sign, exponent and fraction as integers.
float definedValue(unsigned pattern, int exponentBits, int fractionBits) {
    const unsigned fraction = pattern & ((1u << fractionBits) - 1);
    const int exponent = static_cast<int>((pattern >> fractionBits) & ((1u << exponentBits) - 1));
    const int bias = (1 << (exponentBits - 1)) - 1;
    const double sign = (pattern & 0x8000u) ? -1.0 : 1.0;
    if (exponent == (1 << exponentBits) - 1)
        return fraction ? std::numeric_limits<float>::quiet_NaN()
                        : static_cast<float>(sign * std::numeric_limits<double>::infinity());
    const double significand = exponent == 0 ? fraction : fraction + (1u << fractionBits);
    return static_cast<float>(
        sign * std::ldexp(significand, (exponent == 0 ? 1 : exponent) - bias - fractionBits));
}

std::vector<std::uint16_t> patterns() {
    std::vector<std::uint16_t> all(allPatterns);
    for (std::size_t i = 0; i < allPatterns; ++i)
        all[i] = static_cast<std::uint16_t>(i);
    return all;
}

void compareAll(const std::vector<float>& found, int exponentBits, int fractionBits) {
    for (std::size_t i = 0; i < allPatterns; ++i) {
        const float expected = definedValue(static_cast<unsigned>(i), exponentBits, fractionBits);
        const bool same = std::isnan(expected) ? std::isnan(found[i])
                                               : std::bit_cast<std::uint32_t>(expected) ==
                                                     std::bit_cast<std::uint32_t>(found[i]);
        QVERIFY2(same, qPrintable(QString("pattern %1: %2 instead of %3")
                                      .arg(i, 4, 16)
                                      .arg(double(found[i]))
                                      .arg(double(expected))));
    }
}

} // namespace

class TestNumberConversion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bf16IsExactForEveryPattern() {
        std::vector<float> out(allPatterns);
        QVERIFY(convertBf16(patterns(), out));
        compareAll(out, 8, 7);
    }

    void f16IsExactForEveryPattern() {
        std::vector<float> out(allPatterns);
        QVERIFY(convertF16(patterns(), out));
        compareAll(out, 5, 10);
    }

    /// A bad value is seen wherever it stands, also behind the last whole vector register.
    void nonFiniteIsFoundAtEveryPlace() {
        for (std::size_t length = 1; length < 70; ++length)
            for (std::size_t place = 0; place < length; ++place) {
                std::vector<float> out(length);
                std::vector<std::uint16_t> halves(length, 0x3c00);
                QVERIFY(!convertF16(halves, out));
                QVERIFY(!convertBf16(halves, out));
                QVERIFY(!hasNonFinite(out));
                halves[place] = 0x7c00;
                QVERIFY(convertF16(halves, out));
                QVERIFY(hasNonFinite(out));
                QCOMPARE(findNonFinite(out).value(), place);
                halves[place] = 0xff81;
                QVERIFY(convertBf16(halves, out));
                QCOMPARE(findNonFinite(out).value(), place);
            }
    }

    void largestFiniteValuesAreNotCalledInfinite() {
        std::vector<float> out(2);
        QVERIFY(!convertF16(std::vector<std::uint16_t>{0x7bff, 0xfbff}, out));
        QCOMPARE(out[0], 65504.0f);
        QCOMPARE(out[1], -65504.0f);
        QVERIFY(!convertBf16(std::vector<std::uint16_t>{0x7f7f, 0xff7f}, out));
        QVERIFY(!hasNonFinite(std::vector<float>{std::numeric_limits<float>::max(), -0.0f}));
    }

    /// Every f16 is its own nearest; halfway to the next one the even one wins, and beside it the
    /// nearer.
    void f16RoundsToNearestEven() {
        for (std::uint32_t half = 0; half < 0x7c00u; ++half) {
            for (const std::uint16_t sign : {0x0000, 0x8000}) {
                const auto below = static_cast<std::uint16_t>(half | sign);
                const auto above = static_cast<std::uint16_t>(below + 1); // infinite at the end
                const float low = definedValue(below, 5, 10);
                const float high =
                    half + 1 == 0x7c00u ? std::copysign(65536.0f, low) : definedValue(above, 5, 10);
                const float middle = low + (high - low) / 2; // exact: one place more
                QCOMPARE(nearestF16(low), below);
                QCOMPARE(nearestF16(middle), (below & 1u) == 0 ? below : above);
                QCOMPARE(nearestF16(std::nextafter(middle, low)), below);
                QCOMPARE(nearestF16(std::nextafter(middle, high)), above);
            }
        }
        const float infinity = std::numeric_limits<float>::infinity();
        QCOMPARE(nearestF16(infinity), std::uint16_t{0x7c00});
        QCOMPARE(nearestF16(-1e30f), std::uint16_t{0xfc00});
        QVERIFY(std::isnan(definedValue(nearestF16(std::nanf("")), 5, 10)));
    }

    /// Rounding against the nearer of the two neighbours, searched for in double precision.
    void bf16RoundsToNearestEven() {
        std::uint32_t state = 12345;
        for (int i = 0; i < 200000; ++i) {
            state = state * 1664525u + 1013904223u;
            const std::uint32_t bits = i % 5 == 0 ? (state & 0xffff0000u) | 0x8000u : state;
            const float value = std::bit_cast<float>(bits);
            if (std::isnan(value)) {
                QVERIFY(std::isnan(definedValue(roundToBf16(value), 8, 7)));
                continue;
            }
            const auto below = static_cast<std::uint16_t>(bits >> 16);
            const auto above = static_cast<std::uint16_t>(below + 1);
            const float low = definedValue(below, 8, 7);
            // Beyond the largest bf16 the next step of the grid counts as infinity.
            const double high = (above & 0x7f80u) == 0x7f80u
                                    ? std::copysign(std::ldexp(1.0, 128), double(value))
                                    : double(definedValue(above, 8, 7));
            const double toLow = std::fabs(double(value) - double(low));
            const double toHigh = std::fabs(high - double(value));
            const bool chooseLow = toLow < toHigh || (toLow == toHigh && (below & 1u) == 0);
            if (std::isinf(value))
                QCOMPARE(roundToBf16(value), below);
            else
                QCOMPARE(roundToBf16(value), chooseLow ? below : above);
        }
    }
};

QTEST_GUILESS_MAIN(TestNumberConversion)
#include "test_number_conversion.moc"
