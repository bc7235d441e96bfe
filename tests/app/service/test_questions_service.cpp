#include "app/service/questions_service.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace quantscope;

namespace {

std::shared_ptr<const SessionData> someSession() {
    auto session = std::make_shared<SessionData>();
    session->arrays["/lane"] = makeSessionText("/lane", {"reference", "a"});
    session->arrays["/example"] = makeSessionIndex("/example", 5);
    session->arrays["/position"] = makeSessionIndex("/position", 3);
    return session;
}

/// A backend whose model answers slowly and keeps what it is told to keep.
struct Fake {
    std::atomic<int> opened = 0;
    std::atomic<int> patched = 0;
    std::atomic<int> prepared = 0;
    std::vector<KeptPatch> kept;

    StudyBackend backend() {
        StudyBackend backend;
        backend.openQuestions = [this](const auto&, const std::filesystem::path& path) {
            if (path == "gone.qscope.h5")
                throw Error(ErrorKind::Input, "The codes are gone.");
            ++opened;
            SessionQuestions questions;
            questions.prepare = [this](const PatchRequest&, Job&) { ++prepared; };
            questions.examine = [](const ExamineRequest& request, Job&) {
                LayerGuesses guess;
                guess.lane = "a";
                guess.layer = request.position;
                return std::vector<LayerGuesses>{guess};
            };
            questions.patch = [this](const PatchRequest& request, Job& job) {
                for (int step = 0; step < 10; ++step) {
                    job.throwIfStopped();
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
                }
                ++patched;
                const double loss = double(request.example);
                return PatchAnswer{{1, 2, 3}, {0, 2, 2}, {0, loss, loss}};
            };
            return questions;
        };
        backend.keepPatches = [this](const SessionData&, const std::filesystem::path&,
                                     std::vector<KeptPatch> added) {
            const std::int32_t run = kept.empty() ? 1 : kept.back().run + 1;
            for (KeptPatch& patch : added) {
                patch.run = run;
                kept.push_back(patch);
            }
            return kept;
        };
        backend.forgetPatches = [this](const SessionData&, const std::filesystem::path&,
                                       const std::vector<std::int32_t>& runs) {
            std::erase_if(kept, [&](const KeptPatch& patch) { return patch.run == runs.front(); });
            return kept;
        };
        return backend;
    }
};

PatchRunRequest runOn(std::vector<std::size_t> examples) {
    PatchRunRequest request;
    request.patch.base = "a";
    request.examples = std::move(examples);
    return request;
}

} // namespace

class TestQuestionsService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensTheModelOnceAndWhenAsked() {
        Fake fake;
        QuestionsService service(fake.backend());
        QSignalSpy history(&service, &QuestionsService::historyReady);
        std::shared_ptr<const ExamineValues> found;
        connect(&service, &QuestionsService::examined, this,
                [&](const auto& values) { found = values; });
        service.setSession(someSession(), "s.qscope.h5");
        QTRY_COMPARE(history.size(), 1);
        QCOMPARE(fake.opened.load(), 0);
        ExamineRequest request;
        request.position = 2;
        service.examine(request);
        QTRY_VERIFY(found);
        QCOMPARE(found->guesses.front().layer, std::int64_t(2));
        service.patch(runOn({1}));
        QTRY_COMPARE(history.size(), 2);
        QCOMPARE(fake.opened.load(), 1);
    }

    void opensTheModelWhenAPatchIsToBeExpected() {
        Fake fake;
        QuestionsService service(fake.backend());
        QSignalSpy history(&service, &QuestionsService::historyReady);
        QSignalSpy failed(&service, &QuestionsService::patchFailed);
        service.prepare({}); // no session: nothing to open
        service.setSession(someSession(), "s.qscope.h5");
        service.prepare({});
        QTRY_COMPARE(fake.prepared.load(), 1);
        QCOMPARE(fake.opened.load(), 1);
        QTRY_COMPARE(history.size(), 1);
        service.patch(runOn({1}));
        QTRY_COMPARE(history.size(), 2);
        QCOMPARE(fake.opened.load(), 1);
        service.setSession(someSession(), "gone.qscope.h5");
        service.prepare({}); // says nothing; the patch will
        service.patch(runOn({1}));
        QTRY_COMPARE(failed.size(), 1);
    }

    void keepsARunOfSeveralExamples() {
        Fake fake;
        QuestionsService service(fake.backend());
        std::shared_ptr<const PatchHistoryValues> history;
        connect(&service, &QuestionsService::historyReady, this,
                [&](const auto& values) { history = values; });
        service.setSession(someSession(), "s.qscope.h5");
        QTRY_VERIFY(history);
        service.patch(runOn({4, 2}));
        QTRY_COMPARE(history->runs.size(), std::size_t(1));
        QCOMPARE(history->runs[0].examples.size(), std::size_t(2));
        QCOMPARE(history->runs[0].after, 3.0);
        QCOMPARE(history->runs[0].before, 2.0);
        QCOMPARE(service.patches().size(), std::size_t(2));
        service.forgetRuns({1});
        QTRY_VERIFY(history->runs.empty());
        QVERIFY(service.patches().empty());
    }

    void aStoppedRunKeepsNothing() {
        Fake fake;
        QuestionsService service(fake.backend());
        QSignalSpy changed(&service, &QuestionsService::patchingChanged);
        QSignalSpy failed(&service, &QuestionsService::patchFailed);
        service.setSession(someSession(), "s.qscope.h5");
        QTRY_VERIFY(!service.isBusy());
        service.patch(runOn({0, 1, 2, 3, 4}));
        QTRY_VERIFY(fake.patched.load() > 0);
        service.stopPatching();
        QTRY_VERIFY(!service.isBusy());
        QVERIFY(fake.patched.load() < 5);
        QVERIFY(fake.kept.empty());
        QVERIFY(failed.isEmpty());
        QCOMPARE(changed.last().front().toBool(), false);
    }

    void saysWhyItCannot() {
        Fake fake;
        QuestionsService service(fake.backend());
        QSignalSpy patchFailed(&service, &QuestionsService::patchFailed);
        QSignalSpy examineFailed(&service, &QuestionsService::examineFailed);
        service.setSession(someSession(), "gone.qscope.h5");
        QTRY_VERIFY(!service.isBusy());
        service.patch(runOn({0}));
        service.examine({});
        QTRY_COMPARE(patchFailed.size(), 1);
        QTRY_COMPARE(examineFailed.size(), 1);
        QVERIFY(patchFailed.front().front().toString().contains("codes are gone"));
        service.setSession(nullptr, {});
        service.patch(runOn({0})); // nothing to ask
        QTRY_VERIFY(!service.isBusy());
        QCOMPARE(patchFailed.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestQuestionsService)
#include "test_questions_service.moc"
