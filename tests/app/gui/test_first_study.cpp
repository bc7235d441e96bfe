#include "app/gui/first_study/first_study.h"
#include "app/gui/first_study/guide_dialog.h"
#include "app/gui/pages_panel.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/page.h"

#include <QLabel>
#include <QPushButton>

using namespace quantscope;
using namespace quantscope::testing;

class TestFirstStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fiveStepsFromTheModelToTheLayers() {
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        std::atomic<int> details = 0;
        StudyBackend backend = fakeBackend();
        backend.demoPlan = [] {
            StudyPlan plan;
            plan.modelPath = "/demo/model";
            plan.text.path = "/demo/text.txt";
            plan.methods = {parseMethodSpec("rtn:bits=3")};
            return plan;
        };
        MainWindow window(backend, fakeFunctions(details), settings, nullptr);
        window.show();
        GuideDialog* guide = showFirstStudy(window);
        QCOMPARE(showFirstStudy(window), guide); // one is enough
        auto* act = guide->findChild<QPushButton*>("act");
        auto* next = guide->findChild<QPushButton*>("next");
        const auto isDone = [&] { return guide->findChildren<QLabel*>()[2]->text() != QString(); };
        QVERIFY(!isDone());
        act->click();
        QCOMPARE(window.studyPanel()->form()->plan().modelPath, std::string("/demo/model"));
        QVERIFY(isDone());
        next->click();
        QVERIFY(isDone()); // the demo has methods
        next->click();
        QVERIFY(!isDone());
        auto* run = window.studyPanel()->findChild<QPushButton*>("run");
        QTRY_VERIFY_WITH_TIMEOUT(run->isEnabled(), waitMilliseconds);
        // The session that the fake study should have written is that of a fake file.
        StudyPlan plan = window.studyPanel()->form()->plan();
        plan.output = folder.filePath("demo.qscope.h5").toStdString();
        window.studyPanel()->setPlan(plan);
        act->click();
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), waitMilliseconds);
        next->click();
        QVERIFY(!isDone());
        act->click();
        QCOMPARE(window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Errors));
        window.selection().setPrimary(3);
        QVERIFY(isDone());
        next->click();
        act->click();
        QCOMPARE(window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Residuals));
        next->click(); // Close
        QVERIFY(!guide->isVisible());
    }
};

QTEST_MAIN(TestFirstStudy)
#include "test_first_study.moc"
