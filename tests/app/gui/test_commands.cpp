#include "app/gui/commands/command_palette.h"
#include "app/gui/commands/frame_commands.h"
#include "app/gui/commands/shortcut_editor.h"
#include "app/gui/commands/shortcuts.h"
#include "app/gui/pages_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/history/view_history.h"
#include "views/pages/page.h"

#include <QAction>
#include <QInputDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QTimer>
#include <QTreeWidget>

#include <set>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

QAction* actionNamed(const QWidget& window, const char* name) {
    return window.findChild<QAction*>(QString::fromLatin1(name));
}

} // namespace

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsWithoutMnemonics_data() {
        QTest::addColumn<QString>("menu");
        QTest::addColumn<QString>("plain");
        QTest::newRow("mnemonic and dots") << "Save &as…" << "Save as";
        QTest::newRow("bracketed") << "保存(&S)" << "保存";
        QTest::newRow("ampersand") << "A && B" << "A & B";
    }
    void textsWithoutMnemonics() {
        QFETCH(QString, menu);
        QTEST(plainText(menu), "plain");
    }

    void ranksOfMatches() {
        QCOMPARE(matchRank("File › Save", "open"), -1);
        QVERIFY(matchRank("File › Save as", "as save") >= 0);
        // The beginning of a word before its middle.
        QVERIFY(matchRank("View › Page", "page") < matchRank("Homepage", "page"));
    }

    void everyCommandHasAnIdOfItsOwnAndNoKeyTwice() {
        Bench bench;
        std::set<QString> ids;
        std::set<QString> keys;
        for (const MenuAction& each : bench.window.commands().shortcuts().commands()) {
            QVERIFY2(ids.insert(each.action->objectName()).second, qPrintable(each.path));
            const QString key = each.action->shortcut().toString();
            if (!key.isEmpty())
                QVERIFY2(keys.insert(key).second, qPrintable(each.path + " " + key));
        }
        QVERIFY(ids.size() > 40); // pages alone are twenty
        for (const char* id : {"edit-undo", "edit-find", "selection-name", "page-4", "study-run"})
            QVERIFY2(ids.contains(QString::fromLatin1(id)), id);
    }

    void thePaletteRunsWhatIsTyped() {
        Bench bench;
        bench.window.show();
        actionNamed(bench.window, "edit-commands")->trigger();
        auto* palette = bench.window.findChild<CommandPalette*>();
        QVERIFY(palette);
        auto* words = palette->findChild<QLineEdit*>();
        auto* matches = palette->findChild<QTreeWidget*>();
        const int all = matches->topLevelItemCount();
        const QString title = bench.window.pagesPanel()->page(PageKind::Patching)->title();
        QTest::keyClicks(words, title);
        QVERIFY(matches->topLevelItemCount() >= 1 && matches->topLevelItemCount() < all);
        QVERIFY(matches->currentItem()->text(0).endsWith(title));
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(bench.window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Patching));
    }

    void changedKeysAreKept() {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        std::atomic<int> details = 0;
        const QKeySequence keys("Ctrl+Alt+F7");
        QKeySequence standard;
        {
            Settings settings(file);
            MainWindow window(fakeBackend(), fakeFunctions(details), settings, nullptr);
            QAction* run = actionNamed(window, "study-run");
            standard = run->shortcut();
            window.commands().shortcuts().change(*run, keys);
        }
        {
            Settings settings(file);
            MainWindow window(fakeBackend(), fakeFunctions(details), settings, nullptr);
            QAction* run = actionNamed(window, "study-run");
            QCOMPARE(run->shortcut(), keys);
            QCOMPARE(window.commands().shortcuts().standard(*run), standard);
            window.commands().shortcuts().reset(*run);
        }
        Settings settings(file);
        QVERIFY(!settings.shortcut("study-run"));
    }

    void theEditorRefusesKeysOfAnother() {
        Bench bench;
        bench.window.show();
        Shortcuts& shortcuts = bench.window.commands().shortcuts();
        ShortcutEditor editor(shortcuts, &bench.window);
        auto* commands = editor.findChild<QTreeWidget*>();
        auto* keys = editor.findChild<QKeySequenceEdit*>();
        auto* assign = editor.findChildren<QPushButton*>().front();
        auto* message = editor.findChildren<QLabel*>().last();
        QAction* save = actionNamed(bench.window, "file-save");
        QAction* run = actionNamed(bench.window, "study-run");
        for (int i = 0; i < commands->topLevelItemCount(); ++i) {
            QTreeWidgetItem* item = commands->topLevelItem(i);
            if (shortcuts.commands()[item->data(0, Qt::UserRole).toUInt()].action == run)
                commands->setCurrentItem(item);
        }
        QCOMPARE(keys->keySequence(), run->shortcut());
        const QKeySequence before = run->shortcut();
        keys->setKeySequence(save->shortcut());
        assign->click();
        QCOMPARE(run->shortcut(), before);
        QVERIFY(!message->text().isEmpty());
        keys->setKeySequence(QKeySequence("F9"));
        assign->click();
        QCOMPARE(run->shortcut(), QKeySequence("F9"));
        QCOMPARE(commands->currentItem()->text(1), QStringLiteral("F9"));
    }

    void groupsArePinnedNamedAndUndone() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        Selection& selection = bench.window.selection();
        QAction* name = actionNamed(bench.window, "selection-name");
        QVERIFY(!name->isEnabled());
        selection.setSelected({5, 2, 7});
        QVERIFY(name->isEnabled());
        QTimer::singleShot(0, &bench.window, [&] {
            auto* dialog = bench.window.findChild<QInputDialog*>();
            dialog->setTextValue("long ones");
            dialog->accept();
        });
        name->trigger();
        QCOMPARE(selection.groups().size(), std::size_t(1));
        QCOMPARE(selection.groups()[0].name, std::string("long ones"));
        QCOMPARE(selection.groups()[0].examples, (std::vector<std::size_t>{2, 5, 7}));
        QUndoStack& history = bench.window.commands().history().stack();
        QTRY_COMPARE(history.count(), 1); // what follows at once is one step
        actionNamed(bench.window, "selection-pin")->trigger();
        QTRY_COMPARE(history.count(), 2);
        QCOMPARE(selection.pinned().size(), std::size_t(3));
        actionNamed(bench.window, "edit-undo")->trigger();
        QVERIFY(selection.pinned().empty());
        QCOMPARE(selection.groups().size(), std::size_t(1));
        actionNamed(bench.window, "edit-undo")->trigger();
        QVERIFY(selection.groups().empty());
        QVERIFY(selection.selected().empty());
        actionNamed(bench.window, "edit-redo")->trigger();
        QCOMPARE(selection.groups()[0].name, std::string("long ones"));
        bench.openFake(); // another session has another history
        QTRY_COMPARE(history.count(), 0);
    }

    void findGoesToTheExamples() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        actionNamed(bench.window, "edit-find")->trigger();
        QCOMPARE(bench.window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Examples));
        QTRY_COMPARE(bench.window.pagesPanel()->currentPage()->state(), PageState::Ready);
        actionNamed(bench.window, "edit-find")->trigger();
        auto* focus = qobject_cast<QLineEdit*>(bench.window.focusWidget());
        QVERIFY(focus);
        QTest::keyClicks(focus, "text 3");
        auto* page = bench.window.pagesPanel()->currentPage();
        QVERIFY(page->findChild<QLineEdit*>()->text() == "text 3");
    }
};

QTEST_MAIN(TestCommands)
#include "test_commands.moc"
