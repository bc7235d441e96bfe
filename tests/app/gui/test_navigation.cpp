#include "app/gui/navigation/page_groups.h"
#include "app/gui/pages_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/page.h"

#include <QComboBox>
#include <QListView>

#include <algorithm>

using namespace quantscope;
using namespace quantscope::testing;

class TestNavigation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPageIsInOneGroup() {
        std::vector<int> pages;
        for (const PageGroup& group : pageGroups()) {
            QVERIFY(!group.title.isEmpty());
            for (const PageKind kind : group.pages)
                pages.push_back(static_cast<int>(kind));
        }
        std::sort(pages.begin(), pages.end());
        std::vector<int> all;
        for (const PageKind kind : allPages)
            all.push_back(static_cast<int>(kind));
        std::sort(all.begin(), all.end());
        QCOMPARE(pages, all);
    }

    void aListWhereThereIsRoomAndADropDownElse() {
        Bench bench;
        PagesPanel* panel = bench.window.pagesPanel();
        auto* list = panel->findChild<QListView*>("page-list");
        auto* choice = panel->findChild<QComboBox*>("page-choice");
        QVERIFY(list && choice);
        bench.window.resize(1900, 900);
        bench.window.show();
        QTRY_VERIFY(list->isVisible());
        QVERIFY(!choice->isVisible());
        bench.window.resize(1280, 800);
        QTRY_VERIFY(choice->isVisible());
        QVERIFY(!list->isVisible());
    }

    void keysGoThroughTheList() {
        Bench bench;
        PagesPanel* panel = bench.window.pagesPanel();
        bench.window.resize(1900, 900);
        bench.window.show();
        auto* list = panel->findChild<QListView*>("page-list");
        QCOMPARE(panel->currentIndex(), static_cast<int>(PageKind::Overview));
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(panel->currentIndex(), static_cast<int>(PageKind::Examples));
        // Over the title of the next group.
        for (std::size_t page = 2; page <= pageGroups().front().pages.size(); ++page)
            QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(panel->currentIndex(), static_cast<int>(PageKind::Errors));
        QTest::keyClick(list, Qt::Key_R); // Residuals
        QCOMPARE(panel->currentIndex(), static_cast<int>(PageKind::Residuals));
        auto* choice = panel->findChild<QComboBox*>("page-choice");
        QCOMPARE(choice->currentText(), panel->page(PageKind::Residuals)->title());
    }

    void stepsGoAroundTheEnds() {
        Bench bench;
        PagesPanel* panel = bench.window.pagesPanel();
        const int first = panel->currentIndex();
        panel->step(-1);
        QCOMPARE(panel->currentIndex(), static_cast<int>(pageGroups().back().pages.back()));
        panel->step(1);
        QCOMPARE(panel->currentIndex(), first);
        std::set<int> seen;
        for (int i = 0; i < panel->count(); ++i) {
            seen.insert(panel->currentIndex());
            panel->step(1);
        }
        QCOMPARE(seen.size(), allPages.size());
        QCOMPARE(panel->currentIndex(), first);
    }

    void theDropDownChooses() {
        Bench bench;
        bench.window.resize(1280, 800);
        bench.window.show();
        PagesPanel* panel = bench.window.pagesPanel();
        auto* choice = panel->findChild<QComboBox*>("page-choice");
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Down);
        QCOMPARE(panel->currentIndex(), static_cast<int>(PageKind::Examples));
    }
};

QTEST_MAIN(TestNavigation)
#include "test_navigation.moc"
