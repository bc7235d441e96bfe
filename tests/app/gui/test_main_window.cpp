#include "app/gui/pages_panel.h"
#include "app/gui/study/run_panel.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "core/data/session_schema.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/allocate_page.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"
#include "views/plots/lane_styles.h"

#include <QAction>
#include <QClipboard>
#include <QDockWidget>
#include <QGuiApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// Pages keep their lanes' looks to themselves.
struct StylesOfPage : Page {
    using Page::laneStyles;
};

} // namespace

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

    void twoSessionsStandBesideEachOther() {
        Bench bench;
        MainWindow& window = bench.window;
        window.show();
        auto* dock = window.findChild<QDockWidget*>("study");
        QVERIFY(dock->isVisible());
        QSignalSpy shown(&window, &MainWindow::secondSessionShown);
        window.openPaths({bench.touch("first.qscope.h5"), bench.touch("second.qscope.h5")});
        QVERIFY(shown.wait(waitMilliseconds));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), waitMilliseconds);
        SessionPane* second = window.secondPane();
        QVERIFY(second && second->isVisible());
        QVERIFY(!dock->isVisible()); // two columns need the room
        QVERIFY(window.windowTitle().contains("first.qscope.h5"));
        QVERIFY(window.windowTitle().contains("second.qscope.h5"));

        // The same page in both columns, whichever of them is turned.
        window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Examples));
        QCOMPARE(second->pages()->currentIndex(), static_cast<int>(PageKind::Examples));
        QTRY_COMPARE(second->pages()->currentPage()->state(), PageState::Ready);
        second->pages()->setCurrentIndex(static_cast<int>(PageKind::Overview));
        QCOMPARE(window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Overview));

        // One selection, by what the examples are.
        window.selection().setPrimary(2);
        QCOMPARE(second->selection().primary(), std::optional<std::size_t>(9));
        second->selection().setPrimary(10);
        QCOMPARE(window.selection().primary(), std::optional<std::size_t>(1));
        second->selection().setExamplePinned(11, true);
        QVERIFY((window.selection().pinned() == std::vector<std::size_t>{0}));
        window.selection().setPrimary(exampleCount - 1); // not in the other
        QVERIFY(!second->selection().primary());

        // The page that is about both takes all the room; its examples are those of both.
        window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Compare));
        QVERIFY(!second->isVisible());
        Page* page = window.pagesPanel()->page(PageKind::Compare);
        QTRY_COMPARE_WITH_TIMEOUT(page->state(), PageState::Ready, waitMilliseconds);
        auto* listed = page->findChild<QTableView*>("differ-most");
        listed->setCurrentIndex(listed->model()->index(1, 0)); // example 10
        QCOMPARE(window.selection().primary(), std::optional<std::size_t>(10));
        QCOMPARE(second->selection().primary(), std::optional<std::size_t>(1));

        // Conditions are decided, and remembered.
        page->findChild<QPlainTextEdit*>()->setPlainText("kl > 1");
        const auto gates = [page] {
            for (const QTableView* view : page->findChildren<QTableView*>())
                if (view->accessibleName().startsWith("Outcomes"))
                    return view->model()->rowCount();
            return -1;
        };
        QTRY_COMPARE_WITH_TIMEOUT(gates(), 1, waitMilliseconds);
        QCOMPARE(bench.settings.conditions(), QStringLiteral("kl > 1"));
        QPushButton* copy = page->findChild<QPushButton*>();
        copy->click();
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.startsWith("quantscope-cli compare '") &&
                     command.contains("first.qscope.h5' '") &&
                     command.endsWith("second.qscope.h5' --fail-if 'kl > 1'"),
                 qPrintable(command));

        window.closeComparison();
        QVERIFY(!window.secondPane());
        QVERIFY(dock->isVisible());
        QCOMPARE(page->state(), PageState::Empty);
        QVERIFY(!window.windowTitle().contains("second.qscope.h5"));
        window.selection().setPrimary(4);
    }

    /// A lane of both sessions has one colour, whatever else each of them has.
    void oneColourForALaneOfBothSessions() {
        StudyBackend backend = fakeBackend();
        backend.open = [](const std::filesystem::path& path) {
            auto session = std::make_shared<SessionData>(*fakeSession());
            const bool second = path.filename() == "second.qscope.h5";
            session->arrays["/lane"] = second ? texts("lane", {"reference", "new", "awq", "rtn"})
                                              : texts("lane", {"reference", "rtn", "gptq", "awq"});
            return std::shared_ptr<const SessionData>(session);
        };
        std::atomic<int> details = 0;
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        MainWindow window(backend, fakeFunctions(details), settings, nullptr);
        window.show();
        const auto touch = [&](const char* name) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) ? file.fileName() : QString();
        };
        QSignalSpy shown(&window, &MainWindow::secondSessionShown);
        window.openPaths({touch("first.qscope.h5"), touch("second.qscope.h5")});
        QVERIFY(shown.wait(waitMilliseconds));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), waitMilliseconds);
        const auto colours = [](PagesPanel* pages) {
            const Page* page = pages->page(PageKind::Residuals);
            std::map<std::string, QColor> colours;
            for (const char* lane : {"reference", "rtn", "gptq", "awq", "new"})
                colours[lane] =
                    (page->*(&StylesOfPage::laneStyles))().style(lane, PlotStyle()).colour;
            return colours;
        };
        const auto first = colours(window.pagesPanel());
        const auto second = colours(window.secondPane()->pages());
        for (const char* lane : {"reference", "rtn", "awq"})
            QCOMPARE(second.at(lane), first.at(lane));
        QVERIFY(first.at("rtn") != first.at("awq"));
        for (const char* lane : {"rtn", "gptq", "awq"}) // a lane of its own has another colour
            QVERIFY(second.at("new") != first.at(lane));
    }

    void aSecondSessionThatCannotBeOpenedLeavesOne() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        QSignalSpy failure(&bench.window, &MainWindow::failureShown);
        bench.window.compareWith(bench.touch("bad.qscope.h5"));
        QVERIFY(failure.wait(waitMilliseconds));
        QCOMPARE(failure.first().first().toString(),
                 QStringLiteral("bad.qscope.h5 is not a session."));
        QVERIFY(!bench.window.secondPane());
        QVERIFY(bench.window.windowTitle().contains("fake.qscope.h5"));
        bench.window.openPaths(
            {bench.touch("a.qscope.h5"), bench.touch("b.qscope.h5"), bench.touch("c.qscope.h5")});
        QCOMPARE(failure.count(), 2);
        QVERIFY(failure.last().first().toString().startsWith("3 sessions were named"));
    }

    void anotherFirstSessionKeepsTheSecond() {
        Bench bench;
        bench.window.show();
        QSignalSpy shown(&bench.window, &MainWindow::secondSessionShown);
        bench.window.openPaths({bench.touch("first.qscope.h5"), bench.touch("second.qscope.h5")});
        QVERIFY(shown.wait(waitMilliseconds));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.window.isBusy(), waitMilliseconds);
        bench.openFake();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.window.isBusy(), waitMilliseconds);
        QVERIFY(bench.window.secondPane());
        QVERIFY(bench.window.windowTitle().contains("fake.qscope.h5 and second.qscope.h5"));
        bench.window.selection().setPrimary(3);
        QCOMPARE(bench.window.secondPane()->selection().primary(), std::optional<std::size_t>(8));
        bench.window.close(); // with a comparison open
        QVERIFY(bench.window.findChild<QDockWidget*>("study"));
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

    void anAppliedRecipeRunsAsALane() {
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        std::atomic<int> details = 0;
        std::mutex mutex;
        StudyPlan started;
        RecipeRequest written;
        StudyBackend backend = fakeBackend();
        backend.run = [&](const StudyPlan& plan, Job&, const StudyFollower&) {
            const std::lock_guard lock(mutex);
            started = plan;
        };
        backend.open = [](const std::filesystem::path&) {
            auto session = std::make_shared<SessionData>(*fakeSession());
            session->attributes[attribute::plan] = "of the session";
            return session;
        };
        backend.planFromJson = [](const std::string& json) {
            StudyPlan plan;
            if (json == "of the session") {
                plan.modelPath = "/models/of the session";
                plan.text.path = "/texts/t.txt";
                plan.methods = {parseMethodSpec("rtn:bits=3")};
            }
            return plan;
        };
        backend.exportRecipe = [&](const SessionData&, const RecipeRequest& request,
                                   const std::string& form, const std::filesystem::path& file) {
            const std::lock_guard lock(mutex);
            written = request;
            QFile out(QString::fromStdString(file.string()));
            if (!out.open(QIODevice::WriteOnly))
                throw Error(ErrorKind::Output, "The recipe cannot be written.");
            out.write(form.c_str());
        };
        MainWindow window(backend, fakeFunctions(details), settings, nullptr);
        window.show();
        QSignalSpy shown(&window, &MainWindow::sessionShown);
        QFile file(folder.filePath("fake.qscope.h5"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        window.openPath(file.fileName());
        QVERIFY(shown.wait(waitMilliseconds));
        QSignalSpy finished(&window.studies(), &StudyService::finished);
        RecipeRequest request;
        request.bitsPerWeight = 3.5;
        request.objective = "worst-decile";
        Q_EMIT window.pagesPanel()->allocatePage()->applyRequested(request);
        QVERIFY(finished.wait(waitMilliseconds));
        const std::lock_guard lock(mutex);
        QCOMPARE(*written.bitsPerWeight, 3.5);
        QCOMPARE(started.modelPath, std::string("/models/of the session"));
        QCOMPARE(started.methods.size(), std::size_t(1)); // not the methods of the session
        QCOMPARE(started.methods.front().method, std::string("mixed"));
        QCOMPARE(started.methods.front().lane, std::string("mixed-3.50bpw-worst-decile"));
        const QString recipe = QString::fromStdString(started.methods.front().options.at("recipe"));
        QVERIFY(QFile::exists(recipe));
        QCOMPARE(recipe, folder.filePath("fake.qscope.d/recipes/mixed-3.50bpw-worst-decile.json"));
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
