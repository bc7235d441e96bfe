// Files of questions, the draw of shots, and when an answer is right.

#include "core/data/error.h"
#include "core/dataset/questions.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// Ids are bytes, so that a prompt can be read back off them.
class ByteTokenizer final : public Tokenizer {
public:
    std::vector<std::int32_t> encode(std::string_view text, bool) const override {
        std::vector<std::int32_t> ids;
        for (const char byte : text)
            ids.push_back(static_cast<unsigned char>(byte));
        return ids;
    }
    std::string decode(std::span<const std::int32_t> ids, bool) const override {
        std::string text;
        for (const std::int32_t id : ids)
            if (id < 256)
                text += static_cast<char>(id);
        return text;
    }
    std::string piece(std::int32_t id) const override { return std::to_string(id); }
    std::int32_t vocabularySize() const override { return 257; }
    std::optional<std::int32_t> startToken() const override { return 256; }
    std::string description() const override { return "bytes"; }
    std::string contentHash() const override { return "0"; }
};

} // namespace

class TestQuestions : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QuestionOptions options(const std::string& content) {
        QuestionOptions options;
        options.path = m_folder.filePath("questions.jsonl").toStdString();
        std::ofstream(options.path) << content;
        return options;
    }
    QString refusal(const std::string& content) {
        try {
            readQuestions(options(content));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input)
                return "another kind of error";
            return QString::fromUtf8(error.what()).section("questions.jsonl", 1);
        }
        return "nothing was refused";
    }

private Q_SLOTS:
    void readsRecords();
    void readsOtherFieldsAndArrays();
    void refusesWhatItCannotUse();
    void drawsShotsThatAreNotAsked();
    void encodesChoicesBehindTheirPrompt();
    void judgesAnswers();
};

void TestQuestions::readsRecords() {
    const QuestionOptions asked =
        options("\xEF\xBB\xBF"
                R"({"question": "Who?", "answers": ["Ann", 5, 1.5], "popularity": 12}

{"question": "What?", "answers": "a thing", "popularity": "3.5e2", "more": {}}
{"question": "Where?", "answers": "[\"here\", \"there\"]", "popularity": 0, "choices": ["no", "yes", "so"], "gold": 1}
{"question": "Which?", "popularity": 1, "choices": ["a", "b"], "gold": 0}
)");
    const std::vector<Question> all = readQuestions(asked);
    QCOMPARE(all.size(), std::size_t(4));
    QCOMPARE(all[0].answers, (std::vector<std::string>{"Ann", "5", "1.5"}));
    QCOMPARE(*all[0].popularity, 12.0);
    QCOMPARE(all[1].answers, std::vector<std::string>{"a thing"});
    QCOMPARE(*all[1].popularity, 350.0);
    QCOMPARE(all[2].answers, (std::vector<std::string>{"here", "there"}));
    QCOMPARE(all[2].choices.size(), std::size_t(3));
    QCOMPARE(all[2].gold, 1);
    QVERIFY(all[3].answers.empty());
    QCOMPARE(all[3].record, std::size_t(3));
}

void TestQuestions::readsOtherFieldsAndArrays() {
    QuestionOptions asked =
        options(R"([{"q": "Who?", "possible_answers": "[\"Ann\"]", "s_pop": 7}])");
    asked.questionField = "q";
    asked.answersField = "possible_answers";
    asked.popularityField = "s_pop";
    const std::vector<Question> all = readQuestions(asked);
    QCOMPARE(all.size(), std::size_t(1));
    QCOMPARE(all[0].text, std::string("Who?"));
    QCOMPARE(all[0].answers, std::vector<std::string>{"Ann"});
    QCOMPARE(*all[0].popularity, 7.0);
}

void TestQuestions::refusesWhatItCannotUse() {
    QCOMPARE(refusal(""), QString(": the file holds no question. Write one JSON object a line."));
    QVERIFY(refusal("{").startsWith(", line 1: not valid JSON"));
    QCOMPARE(refusal("[1]"), QString(", record 1: expected an object, found number."));
    QCOMPARE(refusal("\n{}"),
             QString(", line 2: the question \"question\" is missing. Name another key with "
                     "--question-field."));
    QCOMPARE(refusal(R"({"question": 1})"),
             QString(", line 1: the question \"question\" is no text. Name another key with "
                     "--question-field."));
    QCOMPARE(refusal(R"({"question": "Q"})"),
             QString(", line 1: the question has neither accepted answers (\"answers\") nor "
                     "choices (\"choices\"). Name their keys with --answers-field or "
                     "--choices-field."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": []})"),
             QString(", line 1: \"answers\" is an empty list; expected accepted answers."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": ["a", " "]})"),
             QString(", line 1: \"answers\" holds an empty text at index 1."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": [{}]})"),
             QString(", line 1: \"answers\" holds object at index 0; expected a text."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": true})"),
             QString(", line 1: \"answers\" is boolean; expected a list of accepted answers."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": "a", "popularity": "many"})"),
             QString(", line 1: \"popularity\" is \"many\"; expected a finite number."));
    QCOMPARE(refusal(R"({"question": "Q", "answers": "a", "popularity": 1})"
                     "\n"
                     R"({"question": "Q", "answers": "a"})"),
             QString(", line 2: \"popularity\" is missing here, but not in the records before; "
                     "a popularity belongs to every question or to none."));
    QCOMPARE(refusal(R"({"question": "Q", "choices": ["a"], "gold": 0})"),
             QString(", line 1: \"choices\" holds 1 choices; expected 2 to 1000."));
    QCOMPARE(refusal(R"({"question": "Q", "choices": ["a", "b"], "gold": 2})"),
             QString(", line 1: \"gold\" is 2; expected the index of the right choice, 0 to "
                     "1."));
    QCOMPARE(refusal(R"({"question": "Q", "choices": ["a", "b"]})"),
             QString(", line 1: \"gold\" is missing; expected the index of the right choice, 0 "
                     "to 1."));
    QCOMPARE(refusal(R"({"question": "Q", "choices": "ab"})"),
             QString(", line 1: \"choices\" is string; expected a list of texts."));
    QVERIFY(refusal("{\"question\": \"\xFF\"}").startsWith(": the text is not UTF-8"));
    // Deep nesting neither crashes nor hangs.
    QVERIFY(refusal(R"({"question": "Q", "answers": ")" + std::string(1 << 20, '[') + "\"}") ==
            "nothing was refused");
}

void TestQuestions::drawsShotsThatAreNotAsked() {
    std::string content;
    for (int i = 0; i < 20; ++i)
        content += R"({"question": "q)" + std::to_string(i) + R"(?", "answers": ["a)" +
                   std::to_string(i) + "\"]}\n";
    QuestionOptions asked = options(content);
    asked.shots = 3;
    asked.questions = 5;
    Job job;
    const PreparedQuestions one =
        prepareQuestions(readQuestions(asked), ByteTokenizer(), asked, 11, job);
    QCOMPARE(one.questions.size(), std::size_t(5));
    std::set<std::string> shown;
    for (int i = 0; i < 20; ++i) {
        const std::string shot = "Q: q" + std::to_string(i) + "? A: a" + std::to_string(i) + "\n\n";
        if (one.answerShots.find(shot) != std::string::npos)
            shown.insert("q" + std::to_string(i) + "?");
    }
    QCOMPARE(shown.size(), std::size_t(3));
    for (std::size_t i = 0; i < one.questions.size(); ++i) {
        QVERIFY(!shown.contains(one.questions[i].text));
        QCOMPARE(one.promptIds[i].front(), 256);
        QCOMPARE(ByteTokenizer().decode(one.promptIds[i], true),
                 one.answerShots + "Q: " + one.questions[i].text + " A:");
        QVERIFY(i == 0 || one.questions[i - 1].record < one.questions[i].record);
    }
    const PreparedQuestions same =
        prepareQuestions(readQuestions(asked), ByteTokenizer(), asked, 11, job);
    const PreparedQuestions other =
        prepareQuestions(readQuestions(asked), ByteTokenizer(), asked, 12, job);
    QCOMPARE(same.answerShots, one.answerShots);
    QVERIFY(other.answerShots != one.answerShots);
    asked.shots = 20;
    QVERIFY_EXCEPTION_THROWN(
        prepareQuestions(readQuestions(asked), ByteTokenizer(), asked, 11, job), Error);
}

/// White space at the end of a prompt belongs to the choice, as in lm-evaluation-harness.
void TestQuestions::encodesChoicesBehindTheirPrompt() {
    QuestionOptions asked = options(R"({"question": "Q", "choices": ["yes", "né"], "gold": 1})");
    asked.shots = 0;
    Job job;
    for (const char* promptTemplate : {"{question}:", "{question}: ", "{question}:\n"}) {
        asked.promptTemplate = promptTemplate;
        const PreparedQuestions prepared =
            prepareQuestions(readQuestions(asked), ByteTokenizer(), asked, 0, job);
        const std::vector<Continuation>& choices = prepared.continuations.front();
        QCOMPARE(choices.size(), std::size_t(2));
        const std::string gap = std::string(promptTemplate).back() == '\n' ? "\n" : " ";
        QCOMPARE(ByteTokenizer().decode(choices[0].ids, true), "Q:" + gap + "yes");
        QCOMPARE(choices[0].start, std::int64_t(3)); // the start token, "Q" and ":"
        QCOMPARE(choices[0].characters, std::int64_t(3));
        QCOMPARE(choices[1].characters, std::int64_t(2));
        QVERIFY(prepared.promptIds.front().empty());
    }
}

/// As PopQA's and SQuAD's own programs say (tests/tools/question_fixtures).
void TestQuestions::judgesAnswers() {
    std::ifstream file(testData() + "/questions/match.json");
    const nlohmann::json pairs = nlohmann::json::parse(file);
    QVERIFY(pairs.size() > 20);
    int contained = 0, equal = 0;
    for (const nlohmann::json& pair : pairs) {
        const std::string prediction = pair.at("prediction");
        const auto accepted = pair.at("accepted").get<std::vector<std::string>>();
        QVERIFY2(matchesAnswer(AnswerCriterion::Contains, prediction, accepted) ==
                     pair.at("contains").get<bool>(),
                 prediction.c_str());
        QVERIFY2(matchesAnswer(AnswerCriterion::Exact, prediction, accepted) ==
                     pair.at("exact").get<bool>(),
                 prediction.c_str());
        QCOMPARE(normalizedAnswer(prediction), pair.at("normalized").get<std::string>());
        contained += pair.at("contains").get<bool>() ? 1 : 0;
        equal += pair.at("exact").get<bool>() ? 1 : 0;
    }
    QVERIFY(contained > 5 && contained < int(pairs.size()) - 3);
    QVERIFY(equal > 5 && equal < int(pairs.size()) - 3);
}

QTEST_GUILESS_MAIN(TestQuestions)
#include "test_questions.moc"
