// Questions about single examples of a finished session, against the study itself and plain loops.

#include "core/data/error.h"
#include "core/study/example_questions.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>

#include "model_copy.h"
#include "plain_model.h"
#include "tests/places.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr std::int64_t tokens = 24;
constexpr std::size_t examples = 3;
constexpr double tolerance = 2e-5; ///< nat, between one example and batches of them

} // namespace

class TestExampleQuestions : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_file;
    std::shared_ptr<const SessionData> m_session;
    std::unique_ptr<SessionModels> m_models;
    Job m_job;

    PatchRequest request(std::size_t example) const {
        PatchRequest request;
        request.example = example;
        request.base = "awq";
        return request;
    }
    template <typename Ask>
    static QString refusal(const Ask& ask) {
        try {
            ask();
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return "nothing was refused";
    }

private Q_SLOTS:
    void initTestCase() {
        copyModel(demo + "/model", m_folder.filePath("model").toStdString());
        PlanOptions options;
        options.model = m_folder.filePath("model").toStdString();
        options.text = demo + "/text.jsonl";
        options.tokens = tokens;
        options.examples = std::to_string(examples);
        options.calibration = demo + "/calibration.jsonl";
        options.calibrationExamples = 4;
        options.methods = {"rtn:bits=3,group=32,name=rtn", "awq:bits=3,group=32,name=awq"};
        options.pair = "awq";
        options.followUp = "all";
        options.earlyExit = true;
        options.patch = {"down", "v"};
        options.patchControls = {"random"};
        options.seed = 3;
        options.output = m_file = m_folder.filePath("questions.qscope.h5").toStdString();
        runStudy(makePlan(options), m_job);
        m_session = openSession(m_file);
        m_models = std::make_unique<SessionModels>(m_session, m_file);
        QCOMPARE(m_models->lanes(), (std::vector<std::string>{"reference", "rtn", "awq"}));
    }

    /// The patches of the study, asked for again one example at a time.
    void patchesAsTheStudyDid() {
        const auto& kinds = m_session->require("/patches/kind").strings();
        const auto& controls = m_session->require("/patches/control").strings();
        int compared = 0;
        for (std::size_t patch = 0; patch < kinds.size(); ++patch) {
            if (controls[patch] == "no-op")
                continue;
            for (std::size_t example = 0; example < examples; ++example) {
                PatchRequest asked = request(example);
                asked.kind = parsePatchKind(kinds[patch]);
                if (!controls[patch].empty())
                    asked.control = parsePatchControl(controls[patch]);
                const PatchAnswer answer = patchExample(*m_models, asked, m_job);
                const double before = m_session->require("/examples/nll").at({2, example});
                const double after = m_session->require("/patches/nll").at({patch, example});
                QVERIFY(std::abs(answer.meanBefore() - before) < tolerance);
                QVERIFY2(std::abs(answer.meanAfter() - after) < tolerance,
                         qPrintable(QString("%1: %2, %3")
                                        .arg(kinds[patch].c_str())
                                        .arg(answer.meanAfter())
                                        .arg(after)));
                QVERIFY(std::abs(answer.meanAfter() - answer.meanBefore()) > tolerance);
                QCOMPARE(answer.after.size(), std::size_t(tokens + 1));
                ++compared;
            }
        }
        QCOMPARE(compared, 2 * 2 * int(examples));
    }

    void changesNothingWithOnesOwnValues() {
        for (const char* lane : {"reference", "awq"}) {
            PatchRequest asked = request(1);
            asked.base = asked.donor = lane;
            asked.kind = PatchKind::Up;
            asked.layers = parseLayerSet("all");
            const PatchAnswer answer = patchExample(*m_models, asked, m_job);
            for (std::size_t t = 1; t < answer.before.size(); ++t)
                QCOMPARE(answer.after[t], answer.before[t]);
        }
    }

    /// Only what comes at and after a patched position can change.
    void changesNothingBeforeThePosition() {
        PatchRequest asked = request(2);
        asked.layers = parseLayerSet("1-2");
        asked.positions = parsePositionSet("10-12");
        const PatchAnswer answer = patchExample(*m_models, asked, m_job);
        for (std::size_t t = 1; t <= 10; ++t)
            QCOMPARE(answer.after[t], answer.before[t]);
        QVERIFY(answer.after[11] != answer.before[11]);
        QVERIFY(answer.after[24] != answer.before[24]);
    }

    void examinesLayersLikePlainLoops() {
        ExamineRequest asked;
        asked.example = 1;
        asked.position = 9;
        asked.topK = 5;
        const std::vector<LayerGuesses> all = examineExample(*m_models, asked, m_job);
        QCOMPARE(all.size(), std::size_t(3 * 6 * 2));
        PlainModel model = loadPlainModel(demo + "/model");
        const torch::Tensor ids = exampleIds(m_session->require("/text/token_ids"), 1);
        for (const LayerGuesses& found : all) {
            const bool isAwq = found.lane == "awq";
            if (!isAwq && found.lane != "reference")
                continue;
            const PlainModel walkedModel =
                isAwq
                    ? withCodes(model,
                                m_folder.filePath("questions.qscope.d/codes/02-awq").toStdString())
                    : model;
            const torch::Tensor state = plainSites(
                walkedModel, ids)[std::size_t(found.layer)][std::size_t(found.site)][0][9];
            const torch::Tensor logits =
                torch::matmul(model.matrix, rmsNorm(state, model.norm, model.config.normEpsilon));
            const torch::Tensor p = torch::softmax(logits.to(torch::kFloat64), 0);
            QCOMPARE(found.top.size(), std::size_t(5));
            for (const TokenGuess& guess : found.top)
                QVERIFY(std::abs(p[guess.id].item<double>() - guess.probability) < 1e-4);
            QVERIFY(std::abs(p.max().item<double>() - found.top[0].probability) < 1e-4);
            for (std::size_t i = 1; i < found.top.size(); ++i)
                QVERIFY(found.top[i].probability <= found.top[i - 1].probability);
            const double entropy = -(p * p.log()).sum().item<double>();
            QVERIFY(std::abs(entropy - found.entropy) < 1e-3);
            QVERIFY(!found.top[0].piece.empty());
        }
        const LayerGuesses& last = all.back(); // awq, z of the last layer: what it predicts
        QCOMPARE(last.lane, std::string("awq"));
        QCOMPARE(double(*last.rank), m_session->require("/output/rank").at({2, 1, 10}));
        asked.lanes = {"rtn"};
        asked.position = tokens;
        const std::vector<LayerGuesses> atEnd = examineExample(*m_models, asked, m_job);
        QCOMPARE(atEnd.size(), std::size_t(6 * 2));
        QVERIFY(!atEnd.front().rank);
    }

    void refusesWhatIsNotThere() {
        const auto patched = [&](const PatchRequest& asked) {
            return refusal([&] { patchExample(*m_models, asked, m_job); });
        };
        QVERIFY(patched(request(99)).contains("no example 99"));
        PatchRequest asked = request(0);
        asked.base = "gptq";
        QVERIFY(patched(asked).contains("gptq"));
        asked = request(0);
        asked.layers = parseLayerSet("each");
        QVERIFY(patched(asked).contains("each"));
        asked.layers = parseLayerSet("4-9");
        QVERIFY(patched(asked).contains("4-9"));
        asked = request(0);
        asked.positions = parsePositionSet("25");
        QVERIFY(patched(asked).contains("25"));
        asked = request(0);
        asked.control = PatchControl::Mean;
        QVERIFY(patched(asked).contains("mean"));
        ExamineRequest examined;
        examined.position = 25;
        QVERIFY(refusal([&] { examineExample(*m_models, examined, m_job); }).contains("25"));
        const std::filesystem::path codes =
            m_folder.filePath("questions.qscope.d/codes").toStdString();
        std::filesystem::rename(codes, codes.string() + "-away");
        QVERIFY(refusal([&] { SessionModels(m_session, m_file); }).contains("packed codes"));
        std::filesystem::rename(codes.string() + "-away", codes);
        ModelChanges changes;
        changes.tensor = [](CopiedTensor& tensor) { tensor.values[0] += 1; };
        copyModel(demo + "/model", m_folder.filePath("model").toStdString(), changes);
        QVERIFY(refusal([&] { SessionModels(m_session, m_file); }).contains("not the one"));
    }
};

QTEST_GUILESS_MAIN(TestExampleQuestions)
#include "test_example_questions.moc"
