// Draws of calibration sets: what they hold, that they are disjoint, and that they are refused
// where there is not enough.
#include "core/data/error.h"
#include "core/data/job.h"
#include "core/dataset/dataset.h"
#include "tests/core/dataset/byte_tokenizer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>
#include <set>

using namespace quantscope;
using quantscope::testing::ByteTokenizer;

namespace {

constexpr std::int64_t tokens = 8;

/// Lines whose windows all differ: a window holds its line's number and its place.
std::string writeLines(const QTemporaryDir& folder, const char* name, char mark, int lines) {
    const std::string path = folder.filePath(name).toStdString();
    std::ofstream out(path);
    for (int line = 0; line < lines; ++line) {
        for (int window = 0; window < 3; ++window)
            out << mark << char('a' + line / 26) << char('a' + line % 26) << window << "....";
        out << "\n";
    }
    return path;
}

std::set<std::string> rowsOf(const TokenWindows& windows) {
    std::set<std::string> rows;
    for (std::int64_t row = 0; row < windows.examples(); ++row) {
        std::string text;
        for (std::int64_t t = 1; t <= windows.tokens; ++t)
            text += static_cast<char>(
                windows.ids[static_cast<std::size_t>(row * (windows.tokens + 1) + t)]);
        rows.insert(text);
    }
    return rows;
}

} // namespace

class TestCalibrationDraws : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Job m_job;
    ByteTokenizer m_tokenizer{true};

    CalibrationDrawOptions options(std::int64_t examples, std::int64_t draws) const {
        CalibrationDrawOptions options;
        options.defaults.examples = examples;
        options.defaults.draws = draws;
        options.tokens = tokens;
        options.seed = 5;
        return options;
    }

private Q_SLOTS:
    void drawsAreDisjointAndTheFirstIsAsEver() {
        const std::string path = writeLines(m_folder, "lines.txt", 'l', 40);
        const CalibrationSet set = parseCalibrationSet("lines=" + path);
        const auto draws = drawCalibrationSet(set, m_tokenizer, options(30, 4), m_job);
        QCOMPARE(draws.size(), std::size_t(4));
        std::set<std::string> all;
        for (const TokenWindows& draw : draws) {
            QCOMPARE(draw.examples(), std::int64_t(30));
            const std::set<std::string> rows = rowsOf(draw);
            QCOMPARE(rows.size(), std::size_t(30));
            all.insert(rows.begin(), rows.end());
        }
        QCOMPARE(all.size(), std::size_t(120)); // of the 120 that there are

        CalibrationOptions single;
        single.examples = 30;
        const TokenWindows usual =
            makeCalibrationWindows(readDocuments(set.sources[0]), m_tokenizer, set.sources[0],
                                   single, tokens, 5, nullptr, m_job);
        QVERIFY(usual.ids == draws[0].ids);
        // Another size is drawn from the same order: the smaller draw is part of the larger.
        CalibrationSet small = set;
        small.examples = 10;
        const auto fewer = drawCalibrationSet(small, m_tokenizer, options(30, 1), m_job);
        const std::set<std::string> large = rowsOf(draws[0]);
        for (const std::string& row : rowsOf(fewer[0]))
            QVERIFY(large.count(row));
    }

    void tooFewWindowsAreRefusedWithTheNumbers() {
        const std::string path = writeLines(m_folder, "few.txt", 'f', 10);
        try {
            drawCalibrationSet(parseCalibrationSet("few=" + path), m_tokenizer, options(16, 2),
                               m_job);
            QFAIL("30 windows were enough for 2 draws of 16");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            for (const char* part : {"few.txt", "2 disjoint draws", "16 windows", "only 30"})
                QVERIFY2(QString(error.what()).contains(part), error.what());
        }
    }

    void keepsOffWhatIsStudied() {
        const std::string path = writeLines(m_folder, "own.txt", 'o', 20);
        const CalibrationSet set = parseCalibrationSet("own=" + path);
        WindowOptions studied;
        studied.tokens = tokens;
        studied.examples = 15;
        const TokenWindows windows = makeWindows(readDocuments(set.sources[0]), m_tokenizer,
                                                 set.sources[0], studied, 1, m_job);
        CalibrationDrawOptions asked = options(15, 3);
        asked.studiedPath = path;
        asked.studied = &windows;
        const std::set<std::string> taken = rowsOf(windows);
        for (const TokenWindows& draw : drawCalibrationSet(set, m_tokenizer, asked, m_job))
            for (const std::string& row : rowsOf(draw))
                QVERIFY(!taken.count(row));
    }

    void mixesInEqualShares() {
        const std::string a = writeLines(m_folder, "a.txt", 'A', 20);
        const std::string b = writeLines(m_folder, "b.txt", 'B', 20);
        const CalibrationSet set = parseCalibrationSet("mix:path=" + a + "+" + b);
        for (const TokenWindows& draw :
             drawCalibrationSet(set, m_tokenizer, options(9, 2), m_job)) {
            const std::set<std::string> rows = rowsOf(draw);
            const auto ofA = std::count_if(rows.begin(), rows.end(),
                                           [](const std::string& row) { return row[0] == 'A'; });
            QCOMPARE(ofA, std::ptrdiff_t(5));
            QCOMPARE(std::ssize(rows) - ofA, std::ptrdiff_t(4));
        }
    }

    /// Every ASCII character of the classes, about equally often, and no other.
    void punctuationIsUniform() {
        CalibrationSet set = parseCalibrationSet("punctuation");
        set.tokens = 512;
        const auto draws = drawCalibrationSet(set, m_tokenizer, options(20, 2), m_job);
        std::map<std::int32_t, int> counts;
        for (const TokenWindows& draw : draws)
            for (std::int64_t row = 0; row < draw.examples(); ++row) {
                QCOMPARE(draw.ids[std::size_t(row * 513)], 300);
                for (std::int64_t t = 1; t <= 512; ++t)
                    ++counts[draw.ids[std::size_t(row * 513 + t)]];
            }
        QCOMPARE(counts.size(), std::size_t(32 + 6));
        const double expected = 2 * 20 * 512 / 38.0;
        double chiSquare = 0;
        for (const auto& [id, count] : counts) {
            QVERIFY(ispunct(id) || isspace(id));
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        QVERIFY2(chiSquare < 80, qPrintable(QString::number(chiSquare))); // 37 degrees of freedom
        QVERIFY(draws[0].ids != draws[1].ids);
        // The seed alone decides, however many are drawn.
        const auto again = drawCalibrationSet(set, m_tokenizer, options(5, 1), m_job);
        QVERIFY(std::equal(again[0].ids.begin(), again[0].ids.end(), draws[0].ids.begin()));
    }

    void randomTokensAreOfTheVocabulary() {
        CalibrationSet set = parseCalibrationSet("random-tokens");
        set.tokens = 400;
        for (const bool hasStart : {true, false}) {
            const ByteTokenizer tokenizer(hasStart);
            const auto draws = drawCalibrationSet(set, tokenizer, options(40, 1), m_job);
            std::set<std::int32_t> found;
            for (std::size_t place = 0; place < draws[0].ids.size(); ++place)
                if (!hasStart || place % 401 != 0)
                    found.insert(draws[0].ids[place]);
            QCOMPARE(found.size(), std::size_t(hasStart ? 300 : 301));
            QVERIFY(*found.begin() == 0 && *found.rbegin() == (hasStart ? 299 : 300));
        }
    }
};

QTEST_GUILESS_MAIN(TestCalibrationDraws)
#include "test_calibration_draws.moc"
