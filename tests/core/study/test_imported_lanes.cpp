// Checkpoints quantized elsewhere as lanes of a study, on the demo model.

#include "core/data/error.h"
#include "core/data/job.h"
#include "core/data/session_schema.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"
#include "core/study/study.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

#include "model_copy.h"
#include "tests/places.h"

using namespace quantscope;
using quantscope::testing::CopiedTensor;
using quantscope::testing::copyModel;
using quantscope::testing::ModelChanges;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
const std::string method = "rtn:bits=3,group=32,name=here";

/// Numbers that follow from nothing else, so that a tensor is told apart from its original.
void disturb(CopiedTensor& tensor, float share) {
    std::uint32_t state = 12345;
    for (float& value : tensor.values) {
        state = state * 1664525u + 1013904223u;
        value *= 1 + share * (float(state >> 8) / float(1u << 24) - 0.5f);
    }
}

constexpr double notMeasured = -1e300;

bool isEnd(const std::string& name) { return !name.starts_with("model.layers."); }

} // namespace

class TestImportedLanes : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_rounded; ///< what `quantize` writes with `method`

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    StudyPlan smallPlan(const char* name, const std::string& model = demo + "/model") const {
        StudyPlan plan;
        plan.modelPath = model;
        plan.text.path = demo + "/text.jsonl";
        plan.text.format = TextFormat::Jsonl;
        plan.windows.tokens = 32;
        plan.windows.examples = 6;
        plan.resources.threads = 2;
        plan.output = path(name);
        plan.instruments.earlyExit = true;
        plan.instruments.followUpExamples = FollowUpExamples::All;
        return plan;
    }

    static std::shared_ptr<const SessionData> study(const StudyPlan& plan) {
        Job job;
        runStudy(plan, job);
        return openSession(plan.output);
    }

    /// All values of one lane (or method) of an array whose first dimension that is.
    static std::vector<double> row(const SessionData& session, const std::string& path,
                                   std::size_t index) {
        std::vector<double> values = session.require(path).toDoubles();
        for (double& value : values)
            if (std::isnan(value))
                value = notMeasured; // equal to itself
        const std::size_t size = values.size() / session.require(path).shape.front();
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(index * size);
        return {begin, begin + static_cast<std::ptrdiff_t>(size)};
    }

    static QString refusal(const StudyPlan& plan) {
        try {
            study(plan);
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return "nothing was refused";
    }

private Q_SLOTS:
    void initTestCase() {
        QuantizeOptions options;
        options.modelPath = demo + "/model";
        options.method = parseMethodSpec(method);
        m_rounded = options.output = path("rounded");
        Job job;
        quantizeModel(options, job);
    }

    /// The same weights, once quantized here and once read from a directory, give the same bits.
    void walksLikeTheMethodThatMadeIt() {
        StudyPlan plan = smallPlan("twins.qscope.h5");
        plan.methods = {parseMethodSpec(method)};
        plan.imported = {{m_rounded, "there"}};
        plan.instruments.patching.kinds = {PatchKind::Down, PatchKind::Attention};
        plan.instruments.followUpAllMethods = true;
        const auto session = study(plan);
        QCOMPARE(session->names("lane"), (std::vector<std::string>{"reference", "here", "there"}));
        for (const char* array : {"/output/nll", "/output/kl", "/sites/down/error_norm",
                                  "/sites/v/cosine", "/early_exit/resid_mid/nll"}) {
            QVERIFY2(row(*session, array, 1) == row(*session, array, 2), array);
            QVERIFY2(row(*session, array, 0) != row(*session, array, 2), array);
        }
        for (const char* array : {"/weights/relative_error", "/weights/sqnr", "/weights/cosine"})
            QVERIFY2(row(*session, array, 0) == row(*session, array, 1), array);
        // The directory holds f32, whatever the numbers were rounded to.
        for (const double bits : row(*session, "/weights/bits", 1))
            QCOMPARE(bits, 32.0);
        QCOMPARE(row(*session, "/weights/bits_per_weight", 1).front(), 32.0);
        const auto& bases = session->require("/patches/base_lane").strings();
        const std::size_t patches = bases.size() / 2;
        QCOMPARE(bases[patches], std::string("there"));
        for (std::size_t patch = 0; patch < patches; ++patch)
            QCOMPARE(row(*session, "/patches/nll", patch),
                     row(*session, "/patches/nll", patches + patch));
        QCOMPARE(session->require("/methods/checkpoint").strings()[1], m_rounded);
        QCOMPARE(session->require("/methods/hash").strings()[1].size(), std::size_t(32));
        QCOMPARE(session->require("/methods/spec").strings()[1], std::string("f32 in rounded"));
    }

    /// What AWQ folded is found again, so that a directory which does not say so compares inside
    /// blocks as the method does.
    void recoversTheBasisOfAwq() {
        QuantizeOptions options;
        options.modelPath = demo + "/model";
        options.method = parseMethodSpec("awq:bits=4,group=32,name=here");
        options.calibration.source = TextSource{};
        options.calibration.source->path = demo + "/calibration.jsonl";
        options.calibration.source->format = TextFormat::Jsonl;
        options.calibration.examples = 4;
        options.tokens = 32;
        options.resources.threads = 1; // products on several threads round otherwise
        options.output = path("awq");
        Job job;
        quantizeModel(options, job);
        StudyPlan plan = smallPlan("awq.qscope.h5");
        plan.methods = {options.method};
        plan.imported = {{path("awq"), "there"}};
        plan.calibration = options.calibration;
        plan.resources.threads = 1;
        const auto session = study(plan);
        QVERIFY(row(*session, "/output/nll", 1) == row(*session, "/output/nll", 2));
        // Exact at norms; at v and up the scales are those that rounded weights show.
        const std::map<std::string, double> tolerance = {
            {"ln1", 1e-4}, {"ln2", 1e-4}, {"v", 0.1}, {"up", 0.1}, {"gate", 1e-4}};
        for (const auto& [site, share] : tolerance) {
            const std::string array = sitePath(site, "error_norm");
            const std::vector<double> here = row(*session, array, 1);
            const std::vector<double> there = row(*session, array, 2);
            for (std::size_t i = 0; i < here.size(); ++i)
                QVERIFY2(std::abs(there[i] - here[i]) <= share * here[i],
                         qPrintable(
                             QString("%1: %2, %3").arg(array.c_str()).arg(here[i]).arg(there[i])));
        }
        const std::vector<double> errors = row(*session, "/weights/relative_error", 0);
        const std::vector<double> recovered = row(*session, "/weights/relative_error", 1);
        for (std::size_t i = 0; i < errors.size(); ++i)
            QVERIFY(std::abs(recovered[i] - errors[i]) <= 0.05 * errors[i]);
        for (const double misfit : row(*session, "/weights/basis_misfit", 1))
            QVERIFY2(misfit > 0 && misfit < 0.1, qPrintable(QString::number(misfit)));
    }

    /// Embedding, final norm and output matrix of the lane are used: as a lane the model predicts
    /// what it predicts as the model of a study.
    void usesItsOwnEnds() {
        ModelChanges changes;
        changes.tensor = [](CopiedTensor& tensor) {
            if (isEnd(tensor.name))
                disturb(tensor, 0.2f);
        };
        copyModel(demo + "/model", path("ends"), changes);
        StudyPlan plan = smallPlan("ends.qscope.h5");
        plan.imported = {{path("ends"), "ends"}};
        const auto lane = study(plan);
        StudyPlan alone = smallPlan("alone.qscope.h5", path("ends"));
        alone.imported = {{demo + "/model", "other"}};
        const auto model = study(alone);
        for (const char* array :
             {"/output/nll", "/output/rank", "/sites/resid_post/norm", "/early_exit/resid_mid/nll",
              "/early_exit/resid_post/kl_to_final"})
            QVERIFY2(row(*lane, array, 1) == row(*model, array, 0), array);
        QVERIFY(row(*lane, "/output/nll", 1) != row(*lane, "/output/nll", 0));
        for (const double error : row(*lane, "/weights/relative_error", 0))
            QCOMPARE(error, 0.0);
    }

    /// Rows of padding in one of the models take no part.
    void leavesPaddingOut_data() {
        QTest::addColumn<bool>("padParent");
        QTest::newRow("padded lane") << false;
        QTest::newRow("padded model") << true;
    }

    void leavesPaddingOut() {
        QFETCH(bool, padParent);
        ModelChanges changes;
        changes.tensor = [](CopiedTensor& tensor) {
            if (tensor.name != "model.embed_tokens.weight" && tensor.name != "lm_head.weight")
                return;
            tensor.values.resize(
                tensor.values.size() + 16 * static_cast<std::size_t>(tensor.shape[1]), 1.0f);
            tensor.shape[0] += 16;
        };
        changes.config = [](nlohmann::json& config) {
            config["vocab_size"] = config["vocab_size"].get<int>() + 16;
        };
        copyModel(m_rounded, path("padded-lane"), changes);
        copyModel(demo + "/model", path("padded-model"), changes);
        StudyPlan plan = smallPlan("plain.qscope.h5");
        plan.imported = {{m_rounded, "lane"}};
        const auto expected = study(plan);
        StudyPlan padded =
            smallPlan("padded.qscope.h5", padParent ? path("padded-model") : demo + "/model");
        padded.imported = {{padParent ? m_rounded : path("padded-lane"), "lane"}};
        const auto session = study(padded);
        for (const char* array : {"/output/nll", "/output/kl", "/output/rank"})
            for (const std::size_t lane : {0, 1})
                QVERIFY2(row(*session, array, lane) == row(*expected, array, lane), array);
    }

    void refusesAnotherModel() {
        ModelChanges changes;
        changes.config = [](nlohmann::json& config) { config["rope_theta"] = 12345.0; };
        copyModel(demo + "/model", path("other"), changes);
        StudyPlan plan = smallPlan("refused.qscope.h5");
        plan.imported = {{path("other"), "lane"}};
        const QString message = refusal(plan);
        for (const char* part : {"rope_theta = 12345", "/other", "/model"})
            QVERIFY2(message.contains(part), qPrintable(message));
        plan.imported = {{m_rounded, "lane"}, {m_rounded, "lane"}};
        QVERIFY(refusal(plan).contains("Two lanes are called \"lane\""));
        plan.imported = {{"/nowhere/lane", "lane"}};
        QVERIFY(refusal(plan).contains("/nowhere/lane"));
        plan.imported = {{m_rounded, "lane"}};
        plan.instruments.pairMethod = "another";
        QVERIFY(refusal(plan).contains("another"));
    }

    /// Stopped after its second block, the study goes on to the same numbers; not with a lane that
    /// changed in between.
    void resumes() {
        copyModel(m_rounded, path("lane"));
        StudyPlan plan = smallPlan("whole.qscope.h5");
        plan.imported = {{path("lane"), "lane"}};
        const auto whole = study(plan);
        plan.output = path("stopped.qscope.h5");
        std::stop_source stop;
        Job job({}, stop.get_token());
        const StudyFollower stopEarly = [&](std::shared_ptr<const SessionData> session) {
            if (session->attributes.at(attribute::blocksDone) != "0")
                stop.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(runStudy(plan, job, stopEarly), Error);

        ModelChanges changes;
        changes.tensor = [](CopiedTensor& tensor) { disturb(tensor, 0.01f); };
        copyModel(m_rounded, path("lane"), changes);
        Job again;
        try {
            resumeStudy(plan.output, again);
            QFAIL("a changed lane was taken");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains("lane is not what it was"),
                     error.what());
        }
        copyModel(m_rounded, path("lane"));
        resumeStudy(plan.output, again);
        const auto resumed = openSession(plan.output);
        for (const char* array :
             {"/output/nll", "/sites/down/norm", "/weights/cosine", "/early_exit/resid_post/nll"})
            for (std::size_t lane = 0; lane < whole->require(array).shape[0]; ++lane)
                QVERIFY2(row(*resumed, array, lane) == row(*whole, array, lane), array);
    }

    /// An own output matrix counts, an equal one doesn't.
    void estimatesItsMemory() {
        Job job;
        StudyPlan plan = smallPlan("estimate.qscope.h5");
        // Enough that walking the examples again, output matrices at hand, takes most.
        plan.windows.tokens = 128;
        plan.windows.examples = 64;
        plan.resources.batchTokens = 2048;
        const std::uint64_t alone = estimateStudy(plan, job).peakBytes;
        plan.imported = {{m_rounded, "lane"}};
        const std::uint64_t sharing = estimateStudy(plan, job).peakBytes;
        plan.imported = {{path("ends"), "lane"}};
        const std::uint64_t owning = estimateStudy(plan, job).peakBytes;
        QVERIFY(alone < sharing);
        QVERIFY(sharing < owning);
    }

    void readsLanesFromTomlAndKeepsThem() {
        const std::string file = path("study.toml");
        std::ofstream(file) << "model = \"m\"\ntext = \"t.txt\"\noutput = \"o.qscope.h5\"\n"
                               "[[lane]]\nname = \"a\"\npath = \"quantized/a\"\n"
                               "[[lane]]\nname = \"b\"\npath = \"/models/b.gguf\"\n";
        const StudyPlan plan = planFromToml(file);
        QCOMPARE(plan.imported.size(), std::size_t(2));
        QCOMPARE(plan.imported[0].path, path("quantized/a"));
        QVERIFY((plan.imported[1] == ImportedLane{"/models/b.gguf", "b"}));
        QVERIFY(planFromJson(planToJson(plan)) == plan);
        std::ofstream(file) << "model = \"m\"\n[[lane]]\nname = \"a\"\n";
        QVERIFY_EXCEPTION_THROWN(planFromToml(file), Error);
    }
};

QTEST_GUILESS_MAIN(TestImportedLanes)
#include "test_imported_lanes.moc"
