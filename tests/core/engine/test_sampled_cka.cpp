// CKA from a sample of tokens, against the published formula in plain loops and the exact value.

#include "core/engine/cka.h"
#include "core/engine/sampled_cka.h"
#include "tests/core/ranks/thread_ranks.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <numeric>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

constexpr std::int64_t examples = 12;
constexpr std::int64_t positions = 33;

ExampleIds someIds(std::int64_t lastLength) {
    ExampleIds ids;
    ids.positions = positions;
    ids.lengths.assign(examples, positions);
    ids.lengths.back() = lastLength;
    ids.ids.assign(std::size_t(examples * positions), 1);
    return ids;
}

/// States of two lanes: the second is the first with noise added.
struct Run {
    torch::Tensor reference; // [examples, positions, hidden]
    torch::Tensor lane;
};

Run someRun(std::int64_t hidden, double noise) {
    torch::manual_seed(7);
    const torch::Tensor scales = torch::rand({hidden}).square() + .05;
    Run run;
    run.reference = torch::randn({examples, positions, hidden}) * scales + .5;
    run.lane = run.reference + noise * torch::randn({examples, positions, hidden});
    return run;
}

/// Shows an instrument all lanes in batches of five examples, the last first.
void show(BlockInstrument& instrument, const Run& run) {
    const std::int64_t count = run.reference.size(0);
    for (std::int64_t first = (count - 1) / 5 * 5; first >= 0; first -= 5)
        for (const std::size_t lane : {0, 1}) {
            const std::int64_t last = std::min(first + 5, count);
            SiteValues reference, own;
            reference[Site::ResidPost] = run.reference.slice(0, first, last);
            own[Site::ResidPost] = (lane == 0 ? run.reference : run.lane).slice(0, first, last);
            LaneBatch batch;
            batch.batch = first / 5;
            batch.firstExample = first;
            batch.lane = lane;
            batch.sites = &own;
            batch.referenceSites = &reference;
            instrument.add(batch);
        }
}

SessionData measure(BlockInstrument& instrument, const Run& run) {
    show(instrument, run);
    return instrument.part();
}

/// The value of three ranks that have 5, 4 and 3 of the examples, at the first one.
template <typename Make>
double onRanks(const Run& run, const ExampleIds& ids, const char* path, const Make& make) {
    constexpr std::array<std::int64_t, 4> ends = {0, 5, 9, examples};
    double found = 0;
    onThreads(3, [&](Ranks& ranks) {
        const std::int64_t first = ends[std::size_t(ranks.rank())];
        const std::int64_t last = ends[std::size_t(ranks.rank()) + 1];
        std::vector<std::size_t> rows(std::size_t(last - first));
        std::iota(rows.begin(), rows.end(), std::size_t(first));
        const ExampleIds own = selectExamples(ids, rows);
        auto instrument = make(MeasuredExamples{own, 2, 1, first});
        show(instrument, {run.reference.slice(0, first, last), run.lane.slice(0, first, last)});
        instrument.gather(ranks);
        if (ranks.isFirst())
            found = instrument.part().require(path).at({1, 0});
    });
    return found;
}

using Rows = std::vector<std::vector<double>>;

Rows rowsOf(const torch::Tensor& states, const ExampleIds& ids) {
    Rows rows;
    for (std::int64_t e = 0; e < examples; ++e)
        for (std::int64_t t = 1; t < ids.lengths[std::size_t(e)]; ++t) {
            const torch::Tensor row = states[e][t].to(torch::kFloat64).contiguous();
            rows.emplace_back(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
        }
    return rows;
}

/// The unbiased estimate by sums over all ordered choices of different tokens (i, j, q, r), as it
/// is defined: (ij)(ij) − 2 (ij)(iq) + (ij)(qr), each averaged.
double hsicByLoops(const Rows& x, const Rows& y) {
    const std::size_t n = x.size();
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += a[i] * b[i];
        return sum;
    };
    std::vector<std::vector<double>> k(n, std::vector<double>(n)), l = k;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            k[i][j] = product(x[i], x[j]);
            l[i][j] = product(y[i], y[j]);
        }
    double pairs = 0, triples = 0, quadruples = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j)
                continue;
            pairs += k[i][j] * l[i][j];
            for (std::size_t q = 0; q < n; ++q) {
                if (q == i || q == j)
                    continue;
                triples += k[i][j] * l[i][q];
                for (std::size_t r = 0; r < n; ++r)
                    if (r != i && r != j && r != q)
                        quadruples += k[i][j] * l[q][r];
            }
        }
    const auto m = double(n);
    return pairs / (m * (m - 1)) - 2 * triples / (m * (m - 1) * (m - 2)) +
           quadruples / (m * (m - 1) * (m - 2) * (m - 3));
}

double valueOf(const SessionData& part, const char* path, std::size_t lane = 1) {
    return part.require(path).at({lane, 0});
}

} // namespace

class TestSampledCka : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// With every token drawn: the definition itself, on few tokens.
    void equalsTheDefinition() {
        ExampleIds ids = someIds(3);
        for (std::int64_t& length : ids.lengths)
            length = 5;
        ids.lengths.back() = 3;
        const Run run = someRun(20, .8);
        SampledCkaInstrument instrument(20, 1, {ids, 2});
        const SessionData part = measure(instrument, run);
        const Rows x = rowsOf(run.reference, ids);
        const Rows y = rowsOf(run.lane, ids);
        QCOMPARE(x.size(), std::size_t(11 * 4 + 2));
        const double expected =
            hsicByLoops(x, y) / std::sqrt(hsicByLoops(x, x) * hsicByLoops(y, y));
        const double found = valueOf(part, "/cka/resid_post_sampled");
        QVERIFY2(std::abs(found - expected) < 1e-9,
                 qPrintable(QString("%1, expected %2").arg(found, 0, 'g', 12).arg(expected)));
        QVERIFY(expected > .2 && expected < .9);
        QCOMPARE(valueOf(part, "/cka/resid_post_sampled", 0), 1.0);
    }

    /// On many more tokens than dimensions both estimates agree; on fewer the plain one would not.
    void isNearTheExactValue() {
        const ExampleIds ids = someIds(positions);
        const Run run = someRun(16, .8);
        SampledCkaInstrument all(16, 1, {ids, 2});
        SampledCkaInstrument half(16, 1, {ids, 2}, 192);
        CkaInstrument exact({ids, 2});
        const double expected = valueOf(measure(exact, run), "/cka/resid_post");
        const double found = valueOf(measure(all, run), "/cka/resid_post_sampled");
        const double sampled = valueOf(measure(half, run), "/cka/resid_post_sampled");
        QVERIFY2(std::abs(found - expected) < .03,
                 qPrintable(QString("%1, exact %2").arg(found).arg(expected)));
        QVERIFY2(std::abs(sampled - expected) < .1,
                 qPrintable(QString("%1, exact %2").arg(sampled).arg(expected)));
        QVERIFY(sampled != found);
    }

    /// States that have nothing to do with one another, wider than there are tokens.
    void doesNotCallNoiseAlike() {
        const ExampleIds ids = someIds(positions);
        Run run = someRun(600, 0);
        run.lane = torch::randn({examples, positions, 600});
        SampledCkaInstrument instrument(600, 1, {ids, 2}, 100);
        const double found = valueOf(measure(instrument, run), "/cka/resid_post_sampled");
        QVERIFY2(std::abs(found) < .1, qPrintable(QString::number(found)));
    }

    void drawsTheSameTokensWhateverTheBatches() {
        const ExampleIds ids = someIds(positions);
        const Run run = someRun(8, .5);
        SampledCkaInstrument first(8, 5, {ids, 2}, 64);
        SampledCkaInstrument again(8, 5, {ids, 2}, 64);
        SampledCkaInstrument other(8, 6, {ids, 2}, 64);
        const double value = valueOf(measure(first, run), "/cka/resid_post_sampled");
        QCOMPARE(valueOf(measure(again, run), "/cka/resid_post_sampled"), value);
        QVERIFY(valueOf(measure(other, run), "/cka/resid_post_sampled") != value);
    }

    /// The same tokens of all examples are drawn, however ranks share those.
    void isTheSameOnRanks() {
        const ExampleIds ids = someIds(20);
        const Run run = someRun(8, .5);
        SampledCkaInstrument sampled(8, 5, {ids, 2}, 64);
        QCOMPARE(onRanks(run, ids, "/cka/resid_post_sampled",
                         [](const MeasuredExamples& share) {
                             return SampledCkaInstrument(8, 5, share, 64);
                         }),
                 valueOf(measure(sampled, run), "/cka/resid_post_sampled"));
        CkaInstrument exact({ids, 2});
        const double expected = valueOf(measure(exact, run), "/cka/resid_post");
        const double found =
            onRanks(run, ids, "/cka/resid_post",
                    [](const MeasuredExamples& share) { return CkaInstrument(share); });
        QVERIFY2(std::abs(found - expected) < 1e-12, // sums in another order
                 qPrintable(QString("%1, alone %2").arg(found, 0, 'g', 17).arg(expected)));
    }
};

QTEST_GUILESS_MAIN(TestSampledCka)
#include "test_sampled_cka.moc"
