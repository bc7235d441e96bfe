// The dialog that offers what was open when a program did not end as it should.

#include "app/gui/pages_panel.h"
#include "app/gui/session_restore.h"
#include "tests/app/gui/fake_window.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// No process has this number.
constexpr const char* ofAnother = "999999999.json";

/// What a program that crashed has left: the session with example 3 chosen, on page Examples.
void leave(const QString& folder, const QString& session) {
    ViewState state;
    state.selection.primary = 3;
    state.selection.pinned = {5};
    state.page = static_cast<int>(PageKind::Examples);
    QFile file(QDir(folder).filePath(ofAnother));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(QJsonObject{{"session", session},
                                         {"view", QString::fromUtf8(viewStateToJson(state))}})
                   .toJson());
}

QMessageBox* questionOf(const MainWindow& window) {
    const auto boxes = window.findChildren<QMessageBox*>();
    return boxes.isEmpty() ? nullptr : boxes.front();
}

} // namespace

class TestSessionRestore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void yesShowsItAsItWas() {
        Bench bench;
        const QString session = bench.touch("left.qscope.h5");
        QTemporaryDir kept;
        leave(kept.path(), session);
        bench.window.show();
        SessionRestore restore(bench.window, kept.path());
        restore.offer();
        QMessageBox* question = questionOf(bench.window);
        QVERIFY(question && question->isVisible());
        QVERIFY(question->text().contains(session));
        QSignalSpy shown(&bench.window, &MainWindow::sessionShown);
        QTest::mouseClick(question->button(QMessageBox::Yes), Qt::LeftButton);
        QVERIFY(shown.wait(waitMilliseconds));
        QCOMPARE(bench.window.sessionPath(), session);
        QCOMPARE(bench.window.selection().primary(), std::optional<std::size_t>(3));
        QCOMPARE(bench.window.selection().pinned(), std::vector<std::size_t>{5});
        QCOMPARE(bench.window.pagesPanel()->currentIndex(), static_cast<int>(PageKind::Examples));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.window.isBusy(), waitMilliseconds);
        // Another session is opened as it is, not as the one of before was.
        bench.window.selection().setPrimary({});
        bench.openFake();
        QVERIFY(!bench.window.selection().primary());
        QTRY_VERIFY_WITH_TIMEOUT(!bench.window.isBusy(), waitMilliseconds);
    }

    void noIsAskedOnce() {
        Bench bench;
        QTemporaryDir kept;
        leave(kept.path(), bench.touch("left.qscope.h5"));
        bench.window.show();
        SessionRestore restore(bench.window, kept.path());
        restore.offer();
        QMessageBox* question = questionOf(bench.window);
        QVERIFY(question);
        QTest::keyClick(question->button(QMessageBox::No), Qt::Key_Space);
        QTRY_VERIFY(!questionOf(bench.window));
        QVERIFY(bench.window.sessionPath().isEmpty());
        QVERIFY(!bench.window.isBusy());
        restore.offer();
        QVERIFY(!questionOf(bench.window));
        QVERIFY(!QFile::exists(kept.filePath(ofAnother)));
    }

    void whatIsGoneIsNotOffered() {
        Bench bench;
        QTemporaryDir kept;
        leave(kept.path(), bench.folder.filePath("deleted.qscope.h5"));
        bench.window.show();
        SessionRestore restore(bench.window, kept.path());
        restore.offer();
        QVERIFY(!questionOf(bench.window));
    }

    void whatIsOnViewIsKeptUntilTheWindowIsClosed() {
        Bench bench;
        QTemporaryDir kept;
        SessionRestore restore(bench.window, kept.path());
        bench.window.show();
        bench.openFake();
        bench.window.selection().setPrimary(7);
        const auto files = [&] { return QDir(kept.path()).entryList({"*.json"}); };
        QTRY_COMPARE_WITH_TIMEOUT(files().size(), 1, waitMilliseconds);
        QFile file(kept.filePath(files().front()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
        QCOMPARE(object["session"].toString(), bench.window.sessionPath());
        const ViewState state =
            viewStateFromJson(object["view"].toString().toUtf8(), *fakeSession());
        QCOMPARE(state.selection.primary, std::optional<std::size_t>(7));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.window.isBusy(), waitMilliseconds);
        bench.window.close();
        QVERIFY(files().isEmpty());
    }
};

QTEST_MAIN(TestSessionRestore)
#include "test_session_restore.moc"
