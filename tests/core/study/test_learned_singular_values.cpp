// LSI and SDE in whole studies of the demo model.

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/study/study.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace quantscope;

namespace {

StudyPlan planOf(const QTemporaryDir& folder, const char* name,
                 const std::vector<std::string>& methods) {
    StudyPlan plan = demoPlan();
    plan.methods.clear();
    for (const std::string& method : methods)
        plan.methods.push_back(parseMethodSpec(method));
    plan.windows.tokens = 32;
    plan.windows.examples = 8;
    plan.calibration.examples = 3;
    plan.instruments = {};
    plan.resources.threads = 1;
    plan.output = folder.filePath(name).toStdString();
    return plan;
}

std::map<QString, QDateTime> decompositions(const StudyPlan& plan) {
    QString folder = QString::fromStdString(plan.output);
    folder.replace(".qscope.h5", ".qscope.d/singular-values");
    std::map<QString, QDateTime> files;
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files))
        files[file.fileName()] = file.lastModified();
    return files;
}

} // namespace

class TestLearnedSingularValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lossesArriveWhileABlockIsTrained() {
        const QTemporaryDir folder;
        const StudyPlan plan =
            planOf(folder, "live.qscope.h5",
                   {"rtn:bits=3,group=32", "sde:bits=3,group=32,base=rtn,epochs=16"});
        Job job;
        bool sawPartOfABlock = false;
        runStudy(plan, job, [&](const std::shared_ptr<const SessionData>& session) {
            const NamedArray* losses = session->find("/training/loss");
            if (!losses)
                return;
            for (std::size_t layer = 0; layer < losses->shape[1]; ++layer) {
                const bool began = std::isfinite(losses->at({1, layer, 0}));
                const bool ended = std::isfinite(losses->at({1, layer, 16}));
                sawPartOfABlock = sawPartOfABlock || (began && !ended);
            }
        });
        QVERIFY(sawPartOfABlock);
        const std::shared_ptr<const SessionData> session = openSession(plan.output);
        const NamedArray& losses = session->require("/training/loss");
        for (std::size_t layer = 0; layer < losses.shape[1]; ++layer) {
            double least = losses.at({1, layer, 0});
            QVERIFY(std::isnan(losses.at({0, layer, 0}))); // rounding does not train
            for (std::size_t epoch = 1; epoch <= 16; ++epoch)
                least = std::min(least, losses.at({1, layer, epoch}));
            QVERIFY(least < losses.at({1, layer, 0}));
        }
    }

    void decompositionsServeEveryMethodAndARunAfterwards() {
        const QTemporaryDir folder;
        const std::string grid = "bits=3,group=32,epochs=1,base=rtn";
        StudyPlan plan = planOf(folder, "kept.qscope.h5", {"lsi:" + grid, "sde:" + grid});
        Job job;
        runStudy(plan, job);
        const std::map<QString, QDateTime> first = decompositions(plan);
        const std::size_t layers = openSession(plan.output)->extent("layer");
        QCOMPARE(first.size(), 7 * layers);
        plan.methods = {parseMethodSpec("sde:mask=square,square=8,horizon=2," + grid)};
        runStudy(plan, job);
        QCOMPARE(decompositions(plan), first);
    }

    void aStoppedStudyGoesOn() {
        const QTemporaryDir folder;
        const std::vector<std::string> methods = {
            "sde:bits=3,group=32,base=rtn,epochs=2,horizon=2"};
        Job job;
        const StudyPlan whole = planOf(folder, "whole.qscope.h5", methods);
        runStudy(whole, job);
        const StudyPlan plan = planOf(folder, "stopped.qscope.h5", methods);
        std::stop_source source;
        Job stopped(
            [&](const Progress& progress) {
                if (progress.stage.starts_with("layer 3"))
                    source.request_stop();
            },
            source.get_token());
        try {
            runStudy(plan, stopped);
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Interrupted);
        }
        const std::map<QString, QDateTime> before = decompositions(plan);
        QVERIFY(!before.empty());
        resumeStudy(plan.output, job);
        const std::map<QString, QDateTime> after = decompositions(plan);
        for (const auto& [file, time] : before)
            QCOMPARE(after.at(file), time);
        for (const char* path : {"/examples/nll", "/training/loss"})
            QCOMPARE(openSession(plan.output)->require(path).toDoubles(),
                     openSession(whole.output)->require(path).toDoubles());
    }

    void theEstimateCountsBlocksAhead() {
        const QTemporaryDir folder;
        Job job;
        const auto estimate = [&](const std::string& method) {
            StudyPlan plan = planOf(folder, "estimate.qscope.h5", {method});
            plan.windows.tokens = 256; // so that blocks take more memory than predictions do
            plan.calibration.examples = 32;
            return estimateStudy(plan, job);
        };
        const auto ahead = [](const StudyEstimate& found) -> std::uint64_t {
            for (const StudyEstimate::Item& item : found.memory)
                if (item.what == "weights of the blocks that methods look ahead to")
                    return item.bytes;
            return 0;
        };
        const auto block = [](const StudyEstimate& found) -> std::uint64_t {
            for (const StudyEstimate::Item& item : found.memory)
                if (item.what == "weights of a block in full precision")
                    return item.bytes;
            return 0;
        };
        const StudyEstimate near = estimate("sde:horizon=0");
        const StudyEstimate far = estimate("sde:horizon=2");
        QCOMPARE(ahead(near), std::uint64_t(0));
        QVERIFY(block(far) > 0);
        QCOMPARE(ahead(far), 2 * block(far));
        QVERIFY(far.peakBytes > near.peakBytes);
        QVERIFY(far.seconds > near.seconds);
        QVERIFY(near.diskBytes > estimate("omniquant:bits=4").diskBytes);
    }
};

QTEST_GUILESS_MAIN(TestLearnedSingularValues)
#include "test_learned_singular_values.moc"
