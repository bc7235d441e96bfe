// Patches of a whole study on the demo model: identities, and the same in plain loops.

#include "core/data/error.h"
#include "core/data/job.h"
#include "core/engine/random_direction.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "plain_model.h"
#include "tests/places.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr std::int64_t tokens = 24;
constexpr std::size_t examples = 4;

/// Between fused kernels on batches and plain operations on examples, in nat of a mean loss.
constexpr double tolerance = 2e-5;

PlanOptions options(const QTemporaryDir& folder, const char* name) {
    PlanOptions options;
    options.model = demo + "/model";
    options.text = demo + "/text.jsonl";
    options.tokens = tokens;
    options.examples = std::to_string(examples);
    options.calibration = demo + "/calibration.jsonl";
    options.calibrationExamples = 4;
    options.methods = {"awq:bits=3,group=32,name=awq"};
    options.followUp = "all";
    options.seed = 5;
    options.output = folder.filePath(name).toStdString();
    return options;
}

std::shared_ptr<const SessionData> study(const PlanOptions& options) {
    Job job;
    runStudy(makePlan(options), job);
    return openSession(options.output);
}

/// Rows of the table of patches.
class PatchTable {
public:
    explicit PatchTable(std::shared_ptr<const SessionData> session)
        : m_session(std::move(session)) {}

    /// NLL of every example of the one patch with these properties.
    std::vector<double> nll(const std::string& kind, const std::string& layers,
                            const std::string& control = {}) const {
        std::vector<double> values;
        for (std::size_t patch = 0; patch < texts("kind").size(); ++patch)
            if (texts("kind")[patch] == kind && texts("layers")[patch] == layers &&
                texts("control")[patch] == control)
                for (std::size_t e = 0; e < examples; ++e)
                    values.push_back(m_session->require("/patches/nll").at({patch, e}));
        if (values.size() != examples)
            qFatal("%zu values of the patch %s at %s (%s)", values.size(), kind.c_str(),
                   layers.c_str(), control.c_str());
        return values;
    }
    std::vector<double> laneNll(std::size_t lane) const {
        std::vector<double> values;
        for (std::size_t e = 0; e < examples; ++e)
            values.push_back(m_session->require("/examples/nll").at({lane, e}));
        return values;
    }
    const std::vector<std::string>& texts(const char* field) const {
        return m_session->require(std::string("/patches/") + field).strings();
    }
    torch::Tensor ids(std::size_t example) const {
        return exampleIds(m_session->require("/text/token_ids"), example);
    }

private:
    std::shared_ptr<const SessionData> m_session;
};

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::isnan(a[i] - b[i]) ? INFINITY : std::abs(a[i] - b[i]));
    return largest;
}

} // namespace

class TestPatching : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    PlainModel m_reference;
    PlainModel m_quantized;

    PlainModel quantized(const char* session) const {
        return withCodes(m_reference, m_folder.filePath(session).toStdString() + "/codes/01-awq");
    }

private Q_SLOTS:
    void initTestCase() { m_reference = loadPlainModel(demo + "/model"); }

    void bothOutputsInAllLayersGiveTheReference() {
        PlanOptions plan = options(m_folder, "outputs.qscope.h5");
        plan.patch = {"attn+down"};
        plan.patchLayers = {"all"};
        const PatchTable table(study(plan));
        QVERIFY(largestDifference(table.nll("attn+down", "0-5"), table.laneNll(0)) < tolerance);
        QVERIFY(largestDifference(table.laneNll(1), table.laneNll(0)) > 100 * tolerance);
    }

    /// The residual patched at l is 16-bit weights up to l, bit for bit.
    void residualPatchesEqualRestoredWeights() {
        PlanOptions plan = options(m_folder, "residual.qscope.h5");
        plan.patch = {"residual"};
        plan.patchLayers = {"each"};
        plan.restore = {"all"};
        plan.restoreLayers = {"upward"};
        const PatchTable table(study(plan));
        for (int layer = 0; layer < 6; ++layer) {
            const std::string upTo = layer == 0 ? "0" : "0-" + std::to_string(layer);
            QCOMPARE(table.nll("residual", std::to_string(layer)), table.nll("weights-all", upTo));
        }
        QCOMPARE(table.nll("residual", "5"), table.laneNll(0));
    }

    /// Nothing that is predicted sees the last position, and all positions are all.
    void positionsAreChosen() {
        PlanOptions plan = options(m_folder, "positions.qscope.h5");
        plan.patch = {"down", "k"};
        plan.patchLayers = {"all"};
        plan.patchPositions = std::to_string(tokens);
        const PatchTable last(study(plan));
        QCOMPARE(last.nll("down", "0-5"), last.laneNll(1));
        QCOMPARE(last.texts("positions").back(), std::to_string(tokens));
        plan.patchPositions = "0-" + std::to_string(tokens);
        const PatchTable every(study(plan));
        plan.patchPositions = "all";
        const PatchTable all(study(plan));
        for (const char* kind : {"down", "k"}) {
            QCOMPARE(every.nll(kind, "0-5"), all.nll(kind, "0-5"));
            QVERIFY(largestDifference(all.nll(kind, "0-5"), all.laneNll(1)) > tolerance);
        }
        plan.patchPositions = "0-" + std::to_string(tokens + 1);
        QVERIFY_EXCEPTION_THROWN(study(plan), Error);
    }

    /// Donor's values and every control, at some layers and positions, against plain loops. The
    /// sites are ones whose basis AWQ changes, and one where it does not.
    void equalsPlainLoops() {
        PlanOptions plan = options(m_folder, "controls.qscope.h5");
        plan.patch = {"up", "v", "gate", "down"};
        plan.patchLayers = {"2-4"};
        plan.patchPositions = "1-4,7";
        plan.patchControls = {"zero", "mean", "random"};
        const PatchTable table(study(plan));
        const PlainModel quantizedModel = quantized("controls.qscope.d");
        std::vector<std::vector<std::vector<torch::Tensor>>> donors;
        for (std::size_t e = 0; e < examples; ++e)
            donors.push_back(plainSites(m_reference, table.ids(e)));
        for (const std::string& kind : plan.patch) {
            const Site site = patchedSites(parsePatchKind(kind)).front();
            const auto donor = [&](std::size_t e, std::int64_t layer) {
                return donors[e][std::size_t(layer)][std::size_t(site)][0];
            };
            const auto mean = [&](std::int64_t layer) { // over examples and positions 1..T
                torch::Tensor sum = donor(0, layer).slice(0, 1).mean(0);
                for (std::size_t e = 1; e < examples; ++e)
                    sum = sum + donor(e, layer).slice(0, 1).mean(0);
                return sum / double(examples);
            };
            for (const std::string control : {"", "zero", "mean", "random"}) {
                std::vector<double> expected;
                for (std::size_t e = 0; e < examples; ++e) {
                    const auto put = [&](std::int64_t layer, std::int64_t t, torch::Tensor row) {
                        const torch::Tensor given = donor(e, layer)[t];
                        if (control.empty())
                            row.copy_(given);
                        else if (control == "zero")
                            row.zero_();
                        else if (control == "mean")
                            row.copy_(mean(layer));
                        else {
                            const double distance = (given - row).norm().item<double>();
                            std::vector<float> u(std::size_t(row.size(0)));
                            drawDirection({5, std::int64_t(e), t, layer, site}, u);
                            for (std::size_t i = 0; i < u.size(); ++i)
                                row[std::int64_t(i)] += distance * double(u[i]);
                        }
                    };
                    expected.push_back(
                        plainNll(quantizedModel, table.ids(e),
                                 [&](std::int64_t layer, Site at, const torch::Tensor& value) {
                                     if (at != site || layer < 2 || layer > 4)
                                         return value;
                                     const torch::Tensor changed = value.clone();
                                     for (const std::int64_t t : {1, 2, 3, 4, 7})
                                         put(layer, t, changed[0][t]);
                                     return changed;
                                 }));
                }
                const double difference =
                    largestDifference(expected, table.nll(kind, "2-4", control));
                QVERIFY2(
                    difference < tolerance,
                    qPrintable(
                        QString("%1 %2: %3").arg(kind.c_str(), control.c_str()).arg(difference)));
            }
        }
    }

    /// A random control is what it is, however the examples are put into batches and whichever
    /// walk it is part of.
    void randomControlsDependOnNoBatch() {
        PlanOptions plan = options(m_folder, "batches.qscope.h5");
        plan.patch = {"down"};
        plan.patchControls = {"random"};
        plan.methods = {"rtn:bits=3,group=32,name=rtn"}; // calibration has batches of its own
        plan.batchTokens = tokens + 1;
        const PatchTable single(study(plan));
        plan.batchTokens = 3 * (tokens + 1);
        const PatchTable several(study(plan));
        QVERIFY(largestDifference(single.nll("down", "3-5", "random"),
                                  several.nll("down", "3-5", "random")) < tolerance);
        plan.seed = 6;
        const PatchTable other(study(plan));
        QVERIFY(largestDifference(single.nll("down", "3-5", "random"),
                                  other.nll("down", "3-5", "random")) > tolerance);
    }

    void directionsAreUniform() {
        constexpr std::size_t width = 33;
        std::vector<double> mean(width), square(width);
        constexpr int draws = 4000;
        for (int draw = 0; draw < draws; ++draw) {
            std::vector<float> u(width);
            drawDirection({1, draw, 3, 2, Site::Down}, u);
            double norm = 0;
            for (std::size_t i = 0; i < width; ++i) {
                norm += double(u[i]) * double(u[i]);
                mean[i] += double(u[i]) / draws;
                square[i] += double(u[i]) * double(u[i]) / draws;
            }
            QVERIFY(std::abs(norm - 1) < 1e-5);
        }
        const double deviation = 1 / std::sqrt(double(width) * draws); // of a mean of draws
        for (std::size_t i = 0; i < width; ++i) {
            QVERIFY(std::abs(mean[i]) < 5 * deviation);
            QVERIFY(std::abs(square[i] * width - 1) < 5 * std::sqrt(2.0 / draws));
        }
    }

    /// Single kinds of matrices, both ways, though AWQ folds scales into its blocks.
    void restoresKindsOfWeights_data() {
        QTest::addColumn<bool>("reverse");
        QTest::newRow("reference into quantized") << false;
        QTest::newRow("quantized into reference") << true;
    }
    void restoresKindsOfWeights() {
        QFETCH(bool, reverse);
        PlanOptions plan = options(m_folder, "weights.qscope.h5");
        plan.restore = {"up", "down", "v", "mlp"};
        plan.restoreLayers = {"1-3"};
        if (reverse)
            plan.patchDirection = "quantized-into-reference";
        const PatchTable table(study(plan));
        const PlainModel other = quantized("weights.qscope.d");
        const PlainModel& base = reverse ? m_reference : other;
        const PlainModel& donor = reverse ? other : m_reference;
        for (const std::string& kind : plan.restore) {
            PlainModel mixed = base;
            for (std::size_t layer = 1; layer <= 3; ++layer)
                for (const Module module : modulesOf(parseWeightKind(kind)))
                    mixed.blocks[layer].linear(module) = donor.blocks[layer].linear(module);
            std::vector<double> expected;
            for (std::size_t e = 0; e < examples; ++e)
                expected.push_back(plainNll(mixed, table.ids(e)));
            const double difference =
                largestDifference(expected, table.nll("weights-" + kind, "1-3"));
            QVERIFY2(difference < tolerance,
                     qPrintable(QString("%1: %2").arg(kind.c_str()).arg(difference)));
        }
    }
};

QTEST_GUILESS_MAIN(TestPatching)
#include "test_patching.moc"
