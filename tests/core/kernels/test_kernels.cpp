// The fused loops against plain loops in double precision, on random values.

#include "core/kernels/kernels.h"
#include "tests/core/kernels/random_values.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace quantscope;
using quantscope::testing::randomValues;

namespace {

constexpr double rounding = 2e-6; ///< relative, f32 sums of a few hundred terms

bool close(double measured, double expected, double tolerance) {
    return std::abs(measured - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

std::vector<double> softmax(const float* row, std::size_t count) {
    const double peak = *std::max_element(row, row + count);
    std::vector<double> p(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += p[i] = std::exp(double(row[i]) - peak);
    for (double& value : p)
        value /= sum;
    return p;
}

} // namespace

class TestKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void attention_data();
    void attention();
    void statistics_data();
    void statistics();
    void statisticsOfEqualValues();
    void scores_data();
    void scores();
    void siluAndNorm();
    void rotation_data();
    void rotation();
    void notANumberStaysOne();
};

void TestKernels::attention_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("keyValueHeads");
    QTest::addColumn<int>("dimension");
    QTest::addColumn<int>("window");
    QTest::newRow("one token") << 1 << 2 << 1 << 8 << 0;
    QTest::newRow("small heads") << 129 << 8 << 4 << 8 << 0;
    QTest::newRow("wide heads") << 37 << 4 << 4 << 64 << 0;
    QTest::newRow("odd dimension") << 19 << 2 << 2 << 22 << 0;
    QTest::newRow("sliding window") << 70 << 4 << 2 << 16 << 9;
    QTest::newRow("window of one") << 20 << 2 << 2 << 8 << 1;
    QTest::newRow("window over tiles") << 103 << 4 << 2 << 24 << 40;
    QTest::newRow("last tile with one vector") << 77 << 4 << 1 << 128 << 0;
}

void TestKernels::attention() {
    QFETCH(int, tokens);
    QFETCH(int, heads);
    QFETCH(int, keyValueHeads);
    QFETCH(int, dimension);
    QFETCH(int, window);
    const int examples = 2;
    const auto size = [&](int h) { return std::size_t(examples * tokens * h * dimension); };
    const auto q = randomValues(size(heads), 1);
    const auto k = randomValues(size(keyValueHeads), 2);
    const auto v = randomValues(size(keyValueHeads), 3);
    std::vector<float> out(size(heads));
    kernels::causalAttention({examples, tokens, heads, keyValueHeads, dimension, window}, q.data(),
                             k.data(), v.data(), out.data());
    for (int e = 0; e < examples; ++e) {
        for (int h = 0; h < heads; ++h) {
            const int g = h / (heads / keyValueHeads);
            for (int t = 0; t < tokens; ++t) {
                const int start = window > 0 ? std::max(0, t - window + 1) : 0;
                std::vector<float> scores;
                for (int j = start; j <= t; ++j) {
                    double sum = 0;
                    for (int d = 0; d < dimension; ++d)
                        sum += double(q[((e * tokens + t) * heads + h) * dimension + d]) *
                               k[((e * tokens + j) * keyValueHeads + g) * dimension + d];
                    scores.push_back(float(sum / std::sqrt(double(dimension))));
                }
                const auto p = softmax(scores.data(), scores.size());
                for (int d = 0; d < dimension; ++d) {
                    double sum = 0;
                    for (int j = start; j <= t; ++j)
                        sum += p[j - start] *
                               v[((e * tokens + j) * keyValueHeads + g) * dimension + d];
                    QVERIFY(close(out[((e * tokens + t) * heads + h) * dimension + d], sum, 1e-5));
                }
            }
        }
    }
}

void TestKernels::statistics_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<float>("mean");
    QTest::newRow("one") << 1 << 0.0f;
    QTest::newRow("shorter than a vector") << 5 << 0.0f;
    QTest::newRow("odd") << 43 << 0.0f;
    QTest::newRow("whole vectors") << 64 << 0.5f;
    QTest::newRow("mean far from zero") << 172 << 50.0f;
    QTest::newRow("wide") << 5632 << 0.0f;
}

void TestKernels::statistics() {
    QFETCH(int, width);
    QFETCH(float, mean);
    const int rows = 7;
    auto x = randomValues(std::size_t(rows * width), 4);
    for (float& value : x)
        value += mean;
    const auto y = randomValues(std::size_t(rows * width), 5);
    std::vector<float> buffer(6 * rows);
    const auto column = [&](int i) { return buffer.data() + i * rows; };
    kernels::tokenStatistics(x.data(), y.data(), rows, width,
                             {column(0), column(1), column(2), column(3), column(4), column(5)});
    for (int r = 0; r < rows; ++r) {
        double sum = 0, squares = 0, peak = 0, error = 0, dot = 0, other = 0;
        for (int i = 0; i < width; ++i) {
            const double a = x[r * width + i];
            const double b = y[r * width + i];
            sum += a;
            squares += a * a;
            peak = std::max(peak, std::abs(a));
            error += (a - b) * (a - b);
            dot += a * b;
            other += b * b;
        }
        double second = 0, fourth = 0;
        for (int i = 0; i < width; ++i) {
            const double d = double(x[r * width + i]) - sum / width;
            second += d * d / width;
            fourth += d * d * d * d / width;
        }
        QVERIFY(close(column(0)[r], std::sqrt(squares), rounding));
        if (width > 1)
            QVERIFY(close(column(1)[r], fourth / (second * second), 1e-5));
        QVERIFY(close(column(2)[r], peak, 0));
        QVERIFY(close(column(3)[r], std::sqrt(error), rounding));
        QVERIFY(close(column(4)[r], std::sqrt(error / other), rounding));
        QVERIFY(close(column(5)[r], dot / std::sqrt(squares * other), rounding));
    }
}

/// A lane that equals the reference has no error at all.
void TestKernels::statisticsOfEqualValues() {
    const auto x = randomValues(64, 6);
    float error = 1, relative = 1, cosine = 0;
    kernels::TokenStatistics out;
    out.errorNorm = &error;
    out.relativeError = &relative;
    out.cosine = &cosine;
    kernels::tokenStatistics(x.data(), x.data(), 1, 64, out);
    QCOMPARE(error, 0.0f);
    QCOMPARE(relative, 0.0f);
    QVERIFY(std::abs(cosine - 1) < 1e-6);
}

void TestKernels::scores_data() {
    QTest::addColumn<int>("vocabulary");
    QTest::newRow("small") << 7;
    QTest::newRow("chunked") << 9001;
}

void TestKernels::scores() {
    QFETCH(int, vocabulary);
    const int rows = 3;
    const auto logits = randomValues(std::size_t(rows * vocabulary), 7, 3);
    const auto other = randomValues(std::size_t(rows * vocabulary), 8, 3);
    const std::vector<std::int32_t> targets = {2, -1, vocabulary - 1};
    std::vector<float> logReference = other;
    std::vector<float> probabilities(other.size());
    kernels::logSoftmax(logReference.data(), rows, vocabulary, probabilities.data());
    std::vector<float> work = logits;
    std::vector<float> values(5 * rows, -7);
    const auto column = [&](int i) { return values.data() + i * rows; };
    std::vector<std::int32_t> rank(rows, -7);
    std::vector<std::uint8_t> agrees(rows, 7);
    kernels::TokenScores out{column(0), column(1), rank.data(),  column(2),
                             column(3), column(4), agrees.data()};
    kernels::tokenScores(work.data(), {logReference.data(), probabilities.data()}, targets.data(),
                         rows, vocabulary, out);
    for (int r = 0; r < rows; ++r) {
        if (targets[r] < 0) { // padding is left alone
            QCOMPARE(column(0)[r], -7.0f);
            QCOMPARE(rank[r], -7);
            continue;
        }
        const float* row = logits.data() + r * vocabulary;
        const auto q = softmax(row, std::size_t(vocabulary));
        const auto p = softmax(other.data() + r * vocabulary, std::size_t(vocabulary));
        double entropy = 0, kl = 0, reverse = 0, js = 0;
        int above = 1;
        for (int i = 0; i < vocabulary; ++i) {
            const double m = (p[i] + q[i]) / 2;
            entropy -= q[i] * std::log(q[i]);
            kl += p[i] * std::log(p[i] / q[i]);
            reverse += q[i] * std::log(q[i] / p[i]);
            js += 0.5 * (p[i] * std::log(p[i] / m) + q[i] * std::log(q[i] / m));
            above += row[i] > row[targets[r]] ? 1 : 0;
        }
        QVERIFY(close(column(0)[r], -std::log(q[targets[r]]), 5e-6));
        QVERIFY(close(column(1)[r], entropy, 1e-5));
        QVERIFY(close(column(2)[r], kl, 1e-5));
        QVERIFY(close(column(3)[r], reverse, 1e-5));
        QVERIFY(close(column(4)[r], js, 1e-5));
        QCOMPARE(rank[r], above);
        const auto top = [&](const std::vector<double>& d) {
            return std::max_element(d.begin(), d.end()) - d.begin();
        };
        QCOMPARE(int(agrees[r]), top(p) == top(q) ? 1 : 0);
    }
}

void TestKernels::rotation_data() {
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("dimension");
    QTest::newRow("two in a vector") << 4 << 8;
    QTest::newRow("odd number") << 3 << 8;
    QTest::newRow("odd half") << 2 << 22;
    QTest::newRow("wide") << 2 << 64;
}

void TestKernels::rotation() {
    QFETCH(int, heads);
    QFETCH(int, dimension);
    constexpr int rows = 2;
    constexpr int tokens = 5;
    const auto before = randomValues(rows * tokens * heads * dimension, 12);
    const auto cosine = randomValues(tokens * dimension, 13);
    const auto sine = randomValues(tokens * dimension, 14);
    auto x = before;
    kernels::rotate(x.data(), cosine.data(), sine.data(), rows, tokens, heads, dimension);
    for (int i = 0; i < rows * tokens * heads * dimension; ++i) {
        const int d = i % dimension;
        const int table = i / (heads * dimension) % tokens * dimension + d;
        const int half = dimension / 2;
        const double turned = d < half ? -double(before[i + half]) : double(before[i - half]);
        QVERIFY(close(x[i], double(before[i]) * cosine[table] + turned * sine[table], rounding));
    }
}

void TestKernels::siluAndNorm() {
    auto x = randomValues(1001, 9, 8);
    const auto before = x;
    kernels::silu(x.data(), 1001);
    for (std::size_t i = 0; i < x.size(); ++i)
        QVERIFY(close(x[i], before[i] / (1 + std::exp(-double(before[i]))), rounding));
    const auto up = randomValues(1001, 11, 8);
    auto gate = before;
    kernels::siluMultiply(gate.data(), up.data(), 1001);
    for (std::size_t i = 0; i < x.size(); ++i)
        QCOMPARE(gate[i], x[i] * up[i]);
    const auto gamma = randomValues(1001, 10);
    std::vector<float> out(1001);
    kernels::rmsNorm(before.data(), gamma.data(), 1e-5f, 1, 1001, out.data());
    double squares = 0;
    for (const float value : before)
        squares += double(value) * value;
    for (std::size_t i = 0; i < out.size(); ++i)
        QVERIFY(close(out[i], before[i] * gamma[i] / std::sqrt(squares / 1001 + 1e-5), rounding));
}

/// A broken model must show, not be hidden by fast arithmetic.
void TestKernels::notANumberStaysOne() {
    auto x = randomValues(32, 11);
    x[5] = std::nanf("");
    std::vector<float> gamma(32, 1);
    std::vector<float> out(32);
    kernels::rmsNorm(x.data(), gamma.data(), 1e-5f, 1, 32, out.data());
    QVERIFY(std::isnan(out[0]));
    float nll = 0;
    const std::int32_t target = 3;
    kernels::TokenScores scores;
    scores.nll = &nll;
    kernels::tokenScores(x.data(), {}, &target, 1, 32, scores);
    QVERIFY(std::isnan(nll));
}

QTEST_GUILESS_MAIN(TestKernels)
#include "test_kernels.moc"
