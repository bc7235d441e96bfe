#include "core/data/error.h"
#include "core/data/imported_lane.h"

#include <QtTest>

using namespace quantscope;

class TestImportedLane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsNamesAndPaths_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("lane");
        QTest::addColumn<QString>("path");
        QTest::newRow("named") << "q4=/models/a"
                               << "q4"
                               << "/models/a";
        QTest::newRow("equals in the path") << "q4=/models/a=b"
                                            << "q4"
                                            << "/models/a=b";
        QTest::newRow("path alone") << "/models/a=b"
                                    << "a=b"
                                    << "/models/a=b";
        QTest::newRow("trailing slash") << "models/a/"
                                        << "a"
                                        << "models/a/";
        QTest::newRow("file") << "m-Q4_K.gguf"
                              << "m-Q4_K.gguf"
                              << "m-Q4_K.gguf";
    }

    void readsNamesAndPaths() {
        QFETCH(QString, text);
        QFETCH(QString, lane);
        QFETCH(QString, path);
        const ImportedLane read = parseImportedLane(text.toStdString());
        QCOMPARE(QString::fromStdString(read.lane), lane);
        QCOMPARE(QString::fromStdString(read.path), path);
    }

    void refusesWhatNamesNothing() {
        for (const char* text : {"", "q4=", "=/models/a"})
            QVERIFY_EXCEPTION_THROWN(parseImportedLane(text), Error);
    }
};

QTEST_GUILESS_MAIN(TestImportedLane)
#include "test_imported_lane.moc"
