// A study is followed while another process runs it: its finished parts are whole whenever they are
// read, by this program's reader, by the command line, and by h5py.

#include "core/data/error.h"
#include "core/data/session_data.h"
#include "core/session/session.h"
#include "tests/app/cli/study_process.h"
#include "tests/core/session/same_session.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include <map>

using namespace quantscope;
using namespace quantscope::testing;

class TestFollowing : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const QString m_session = m_folder.filePath("study.qscope.h5");
    const StudyFolder m_study{std::filesystem::path(m_session.toStdString())};

    QStringList study() const {
        QStringList longer = smallStudy(m_session);
        longer[longer.indexOf("12")] = "96";
        return longer;
    }

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(binaryFolder() + "/quantscope-session-check");
    }

    void init() {
        QFile::remove(m_session);
        QDir(QString::fromStdString(m_study.path().string())).removeRecursively();
    }

    /// The reader of this program, as a window has it, and the command line beside it.
    void readsFinishedParts() {
        QProcess running;
        running.start(program, study());
        QVERIFY(running.waitForStarted());
        std::map<std::string, SessionData> first; ///< each part as it was when it was first seen
        int reads = 0;
        bool hasOpened = false;
        while (!running.waitForFinished(1)) {
            for (const std::string& name : m_study.partNames()) {
                SessionData part;
                try {
                    part = readSession(m_study.path() / "parts" / (name + ".h5"));
                } catch (const Error& error) {
                    // Parts leave when the session is put together, and for nothing else.
                    QVERIFY2(!std::filesystem::exists(m_study.path() / "parts" / (name + ".h5")),
                             error.what());
                    continue;
                }
                ++reads;
                const auto [seen, isNew] = first.try_emplace(name, part);
                if (!isNew && name != "questions") // which grows with every lane asked
                    QCOMPARE(firstDifference(seen->second, part), std::string());
            }
            if (!hasOpened && first.contains("001")) {
                const Outcome info = run({"info", m_session});
                // It may have come to its end meanwhile, on a machine with little to do.
                QVERIFY2(info.code == 0, qPrintable(info.error));
                QVERIFY(info.output.contains("status: "));
                const Outcome table = run({"table", m_session, "weights"});
                QVERIFY2(table.code == 0, qPrintable(table.error));
                QVERIFY(table.output.count('\n') > 14); // two methods, two layers, seven matrices
                hasOpened = true;
            }
        }
        QVERIFY2(running.exitCode() == 0, running.readAllStandardError().constData());
        QVERIFY2(first.contains("head") && first.contains("000") && first.contains("001"),
                 "the study was over before it could be followed");
        QVERIFY(hasOpened);
        qInfo("%d reads of %zu parts", reads, first.size());

        // What was read on the way is what the session has in the end.
        const NamedArray& early = first.at("001").require("/weights/sqnr");
        const SessionData whole = readSession(m_study.sessionFile());
        const NamedArray& late = whole.require("/weights/sqnr");
        for (std::size_t method = 0; method < 2; ++method)
            for (std::size_t module = 0; module < 7; ++module)
                QCOMPARE(early.at({method, 0, module}), late.at({method, 1, module}));
    }

    void h5pyReadsFinishedParts() {
        QProcess reader;
        reader.start("/usr/bin/python3",
                     {QString::fromStdString(testData()) + "/session/follow_parts.py",
                      QString::fromStdString(m_study.path().string())});
        if (!reader.waitForStarted())
            QSKIP("There is no /usr/bin/python3.");
        const Outcome outcome = run(study());
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QVERIFY(reader.waitForFinished(60000));
        const QByteArray said = reader.readAllStandardOutput() + reader.readAllStandardError();
        if (reader.exitCode() == 77)
            QSKIP(said.constData());
        QVERIFY2(reader.exitCode() == 0, said.constData());
        qInfo("h5py: %s", said.trimmed().constData());
    }
};

QTEST_GUILESS_MAIN(TestFollowing)
#include "test_following.moc"
