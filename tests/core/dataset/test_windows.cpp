// Documents into examples: window arithmetic, padding, sampling, near-duplicates, calibration.
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/near_duplicates.h"
#include "core/dataset/sampling.h"
#include "tests/core/dataset/byte_tokenizer.h"
#include "tests/places.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>

using namespace quantscope;
using quantscope::testing::ByteTokenizer;

namespace {

std::vector<Document> documentsOf(const std::vector<std::string>& texts) {
    std::vector<Document> documents;
    for (const std::string& text : texts) {
        Document document;
        document.text = text;
        document.index = documents.size();
        document.labels = {"label " + std::to_string(documents.size())};
        documents.push_back(document);
    }
    return documents;
}

TextSource source() {
    TextSource result;
    result.path = "here.txt";
    result.labelFields = {"kind"};
    return result;
}

WindowOptions windows(std::int64_t tokens, WindowMode mode) {
    WindowOptions options;
    options.tokens = tokens;
    options.mode = mode;
    options.examples.reset();
    return options;
}

std::vector<std::int32_t> row(const TokenWindows& windows, std::int64_t index) {
    const auto begin = windows.ids.begin() + index * (windows.tokens + 1);
    return {begin, begin + windows.tokens + 1};
}

/// The definition, word for word: sets of 5-grams, intersection over union.
double jaccard(const std::string& a, const std::string& b) {
    const auto grams = [](const std::string& text) {
        std::vector<std::string> words;
        std::istringstream stream(text);
        for (std::string word; stream >> word;) {
            words.push_back(word);
        }
        std::set<std::vector<std::string>> result;
        for (std::size_t k = 0; k + 5 <= words.size(); ++k) {
            result.insert({words.begin() + static_cast<std::ptrdiff_t>(k),
                           words.begin() + static_cast<std::ptrdiff_t>(k + 5)});
        }
        return result;
    };
    const auto left = grams(a), right = grams(b);
    const auto both = std::count_if(left.begin(), left.end(),
                                    [&](const auto& gram) { return right.count(gram) > 0; });
    return static_cast<double>(both) /
           static_cast<double>(left.size() + right.size() - static_cast<std::size_t>(both));
}

using Ids = std::vector<std::int32_t>;

} // namespace

class TestWindows : public QObject {
    Q_OBJECT

private:
    Job m_job;

private Q_SLOTS:
    void withAStartToken() {
        const auto documents = documentsOf({"abcdefgh", "ab", "ijk"});
        const TokenWindows all = makeWindows(documents, ByteTokenizer(true), source(),
                                             windows(3, WindowMode::All), 0, m_job);
        QCOMPARE(all.examples(), std::int64_t(3));
        QCOMPARE(row(all, 0), (Ids{300, 'a', 'b', 'c'}));
        QCOMPARE(row(all, 1), (Ids{300, 'd', 'e', 'f'}));
        QCOMPARE(row(all, 2), (Ids{300, 'i', 'j', 'k'}));
        QCOMPARE(all.offsets, (std::vector<std::int64_t>{0, 3, 0}));
        QCOMPARE(all.documents, (std::vector<std::uint64_t>{0, 0, 2}));
        QCOMPARE(all.lengths, (std::vector<std::int64_t>{4, 4, 4}));
        QCOMPARE(all.labelNames, (std::vector<std::string>{"kind"}));
        QCOMPARE(all.labels[0], (std::vector<std::string>{"label 0", "label 0", "label 2"}));
        QCOMPARE(all.excerpts[1], std::string("def"));
        const TokenWindows first = makeWindows(documents, ByteTokenizer(true), source(),
                                               windows(3, WindowMode::First), 0, m_job);
        QCOMPARE(first.documents, (std::vector<std::uint64_t>{0, 2}));
    }

    void withoutAStartToken() {
        const auto documents = documentsOf({"abcdefghi"});
        const TokenWindows all = makeWindows(documents, ByteTokenizer(false), source(),
                                             windows(3, WindowMode::All), 0, m_job);
        QCOMPARE(all.examples(), std::int64_t(2));
        QCOMPARE(row(all, 0), (Ids{'a', 'b', 'c', 'd'}));
        QCOMPARE(row(all, 1), (Ids{'e', 'f', 'g', 'h'}));
        QCOMPARE(all.offsets, (std::vector<std::int64_t>{1, 5}));
    }

    void shortWindowsArePadded() {
        WindowOptions options = windows(4, WindowMode::All);
        options.minimumTokens = 2;
        const auto documents = documentsOf({"abcdef", "a", "gh", "ijklm"});
        const TokenWindows all =
            makeWindows(documents, ByteTokenizer(true), source(), options, 0, m_job);
        QCOMPARE(all.examples(), std::int64_t(4)); // the "m" is too short
        QCOMPARE(row(all, 1), (Ids{300, 'e', 'f', -1, -1}));
        QCOMPARE(row(all, 2), (Ids{300, 'g', 'h', -1, -1}));
        QCOMPARE(all.lengths, (std::vector<std::int64_t>{5, 3, 3, 5}));
        const TokenWindows bare =
            makeWindows(documents, ByteTokenizer(false), source(), options, 0, m_job);
        QCOMPARE(row(bare, 0), (Ids{'a', 'b', 'c', 'd', 'e'})); // "f" predicts nothing
        QCOMPARE(bare.examples(), std::int64_t(2));
    }

    void whatIsTooShortIsSaid() {
        const auto documents = documentsOf({"abc", "abcdef"});
        try {
            makeWindows(documents, ByteTokenizer(true), source(), windows(9, WindowMode::First), 0,
                        m_job);
            QFAIL("expected an error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(std::string(error.what()).find("the longest has 6 tokens") !=
                         std::string::npos,
                     error.what());
        }
        WindowOptions wrong = windows(0, WindowMode::First);
        QVERIFY_THROWS_EXCEPTION(
            Error, (void)makeWindows(documents, ByteTokenizer(true), source(), wrong, 0, m_job));
        wrong = windows(3, WindowMode::First);
        wrong.minimumTokens = 4;
        QVERIFY_THROWS_EXCEPTION(
            Error, (void)makeWindows(documents, ByteTokenizer(true), source(), wrong, 0, m_job));
    }

    void theGeneratorIsTheKnownOne() {
        // The first outputs of SplitMix64 for seed 1234567, as its authors' programs print them.
        SplitMix64 source(1234567);
        QCOMPARE(source.next(), std::uint64_t(6457827717110365317ull));
        QCOMPARE(source.next(), std::uint64_t(3203168211198807973ull));
        QCOMPARE(source.next(), std::uint64_t(9817491932198370423ull));
    }

    void samplesAreUniform() {
        constexpr int draws = 20000;
        std::vector<int> counts(10, 0);
        for (int seed = 0; seed < draws; ++seed) {
            const auto sample = sampleIndices(10, 3, static_cast<std::uint64_t>(seed));
            QVERIFY(sample.size() == 3 && sample[0] < sample[1] && sample[1] < sample[2]);
            for (const std::size_t index : sample) {
                ++counts[index];
            }
        }
        // Each count is binomial (n = 20000, p = 0.3): standard deviation 65; five of them allowed.
        constexpr double tolerance = 325;
        for (const int count : counts) {
            QVERIFY(std::abs(count - draws * 0.3) < tolerance);
        }
    }

    void samplesKeepTheOrder() {
        std::vector<std::string> texts;
        for (int k = 0; k < 50; ++k) {
            texts.push_back(k % 5 == 0 ? "ab" : "abcdef");
        }
        const auto documents = documentsOf(texts);
        for (const WindowMode mode : {WindowMode::First, WindowMode::All}) {
            WindowOptions options = windows(3, mode);
            options.examples = 7;
            const TokenWindows drawn =
                makeWindows(documents, ByteTokenizer(true), source(), options, 5, m_job);
            QCOMPARE(drawn.examples(), std::int64_t(7));
            QVERIFY(std::is_sorted(drawn.documents.begin(), drawn.documents.end()));
            const TokenWindows again =
                makeWindows(documents, ByteTokenizer(true), source(), options, 5, m_job);
            QCOMPARE(again.documents, drawn.documents);
            const TokenWindows other =
                makeWindows(documents, ByteTokenizer(true), source(), options, 6, m_job);
            QVERIFY(other.documents != drawn.documents);
            options.examples = 1000;
            QCOMPARE(
                makeWindows(documents, ByteTokenizer(true), source(), options, 5, m_job).examples(),
                std::int64_t(mode == WindowMode::First ? 40 : 80));
        }
    }

    void nearDuplicatesByDefinition() {
        std::mt19937 random(1);
        std::vector<std::string> texts;
        for (int k = 0; k < 120; ++k) {
            std::string text;
            for (int word = 0; word < 30; ++word) { // some stretches are taken from earlier texts
                text += "w" + std::to_string(random() % 5) + " ";
            }
            if (k > 0 && k % 3 == 0) {
                const std::string& other = texts[random() % texts.size()];
                text += other.substr(0, random() % other.size());
            }
            texts.push_back(text);
        }
        NearDuplicates seen;
        std::vector<std::string> kept;
        int dropped = 0;
        for (const std::string& text : texts) {
            const bool expected = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
                return jaccard(text, other) > NearDuplicates::threshold;
            });
            QCOMPARE(seen.check(text), expected);
            if (!expected) {
                kept.push_back(text);
            }
            dropped += expected ? 1 : 0;
        }
        QVERIFY(dropped > 10 && dropped < 110);
    }

    void deduplicationDropsOrMarks() {
        const std::string story = "once there was a small mill by the river and it ran";
        const auto documents = documentsOf(
            {story, "another text of quite other words than these, long enough", story});
        WindowOptions options = windows(40, WindowMode::First);
        options.deduplication = Deduplication::All;
        const TokenWindows dropped =
            makeWindows(documents, ByteTokenizer(true), source(), options, 0, m_job);
        QCOMPARE(dropped.documents, (std::vector<std::uint64_t>{0, 1}));
        options.deduplication = Deduplication::Paper;
        const TokenWindows marked =
            makeWindows(documents, ByteTokenizer(true), source(), options, 0, m_job);
        QCOMPARE(marked.nearDuplicate, (std::vector<std::uint8_t>{0, 0, 1}));
        options.deduplication = Deduplication::Off;
        const TokenWindows off =
            makeWindows(documents, ByteTokenizer(true), source(), options, 0, m_job);
        QCOMPARE(off.nearDuplicate, (std::vector<std::uint8_t>{0, 0, 0}));
    }

    void calibrationKeepsOffTheStudy() {
        const auto documents = documentsOf({std::string(100, 'a'), std::string(50, 'b')});
        WindowOptions options = windows(10, WindowMode::All);
        options.examples = 6;
        const TokenWindows studied =
            makeWindows(documents, ByteTokenizer(true), source(), options, 3, m_job);
        CalibrationOptions calibration;
        calibration.examples = 4;
        TokenWindows drawn = makeCalibrationWindows(documents, ByteTokenizer(true), source(),
                                                    calibration, 10, 3, &studied, m_job);
        QCOMPARE(drawn.examples(), std::int64_t(4));
        const auto overlaps = [&](const TokenWindows& a, const TokenWindows& b) {
            for (std::size_t k = 0; k < a.offsets.size(); ++k) {
                for (std::size_t j = 0; j < b.offsets.size(); ++j) {
                    if (a.documents[k] == b.documents[j] &&
                        a.offsets[k] < b.offsets[j] + b.tokens &&
                        b.offsets[j] < a.offsets[k] + a.tokens) {
                        return true;
                    }
                }
            }
            return false;
        };
        QVERIFY(!overlaps(drawn, studied));
        calibration.examples = 1000; // what is left: 15 windows less 6
        drawn = makeCalibrationWindows(documents, ByteTokenizer(true), source(), calibration, 10, 3,
                                       &studied, m_job);
        QCOMPARE(drawn.examples(), std::int64_t(9));
        calibration.tokens = 7; // other lengths overlap with windows they don't coincide with
        drawn = makeCalibrationWindows(documents, ByteTokenizer(true), source(), calibration, 10, 3,
                                       &studied, m_job);
        QVERIFY(drawn.examples() > 0 && drawn.tokens == 7 && !overlaps(drawn, studied));
        QCOMPARE(makeCalibrationWindows(documents, ByteTokenizer(true), source(), calibration, 10,
                                        3, nullptr, m_job)
                     .examples(),
                 std::int64_t(14 + 7));
        const TokenWindows everything = makeWindows(documents, ByteTokenizer(true), source(),
                                                    windows(10, WindowMode::All), 3, m_job);
        QVERIFY_THROWS_EXCEPTION(Error, (void)makeCalibrationWindows(documents, ByteTokenizer(true),
                                                                     source(), calibration, 10, 3,
                                                                     &everything, m_job));
    }

    void stopsOnRequest() {
        std::stop_source stop;
        stop.request_stop();
        Job job({}, stop.get_token());
        try {
            makeWindows(documentsOf({"abc"}), ByteTokenizer(true), source(),
                        windows(2, WindowMode::All), 0, job);
            QFAIL("expected a stop");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Interrupted);
        }
    }

    void excerptsAreOneLine() {
        QCOMPARE(makeExcerpt("a\nb\tc"), std::string("a b c"));
        std::string text;
        for (int k = 0; k < 81; ++k) {
            text += "é";
        }
        QCOMPARE(makeExcerpt(text), text.substr(0, 160) + "…");
        QCOMPARE(makeExcerpt(text.substr(2)), text.substr(2));
    }

    void realStories() {
        const std::filesystem::path folder = testing::sharedData();
        if (!std::filesystem::exists(folder / "stories260K")) {
            QSKIP("the shared model is not on this machine");
        }
        TextSource stories;
        stories.path = (folder / "text" / "tinystories.txt").string();
        stories.format = TextFormat::Whole;
        const auto tokenizer = Tokenizer::open(folder / "stories260K");
        const TokenWindows all = makeWindows(readDocuments(stories), *tokenizer, stories,
                                             windows(128, WindowMode::All), 0, m_job);
        QCOMPARE(all.examples(), std::int64_t(1052)); // 134,730 ids, as the data's notes say
        QCOMPARE(row(all, 0).front(), 1);
        QCOMPARE(all.offsets.back(), std::int64_t(1051 * 128));
    }
};

QTEST_GUILESS_MAIN(TestWindows)
#include "test_windows.moc"
