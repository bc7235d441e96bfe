// The GPU's loops against the CPU's, which test_kernels checks against double precision.

#include "core/data/error.h"
#include "core/kernels/cuda_kernels.h"
#include "tests/core/kernels/some_columns.h"

#include <QtTest>

#include <cmath>
#include <vector>

using namespace quantscope;
using kernels::cuda::DeviceBuffer;
using quantscope::testing::Columns;
using quantscope::testing::randomValues;

namespace {

constexpr float rounding = 1e-5f; ///< relative; both sum in f32, in different orders

/// Values on the device. They come back into `values` with download().
template <typename T>
struct OnDevice {
    explicit OnDevice(std::vector<T> from)
        : values(std::move(from))
        , buffer(values.size() * sizeof(T)) {
        buffer.upload(values.data(), values.size() * sizeof(T));
    }
    T* data() const { return buffer.as<T>(); }
    const std::vector<T>& download() {
        buffer.download(values.data(), values.size() * sizeof(T));
        return values;
    }
    std::vector<T> values;
    DeviceBuffer buffer;
};

void compare(const std::vector<float>& measured, const std::vector<float>& expected) {
    QCOMPARE(measured.size(), expected.size());
    for (std::size_t i = 0; i < measured.size(); ++i)
        QVERIFY2(std::abs(measured[i] - expected[i]) <=
                     rounding * std::max(1.0f, std::abs(expected[i])),
                 qPrintable(QString("element %1: %2, on the CPU %3")
                                .arg(i)
                                .arg(double(measured[i]))
                                .arg(double(expected[i]))));
}

/// The same numbers, or NaN at the same places.
void requireSame(const std::vector<float>& measured, const std::vector<float>& expected) {
    QCOMPARE(measured.size(), expected.size());
    for (std::size_t i = 0; i < measured.size(); ++i)
        QVERIFY2(measured[i] == expected[i] || (std::isnan(measured[i]) && std::isnan(expected[i])),
                 qPrintable(QString("element %1: %2, on the CPU %3")
                                .arg(i)
                                .arg(double(measured[i]), 0, 'g', 9)
                                .arg(double(expected[i]), 0, 'g', 9)));
}

} // namespace

class TestCudaKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void attention_data();
    void attention();
    void statistics_data();
    void statistics();
    void scores_data();
    void scores();
    void elementwise();
    void wideHeadsAreRefused();
    void notANumberStaysOne();
    void groups_data();
    void groups();
    void columns_data();
    void columns();
    void levels_data();
    void levels();
};

void TestCudaKernels::init() {
    const kernels::cuda::Availability cuda = kernels::cuda::availability();
    if (!cuda.usable)
        QSKIP(cuda.reason.c_str());
}

void TestCudaKernels::attention_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("keyValueHeads");
    QTest::addColumn<int>("dimension");
    QTest::addColumn<int>("window");
    QTest::addColumn<int>("prefix");
    QTest::newRow("one token") << 1 << 2 << 1 << 8 << 0 << 0;
    QTest::newRow("several tiles") << 70 << 4 << 2 << 8 << 0 << 0;
    QTest::newRow("wide heads") << 19 << 2 << 2 << 256 << 0 << 0;
    QTest::newRow("odd dimension") << 19 << 2 << 2 << 22 << 0 << 0;
    QTest::newRow("sliding window") << 70 << 4 << 2 << 16 << 9 << 0;
    QTest::newRow("window of one") << 20 << 2 << 2 << 8 << 1 << 0;
    QTest::newRow("keys before the text") << 33 << 4 << 2 << 8 << 0 << 3;
}

void TestCudaKernels::attention() {
    QFETCH(int, tokens);
    QFETCH(int, heads);
    QFETCH(int, keyValueHeads);
    QFETCH(int, dimension);
    QFETCH(int, window);
    QFETCH(int, prefix);
    const kernels::AttentionShape shape{2, tokens, heads, keyValueHeads, dimension, window, prefix};
    const auto size = [&](int rows, int h) { return std::size_t(2 * rows * h * dimension); };
    const OnDevice<float> q(randomValues(size(tokens, heads), 1));
    const OnDevice<float> k(randomValues(size(prefix + tokens, keyValueHeads), 2));
    const OnDevice<float> v(randomValues(size(prefix + tokens, keyValueHeads), 3));
    OnDevice<float> out(std::vector<float>(size(tokens, heads)));
    kernels::cuda::causalAttention(shape, q.data(), k.data(), v.data(), out.data());
    std::vector<float> expected(size(tokens, heads));
    kernels::causalAttention(shape, q.values.data(), k.values.data(), v.values.data(),
                             expected.data());
    compare(out.download(), expected);
}

void TestCudaKernels::statistics_data() {
    QTest::addColumn<int>("width");
    QTest::newRow("two") << 2;
    QTest::newRow("odd") << 43;
    QTest::newRow("wide") << 5632;
}

void TestCudaKernels::statistics() {
    QFETCH(int, width);
    const int rows = 7;
    const OnDevice<float> x(randomValues(std::size_t(rows * width), 4));
    const OnDevice<float> y(randomValues(std::size_t(rows * width), 5));
    OnDevice<float> values(std::vector<float>(6 * rows));
    std::vector<float> expected(6 * rows);
    const auto columns = [&](float* from) {
        return kernels::TokenStatistics{
            from, from + rows, from + 2 * rows, from + 3 * rows, from + 4 * rows, from + 5 * rows};
    };
    kernels::cuda::tokenStatistics(x.data(), y.data(), rows, width, columns(values.data()));
    kernels::tokenStatistics(x.values.data(), y.values.data(), rows, width,
                             columns(expected.data()));
    compare(values.download(), expected);
}

void TestCudaKernels::scores_data() {
    QTest::addColumn<int>("vocabulary");
    QTest::newRow("small") << 7;
    QTest::newRow("many a thread") << 9001;
}

void TestCudaKernels::scores() {
    QFETCH(int, vocabulary);
    const int rows = 3;
    const auto size = std::size_t(rows * vocabulary);
    OnDevice<float> logits(randomValues(size, 7, 3));
    OnDevice<float> logReference(randomValues(size, 8, 3));
    OnDevice<float> probabilities{std::vector<float>(size)};
    const OnDevice<std::int32_t> targets({2, -1, vocabulary - 1});
    std::vector<float> work = logits.values;
    std::vector<float> logExpected = logReference.values;
    std::vector<float> probabilitiesExpected(size);
    kernels::cuda::logSoftmax(logReference.data(), rows, vocabulary, probabilities.data());
    kernels::logSoftmax(logExpected.data(), rows, vocabulary, probabilitiesExpected.data());
    compare(logReference.download(), logExpected);
    compare(probabilities.download(), probabilitiesExpected);

    OnDevice<float> values(std::vector<float>(5 * rows, -7));
    OnDevice<std::int32_t> rank(std::vector<std::int32_t>(rows, -7));
    OnDevice<std::uint8_t> agrees(std::vector<std::uint8_t>(rows, 7));
    std::vector<float> expected = values.values;
    std::vector<std::int32_t> expectedRank = rank.values;
    std::vector<std::uint8_t> expectedAgrees = agrees.values;
    const auto columns = [&](float* from, std::int32_t* ranks, std::uint8_t* tops) {
        return kernels::TokenScores{
            from, from + rows, ranks, from + 2 * rows, from + 3 * rows, from + 4 * rows, tops};
    };
    kernels::cuda::tokenScores(logits.data(), {logReference.data(), probabilities.data()},
                               targets.data(), rows, vocabulary,
                               columns(values.data(), rank.data(), agrees.data()));
    kernels::tokenScores(work.data(), {logExpected.data(), probabilitiesExpected.data()},
                         targets.values.data(), rows, vocabulary,
                         columns(expected.data(), expectedRank.data(), expectedAgrees.data()));
    compare(values.download(), expected); // padding is left alone on both
    QCOMPARE(rank.download(), expectedRank);
    QCOMPARE(agrees.download(), expectedAgrees);
}

void TestCudaKernels::elementwise() {
    const int rows = 3, tokens = 5, heads = 2, dimension = 22;
    const int width = heads * dimension;
    const auto count = std::size_t(rows * tokens * width);
    const OnDevice<float> x(randomValues(count, 9, 4));
    const OnDevice<float> gamma(randomValues(std::size_t(width), 10));
    OnDevice<float> out{std::vector<float>(count)};
    std::vector<float> expected(count);
    kernels::cuda::rmsNorm(x.data(), gamma.data(), 1e-5f, rows * tokens, width, out.data());
    kernels::rmsNorm(x.values.data(), gamma.values.data(), 1e-5f, rows * tokens, width,
                     expected.data());
    compare(out.download(), expected);

    kernels::cuda::silu(out.data(), std::int64_t(count));
    kernels::silu(expected.data(), std::int64_t(count));
    compare(out.download(), expected);

    kernels::cuda::multiply(x.data(), out.data(), std::int64_t(count), out.data());
    kernels::multiply(x.values.data(), expected.data(), std::int64_t(count), expected.data());
    compare(out.download(), expected);

    const OnDevice<float> cosine(randomValues(std::size_t(tokens * dimension), 11));
    const OnDevice<float> sine(randomValues(std::size_t(tokens * dimension), 12));
    kernels::cuda::rotate(out.data(), cosine.data(), sine.data(), rows, tokens, heads, dimension);
    kernels::rotate(expected.data(), cosine.values.data(), sine.values.data(), rows, tokens, heads,
                    dimension);
    compare(out.download(), expected);
}

void TestCudaKernels::wideHeadsAreRefused() {
    const kernels::AttentionShape shape{1, 1, 1, 1, kernels::cuda::largestHeadDimension + 2, 0};
    QVERIFY_EXCEPTION_THROWN(
        kernels::cuda::causalAttention(shape, nullptr, nullptr, nullptr, nullptr), Error);
}

void TestCudaKernels::notANumberStaysOne() {
    std::vector<float> values = randomValues(32, 11);
    values[5] = std::nanf("");
    const OnDevice<float> x(values);
    OnDevice<float> maximum(std::vector<float>(1));
    OnDevice<float> nll(std::vector<float>(1));
    const OnDevice<std::int32_t> target({3});
    kernels::TokenStatistics statistics;
    statistics.maximum = maximum.data();
    kernels::cuda::tokenStatistics(x.data(), nullptr, 1, 32, statistics);
    QVERIFY(std::isnan(maximum.download()[0]));
    kernels::TokenScores scores;
    scores.nll = nll.data();
    kernels::cuda::tokenScores(x.data(), {}, target.data(), 1, 32, scores);
    QVERIFY(std::isnan(nll.download()[0]));
}

void TestCudaKernels::groups_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("group");
    QTest::newRow("one weight") << 1 << 1 << 1;
    QTest::newRow("shorter last groups") << 5 << 172 << 64;
    QTest::newRow("several warps a block") << 301 << 256 << 32;
    QTest::newRow("a block each") << 3 << 5632 << 5632;
}

void TestCudaKernels::groups() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, group);
    const kernels::GroupShape shape{rows, columns, group};
    const auto count = std::size_t(rows * columns);
    const auto groups = std::size_t(shape.groups());
    std::vector<float> weights = randomValues(count, 12);
    weights[count / 2] = std::nanf("");
    weights[count / 3] = 1e-40f;
    const OnDevice<float> x(weights);
    for (const GridKind kind :
         {GridKind::Asymmetric, GridKind::AsymmetricRaw, GridKind::AsymmetricWide,
          GridKind::Symmetric, GridKind::SymmetricNarrow}) {
        const kernels::GridRule rule{kind, 3, 0.9f};
        OnDevice<float> scales{std::vector<float>(groups)};
        OnDevice<float> zeros{std::vector<float>(groups)};
        OnDevice<float> values{std::vector<float>(count)};
        OnDevice<std::uint8_t> codes{std::vector<std::uint8_t>(count)};
        std::vector<float> scalesHere(groups), zerosHere(groups), valuesHere(count);
        std::vector<std::uint8_t> codesHere(count);
        kernels::cuda::quantizeGroups(x.data(), shape, rule,
                                      {scales.data(), zeros.data(), codes.data(), values.data()});
        kernels::quantizeGroups(
            weights.data(), shape, rule,
            {scalesHere.data(), zerosHere.data(), codesHere.data(), valuesHere.data()});
        requireSame(scales.download(), scalesHere);
        requireSame(zeros.download(), zerosHere);
        requireSame(values.download(), valuesHere);
        QCOMPARE(codes.download(), codesHere);

        kernels::cuda::roundToGrids(x.data(), shape, {scales.data(), zeros.data()}, 3, codes.data(),
                                    nullptr);
        QCOMPARE(codes.download(), codesHere);

        std::vector<std::int32_t> index(static_cast<std::size_t>(columns));
        for (std::size_t i = 0; i < index.size(); ++i)
            index[i] = std::int32_t(i * 7 % std::size_t(shape.groupsOfRow()));
        const OnDevice<std::int32_t> indexThere(index);
        for (const bool isMixed : {false, true}) {
            kernels::cuda::dequantizeGroups(codes.data(), shape, {scales.data(), zeros.data()},
                                            isMixed ? indexThere.data() : nullptr, values.data());
            kernels::dequantizeGroups(codesHere.data(), shape,
                                      {scalesHere.data(), zerosHere.data()},
                                      isMixed ? index.data() : nullptr, valuesHere.data());
            requireSame(values.download(), valuesHere);
        }
    }
}

void TestCudaKernels::columns_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<bool>("isCorrected");
    QTest::newRow("one weight") << 1 << 1 << false;
    QTest::newRow("several blocks of threads") << 33 << 301 << false;
    QTest::newRow("with a correction") << 33 << 130 << true;
}

void TestCudaKernels::columns() {
    QFETCH(int, count);
    QFETCH(int, outputs);
    QFETCH(bool, isCorrected);
    Columns here = testing::makeColumns(count, outputs, 3);
    const OnDevice<std::int64_t> group(here.group);
    const OnDevice<float> factor(here.factor), correction(here.correction), scales(here.scales),
        zeros(here.zeros);
    OnDevice<float> weights(here.weights), errors(here.errors);
    OnDevice<std::uint8_t> codes(here.codes);
    kernels::ColumnBlock there = here.block(isCorrected);
    there.group = group.data();
    there.factor = factor.data();
    there.correction = isCorrected ? correction.data() : nullptr;
    there.scales = scales.data();
    there.zeros = zeros.data();
    there.weights = weights.data();
    there.errors = errors.data();
    there.codes = codes.data();
    kernels::cuda::roundColumns(there);
    kernels::roundColumns(here.block(isCorrected));
    requireSame(weights.download(), here.weights);
    requireSame(errors.download(), here.errors);
    QCOMPARE(codes.download(), here.codes);
}

void TestCudaKernels::levels_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("block");
    QTest::addColumn<int>("bits");
    QTest::newRow("a short block") << 5 << 64 << 4;
    QTest::newRow("three bits") << 10000 << 64 << 3;
    QTest::newRow("four bits") << 10001 << 100 << 4;
    QTest::newRow("eight bits") << 3000 << 256 << 8;
}

void TestCudaKernels::levels() {
    QFETCH(int, count);
    QFETCH(int, block);
    QFETCH(int, bits);
    const kernels::LevelShape shape{count, block, bits};
    std::vector<float> numbers = randomValues(std::size_t(count), 13);
    numbers[std::size_t(count) / 2] = std::nanf("");
    std::vector<float> table(std::size_t(1) << bits);
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = std::sin(3 * (float(i) / float(table.size() - 1) - 0.5f)) / std::sin(1.5f);
    const OnDevice<float> x(numbers);
    const OnDevice<float> tableThere(table);
    OnDevice<float> scales{std::vector<float>(std::size_t(shape.blocks()))};
    OnDevice<std::uint8_t> codes{std::vector<std::uint8_t>(std::size_t(count))};
    OnDevice<float> values{std::vector<float>(std::size_t(count))};
    std::vector<float> scalesHere = scales.values, valuesHere = values.values;
    std::vector<std::uint8_t> codesHere = codes.values;
    kernels::cuda::quantizeToLevels(x.data(), shape, tableThere.data(), scales.data(),
                                    codes.data());
    kernels::quantizeToLevels(numbers.data(), shape, table.data(), scalesHere.data(),
                              codesHere.data());
    requireSame(scales.download(), scalesHere);
    QCOMPARE(codes.download(), codesHere);
    kernels::cuda::dequantizeLevels(codes.data(), shape, tableThere.data(), scales.data(),
                                    values.data());
    kernels::dequantizeLevels(codesHere.data(), shape, table.data(), scalesHere.data(),
                              valuesHere.data());
    requireSame(values.download(), valuesHere);
}

QTEST_GUILESS_MAIN(TestCudaKernels)
#include "test_cuda_kernels.moc"
