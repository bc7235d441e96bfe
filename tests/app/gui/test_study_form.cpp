#include "app/gui/study/calibration_set_dialog.h"
#include "app/gui/study/imported_lane_dialog.h"
#include "app/gui/study/option_editor.h"
#include "app/gui/study/patching_fields.h"
#include "app/gui/study/run_panel.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/text_source_editor.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace quantscope;

namespace {

/// A plan that differs from the defaults in every field that the form shows.
StudyPlan unusualPlan() {
    StudyPlan plan;
    plan.modelPath = "/models/some-model";
    plan.text.path = "/texts/some.csv.gz";
    plan.text.format = TextFormat::Csv;
    plan.text.textField = "story";
    plan.text.labelFields = {"register", "source"};
    plan.windows.tokens = 77;
    plan.windows.mode = WindowMode::All;
    plan.windows.minimumTokens = 12;
    plan.windows.deduplication = Deduplication::Paper;
    plan.windows.examples = std::nullopt;
    plan.methods = {parseMethodSpec("rtn:bits=3,group=32,name=plain"),
                    parseMethodSpec("gptq:act_order=true,bits=3,group=32")};
    plan.imported = {{"/models/some-model-gptq", "elsewhere"}, {"/models/m.gguf", "m"}};
    plan.calibration.source = TextSource{};
    plan.calibration.source->path = "/texts/calibration.txt";
    plan.calibration.source->format = TextFormat::Separator;
    plan.calibration.source->separator = "\n--\n";
    plan.calibration.examples = 31;
    plan.calibration.tokens = 65;
    plan.calibration.windows = WindowMode::First;
    plan.instruments.earlyExit = true;
    plan.instruments.siteStatistics = false;
    plan.instruments.removalExamples = 5;
    plan.instruments.tokenMaps = true;
    plan.instruments.countStartPosition = true;
    plan.instruments.patching.kinds = {PatchKind::Down, PatchKind::Attention};
    plan.instruments.patching.layers = {parseLayerSet("each"), parseLayerSet("1-3")};
    plan.instruments.patching.positions = parsePositionSet("1-4");
    plan.instruments.patching.controls = {PatchControl::Zero, PatchControl::Random};
    plan.instruments.patching.weights = {WeightKind::Down, WeightKind::Attention};
    plan.instruments.patching.weightLayers = {parseLayerSet("downward"), parseLayerSet("2")};
    plan.instruments.groups = {InstrumentGroup::Local, InstrumentGroup::Cka};
    plan.instruments.noiseFloor = NoiseFloor::Bf16;
    plan.instruments.patching.direction = PatchDirection::QuantizedIntoReference;
    plan.instruments.followUpExamples = FollowUpExamples::All;
    plan.instruments.pairMethod = "plain";
    plan.instruments.followUpAllMethods = true;
    plan.instruments.setFraction = 0.25;
    plan.instruments.controlShare = 0.4;
    plan.instruments.resamples = 700;
    plan.questions.path = "/questions/some.jsonl";
    plan.questions.questionField = "prompt";
    plan.questions.answersField = "possible_answers";
    plan.questions.popularityField = "s_pop";
    plan.questions.choicesField = "options";
    plan.questions.goldField = "answer";
    plan.questions.shots = 3;
    plan.questions.promptTemplate = "Question: {question}\nAnswer:";
    plan.questions.questions = 41;
    plan.questions.answerTokens = 9;
    plan.questions.criterion = AnswerCriterion::Exact;
    plan.questions.bucketWidth = 0.5;
    plan.resources.memoryBytes = 3ull << 29;
    plan.resources.threads = 3;
    plan.resources.device = Device::Cpu;
    plan.resources.batchTokens = 4096;
    plan.seed = 1234567890123456789ull;
    plan.output = "/results/x.qscope.h5";
    return plan;
}

std::vector<MethodInfo> noMethods() { return {}; }

} // namespace

class TestStudyForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldSurvivesTheForm() {
        StudyForm form(noMethods);
        const StudyPlan plan = unusualPlan();
        form.setPlan(plan);
        const StudyPlan read = form.plan();
        QCOMPARE(read.modelPath, plan.modelPath);
        QVERIFY(read.text == plan.text);
        QVERIFY(read.windows == plan.windows);
        QVERIFY(read.methods == plan.methods);
        QVERIFY(read.calibration == plan.calibration);
        QVERIFY(read.instruments == plan.instruments);
        QVERIFY(read.resources == plan.resources);
        QVERIFY(read == plan);
        QVERIFY(form.problem().isEmpty());
    }

    /// Methods are edited once, whatever the draws; the plan has a lane for each.
    void calibrationSetsSurviveTheForm() {
        StudyForm form(noMethods);
        StudyPlan plan = unusualPlan();
        plan.calibration.sets = {
            parseCalibrationSet("mixed:path=/texts/a.jsonl+/texts/b.txt,examples=64,tokens=33"),
            parseCalibrationSet("random-tokens:draws=5")};
        plan.calibration.draws = 2;
        plan.calibration.referenceSet = "random-tokens";
        const std::vector<MethodSpec> methods = plan.methods;
        plan.methods = withCalibrationSets(methods, plan.calibration.sets, plan.calibration.draws);
        QCOMPARE(plan.methods.size(), methods.size() * 7);
        plan.instruments.pairMethod = "plain@mixed-2";
        form.setPlan(plan);
        QVERIFY(form.methods()->specs() == methods);
        QVERIFY(form.plan() == plan);
        plan.calibration.sets.clear();
        plan.calibration.referenceSet.clear();
        plan.methods = methods;
        plan.instruments.pairMethod = "plain";
        form.setPlan(plan);
        QVERIFY(form.plan() == plan);
    }

    void calibrationSetsAreMadeInTheDialog() {
        CalibrationSetDialog dialog({"wiki"});
        QVERIFY(!dialog.problem().isEmpty());
        const CalibrationSet mixed =
            parseCalibrationSet("both:path=/texts/a.jsonl+/texts/b.txt,examples=64,draws=4");
        dialog.setSet(mixed);
        QVERIFY(dialog.problem().isEmpty());
        QVERIFY(dialog.set() == mixed);
        CalibrationSet set = mixed;
        set.name = "wiki";
        dialog.setSet(set);
        QVERIFY2(dialog.problem().contains("wiki"), qPrintable(dialog.problem()));
        set.name.clear();
        dialog.setSet(set);
        QCOMPARE(dialog.set().name, std::string("a"));
        dialog.setSet(parseCalibrationSet("noise:kind=punctuation,tokens=9"));
        QVERIFY(dialog.set() == parseCalibrationSet("noise:kind=punctuation,tokens=9"));
    }

    void defaultsAreThePlansOwn() {
        StudyForm form(noMethods);
        StudyPlan read = form.plan();
        read.output.clear();
        QVERIFY(read == StudyPlan{});
    }

    void saysWhatIsMissing() {
        StudyForm form(noMethods);
        StudyPlan plan = unusualPlan();
        QVERIFY(form.problem().contains("model"));
        form.model()->setPath("/models/m");
        QVERIFY(form.problem().contains("text"));
        form.text()->setPath("/texts/t.txt");
        QVERIFY(form.problem().contains("method"));
        form.methods()->setImported({{"/models/q", "q"}});
        QVERIFY(form.problem().isEmpty());
        form.methods()->setImported({});
        QVERIFY(!form.problem().isEmpty());
        form.methods()->setSpecs({parseMethodSpec("rtn")});
        QVERIFY(form.problem().isEmpty());
        plan.text.format = TextFormat::Separator;
        plan.text.separator.clear();
        form.setPlan(plan);
        QVERIFY(form.problem().contains("separator"));
    }

    void saysWhichPatchesCannotBeRead() {
        PatchingFields fields;
        QVERIFY(fields.problem().isEmpty());
        auto* positions = fields.findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(positions);
        positions->setText("4-1");
        QVERIFY2(fields.problem().contains("4-1"), qPrintable(fields.problem()));
        positions->setText("0, 3-5");
        QVERIFY2(fields.problem().isEmpty(), qPrintable(fields.problem()));
        PatchOptions options;
        options.controls = {PatchControl::Mean};
        fields.setOptions(options);
        QVERIFY(fields.problem().contains("Controls"));
        options.kinds = {PatchKind::Up};
        fields.setOptions(options);
        QVERIFY(fields.problem().isEmpty());
        fields.findChildren<QComboBox*>().front()->setEditText("sideways");
        QVERIFY(fields.problem().contains("sideways"));
    }

    void importedLanesHaveNamesOfTheirOwn() {
        ImportedLaneDialog dialog({"reference", "rtn"});
        QVERIFY(!dialog.problem().isEmpty());
        dialog.setLane({"/models/some-gptq/", ""});
        QCOMPARE(dialog.lane().lane, std::string("some-gptq"));
        QVERIFY(dialog.problem().isEmpty());
        dialog.setLane({"/models/some-gptq", "rtn"});
        QVERIFY2(dialog.problem().contains("rtn"), qPrintable(dialog.problem()));
        QVERIFY((dialog.lane() == ImportedLane{"/models/some-gptq", "rtn"}));
    }

    /// The list holds methods and then checkpoints; what is chosen there is what is removed.
    void theListRemovesWhatIsChosen() {
        StudyForm form(noMethods);
        form.setPlan(unusualPlan());
        auto* list = form.methods()->findChild<QListWidget*>();
        QCOMPARE(list->count(), 4);
        QVERIFY(list->item(2)->text().contains("elsewhere"));
        QCOMPARE(list->item(3)->toolTip(), QString("/models/m.gguf"));
        const auto buttons = form.methods()->findChildren<QToolButton*>();
        const auto remove = std::find_if(buttons.begin(), buttons.end(), [](QToolButton* button) {
            return button->text() == QLatin1String("Remove");
        });
        QVERIFY(remove != buttons.end());
        list->setCurrentRow(2);
        (*remove)->click();
        QCOMPARE(form.plan().imported.size(), std::size_t(1));
        QCOMPARE(form.plan().imported.front().lane, std::string("m"));
        QCOMPARE(form.plan().methods.size(), std::size_t(2));
        list->setCurrentRow(0);
        (*remove)->click();
        QCOMPARE(form.plan().methods.size(), std::size_t(1));
        QCOMPARE(list->count(), 2);
    }

    void aFileNameSuggestsItsFormat() {
        QCOMPARE(suggestedFormat("/a/b.jsonl.zst"), TextFormat::Jsonl);
        QCOMPARE(suggestedFormat("B.CSV.gz"), TextFormat::Csv);
        QCOMPARE(suggestedFormat("x.tsv"), TextFormat::Tsv);
        QCOMPARE(suggestedFormat("x.txt"), TextFormat::Lines);
    }

    void optionDomains_data() {
        QTest::addColumn<QString>("values");
        QTest::addColumn<QString>("initial");
        QTest::addColumn<QStringList>("allowed");
        QTest::addColumn<QStringList>("refused");
        QTest::newRow("flag") << "true, false"
                              << "false" << QStringList{"true", "false"} << QStringList{"1", ""};
        QTest::newRow("integers") << "2 … 8"
                                  << "4" << QStringList{"2", "8"}
                                  << QStringList{"1", "9", "2.5", "x"};
        QTest::newRow("alternative")
            << "1 … 65536, or -1"
            << "128" << QStringList{"-1", "1", "65536"} << QStringList{"0", "-2", "65537"};
        QTest::newRow("fractions") << "0 … 1"
                                   << "0.01" << QStringList{"0.5", "1e-3"} << QStringList{"1.1"};
        QTest::newRow("words") << "asymmetric, symmetric"
                               << "symmetric" << QStringList{"asymmetric"} << QStringList{"other"};
        QTest::newRow("text") << "a path"
                              << "x" << QStringList{"anything", "a=b"} << QStringList{"", "a,b"};
    }

    void optionDomains() {
        QFETCH(QString, values);
        QFETCH(QString, initial);
        QFETCH(QStringList, allowed);
        QFETCH(QStringList, refused);
        const OptionDomain domain = parseOptionDomain(values, initial);
        for (const QString& value : allowed)
            QVERIFY2(domain.allows(value), qPrintable(value));
        for (const QString& value : refused)
            QVERIFY2(!domain.allows(value), qPrintable(value));
        OptionEditor editor(
            {"option", initial.toStdString(), values.toStdString(), "what it does"});
        QCOMPARE(editor.value(), initial);
        QVERIFY(editor.isDefault());
        editor.setValue(allowed.first());
        QCOMPARE(editor.value(), allowed.first());
        QVERIFY(editor.isValid());
    }

    void anEstimateThatDoesNotFitSaysWhyAndCannotRun() {
        RunPanel panel;
        auto* run = panel.findChild<QPushButton*>("run");
        auto* text = panel.findChild<QLabel*>("estimate");
        StudyEstimate estimate;
        estimate.peakBytes = 3ull << 30;
        estimate.budgetBytes = 1ull << 30;
        estimate.seconds = 3725;
        panel.showEstimate(estimate);
        QVERIFY(run->isEnabled());
        QVERIFY2(text->text().contains("1 h 2 min"), qPrintable(text->text()));
        const QColor normal = text->palette().color(QPalette::WindowText);
        estimate.fits = false;
        estimate.reason = "It needs 2 GiB more.";
        panel.showEstimate(estimate);
        QVERIFY(!run->isEnabled());
        QVERIFY(text->text().contains("It needs 2 GiB more."));
        const QColor bad = text->palette().color(QPalette::WindowText);
        QVERIFY(bad != normal);
        QVERIFY(bad.red() > bad.green() && bad.red() > bad.blue());
    }

    void durations() {
        QCOMPARE(formatDuration(4.4), QString("4 s"));
        QCOMPARE(formatDuration(200), QString("3 min 20 s"));
        QCOMPARE(formatDuration(3900), QString("1 h 5 min"));
    }
};

QTEST_MAIN(TestStudyForm)
#include "test_study_form.moc"
