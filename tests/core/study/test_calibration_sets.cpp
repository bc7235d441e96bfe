// A study of calibration sets: that a lane is what a study with that text alone makes, that what
// needs no text does not move, and that everything says what it was calibrated on.

#include "core/data/error.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace quantscope;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr std::size_t examples = 3;

PlanOptions options(const QTemporaryDir& folder, const char* name) {
    PlanOptions options;
    options.model = demo + "/model";
    options.text = demo + "/text.jsonl";
    options.tokens = 24;
    options.examples = std::to_string(examples);
    options.calibrationExamples = 6;
    options.methods = {"rtn:bits=3,group=32", "gptq:bits=3,group=32", "awq:bits=3,group=32"};
    options.siteStatistics = false;
    options.output = folder.filePath(name).toStdString();
    return options;
}

std::shared_ptr<const SessionData> study(const PlanOptions& options) {
    Job job;
    runStudy(makePlan(options), job);
    return openSession(options.output);
}

double nll(const SessionData& session, const std::string& lane, std::size_t example) {
    const std::vector<std::string> lanes = session.names("lane");
    const auto place = std::find(lanes.begin(), lanes.end(), lane) - lanes.begin();
    return session.require("/examples/nll").at({std::size_t(place), example});
}

} // namespace

class TestCalibrationSets : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const SessionData> m_session;
    PlanOptions m_options;

private Q_SLOTS:
    void initTestCase() {
        m_options = options(m_folder, "sets.qscope.h5");
        m_options.calibrationSets = {
            parseCalibrationSet("text=" + demo + "/calibration.jsonl"),
            parseCalibrationSet("punctuation:examples=4,tokens=16,draws=1"),
            parseCalibrationSet("own=" + demo + "/text.jsonl")};
        m_options.calibrationDraws = 2;
        m_options.referenceSet = "own";
        m_session = study(m_options);
    }

    void everyMethodMeetsEveryDraw() {
        QCOMPARE(m_session->names("method").size(), std::size_t(3 * 5));
        QCOMPARE(m_session->attributes.at("reference_set"), std::string("own"));
        QVERIFY(!m_session->find("/sites/down/norm"));
    }

    /// Draw 0 is what an ordinary study calibrates on: the same codes, the same loss to the bit.
    void aLaneIsWhatItsTextAloneMakes() {
        PlanOptions single = options(m_folder, "single.qscope.h5");
        single.calibration = demo + "/calibration.jsonl";
        single.methods = {"gptq:bits=3,group=32", "awq:bits=3,group=32"};
        const auto alone = study(single);
        for (const std::string& method : single.methods)
            for (std::size_t example = 0; example < examples; ++example)
                QCOMPARE(nll(*m_session, method + "@text-1", example),
                         nll(*alone, method, example));
        const auto hashes = m_session->require("/methods/calibration_hash").strings();
        QCOMPARE(alone->require("/methods/calibration_hash").strings()[0], hashes[0]);
        QVERIFY(std::filesystem::equivalent(
            alone->require("/methods/calibration_source").strings()[1], single.calibration));
    }

    void theControlDoesNotMoveAndTheOthersDo() {
        const std::vector<std::string> draws = {"@text-1", "@text-2", "@punctuation-1", "@own-1",
                                                "@own-2"};
        std::set<double> gptq;
        for (const std::string& draw : draws) {
            for (std::size_t example = 0; example < examples; ++example)
                QCOMPARE(nll(*m_session, "rtn:bits=3,group=32" + draw, example),
                         nll(*m_session, "rtn:bits=3,group=32@text-1", example));
            gptq.insert(nll(*m_session, "gptq:bits=3,group=32" + draw, 0));
        }
        QCOMPARE(gptq.size(), draws.size());
    }

    void everythingSaysWhatItWasCalibratedOn() {
        const auto& sets = m_session->require("/methods/calibration_set").strings();
        const auto& hashes = m_session->require("/methods/calibration_hash").strings();
        const NamedArray& sizes = m_session->require("/methods/calibration_examples");
        const NamedArray& tokens = m_session->require("/methods/calibration_tokens");
        const NamedArray& draws = m_session->require("/methods/calibration_draw");
        QCOMPARE(sets[7], std::string("punctuation")); // of gptq
        QCOMPARE(sizes.at({7}), 4.0);
        QCOMPARE(tokens.at({7}), 16.0);
        QCOMPARE(sizes.at({6}), 6.0);
        QCOMPARE(draws.at({6}), 1.0);
        QCOMPARE(std::set<std::string>(hashes.begin(), hashes.end()).size(), std::size_t(5));
        std::ifstream in(
            m_folder.filePath("sets.qscope.d/codes/08-gptq/manifest.json").toStdString());
        const nlohmann::json manifest = nlohmann::json::parse(in);
        QCOMPARE(manifest["calibration"]["set"].get<std::string>(), std::string("punctuation"));
        QCOMPARE(manifest["calibration"]["examples"].get<int>(), 4);
        QCOMPARE(manifest["calibration"]["tokens"].get<int>(), 16);
        QCOMPARE(manifest["calibration"]["seed"].get<int>(), 0);
        QCOMPARE(manifest["calibration"]["hash"].get<std::string>(), hashes[7]);
    }

    /// A set of the very windows that are studied brings the very magnitudes.
    void magnitudesOfTheSameTextAreTheSame() {
        const std::string text = m_folder.filePath("studied.txt").toStdString();
        const std::string copy = m_folder.filePath("copied.txt").toStdString();
        std::ifstream in(demo + "/calibration.jsonl");
        std::string line;
        std::ofstream studied(text), copied(copy);
        for (std::size_t i = 0; i < examples && std::getline(in, line); ++i) {
            const auto record = nlohmann::json::parse(line);
            std::string words = record.at("text").get<std::string>();
            std::replace(words.begin(), words.end(), '\n', ' ');
            studied << words << "\n";
            copied << words << "\n";
        }
        studied.close();
        copied.close();
        PlanOptions plan = options(m_folder, "magnitudes.qscope.h5");
        plan.text = text;
        plan.examples = "all";
        plan.tokens = 16;
        plan.calibrationWindows = "first";
        plan.calibrationExamples = examples;
        plan.calibrationDraws = 1;
        plan.calibrationSets = {parseCalibrationSet("copy=" + copy),
                                parseCalibrationSet("punctuation")};
        plan.methods = {"rtn:bits=3,group=32"}; // which looks at no text itself
        plan.instruments = {"activations"};
        const auto session = study(plan);
        QCOMPARE(session->names("calibration_text"),
                 (std::vector<std::string>{"copy-1", "punctuation-1"}));
        for (const char* site : {"ln1", "o_input", "down_input", "resid_post"}) {
            const std::string path = std::string("/activations/") + site + "/";
            const NamedArray& own = session->require(path + "histogram"); // [layer, example, bin]
            const NamedArray& texts = session->require(path + "calibration_histogram");
            QCOMPARE(own.shape[1], examples);
            for (const std::size_t layer : {std::size_t(0), own.shape[0] - 1}) {
                std::vector<double> counts(own.shape[2]);
                double total = 0, apart = 0;
                for (std::size_t bin = 0; bin < own.shape[2]; ++bin)
                    for (std::size_t example = 0; example < examples; ++example) {
                        counts[bin] += own.at({layer, example, bin});
                        total += own.at({layer, example, bin});
                    }
                for (std::size_t bin = 0; bin < own.shape[2]; ++bin) {
                    QVERIFY2(std::abs(texts.at({0, layer, bin}) - counts[bin] / total) < 1e-6,
                             path.c_str());
                    apart += std::abs(texts.at({1, layer, bin}) - counts[bin] / total);
                }
                QVERIFY(apart > 0.01);
            }
        }
    }

    /// What was quantized before the interruption would be of another text.
    void resumingWantsTheTextsThatItBeganWith() {
        const std::string copy = m_folder.filePath("changing.jsonl").toStdString();
        std::filesystem::copy_file(demo + "/calibration.jsonl", copy);
        PlanOptions changing = options(m_folder, "changing.qscope.h5");
        changing.methods = {"gptq:bits=3,group=32"};
        changing.calibrationSets = {parseCalibrationSet("text=" + copy)};
        changing.calibrationDraws = 1;
        std::stop_source source;
        Job stopped(
            [&](const Progress& progress) {
                if (progress.stage.starts_with("layer 2"))
                    source.request_stop();
            },
            source.get_token());
        QVERIFY_EXCEPTION_THROWN(runStudy(makePlan(changing), stopped), Error);
        std::filesystem::copy_file(demo + "/text.jsonl", copy,
                                   std::filesystem::copy_options::overwrite_existing);
        Job job;
        try {
            resumeStudy(changing.output, job);
            QFAIL("it went on");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("calibration text of the lane gptq"),
                     error.what());
        }
        std::filesystem::copy_file(demo + "/calibration.jsonl", copy,
                                   std::filesystem::copy_options::overwrite_existing);
        resumeStudy(changing.output, job);
        QCOMPARE(openSession(changing.output)->attributes.at("status"), std::string("complete"));
    }

    void plansKeepTheirSets() {
        const StudyPlan plan = makePlan(m_options);
        QVERIFY(planFromJson(planToJson(plan)) == plan);
        const std::string file = m_folder.filePath("study.toml").toStdString();
        std::ofstream(file) << "model = \"m\"\ntext = \"t.jsonl\"\noutput = \"o.qscope.h5\"\n"
                               "method = [\"rtn\"]\ndraws = 4\nreference_set = \"two\"\n"
                               "[[set]]\nname = \"two\"\npath = [\"a.txt\", \"b.jsonl\"]\n"
                               "examples = 32\n[[set]]\nname = \"punctuation\"\n";
        const StudyPlan read = planFromToml(file);
        QCOMPARE(read.calibration.sets.size(), std::size_t(2));
        QCOMPARE(read.calibration.sets[0].sources[1].path,
                 m_folder.filePath("b.jsonl").toStdString());
        QCOMPARE(*read.calibration.sets[0].examples, std::int64_t(32));
        QCOMPARE(read.calibration.sets[1].kind, CalibrationKind::Punctuation);
        QCOMPARE(read.methods.size(), std::size_t(8));
        PlanOptions wrong = m_options;
        wrong.referenceSet = "nobody";
        QVERIFY_EXCEPTION_THROWN(makePlan(wrong), Error);
    }
};

QTEST_GUILESS_MAIN(TestCalibrationSets)
#include "test_calibration_sets.moc"
