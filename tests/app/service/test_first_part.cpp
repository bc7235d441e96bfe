#include "app/service/first_part.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/session/session.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

namespace {

SessionData smallSession() {
    SessionData session;
    session.arrays["/lane"] = makeSessionText("/lane", {"reference", "rtn"});
    session.arrays["/example"] = makeSessionIndex("/example", 4);
    session.arrays["/layer"] = makeSessionIndex("/layer", 3);
    session.arrays["/position"] = makeSessionIndex("/position", 5);
    session.arrays["/examples/nll"] = makeSessionArray("/examples/nll", {2, 4});
    session.arrays["/text/token_ids"] = makeSessionArray("/text/token_ids", {4, 5});
    session.arrays["/output/nll"] = makeSessionArray("/output/nll", {2, 4, 5});
    const std::string site = sitePath("down", "norm");
    session.arrays[site] = makeSessionArray(site, {2, 3, 4});
    return session;
}

} // namespace

class TestFirstPart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingByLayerOrToken() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        writeSession(file, smallSession());
        const auto first = openFirst(file, 0);
        QVERIFY(first);
        for (const char* path : {"/lane", "/example", "/examples/nll", "/text/token_ids"})
            QVERIFY2(first->find(path), path);
        QVERIFY(!first->find("/output/nll"));
        QVERIFY(!first->find(sitePath("down", "norm")));
    }

    void smallFilesAndFoldersAreOpenedWhole() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.qscope.h5").toStdString();
        writeSession(file, smallSession());
        QVERIFY(!openFirst(file, 1u << 30));
        QVERIFY(!openFirst(folder.path().toStdString(), 0));
        QVERIFY(!openFirst(folder.filePath("none.qscope.h5").toStdString(), 0));
    }

    void damageIsSaid() {
        QTemporaryDir folder;
        const QString file = folder.filePath("b.qscope.h5");
        QFile bad(file);
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write(QByteArray(5000, 'x'));
        bad.close();
        QVERIFY_EXCEPTION_THROWN(openFirst(file.toStdString(), 0), Error);
    }
};

QTEST_GUILESS_MAIN(TestFirstPart)
#include "test_first_part.moc"
