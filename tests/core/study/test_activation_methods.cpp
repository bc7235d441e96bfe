// Studies whose lanes round inputs of matrices, turn channels or walk behind a prefix.

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/data/site.h"
#include "core/engine/prefix_search.h"
#include "core/study/example_questions.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"
#include "core/study/study.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>

#include "model_copy.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
/// One example alone against a batch of them: a value near a tie may round the other way.
constexpr double roundingTolerance = 5e-3; // nat
/// 8-bit weights turned and turned back, inputs not rounded.
constexpr double eightBits = 5e-3; // nat

double meanOf(const SessionData& session, const std::string& path, std::size_t lane) {
    const NamedArray& array = session.require(path);
    double sum = 0;
    for (std::size_t example = 0; example < array.shape[1]; ++example)
        sum += array.at({lane, example});
    return sum / double(array.shape[1]);
}

} // namespace

class TestActivationMethods : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_file;
    std::shared_ptr<const SessionData> m_session;
    Job m_job;
    const std::vector<std::string> m_lanes = {"reference", "w8a8",   "whole",   "smooth",
                                              "turned",    "quarot", "duquant", "prefix"};

    PlanOptions options(const std::string& output) const {
        PlanOptions options;
        options.model = m_folder.filePath("model").toStdString();
        options.text = demo + "/text.jsonl";
        options.tokens = 24;
        options.examples = "4";
        options.calibration = demo + "/calibration.jsonl";
        options.calibrationExamples = 6;
        options.methods = {
            "w8a8:name=w8a8",
            "w8a8:activation_scope=tensor,name=whole",
            "smoothquant:activation_scale=static,activation_scope=tensor,name=smooth",
            "quarot:weights=rtn,bits=8,activation_bits=16,name=turned",
            "quarot:activation_bits=8,activation_clip=1,name=quarot",
            "duquant:steps=16,activation_bits=8,name=duquant",
            "prefixquant:activation_bits=8,bits=8,name=prefix"};
        options.pair = "quarot";
        options.followUp = "all";
        options.earlyExit = true;
        options.patch = {"down", "v", "residual"};
        options.patchLayers = {"3"};
        options.instruments = {"local", "attention", "budget", "outliers"};
        options.seed = 5;
        options.output = m_folder.filePath(QString::fromStdString(output)).toStdString();
        return options;
    }

    std::size_t lane(const std::string& name) const {
        return static_cast<std::size_t>(std::find(m_lanes.begin(), m_lanes.end(), name) -
                                        m_lanes.begin());
    }

private Q_SLOTS:
    void initTestCase() {
        copyModel(demo + "/model", m_folder.filePath("model").toStdString());
        const StudyPlan plan = makePlan(options("activations.qscope.h5"));
        m_file = plan.output;
        runStudy(plan, m_job);
        m_session = openSession(m_file);
        QCOMPARE(m_session->names("lane"), m_lanes);
    }

    void eightBitsAreNearTheReference() {
        for (const char* name : {"w8a8", "whole", "smooth"})
            QVERIFY2(std::abs(meanOf(*m_session, "/examples/error", lane(name))) < 0.05, name);
        QVERIFY(std::abs(meanOf(*m_session, "/examples/error", lane("turned"))) < eightBits);
        QVERIFY(std::isfinite(meanOf(*m_session, "/examples/error", lane("prefix"))));
    }

    /// Turned channels are turned back: every site of the lane is close to the reference's.
    void sitesAreInTheCheckpointsChannels() {
        for (const Site site : probedSites) {
            const NamedArray& error =
                m_session->require(sitePath(siteName(site), "relative_error"));
            for (std::size_t layer = 0; layer < error.shape[1]; ++layer)
                for (std::size_t example = 0; example < error.shape[2]; ++example)
                    QVERIFY2(error.at({lane("turned"), layer, example}) < 0.05,
                             qPrintable(QString::fromStdString(std::string(siteName(site)))));
        }
        const NamedArray& weights = m_session->require("/weights/relative_error");
        for (std::size_t layer = 0; layer < weights.shape[1]; ++layer)
            for (std::size_t module = 0; module < allModules.size(); ++module)
                QVERIFY(weights.at({lane("turned") - 1, layer, module}) < 0.02);
    }

    void tablesSayHowInputsAreRounded() {
        const NamedArray& bits = m_session->require("/weights/activation_bits");
        const auto of = [&](const char* name) { return bits.at({lane(name) - 1, 2, 6}); };
        QCOMPARE(of("w8a8"), 8.0);
        QCOMPARE(of("turned"), 16.0);
        QCOMPARE(of("prefix"), 8.0);
        const std::vector<std::string> prefixes = m_session->require("/methods/prefix").strings();
        QVERIFY(prefixes[lane("w8a8") - 1].empty());
        QVERIFY(!prefixes[lane("prefix") - 1].empty());
    }

    /// The parts of an MLP's error add up where nothing is rounded but weights; what rounding of
    /// inputs adds is left over, and said to be.
    void budgetsAddUpWithoutRoundedInputs() {
        const NamedArray& misfit = m_session->require("/budget/misfit");
        for (std::size_t layer = 0; layer < misfit.shape[1]; ++layer)
            for (std::size_t example = 0; example < misfit.shape[2]; ++example) {
                QVERIFY(misfit.at({lane("turned"), layer, example}) < 0.02);
                QVERIFY(misfit.at({lane("quarot"), layer, example}) >
                        misfit.at({lane("turned"), layer, example}));
            }
    }

    /// One example from the kept codes, as the study walked it in batches.
    void questionsUseWhatTheCodesSay() {
        SessionModels models(m_session, m_file);
        const NamedArray& nll = m_session->require("/output/nll");
        for (const char* name : {"w8a8", "whole", "smooth", "quarot", "duquant", "prefix"}) {
            PatchRequest request;
            request.example = 2;
            request.base = name;
            request.kind = PatchKind::Down;
            request.layers = parseLayerSet("1");
            const PatchAnswer answer = patchExample(models, request, m_job);
            double difference = 0;
            for (std::size_t t = 1; t < answer.before.size(); ++t)
                difference += std::abs(answer.before[t] - nll.at({lane(name), 2, t}));
            QVERIFY2(difference / double(answer.before.size()) < roundingTolerance, name);
        }
    }

    /// The codes are all that a lane is: a study that goes on ends with the same numbers.
    void aStudyGoesOnFromItsCodes() {
        const StudyPlan plan = makePlan(options("stopped.qscope.h5"));
        std::stop_source source;
        Job stopping(
            [&source](const Progress& progress) {
                if (progress.stage.starts_with("layer 4 of"))
                    source.request_stop();
            },
            source.get_token());
        try {
            runStudy(plan, stopping);
            QFAIL("The study was not stopped.");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Interrupted);
        }
        resumeStudy(plan.output, m_job);
        const std::shared_ptr<const SessionData> resumed = openSession(plan.output);
        QCOMPARE(resumed->require("/examples/nll").toDoubles(),
                 m_session->require("/examples/nll").toDoubles());
    }

    void refusesToWriteWhatWeightsCannotSay() {
        const auto refusal = [&](const std::string& method, const std::string& format) {
            QuantizeOptions quantize;
            quantize.modelPath = m_folder.filePath("model").toStdString();
            quantize.method = parseMethodSpec(method);
            quantize.format = format;
            quantize.output = m_folder.filePath("written").toStdString();
            try {
                quantizeModel(quantize, m_job);
            } catch (const Error& error) {
                return error.kind();
            }
            return ErrorKind::Internal;
        };
        QCOMPARE(refusal("w8a8", "f32"), ErrorKind::Usage);
        QCOMPARE(refusal("w8a8", "gptq"), ErrorKind::Usage);
        QCOMPARE(refusal("quarot:weights=rtn,activation_bits=16", "compressed-tensors"),
                 ErrorKind::Usage);
        QVERIFY(!std::filesystem::exists(m_folder.filePath("written").toStdString()));
    }

    /// The published choice: as many tokens as stick out in a window of the worst layer, the most
    /// frequent first, the start token last.
    void findsTheTokensThatStickOut() {
        ExampleIds text;
        text.positions = 9;
        text.ids = {1, 7, 3, 7, 4, 3, 4, 3, 4, 1, 7, 9, 5, 6,
                    5, 6, 5, 6, 1, 9, 2, 7, 2, 2, 2, 2, -1};
        text.lengths = {9, 9, 8};
        torch::Tensor peaks = torch::ones({3, 9});
        for (int example = 0; example < 3; ++example)
            peaks[example][0] = 900;                   // the start token, which has no vote
        peaks[0][1] = peaks[1][1] = peaks[2][3] = 100; // 7, three times
        peaks[1][2] = 80;                              // 9, once
        peaks[2][2] = 63;                              // not above 64
        peaks[2][8] = 1e6;                             // padding
        OutlierTokens search(text, PrefixSearch{});
        search.addLayer(peaks);
        search.addLayer(torch::ones({3, 9}));
        QCOMPARE(search.perWindow(), 7.0 / 3); // 2 + 3 + 2 positions
        QCOMPARE(search.tokens(), (std::vector<std::int32_t>{7, 9, 1}));
        PrefixSearch few;
        few.mostTokens = 1;
        few.startToken = false;
        OutlierTokens shorter(text, few);
        shorter.addLayer(peaks);
        QCOMPARE(shorter.tokens(), std::vector<std::int32_t>{7});
    }
};

QTEST_GUILESS_MAIN(TestActivationMethods)
#include "test_activation_methods.moc"
