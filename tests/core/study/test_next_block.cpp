// Blocks that are quantized while the one before is walked through: what the thread of theirs does,
// and that a study that is stopped beside it goes on to the bits of an undisturbed one.

#include "core/data/error.h"
#include "core/session/session.h"
#include "core/study/next_block.h"
#include "core/study/plan_options.h"
#include "core/study/study_run.h"
#include "tests/core/session/same_session.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testData() + "/../../resources/demo";

void waitForStop(const Job& job) {
    while (!job.stopRequested())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

class TestNextBlock : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    StudyPlan plan(const std::string& name) const {
        PlanOptions options;
        options.model = demo + "/model";
        options.text = demo + "/text.jsonl";
        options.tokens = 64; // so that blocks take more memory than predictions do
        options.examples = "12";
        options.methods = {"rtn:bits=3,group=32,name=rtn", "gptq:bits=3,group=32,name=gptq",
                           "awq:bits=3,group=32,name=awq",
                           "omniquant:bits=3,group=32,epochs=1,name=omniquant"};
        options.calibrationExamples = 4;
        options.instruments = {"activations"};
        options.threads = 2;
        options.output = m_folder.filePath(QString::fromStdString(name)).toStdString();
        return makePlan(options);
    }

private Q_SLOTS:
    void handsOverWhatWasMade() {
        NextBlock next{Job()};
        QVERIFY(!next.isBegun());
        std::atomic<bool> goOn = false;
        next.begin([&](Job&) {
            while (!goOn)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            NextBlock::Ready block;
            block.quantized.emplace().attributes["made"] = "here";
            return block;
        });
        QVERIFY(next.isBegun());
        int waited = 0;
        const NextBlock::Ready block = next.take([&] {
            ++waited;
            goOn = true;
        });
        QCOMPARE(block.quantized.value().attributes.at("made"), std::string("here"));
        QVERIFY(waited > 0);
        QVERIFY(!next.isBegun());
    }

    void passesOnWhatFailed() {
        NextBlock next{Job()};
        next.begin(
            [](Job&) -> NextBlock::Ready { throw Error(ErrorKind::Output, "The disk is full."); });
        QVERIFY_EXCEPTION_THROWN(next.take([] {}), Error);
        QVERIFY(!next.isBegun());
    }

    void stopsWithTheStudy() {
        std::stop_source stop;
        NextBlock next{Job({}, stop.get_token())};
        next.begin([](Job& job) -> NextBlock::Ready {
            waitForStop(job);
            job.throwIfStopped();
            return {};
        });
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(next.take([] {}), Error);
    }

    /// As when the walk throws.
    void endsWithItsOwner() {
        std::atomic<bool> isOver = false;
        {
            NextBlock next{Job()};
            next.begin([&](Job& job) {
                waitForStop(job);
                isOver = true;
                return NextBlock::Ready();
            });
        }
        QVERIFY(isOver);
    }

    void goesOnWhereAStopWasBesideIt() {
        StudyPlan undisturbed = plan("undisturbed.qscope.h5");
        Job job;
        const StudyEstimate estimate = estimateStudy(undisturbed, job);
        QVERIFY(std::any_of(estimate.memory.begin(), estimate.memory.end(), [](const auto& item) {
            return item.what == "quantizing the next block";
        }));
        StudyRun(undisturbed, job, {}).run(/*resume=*/false);
        const SessionData expected = readSession(undisturbed.output);

        for (int layer = 1; layer <= 5; ++layer) {
            StudyPlan stopped = plan("stopped.qscope.h5");
            std::stop_source stop;
            const std::string stage = QString("layer %1 of 6: walking").arg(layer).toStdString();
            Job other(
                [&](const Progress& progress) {
                    if (progress.stage == stage)
                        stop.request_stop();
                },
                stop.get_token());
            StudyRun first(stopped, other, {});
            first.commitEvery(std::chrono::seconds(0));
            QVERIFY_EXCEPTION_THROWN(first.run(/*resume=*/false), Error);
            const StudyFolder folder{std::filesystem::path(stopped.output)};
            QCOMPARE(std::filesystem::exists(folder.scratch() / "commit.json"), layer > 1);
            StudyRun second(stopped, job, {});
            second.run(/*resume=*/true);
            SessionData found = readSession(stopped.output);
            found.attributes["plan"] = expected.attributes.at("plan"); // names its own output
            const std::string difference = firstDifference(expected, found);
            QVERIFY2(difference.empty(), difference.c_str());
        }
    }

    /// Losses of two blocks may be known before either is finished; none vanishes.
    void tellsOfTrainingAhead() {
        std::set<std::size_t> before;
        bool hasLost = false;
        Job job;
        StudyRun run(plan("followed.qscope.h5"), job,
                     [&](const std::shared_ptr<const SessionData>& told) {
                         const NamedArray* losses = told->find("/training/loss");
                         if (!losses)
                             return;
                         std::set<std::size_t> known;
                         for (std::size_t layer = 0; layer < losses->shape[1]; ++layer)
                             if (!std::isnan(losses->at({3, layer, 0})))
                                 known.insert(layer);
                         hasLost = hasLost || !std::includes(known.begin(), known.end(),
                                                             before.begin(), before.end());
                         before = known;
                     });
        run.run(/*resume=*/false);
        QCOMPARE(before.size(), std::size_t(6));
        QVERIFY(!hasLost);
    }
};

QTEST_GUILESS_MAIN(TestNextBlock)
#include "test_next_block.moc"
