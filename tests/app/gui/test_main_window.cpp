#include "app/gui/pages_panel.h"
#include "app/gui/study/run_panel.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"

#include <QAction>
#include <QDockWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>

using namespace quantscope;
using namespace quantscope::testing;

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anOpenedSessionReachesPages() {
        Bench bench;
        bench.window.show();
        Page* overview = bench.window.pagesPanel()->page(PageKind::Overview);
        QCOMPARE(overview->state(), PageState::Empty);
        bench.openFake();
        QTRY_COMPARE(overview->state(), PageState::Ready);
        QVERIFY(bench.window.windowTitle().contains("fake.qscope.h5"));
        QCOMPARE(bench.settings.recent(Settings::Recent::Session).size(), 1);
        for (const PageKind kind : allPages) {
            bench.window.pagesPanel()->setCurrentIndex(static_cast<int>(kind));
            QTRY_VERIFY_WITH_TIMEOUT(!bench.window.values().isBusy(), waitMilliseconds);
            const PageState state = bench.window.pagesPanel()->page(kind)->state();
            QVERIFY2(state != PageState::Failed && state != PageState::Loading,
                     qPrintable(bench.window.pagesPanel()->page(kind)->title()));
        }
    }

    void oneSelectionForTableAndDetails() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        bench.window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Examples));
        Page* page = bench.window.pagesPanel()->page(PageKind::Examples);
        QTRY_COMPARE(page->state(), PageState::Ready);
        auto* table = page->findChild<QTableView*>();
        QVERIFY(table);
        QTRY_COMPARE(table->model()->rowCount(), static_cast<int>(exampleCount));
        table->selectRow(3);
        QTRY_VERIFY(bench.window.selection().primary().has_value());
        QTRY_VERIFY(bench.details.load() >= 1);
        QTRY_COMPARE(bench.window.detailsPanel()->lane(), std::string("rtn:bits=3"));
    }

    void aFailedOpenSaysSoAndKeepsTheWindow() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        QSignalSpy failure(&bench.window, &MainWindow::failureShown);
        bench.window.openPath(bench.touch("bad.qscope.h5"));
        QVERIFY(failure.wait(waitMilliseconds));
        QCOMPARE(failure.first().first().toString(),
                 QStringLiteral("bad.qscope.h5 is not a session."));
        QVERIFY(bench.window.findChild<QMessageBox*>());
        QVERIFY(bench.window.windowTitle().contains("fake.qscope.h5"));
    }

    void runFillsPagesWhileItRunsAndCancels() {
        Bench bench;
        bench.window.show();
        StudyPlan plan;
        plan.modelPath = "/models/m";
        plan.text.path = "/texts/t.txt";
        plan.methods = {parseMethodSpec("rtn:bits=3")};
        plan.output = bench.folder.filePath("new.qscope.h5").toStdString();
        bench.window.studyPanel()->setPlan(plan);
        auto* run = bench.window.studyPanel()->findChild<QPushButton*>("run");
        auto* cancel = bench.window.studyPanel()->findChild<QPushButton*>("cancel");
        QTRY_VERIFY_WITH_TIMEOUT(run->isEnabled(), waitMilliseconds);
        QSignalSpy failed(&bench.window.studies(), &StudyService::failed);
        QTest::mouseClick(run, Qt::LeftButton);
        QCOMPARE(bench.window.studies().state(), StudyService::State::Running);
        Page* overview = bench.window.pagesPanel()->page(PageKind::Overview);
        QTRY_COMPARE(overview->state(), PageState::Ready);
        QVERIFY(bench.window.studies().isActive());
        QVERIFY(cancel->isVisible());
        QTest::mouseClick(cancel, Qt::LeftButton);
        QVERIFY(failed.wait(waitMilliseconds));
        QCOMPARE(failed.first().at(1).toInt(), static_cast<int>(ErrorKind::Interrupted));
        QVERIFY(run->isVisible());
        QCOMPARE(bench.settings.recent(Settings::Recent::Model), QStringList{"/models/m"});
    }

    void trainingStartsTheStudyWithItsMethods() {
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        std::atomic<int> details = 0;
        StudyBackend backend = fakeBackend();
        std::mutex mutex;
        StudyPlan started;
        backend.run = [&](const StudyPlan& plan, Job&, const StudyFollower&) {
            const std::lock_guard lock(mutex);
            started = plan;
        };
        backend.methods = [] {
            MethodInfo base;
            base.name = "omniquant";
            base.title = "OmniQuant";
            MethodInfo sde;
            sde.name = "sde";
            sde.options = {{"base", "omniquant", "omniquant, rtn", "what it is learned beneath"}};
            return std::vector<MethodInfo>{base, sde};
        };
        MainWindow window(backend, fakeFunctions(details), settings, nullptr);
        window.show();
        StudyPlan plan;
        plan.modelPath = "/models/m";
        plan.text.path = "/texts/t.txt";
        plan.methods = {parseMethodSpec("rtn:bits=3")};
        window.studyPanel()->setPlan(plan);
        Page* page = window.pagesPanel()->page(PageKind::Training);
        window.pagesPanel()->setCurrentPage(page);
        auto* train = page->findChild<QPushButton*>("train");
        QVERIFY(train->isVisible() && train->isEnabled()); // though there is no session
        QSignalSpy finished(&window.studies(), &StudyService::finished);
        QTest::mouseClick(train, Qt::LeftButton);
        QVERIFY(!train->isEnabled());
        QVERIFY(finished.wait(waitMilliseconds));
        QTRY_VERIFY(train->isEnabled());
        const std::lock_guard lock(mutex);
        QCOMPARE(started.methods.size(), std::size_t(2));
        QCOMPARE(toString(started.methods[0]), std::string("omniquant:bits=3,group=128"));
        QCOMPARE(toString(started.methods[1]),
                 std::string("lsi:base=omniquant,bits=3,epochs=20,group=128,horizon=0"));
        QVERIFY(started.instruments.has(InstrumentGroup::Local));
        QCOMPARE(started.modelPath, std::string("/models/m"));
    }

    void layoutIsRememberedAndReset() {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        std::atomic<int> details = 0;
        const auto logDock = [](MainWindow& window) {
            return window.findChild<QDockWidget*>("log");
        };
        {
            Settings settings(file);
            MainWindow window(fakeBackend(), fakeFunctions(details), settings, nullptr);
            window.show();
            QVERIFY(!logDock(window)->isVisible());
            logDock(window)->show();
            window.close();
        }
        Settings settings(file);
        MainWindow window(fakeBackend(), fakeFunctions(details), settings, nullptr);
        window.show();
        QVERIFY(logDock(window)->isVisible());
    }

    void theStudyDockScrollsOnASmallWindow() {
        Bench bench;
        bench.window.resize(900, 500);
        bench.window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
        QVERIFY2(bench.window.minimumSizeHint().height() <= 500,
                 qPrintable(QString::number(bench.window.minimumSizeHint().height())));
        auto* run = bench.window.studyPanel()->findChild<QPushButton*>("run");
        const QRect inWindow(run->mapTo(&bench.window, QPoint(0, 0)), run->size());
        QVERIFY(bench.window.rect().contains(inWindow));
    }
};

QTEST_MAIN(TestMainWindow)
#include "test_main_window.moc"
