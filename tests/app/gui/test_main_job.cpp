// The main job in a real window, by mouse and keyboard alone: a model and a text are opened, a
// study runs, an example is found and looked at, and a figure is exported, whose text is read back.

#include "app/gui/figures/export_dialog.h"
#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "app/gui/study/methods_section.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "app/service/settings.h"
#include "tests/places.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"
#include "views/plots/scatter_plot.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

namespace {

constexpr int studyMilliseconds = 300000;
constexpr int pageMilliseconds = 60000;

QString filesOfDemo() {
    return QString::fromStdString(testing::testData()) + QStringLiteral("/../../resources/demo");
}

/// Types a text into a field as a person does.
void type(QWidget* field, const QString& text) {
    QTest::mouseClick(field, Qt::LeftButton);
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
}

QWidget* fieldNamed(const QWidget& parent, const QString& accessibleName) {
    const auto widgets = parent.findChildren<QWidget*>();
    for (QWidget* widget : widgets) {
        if (widget->accessibleName() == accessibleName && widget->isVisibleTo(&parent))
            return widget;
    }
    return nullptr;
}

} // namespace

class TestMainJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

    void fromAModelToAFigure() {
        if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty())
            QSKIP("pdftotext is not installed");
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        MainWindow window(coreBackend(), corePageFunctions(), settings, nullptr);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();

        // What the study is of: typed into the dock; the methods as a plan has them.
        StudyPlan plan;
        plan.text.format = TextFormat::Jsonl;
        plan.text.textField = "text";
        plan.windows.tokens = 64;
        plan.windows.examples = 16;
        plan.methods = {parseMethodSpec("rtn:bits=3,group=64"), parseMethodSpec("nf:bits=3,block=64")};
        plan.output = folder.filePath("job.qscope.h5").toStdString();
        window.studyPanel()->setPlan(plan);
        QWidget* model = fieldNamed(*window.studyPanel(), QStringLiteral("Model folder"));
        QVERIFY(model);
        type(model, filesOfDemo() + QStringLiteral("/model"));
        QWidget* text = fieldNamed(*window.studyPanel(), QStringLiteral("Text file"));
        QVERIFY(text);
        type(text, filesOfDemo() + QStringLiteral("/text.jsonl"));
        auto* run = window.studyPanel()->findChild<QPushButton*>("run");
        QTRY_VERIFY_WITH_TIMEOUT(run->isEnabled(), pageMilliseconds);

        // It runs, and its session is on view.
        QSignalSpy shown(&window, &MainWindow::sessionShown);
        QSignalSpy failed(&window, &MainWindow::failureShown);
        QTest::mouseClick(run, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(shown.count() == 1 || failed.count() > 0, studyMilliseconds);
        QVERIFY2(failed.isEmpty(),
                 failed.isEmpty() ? "" : qPrintable(failed.first().first().toString()));

        // An example is found, and its text is in the details.
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        PagesPanel* pages = window.pagesPanel();
        QCOMPARE(pages->currentIndex(), static_cast<int>(PageKind::Examples));
        QTRY_COMPARE_WITH_TIMEOUT(pages->currentPage()->state(), PageState::Ready,
                                  pageMilliseconds);
        auto* table = pages->currentPage()->findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 16);
        const QRect cell = table->visualRect(table->model()->index(5, 1));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::NoModifier, cell.center());
        QCOMPARE(window.selection().primary(), std::optional<std::size_t>(5));
        QTRY_VERIFY_WITH_TIMEOUT(!window.detailsPanel()->lane().empty(), pageMilliseconds);

        // The errors of the two methods against each other; a click on a point selects it.
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(pages->currentIndex(), static_cast<int>(PageKind::Errors));
        QTRY_VERIFY_WITH_TIMEOUT(pages->currentPage()->state() == PageState::Ready &&
                                     !window.values().isBusy(),
                                 pageMilliseconds);
        auto* scatter = pages->currentPage()->findChild<ScatterPlot*>();
        QVERIFY(scatter && !scatter->isEmpty());
        QTest::qWait(100); // it is laid out when it is drawn
        QTest::mouseClick(scatter->focusProxy(), Qt::LeftButton, Qt::NoModifier,
                          scatter->pixelOf(9).toPoint());
        QVERIFY(window.selection().primary().has_value());

        // The figure goes into a file.
        QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
        auto* dialog = window.findChild<ExportDialog*>();
        QVERIFY(dialog);
        const QString pdf = folder.filePath("errors.pdf");
        type(dialog->findChild<QLineEdit*>(), pdf);
        if (dialog->isVisible()) // Return in the field may have saved already
            QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save),
                              Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(pdf), pageMilliseconds);
        QProcess reader;
        reader.start(QStringLiteral("pdftotext"), {pdf, QStringLiteral("-")});
        QVERIFY(reader.waitForFinished());
        const QString read = QString::fromUtf8(reader.readAllStandardOutput());
        QVERIFY2(read.contains(QStringLiteral("nll_reference")), qPrintable(read));
        QVERIFY2(read.contains(QStringLiteral("error[")), qPrintable(read));
        QVERIFY(QFile::exists(folder.filePath("job.qscope.h5")));
    }
};

QTEST_MAIN(TestMainJob)
#include "test_main_job.moc"
