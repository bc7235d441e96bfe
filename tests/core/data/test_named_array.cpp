#include "core/data/error.h"
#include "core/data/named_array.h"
#include "core/data/session_data.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace quantscope;

namespace {

template <typename Action>
bool throwsKind(ErrorKind kind, const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind;
    }
    return false;
}

} // namespace

class TestNamedArray : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void newArraysAreUnmeasured() {
        const NamedArray floats = makeArray<float>({"lane", "example"}, {2, 3}, "nat", "error");
        QCOMPARE(floats.size(), std::size_t{6});
        QCOMPARE(floats.units, std::string("nat"));
        QCOMPARE(floats.longName, std::string("error"));
        for (const double value : floats.toDoubles())
            QVERIFY(std::isnan(value));
        const NamedArray ranks = makeArray<std::int32_t>({"example"}, {2}, "1", "rank");
        QCOMPARE(std::get<std::vector<std::int32_t>>(ranks.values),
                 (std::vector<std::int32_t>{-1, -1}));
        QVERIFY(std::isnan(ranks.at({1})));
        QVERIFY(std::isnan(ranks.toDoubles().at(1)));
    }

    void indicesAreRowMajor() {
        NamedArray array = makeArray<double>({"a", "b", "c"}, {2, 3, 4}, "", "");
        auto& values = std::get<std::vector<double>>(array.values);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<double>(i);
        for (std::size_t a = 0, flat = 0; a < 2; ++a)
            for (std::size_t b = 0; b < 3; ++b)
                for (std::size_t c = 0; c < 4; ++c, ++flat)
                    QCOMPARE(array.at({a, b, c}), static_cast<double>(flat));
        QCOMPARE(array.axis("b"), std::size_t{1});
        QVERIFY(array.hasDimension("c") && !array.hasDimension("d"));
    }

    void misuseIsCaught() {
        const NamedArray array = makeArray<float>({"a", "b"}, {2, 3}, "", "");
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { array.axis("layer"); }));
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { array.at({0}); }));
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { array.at({0, 3}); }));
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { array.at({2, 0}); }));
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { array.strings(); }));
        NamedArray text;
        text.dimensions = {"lane"};
        text.shape = {1};
        text.values = std::vector<std::string>{"reference"};
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { text.at({0}); }));
        QVERIFY(throwsKind(ErrorKind::Internal, [&] { text.toDoubles(); }));
        QCOMPARE(text.strings().front(), std::string("reference"));
    }

    void aScalarHasOneValue() {
        NamedArray scalar;
        scalar.values = std::vector<double>{2.5};
        QCOMPARE(scalar.size(), std::size_t{1});
        QCOMPARE(scalar.at({}), 2.5);
    }

    void sessionsFindArraysAndNames() {
        SessionData session;
        NamedArray lanes;
        lanes.dimensions = {"lane"};
        lanes.shape = {2};
        lanes.values = std::vector<std::string>{"reference", "rtn"};
        session.arrays["/lane"] = lanes;
        QCOMPARE(session.names("lane"), (std::vector<std::string>{"reference", "rtn"}));
        QCOMPARE(session.extent("lane"), std::size_t{2});
        QCOMPARE(session.extent("example"), std::size_t{0});
        QVERIFY(session.names("method").empty());
        QVERIFY(!session.find("/examples/nll"));
        QVERIFY(throwsKind(ErrorKind::Input, [&] { session.require("/examples/nll"); }));
        QCOMPARE(&session.require("/lane"), session.find("/lane"));
    }
};

QTEST_GUILESS_MAIN(TestNamedArray)
#include "test_named_array.moc"
