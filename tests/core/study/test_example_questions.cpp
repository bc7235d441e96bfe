// Questions about single examples of a finished session, against the study itself and plain loops.

#include "core/analysis/patch_history.h"
#include "core/analysis/tables.h"
#include "core/data/error.h"
#include "core/session/session.h"
#include "core/study/example_questions.h"
#include "core/study/later_patches.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "core/study/super_weight.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>

#include "model_copy.h"
#include "plain_model.h"

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

    /// The super weight left out and put back, against models changed by hand.
    void superWeightsAreLeftOutAndRestored() {
        SuperWeightRequest asked;
        asked.lane = "awq";
        const SuperWeightAnswer answer = tryoutSuperWeight(*m_models, asked, m_job);
        const PlainModel reference = loadPlainModel(m_folder.filePath("model").toStdString());
        QCOMPARE(answer.candidates.size(), reference.blocks.size());
        const SuperWeight& chosen = answer.chosen;
        for (const SuperWeight& candidate : answer.candidates)
            QVERIFY(std::abs(candidate.input * candidate.output) <=
                    std::abs(chosen.input * chosen.output));
        // The spikes, found again over all examples.
        double input = 0, output = 0;
        for (std::size_t e = 0; e < examples; ++e) {
            const auto sites =
                plainSites(reference, exampleIds(m_session->require("/text/token_ids"), e));
            const auto& own = sites[std::size_t(chosen.layer)];
            input = std::max(input, own[std::size_t(Site::DownInput)].abs().max().item<double>());
            output = std::max(output, own[std::size_t(Site::Down)].abs().max().item<double>());
        }
        QVERIFY(std::abs(std::abs(chosen.input) - input) < 1e-4 * input);
        QVERIFY(std::abs(std::abs(chosen.output) - output) < 1e-4 * output);

        const PlainModel quantized = withCodes(
            reference, m_folder.filePath("questions.qscope.d/codes/02-awq").toStdString());
        const auto changed = [&](PlainModel model, std::int64_t column, double value) {
            torch::Tensor& matrix =
                model.blocks[std::size_t(chosen.layer)].linear(Module::Down).weight;
            matrix = matrix.clone();
            matrix[chosen.row][column] = value;
            return model;
        };
        const std::vector<PlainModel> models = {reference,
                                                changed(reference, chosen.column, 0),
                                                changed(reference, answer.controlColumn, 0),
                                                quantized,
                                                changed(quantized, chosen.column, 0),
                                                changed(quantized, chosen.column, chosen.weight)};
        QCOMPARE(answer.outcomes.size(), models.size());
        for (std::size_t i = 0; i < models.size(); ++i)
            for (std::size_t e = 0; e < examples; ++e) {
                const double expected =
                    plainNll(models[i], exampleIds(m_session->require("/text/token_ids"), e));
                QVERIFY2(std::abs(answer.outcomes[i].nll[e] - expected) < tolerance,
                         qPrintable(QString("%1: %2, expected %3")
                                        .arg(answer.outcomes[i].change.c_str())
                                        .arg(answer.outcomes[i].nll[e])
                                        .arg(expected)));
            }
        QVERIFY(answer.controlColumn != chosen.column);
        asked.layer = 99;
        QVERIFY(refusal([&] { tryoutSuperWeight(*m_models, asked, m_job); }).contains("no layer"));
    }

    /// What was kept of the lanes' walks changes no digit, in whatever order patches come.
    void keptWalksGiveTheSameNumbers() {
        const SessionQuestions questions = openQuestions(m_session, m_file);
        const auto check = [&](const PatchRequest& asked) {
            const PatchAnswer kept = questions.patch(asked, m_job);
            const PatchAnswer fresh = patchExample(*m_models, asked, m_job);
            for (std::size_t t = 1; t < fresh.after.size(); ++t) {
                QCOMPARE(kept.before[t], fresh.before[t]);
                QCOMPARE(kept.after[t], fresh.after[t]);
            }
            QCOMPARE(kept.after.size(), fresh.after.size());
        };
        PatchRequest asked = request(1);
        questions.prepare(asked, m_job);
        for (const char* layers : {"0", "upper-half", "1", "all"})
            for (const PatchKind kind : {PatchKind::Down, PatchKind::Attention}) {
                asked.kind = kind;
                asked.layers = parseLayerSet(layers);
                asked.control.reset();
                check(asked);
                for (const PatchControl control : {PatchControl::Zero, PatchControl::Random}) {
                    asked.control = control;
                    check(asked);
                }
            }
        asked.control.reset();
        std::swap(asked.base, asked.donor);
        check(asked);
        asked.example = 0;
        check(asked);
        check(asked);
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

    /// Runs wait beside the session until it is saved; the session on disk is untouched till then.
    void keepsRuns() {
        const StudyFolder folder(m_file);
        PatchRequest asked = request(1);
        asked.kind = PatchKind::GateUp;
        asked.positions = parsePositionSet("3,5-7");
        asked.control = PatchControl::Random;
        const PatchAnswer answer = patchExample(*m_models, asked, m_job);
        std::vector<KeptPatch> kept =
            keepPatches(*m_session, m_file, {{0, {}, asked, answer.before, answer.after}});
        QCOMPARE(kept.size(), std::size_t(1));
        QCOMPARE(kept[0].run, 1);
        PatchRequest other = request(2);
        const PatchAnswer otherAnswer = patchExample(*m_models, other, m_job);
        other.example = 0;
        const PatchAnswer third = patchExample(*m_models, other, m_job);
        PatchRequest of2 = request(2);
        kept = keepPatches(*m_session, m_file,
                           {{0, {}, of2, otherAnswer.before, otherAnswer.after},
                            {0, {}, other, third.before, third.after}});
        QCOMPARE(kept.size(), std::size_t(3));
        QVERIFY(kept[1].run == 2 && kept[2].run == 2);

        const std::shared_ptr<const SessionData> again = openSession(m_file);
        const std::vector<KeptPatch> read = keptPatches(*again);
        QCOMPARE(read.size(), std::size_t(3));
        QCOMPARE(read[0].request.example, std::size_t(1));
        QCOMPARE(read[0].request.base, asked.base);
        QVERIFY(read[0].request.kind == asked.kind && read[0].request.control == asked.control);
        QVERIFY(read[0].request.positions == asked.positions);
        QCOMPARE(read[0].after.size(), std::size_t(tokens + 1));
        for (std::size_t t = 1; t < read[0].after.size(); ++t)
            QCOMPARE(read[0].after[t], double(float(answer.after[t])));
        const PatchHistoryValues history = patchHistoryValues(*again, read);
        QCOMPARE(history.runs.size(), std::size_t(2));
        const PatchRun& last = history.runs[1];
        QCOMPARE(last.examples.size(), std::size_t(2));
        const auto nll = [&](std::size_t lane, std::size_t example) {
            return again->require("/examples/nll").at({lane, example});
        };
        const double donor = (nll(0, 2) + nll(0, 0)) / 2;
        const double before = (nll(2, 2) + nll(2, 0)) / 2;
        const double after = (otherAnswer.meanAfter() + third.meanAfter()) / 2;
        QVERIFY(std::abs(last.donor - donor) < 1e-12);
        QVERIFY(std::abs(last.before - before) < tolerance);
        QVERIFY(std::abs(last.after - after) < tolerance);
        QVERIFY(std::abs(last.recovered - (last.before - last.after) / (last.before - donor)) <
                1e-9);
        QCOMPARE(sessionTable(*again, "patch-history").columns.front().name, std::string("run"));
        QCOMPARE(sessionTable(*again, "patch-history").numbers("example"),
                 (std::vector<double>{1, 2, 0}));

        const std::string copy = m_folder.filePath("copy.qscope.h5").toStdString();
        saveSession(copy, *again);
        QCOMPARE(keptPatches(*openSession(copy)).size(), std::size_t(3));
        QCOMPARE(forgetPatches(*m_session, m_file, {1}).size(), std::size_t(2));
        QCOMPARE(keptPatches(*openSession(m_file)).size(), std::size_t(2));
        QVERIFY(forgetPatches(*m_session, m_file, {2}).empty());
        QVERIFY(keptPatches(*openSession(m_file)).empty());
        keepPatches(*m_session, m_file, {{0, {}, asked, answer.before, answer.after}});
        const std::shared_ptr<const SessionData> whole = openSession(m_file);
        saveSession(m_file, *whole);
        QVERIFY(!std::filesystem::exists(folder.laterFile()));
        QCOMPARE(keptPatches(*openSession(m_file)).size(), std::size_t(1));
    }

    void refusesDamagedRuns() {
        SessionData later =
            laterPatchesPart({{1, "now", request(1), {NAN, 1}, {NAN, 2}}}, tokens + 1);
        const StudyFolder folder(m_file);
        const auto opened = [&](const char* path, NamedArray::Values values) {
            SessionData damaged = later;
            damaged.arrays.at(path).values = std::move(values);
            writeSession(folder.laterFile(), damaged);
            return refusal([&] { openSession(m_file); });
        };
        QVERIFY(opened("/later/patches/example_index", std::vector<std::int32_t>{77})
                    .contains("example 77"));
        QVERIFY(opened("/later/patches/kind", std::vector<std::string>{"sideways"})
                    .contains("sideways"));
        QVERIFY(refusal([&] { openSession(m_file); }).contains("later.h5"));
        std::filesystem::remove(folder.laterFile());
    }

    /// A session goes along with its model: what it kept of the place is looked for beside it.
    void findsTheModelBesideTheSession() {
        const std::filesystem::path old = m_folder.path().toStdString();
        QTemporaryDir elsewhere;
        const std::filesystem::path now = elsewhere.path().toStdString();
        for (const char* name : {"model", "questions.qscope.h5", "questions.qscope.d"})
            std::filesystem::copy(old / name, now / name, std::filesystem::copy_options::recursive);
        std::filesystem::rename(old / "model", old / "model-away");
        const std::filesystem::path file = now / "questions.qscope.h5";
        const SessionModels models(openSession(file), file);
        QCOMPARE(models.plan().modelPath, (now / "model").string());
        QVERIFY(patchExample(models, request(0), m_job).meanAfter() > 0);
        QVERIFY(refusal([&] { SessionModels(m_session, m_file); }).contains("model"));
        std::filesystem::rename(old / "model-away", old / "model");
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
