#include "app/gui/dropped_path.h"

#include <QDir>
#include <QFile>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace quantscope;

class TestDroppedPath : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rolesFollowNamesAndWhatExists() {
        const QTemporaryDir folder;
        const QDir root(folder.path());
        const auto touch = [&](const QString& name) {
            QFile file(root.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        };
        QVERIFY(root.mkpath("model") && root.mkpath("empty") && root.mkpath("s.qscope.d"));
        touch("model/config.json");
        touch("s.qscope.h5");
        touch("text.jsonl.zst");
        touch("model-Q4_K.gguf");
        QCOMPARE(roleOfPath(root.filePath("model")), PathRole::Model);
        QCOMPARE(roleOfPath(root.filePath("model/config.json")), PathRole::Model);
        QCOMPARE(modelPath(root.filePath("model/config.json")), root.filePath("model"));
        QCOMPARE(roleOfPath(root.filePath("model-Q4_K.gguf")), PathRole::Model);
        QCOMPARE(modelPath(root.filePath("model-Q4_K.gguf")), root.filePath("model-Q4_K.gguf"));
        QCOMPARE(roleOfPath(root.filePath("empty")), PathRole::Unknown);
        QCOMPARE(roleOfPath(root.filePath("s.qscope.d")), PathRole::Session);
        QCOMPARE(roleOfPath(root.filePath("s.qscope.h5")), PathRole::Session);
        QCOMPARE(roleOfPath(root.filePath("text.jsonl.zst")), PathRole::Text);
        QCOMPARE(roleOfPath(root.filePath("missing.qscope.h5")), PathRole::Unknown);
    }

    void onlyLocalFilesCount() {
        QMimeData data;
        data.setUrls({QUrl("https://example.org/x"), QUrl::fromLocalFile("/a/b")});
        QCOMPARE(localPaths(&data), QStringList{"/a/b"});
        QVERIFY(localPaths(nullptr).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestDroppedPath)
#include "test_dropped_path.moc"
