#include "core/data/error.h"
#include "core/session/session.h"
#include "tests/core/session/example_session.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <fstream>

using namespace quantscope;

namespace {

constexpr std::size_t lanes = 3;
constexpr std::size_t examples = 7;

/// A finished block's part: its value at [lane, layer, example] tells where it belongs.
SessionData partOf(const std::vector<std::int32_t>& layers) {
    SessionData part;
    part.arrays["/lane"] = makeSessionText("/lane", {"reference", "a", "b"});
    part.arrays["/example"] = makeSessionIndex("/example", examples);
    part.arrays["/layer"] = makeSessionIndex("/layer", layers.size());
    std::get<std::vector<std::int32_t>>(part.arrays["/layer"].values) = layers;
    NamedArray norm = makeSessionArray("/sites/down/norm", {lanes, layers.size(), examples});
    auto& values = std::get<std::vector<float>>(norm.values);
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t at = 0; at < layers.size(); ++at)
            for (std::size_t example = 0; example < examples; ++example)
                values[norm.offset(std::array{lane, at, example})] = static_cast<float>(
                    100 * lane + 10 * static_cast<std::size_t>(layers[at]) + example);
    part.arrays["/sites/down/norm"] = norm;
    NamedArray error = makeSessionArray("/examples/error", {lanes, examples});
    std::get<std::vector<double>>(error.values).assign(lanes * examples, layers.front());
    part.arrays["/examples/error"] = error;
    part.attributes["layers"] = "5";
    part.attributes["blocks_done"] = std::to_string(layers.back() + 1);
    return part;
}

void verifyMerged(const SessionData& session) {
    const NamedArray& norm = session.require("/sites/down/norm");
    QCOMPARE(norm.shape, (std::vector<std::size_t>{lanes, 5, examples}));
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t layer = 0; layer < 5; ++layer)
            for (std::size_t example = 0; example < examples; ++example) {
                const double value = norm.at({lane, layer, example});
                if (layer == 2) // no part covers it
                    QVERIFY(std::isnan(value));
                else
                    QCOMPARE(value, double(100 * lane + 10 * layer + example));
            }
    QCOMPARE(session.extent("layer"), std::size_t(5));
    QCOMPARE(session.require("/examples/error").at({0, 0}), 3.0); // of the last part
    QCOMPARE(session.names("lane"), (std::vector<std::string>{"reference", "a", "b"}));
}

} // namespace

class TestStudyFolder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        setSessionChecker(testing::binaryFolder() + "/quantscope-session-check");
    }

    void pathsBelongTogether() {
        for (const char* given : {"/d/a.qscope.h5", "/d/a.qscope.d", "/d/a.qscope.d/"}) {
            const StudyFolder folder{std::filesystem::path(given)};
            QCOMPARE(folder.sessionFile().string(), std::string("/d/a.qscope.h5"));
            QCOMPARE(folder.path().string(), std::string("/d/a.qscope.d"));
        }
        QCOMPARE(StudyFolder("b").path().string(), std::string("b.qscope.d"));
    }

    void partsComeTogetherInMemory() {
        verifyMerged(mergeParts({partOf({0, 1}), partOf({4}), partOf({3})}, 5));
        verifyMerged(mergeParts({partOf({0, 1}), partOf({4}), partOf({3})}, 0));
    }

    void partsComeTogetherInAFile() {
        QTemporaryDir temporary;
        const StudyFolder folder(temporary.filePath("a.qscope.h5").toStdString());
        QVERIFY(!folder.exists());
        folder.create();
        QVERIFY(folder.exists());
        folder.writePlan("{\"seed\": 1}");
        QCOMPARE(folder.readPlan(), std::string("{\"seed\": 1}"));
        folder.writePart("001", partOf({4}));
        folder.writePart("000", partOf({0, 1}));
        folder.writePart("002", partOf({3}));
        QCOMPARE(folder.partNames(), (std::vector<std::string>{"000", "001", "002"}));
        QCOMPARE(folder.readPart("002").require("/sites/down/norm").at({1, 0, 2}), 132.0);

        folder.assemble({{"status", "partial"}, {"blocks_done", "4"}});
        const SessionData session = readSession(folder.sessionFile());
        verifyMerged(session);
        QCOMPARE(session.attributes.at("status"), std::string("partial"));
        QCOMPARE(session.attributes.at("blocks_done"), std::string("4"));
        QCOMPARE(session.attributes.at("layers"), std::string("5"));

        folder.removePart("002");
        QCOMPARE(folder.partNames().size(), std::size_t(2));
        folder.removeWork();
        QVERIFY(folder.partNames().empty());
        QVERIFY(std::filesystem::exists(folder.codes()));
    }

    void aPartThatDisagreesIsNamed() {
        SessionData other = partOf({2});
        other.arrays["/sites/down/norm"] = makeSessionArray("/sites/down/norm", {2, 1, examples});
        for (const auto& [parts, expected] :
             {std::pair(std::vector{partOf({0}), other}, "Part 1"),
              std::pair(std::vector{partOf({0}), partOf({9})}, "layer 9"),
              std::pair(std::vector{partOf({0}), partOf({-1})}, "layer -1")}) {
            try {
                mergeParts(parts, 5);
                QFAIL("no error");
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
                QVERIFY2(std::strstr(error.what(), expected), error.what());
            }
        }
    }

    void aDamagedPartLeavesTheOldSession() {
        QTemporaryDir temporary;
        const StudyFolder folder(temporary.filePath("a.qscope.h5").toStdString());
        folder.create();
        folder.writePart("000", partOf({0}));
        folder.assemble({{"status", "partial"}});
        folder.writePart("001", partOf({1}));
        std::filesystem::resize_file(folder.path() / "parts" / "001.h5", 2000);
        QVERIFY_THROWS_EXCEPTION(Error, folder.assemble({{"status", "complete"}}));
        QCOMPARE(readSession(folder.sessionFile()).attributes.at("status"), std::string("partial"));
    }

    void aPlaceThatCannotBeWrittenIsNamed() {
        QTemporaryDir temporary;
        const std::filesystem::path file = temporary.filePath("no/such/a.h5").toStdString();
        try {
            writeSession(file, exampleSession());
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Output);
            QVERIFY2(std::strstr(error.what(), file.c_str()), error.what());
        }
        // HDF5 was not involved, so it can still be used.
        writeSession(temporary.filePath("a.h5").toStdString(), exampleSession());
        QVERIFY_THROWS_EXCEPTION(Error,
                                 StudyFolder(temporary.filePath("b").toStdString()).readPlan());
    }
};

QTEST_GUILESS_MAIN(TestStudyFolder)
#include "test_study_folder.moc"
