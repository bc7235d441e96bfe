// The experiment with the super weight, as a person makes it: a finished study, its page, a button.

#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "app/service/settings.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "tests/places.h"
#include "views/pages/report_page.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace quantscope;

namespace {

const std::string demo = testing::testData() + "/../../resources/demo";
constexpr int waitMilliseconds = 60'000;

QPushButton* tryButton(const Page& page) {
    for (QPushButton* button : page.findChildren<QPushButton*>())
        if (button->text().contains(QLatin1String("super weight")))
            return button;
    return nullptr;
}

} // namespace

class TestSuperWeight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theButtonWalksWithoutTheWeight() {
        const QTemporaryDir folder;
        PlanOptions options;
        options.model = demo + "/model";
        options.text = demo + "/text.jsonl";
        options.tokens = 24;
        options.examples = "4";
        options.methods = {"rtn:bits=4,group=32,name=four"};
        options.instruments = {"outliers"};
        options.output = folder.filePath("study.qscope.h5").toStdString();
        Job job;
        runStudy(makePlan(options), job);

        Settings settings(folder.filePath("settings.ini"));
        MainWindow window(coreBackend(), corePageFunctions(), settings, nullptr);
        window.show();
        QSignalSpy shown(&window, &MainWindow::sessionShown);
        QSignalSpy failed(&window, &MainWindow::failureShown);
        window.openPath(QString::fromStdString(options.output));
        QVERIFY(shown.wait(waitMilliseconds));
        Page* page = window.pagesPanel()->page(PageKind::Activations);
        window.pagesPanel()->setCurrentPage(page);
        QTRY_COMPARE_WITH_TIMEOUT(page->state(), PageState::Ready, waitMilliseconds);
        const auto tables = page->findChildren<QTableView*>().size();
        QPushButton* button = tryButton(*page);
        QVERIFY(button && button->isVisible() && button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!button->isEnabled()); // it walks
        QTRY_COMPARE_WITH_TIMEOUT(page->findChildren<QTableView*>().size(), tables + 1,
                                  waitMilliseconds);
        QTRY_VERIFY_WITH_TIMEOUT((button = tryButton(*page)) && button->isEnabled(),
                                 waitMilliseconds);
        QCOMPARE(failed.count(), 0);
        // The reference as it is, without the weight and without the control; then the lane.
        const QAbstractItemModel* outcome = page->findChildren<QTableView*>().front()->model();
        QStringList changes;
        for (int row = 0; row < outcome->rowCount(); ++row)
            changes << outcome->index(row, 0).data().toString() + QLatin1Char(' ') +
                           outcome->index(row, 1).data().toString();
        for (const char* expected :
             {"reference as it is", "reference super weight 0", "reference control weight 0",
              "four as it is", "four super weight 0", "four restored"})
            QVERIFY2(changes.contains(QLatin1String(expected)), qPrintable(changes.join("; ")));
    }
};

QTEST_MAIN(TestSuperWeight)
#include "test_super_weight.moc"
