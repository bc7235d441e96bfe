// Where the paths of a plan lead when its session is used from elsewhere.

#include "core/study/plan_paths.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

using namespace quantscope;
namespace fs = std::filesystem;

class TestPlanPaths : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path made(const char* name, bool isFolder) const {
        const QString path = m_folder.filePath(QString::fromLatin1(name));
        QDir().mkpath(isFolder ? path : QFileInfo(path).path());
        if (!isFolder) {
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly))
                qFatal("no file");
        }
        return path.toStdString();
    }

private Q_SLOTS:
    void becomeAbsolute() {
        const fs::path before = fs::current_path();
        fs::current_path(m_folder.path().toStdString());
        StudyPlan plan;
        plan.modelPath = "models/../m";
        plan.text.path = "/texts/t.jsonl";
        plan.calibration.source = TextSource{};
        plan.calibration.source->path = "c.txt";
        plan.imported = {{"q.gguf", "q"}};
        plan.output = "out.qscope.h5";
        const StudyPlan absolute = withAbsolutePaths(plan);
        const fs::path here = fs::current_path();
        fs::current_path(before);
        QCOMPARE(absolute.modelPath, (here / "m").string());
        QCOMPARE(absolute.text.path, std::string("/texts/t.jsonl"));
        QCOMPARE(absolute.calibration.source->path, (here / "c.txt").string());
        QCOMPARE(absolute.imported.front().path, (here / "q.gguf").string());
        QCOMPARE(absolute.output, plan.output);
        QVERIFY(withAbsolutePaths(StudyPlan{}).modelPath.empty());
    }

    void areLookedForBesideTheSession() {
        const fs::path session = made("moved/study.qscope.h5", false);
        StudyPlan plan;
        plan.modelPath = "/gone/elsewhere/model/"; // by its last name
        plan.text.path = "texts/t.jsonl";          // as it is written
        plan.imported = {{made("lane", true).string(), "here"}, {"/gone/lane.gguf", "gone"}};
        const fs::path model = made("moved/model", true);
        const fs::path text = made("moved/texts/t.jsonl", false);
        const StudyPlan found = withFoundPaths(plan, session);
        QVERIFY(fs::equivalent(found.modelPath, model));
        QVERIFY(fs::equivalent(found.text.path, text));
        QCOMPARE(found.imported[0].path, plan.imported[0].path);
        QCOMPARE(found.imported[1].path, plan.imported[1].path);
    }

    /// What is where it was is not looked for elsewhere.
    void whatExistsStays() {
        const fs::path session = made("near/study.qscope.h5", false);
        made("near/model", true);
        StudyPlan plan;
        plan.modelPath = made("far/model", true).string();
        QCOMPARE(withFoundPaths(plan, session).modelPath, plan.modelPath);
    }
};

QTEST_GUILESS_MAIN(TestPlanPaths)
#include "test_plan_paths.moc"
