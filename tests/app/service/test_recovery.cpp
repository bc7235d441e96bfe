#include "app/service/recovery.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

namespace {

QStringList filesIn(const QString& folder) {
    return QDir(folder).entryList({"*.json"}, QDir::Files);
}

QByteArray contentIn(const QString& folder) {
    QFile file(QDir(folder).filePath(filesIn(folder).value(0)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What a program of another number left.
void leave(const QString& folder, const QString& name, const QByteArray& content) {
    QFile file(QDir(folder).filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

} // namespace

class TestRecovery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatACrashLeavesIsOfferedOnce() {
        QTemporaryDir folder;
        {
            Recovery crashed(folder.path());
            crashed.keep({"/data/one.qscope.h5", "{}"});
            crashed.keep({"/data/a.qscope.h5", "{\"page\":3}"});
            QTRY_VERIFY(contentIn(folder.path()).contains("a.qscope.h5"));
        } // it went without clear(), and its lock with it
        QCOMPARE(filesIn(folder.path()).size(), 1);
        // This process has the same number; as the file of another it would be offered.
        QVERIFY(QFile::rename(QDir(folder.path()).filePath(filesIn(folder.path()).front()),
                              folder.filePath("999999999.json")));
        Recovery next(folder.path());
        const auto left = next.take();
        QVERIFY(left);
        QCOMPARE(left->session, QStringLiteral("/data/a.qscope.h5"));
        QCOMPARE(left->viewState, QByteArray("{\"page\":3}"));
        QVERIFY(!next.take());
    }

    void anOrderlyEndLeavesNothing() {
        QTemporaryDir folder;
        Recovery recovery(folder.path());
        recovery.keep({"/data/a.qscope.h5", "{}"});
        recovery.clear();
        QVERIFY(filesIn(folder.path()).isEmpty());
    }

    void aRunningProgramKeepsItsOwn() {
        QTemporaryDir folder;
        leave(folder.path(), "77.json", "{\"session\":\"/data/b.qscope.h5\"}");
        QLockFile lock(folder.filePath("77.json.lock"));
        lock.setStaleLockTime(0);
        QVERIFY(lock.tryLock(0));
        Recovery recovery(folder.path());
        QVERIFY(!recovery.take());
        QCOMPARE(filesIn(folder.path()).size(), 1);
        lock.unlock();
        QVERIFY(recovery.take());
    }

    void damagedFilesAreNothing() {
        QTemporaryDir folder;
        leave(folder.path(), "1.json", "{\"session\":");
        leave(folder.path(), "2.json", "[]");
        Recovery recovery(folder.path());
        QVERIFY(!recovery.take());
        QVERIFY(filesIn(folder.path()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "test_recovery.moc"
