// Parts of several processes made one, and the bytes that they travel as.

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/session/join_shares.h"
#include "core/session/session_bytes.h"
#include "tests/core/session/same_session.h"

#include <QtTest>

#include <numeric>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// "/examples/nll" [2 lanes, examples] of examples from `first` on: 100 · lane + example.
SessionData shareOf(std::size_t first, std::size_t examples) {
    SessionData share;
    NamedArray array = makeSessionArray("/examples/nll", {2, examples});
    auto& values = std::get<std::vector<double>>(array.values);
    for (std::size_t lane = 0; lane < 2; ++lane)
        for (std::size_t e = 0; e < examples; ++e)
            values[lane * examples + e] = double(100 * lane + first + e);
    share.arrays.emplace("/examples/nll", std::move(array));
    NamedArray cka = makeSessionArray("/cka/resid_post", {2, 1});
    cka.values = std::vector<double>{1, double(first)};
    share.arrays.emplace("/cka/resid_post", std::move(cka));
    return share;
}

} // namespace

class TestJoinShares : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void examplesFollowEachOther() {
        SessionData first = shareOf(0, 2);
        const SessionData whole = joinExamples({first, shareOf(2, 1), shareOf(3, 3)});
        QVERIFY(sameBits(whole.require("/examples/nll"), shareOf(0, 6).require("/examples/nll")));
        QVERIFY(sameBits(whole.require("/cka/resid_post"), first.require("/cka/resid_post")));
        QVERIFY(joinExamples({}).arrays.empty());
    }

    /// The examples whose tokens are kept may lie in the first shares alone.
    void anArrayThatSomeSharesLack() {
        SessionData first = shareOf(0, 1);
        NamedArray tokens = makeSessionArray("/depth/mlp/token_cosine", {1, 1, 3});
        tokens.values = std::vector<float>{1, 2, 3};
        first.arrays.emplace("/depth/mlp/token_cosine", tokens);
        const SessionData whole = joinExamples({first, shareOf(1, 1)});
        QVERIFY(sameBits(whole.require("/depth/mlp/token_cosine"), tokens));
    }

    void sharesThatDoNotFitAreRefused() {
        SessionData other = shareOf(2, 1);
        other.arrays.at("/examples/nll") = makeSessionArray("/examples/nll", {3, 1});
        QVERIFY_THROWS_EXCEPTION(Error, joinExamples({shareOf(0, 2), other}));
        SessionData rows = shareOf(0, 2);
        QVERIFY_THROWS_EXCEPTION(Error, fillMissing(rows, shareOf(0, 3)));
    }

    void rowsOfATable() {
        constexpr float nan = std::numeric_limits<float>::quiet_NaN();
        const auto table = [](std::vector<float> numbers, std::vector<std::int32_t> counts) {
            SessionData data;
            data.arrays["/a"] = {{"row"}, {numbers.size()}, std::move(numbers), "", ""};
            data.arrays["/b"] = {{"row"}, {counts.size()}, std::move(counts), "", ""};
            return data;
        };
        SessionData whole = table({1, nan, nan}, {4, -1, -1});
        fillMissing(whole, table({nan, 2, nan}, {-1, 5, -1}));
        QVERIFY(std::get<std::vector<std::int32_t>>(whole.require("/b").values) ==
                (std::vector<std::int32_t>{4, 5, -1}));
        const auto& numbers = std::get<std::vector<float>>(whole.require("/a").values);
        QVERIFY(numbers[0] == 1 && numbers[1] == 2 && std::isnan(numbers[2]));
    }

    void bytesAreReadBack() {
        SessionData data = shareOf(0, 5);
        data.attributes["status"] = std::string("part\0ial", 8);
        data.arrays.emplace("/lane", makeSessionText("/lane", {"reference", "", "ä"}));
        data.arrays.emplace("/layer", makeSessionIndex("/layer", 2, 7));
        data.arrays.emplace("/sets/d_large", makeSessionArray("/sets/d_large", {3, 2}));
        data.arrays.emplace("/tokens/down/norm",
                            makeSessionArray("/tokens/down/norm", {3, 1, 0, 4})); // no element
        const std::string bytes = toBytes(data);
        QCOMPARE(firstDifference(data, sessionFromBytes(bytes)), std::string());
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1})
            QVERIFY_THROWS_EXCEPTION(Error, sessionFromBytes(bytes.substr(0, size)));
    }
};

QTEST_GUILESS_MAIN(TestJoinShares)
#include "test_join_shares.moc"
