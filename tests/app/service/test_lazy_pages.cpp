// Pages of a session that is read by the slice are those of the session read whole.

#include "app/service/latest_request.h"
#include "core/analysis/pages.h"
#include "core/data/array_source.h"
#include "core/data/error.h"
#include "core/session/lazy_session.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace quantscope;

namespace {

template <typename T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](T left, T right) {
               return left == right || (std::isnan(left) && std::isnan(right));
           });
}

} // namespace

class TestLazyPages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(testing::binaryFolder() + "/quantscope-session-check");
        const std::filesystem::path file = m_folder.filePath("a.qscope.h5").toStdString();
        writeSession(file, exampleSession(60, 12, 5));
        m_whole = readSession(file);
        m_lazy = openLazily(file, {.fileBytes = 0,
                                   .arrayBytes = 256,
                                   .blockBytes = 4096,
                                   .checkedBytes = 1u << 20,
                                   .cacheBytes = 8192});
        QVERIFY(isLeftOut(*findLayout(*m_lazy, "/tokens/down/norm")));
        QVERIFY(isLeftOut(*findLayout(*m_lazy, "/text/token_ids")));
    }

    void rowsAndTokenCounts() {
        const SessionView lazy(*m_lazy), whole(m_whole);
        QCOMPARE(lazy.tokenCounts(), whole.tokenCounts());
        QVERIFY(whole.tokenCounts().front() > 1);
        for (std::size_t lane = 0; lane < 3; ++lane) {
            QVERIFY(same(lazy.row("/examples/error", lane), whole.row("/examples/error", lane)));
            for (std::size_t layer = 0; layer < 5; ++layer)
                QVERIFY(same(lazy.row("/sites/down/norm", lane, layer),
                             whole.row("/sites/down/norm", lane, layer)));
        }
        QVERIFY(lazy.slice("/sites/down/norm", {3}).empty()); // there are three lanes
    }

    void residuals() {
        ResidualsRequest request;
        request.site = "down";
        request.statistic = "norm";
        request.lane = "nf4";
        request.minusLane = "reference";
        request.example = 17;
        const ResidualsValues lazy = residualsValues(*m_lazy, request);
        const ResidualsValues whole = residualsValues(m_whole, request);
        QCOMPARE(whole.layerByExample.rows, std::size_t(5));
        QCOMPARE(whole.layerByToken.rows, std::size_t(5));
        QVERIFY(same(lazy.layerByExample.values, whole.layerByExample.values));
        QVERIFY(same(lazy.layerByToken.values, whole.layerByToken.values));
        QVERIFY(!whole.byLayer.curves.empty());
        QCOMPARE(lazy.byLayer.curves.size(), whole.byLayer.curves.size());
        for (std::size_t curve = 0; curve < whole.byLayer.curves.size(); ++curve)
            QVERIFY(same(lazy.byLayer.curves[curve].y, whole.byLayer.curves[curve].y));
    }

    void detail() {
        const ExampleDetail lazy = exampleDetail(*m_lazy, 17, "nf4");
        const ExampleDetail whole = exampleDetail(m_whole, 17, "nf4");
        QCOMPARE(lazy.tokens.size(), whole.tokens.size());
        QVERIFY(!whole.tokens.empty());
        for (std::size_t token = 0; token < whole.tokens.size(); ++token)
            QCOMPARE(lazy.tokens[token].piece, whole.tokens[token].piece);
    }

    void aQuestionThatANewerOneReplacesReadsNoFurther() {
        LatestRequest request;
        QSignalSpy failed(&request, &LatestRequest::failed);
        std::atomic<int> reads = 0;
        std::atomic<bool> interrupted = false;
        request.submit(
            [&](const std::stop_token&) {
                try {
                    for (;; ++reads)
                        sourceOf(*m_lazy).slab("/tokens/down/norm", {0}, {1});
                } catch (const Error& error) {
                    interrupted = error.kind() == ErrorKind::Interrupted;
                    throw;
                }
                return 1;
            },
            this, [](int) { QFAIL("an outdated answer arrived"); });
        QTRY_VERIFY(reads > 0);
        std::vector<int> answers;
        for (int question = 2; question < 50; ++question)
            request.submit([question](const std::stop_token&) { return question; }, this,
                           [&](int answer) { answers.push_back(answer); });
        QTRY_VERIFY(!answers.empty());
        QCOMPARE(answers, std::vector<int>{49});
        QVERIFY(interrupted);
        QCOMPARE(failed.count(), 0);
    }

private:
    QTemporaryDir m_folder;
    SessionData m_whole;
    std::shared_ptr<const SessionData> m_lazy;
};

QTEST_GUILESS_MAIN(TestLazyPages)
#include "test_lazy_pages.moc"
