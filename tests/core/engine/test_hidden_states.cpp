// Hidden states in memory and on disk behave alike, and survive what a kill leaves.

#include "core/data/error.h"
#include "core/engine/commit_record.h"
#include "core/engine/hidden_states.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace quantscope;

class TestHiddenStates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheBlockBeforeWrote_data() { modes(); }
    void readsWhatTheBlockBeforeWrote();
    void restoresACommittedGeneration_data() { modes(); }
    void restoresACommittedGeneration();
    void refusesAShortFile();
    void recordsCommits();
    void refusesADamagedRecord();

private:
    void modes() {
        QTest::addColumn<bool>("spill");
        QTest::newRow("memory") << false;
        QTest::newRow("disk") << true;
    }
    std::filesystem::path file(const char* name) const {
        return m_folder.filePath(name).toStdString();
    }
    QTemporaryDir m_folder;
};

void TestHiddenStates::readsWhatTheBlockBeforeWrote() {
    QFETCH(bool, spill);
    HiddenStates states(file(spill ? "disk" : "memory"), 5, 3, 4, spill);
    const torch::Tensor first = torch::randn({5, 3, 4});
    states.write(0, first.slice(0, 0, 2));
    states.write(2, first.slice(0, 2, 5));
    states.advance();
    QVERIFY(torch::equal(states.read(1, 3), first.slice(0, 1, 4)));
    const torch::Tensor second = first * 2;
    states.write(3, second.slice(0, 3, 5));
    states.write(0, second.slice(0, 0, 3));
    states.advance();
    QVERIFY(torch::equal(states.read(0, 5), second));
}

void TestHiddenStates::restoresACommittedGeneration() {
    QFETCH(bool, spill);
    const std::filesystem::path path = file(spill ? "kept-disk" : "kept-memory");
    const torch::Tensor values = torch::randn({4, 2, 8});
    {
        HiddenStates states(path, 4, 2, 8, spill);
        states.write(0, values);
        states.advance();
        states.commit(1); // the generation that disk states are in after one block
        states.write(0, values + 1);
        // not committed: a kill here must leave the values before
    }
    HiddenStates again(path, 4, 2, 8, spill);
    again.restore(1);
    QVERIFY(torch::equal(again.read(0, 4), values));
    again.write(0, values * 3);
    again.advance();
    QVERIFY(torch::equal(again.read(0, 4), values * 3));
    again.discard();
    QVERIFY(!std::filesystem::exists(path.string() + ".1"));
}

void TestHiddenStates::refusesAShortFile() {
    std::ofstream(file("short.0")) << "too little";
    HiddenStates states(file("short"), 4, 2, 8, false);
    try {
        states.restore(0);
        QFAIL("a short file was taken");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Input);
        QVERIFY(std::string(error.what()).find("short.0") != std::string::npos);
    }
}

void TestHiddenStates::recordsCommits() {
    const std::filesystem::path folder = file("record");
    std::filesystem::create_directories(folder);
    QVERIFY(!readCommitRecord(folder).has_value());
    writeCommitRecord(folder, {3, 1});
    writeCommitRecord(folder, {4, 0});
    const auto record = readCommitRecord(folder);
    QVERIFY(record.has_value());
    QCOMPARE(record->blocksDone, std::int64_t(4));
    QCOMPARE(record->generation, 0);
}

void TestHiddenStates::refusesADamagedRecord() {
    const std::filesystem::path folder = file("damaged");
    std::filesystem::create_directories(folder);
    for (const char* content : {"", "{", "[]", R"({"blocks_done": "x", "generation": 0})",
                                R"({"blocks_done": 1, "generation": 7})",
                                R"({"blocks_done": 1, "generation": 0, "ranks": 0})",
                                R"({"blocks_done": 1, "generation": 0, "ranks": "two"})"}) {
        std::ofstream(folder / "commit.json") << content;
        QVERIFY_EXCEPTION_THROWN(readCommitRecord(folder), Error);
    }
}

QTEST_GUILESS_MAIN(TestHiddenStates)
#include "test_hidden_states.moc"
