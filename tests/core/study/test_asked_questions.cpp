// Questions of a whole study on the demo model: what transformers answers, every lane from its own
// codes, a stop in the middle.

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/session/session.h"
#include "core/study/plan_options.h"
#include "core/study/study.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "plain_model.h"

using namespace quantscope;
using namespace quantscope::testing;

namespace {

const std::string demo = testData() + "/../../resources/demo";
const std::string questions = testData() + "/questions/demo.jsonl";
constexpr double tolerance = 1e-3;  ///< nat, of a sum over the tokens of a choice
constexpr double safeMargin = 1e-2; ///< between the two largest logits, for tokens to be compared

PlanOptions options(const std::string& output) {
    PlanOptions options;
    options.model = demo + "/model";
    options.text = demo + "/text.jsonl";
    options.tokens = 16;
    options.examples = "4";
    options.methods = {"rtn:bits=3,group=32,name=rtn", "awq:bits=3,group=32,name=awq"};
    options.calibration = demo + "/calibration.jsonl";
    options.calibrationExamples = 4;
    options.questions = questions;
    options.questionTemplate = "{question}";
    options.shots = 2;
    options.answerTokens = 12;
    options.seed = 3;
    options.threads = 2;
    options.output = output;
    return options;
}

} // namespace

class TestAskedQuestions : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_file;
    std::shared_ptr<const SessionData> m_session;

    std::string file(const char* name) const { return m_folder.filePath(name).toStdString(); }
    const NamedArray& array(const char* name) const {
        return m_session->require(std::string("/questions/") + name);
    }
    std::vector<std::int32_t> tokens(const SessionData& session, std::size_t lane,
                                     std::size_t question) const {
        const NamedArray& all = session.require("/questions/token_ids");
        std::vector<std::int32_t> ids;
        for (std::size_t t = 0; t < all.shape[2]; ++t)
            if (const double id = all.at({lane, question, t}); !std::isnan(id))
                ids.push_back(static_cast<std::int32_t>(id));
        return ids;
    }

private Q_SLOTS:
    void initTestCase() {
        m_file = file("asked.qscope.h5");
        Job job;
        runStudy(makePlan(options(m_file)), job);
        m_session = openSession(m_file);
    }

    /// The draw of shots, their encoding, greedy tokens, texts and log-likelihoods of choices.
    void referenceAnswersLikeTransformers() {
        std::ifstream stream(testData() + "/questions/demo.json");
        const nlohmann::json golden = nlohmann::json::parse(stream);
        QCOMPARE(m_session->attributes.at(attribute::answerShots),
                 golden.at("answer_shots").get<std::string>());
        const nlohmann::json& records = golden.at("records");
        QCOMPARE(m_session->extent("question"), records.size());
        int compared = 0;
        for (std::size_t i = 0; i < records.size(); ++i) {
            const nlohmann::json& record = records[i];
            QCOMPARE(array("record").at({i}), record.at("record").get<double>());
            const auto& sums = record.at("log_likelihoods");
            for (std::size_t choice = 0; choice < sums.size(); ++choice) {
                const double found = array("choice_log_likelihood").at({0, i, choice});
                QVERIFY2(std::abs(found - sums[choice].get<double>()) < tolerance,
                         qPrintable(QString("question %1: %2, %3")
                                        .arg(i)
                                        .arg(found)
                                        .arg(sums[choice].get<double>())));
                QCOMPARE(array("choice_characters").at({i, choice}),
                         record.at("acc_norm_lengths")[choice].get<double>());
            }
            if (record.at("gap").get<double>() < safeMargin)
                continue;
            QCOMPARE(tokens(*m_session, 0, i),
                     record.at("tokens").get<std::vector<std::int32_t>>());
            QCOMPARE(array("prediction").strings()[i], record.at("prediction").get<std::string>());
            ++compared;
        }
        QVERIFY(compared >= 20);
    }

    /// Quantized lanes: greedy tokens of the whole row, read anew for every token.
    void lanesAnswerFromTheirCodes() {
        const PlainModel plain = loadPlainModel(demo + "/model");
        const auto tokenizer = Tokenizer::open(demo + "/model");
        const std::string shots = m_session->attributes.at(attribute::answerShots);
        const std::size_t count = m_session->extent("question");
        const char* folders[] = {"", "01-rtn", "02-awq"};
        int compared = 0;
        for (std::size_t lane = 1; lane < 3; ++lane) {
            const PlainModel model =
                withCodes(plain, m_folder.filePath("asked.qscope.d/codes").toStdString() + "/" +
                                     folders[lane]);
            for (std::size_t question = 0; question < count; question += 9) {
                std::vector<std::int32_t> ids =
                    tokenizer->encode(shots + array("prompt").strings()[question], false);
                ids.insert(ids.begin(), tokenizer->startToken().value());
                for (const std::int32_t token : tokens(*m_session, lane, question)) {
                    const RotaryTables rotary =
                        makeRotaryTables(model.config, static_cast<std::int64_t>(ids.size()));
                    torch::Tensor states =
                        model.embedding.index_select(0, torch::tensor(ids, torch::kInt64))
                            .unsqueeze(0);
                    for (std::size_t layer = 0; layer < model.blocks.size(); ++layer)
                        states = blockForward(model.config, static_cast<std::int64_t>(layer),
                                              model.blocks[layer], rotary, states);
                    const torch::Tensor logits = torch::matmul(
                        model.matrix, rmsNorm(states[0][-1], model.norm, model.config.normEpsilon));
                    const auto [values, best] = logits.topk(2);
                    if ((values[0] - values[1]).item<double>() < safeMargin)
                        break; // rounding would decide
                    QCOMPARE(token, best[0].item<std::int64_t>());
                    ids.push_back(token);
                    ++compared;
                }
            }
        }
        QVERIFY(compared > 40);
    }

    void comparesWithTheReference() {
        const std::size_t count = m_session->extent("question");
        int differing = 0;
        for (std::size_t lane = 0; lane < 3; ++lane)
            for (std::size_t i = 0; i < count; ++i) {
                const std::vector<std::int32_t> own = tokens(*m_session, lane, i);
                const std::vector<std::int32_t> reference = tokens(*m_session, 0, i);
                std::size_t first = 0;
                while (first < own.size() && first < reference.size() &&
                       own[first] == reference[first])
                    ++first;
                QCOMPARE(array("first_difference").at({lane, i}), double(first));
                QCOMPARE(array("differs").at({lane, i}), own == reference ? 0.0 : 1.0);
                differing += own == reference ? 0 : 1;
                const std::string& token = array("differing_token").strings()[lane * count + i];
                QCOMPARE(token.empty(), first >= own.size());
            }
        QVERIFY(differing > 5);
    }

    void endsAtLineBreaks() {
        const auto tokenizer = Tokenizer::open(demo + "/model");
        const std::size_t count = m_session->extent("question");
        for (std::size_t i = 0; i < 3 * count; ++i) {
            const std::vector<std::int32_t> ids = tokens(*m_session, i / count, i % count);
            const std::string text = tokenizer->decode(ids, true);
            const std::vector<std::int32_t> before(ids.begin(), ids.end() - 1);
            QVERIFY(tokenizer->decode(before, true).find('\n') == std::string::npos);
            QVERIFY(array("prediction").strings()[i].find('\n') == std::string::npos);
            QVERIFY(ids.size() == 12 || text.find('\n') != std::string::npos || ids.back() == 1);
        }
    }

    void goesOnWhereItWasStopped() {
        const PlanOptions plan = options(file("stopped.qscope.h5"));
        std::stop_source stop;
        Job job(
            [&](const Progress& progress) {
                if (progress.stage == "questions, lane rtn")
                    stop.request_stop();
            },
            stop.get_token());
        try {
            runStudy(makePlan(plan), job);
            QFAIL("not stopped");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Interrupted);
        }
        QVERIFY(canResume(plan.output));
        const auto partial = openSession(plan.output);
        QCOMPARE(partial->attributes.at(attribute::lanesAsked), std::string("1"));
        QCOMPARE(tokens(*partial, 0, 3), tokens(*m_session, 0, 3));
        QVERIFY(tokens(*partial, 1, 3).empty());
        std::vector<std::string> stages;
        Job again([&](const Progress& progress) { stages.push_back(progress.stage); });
        resumeStudy(plan.output, again);
        QVERIFY(std::find(stages.begin(), stages.end(), "questions, lane reference") ==
                stages.end());
        QVERIFY(std::find(stages.begin(), stages.end(), "questions, lane rtn") != stages.end());
        const auto whole = openSession(plan.output);
        for (const char* name : {"token_ids", "prediction", "contains_answer", "exact_match",
                                 "first_difference", "choice_log_likelihood"})
            QVERIFY2(whole->require(std::string("/questions/") + name).values == array(name).values,
                     name);
    }

    void refusesRowsThatAreTooLong() {
        PlanOptions plan = options(file("long.qscope.h5"));
        plan.shots = 25;
        plan.answerTokens = 500;
        Job job;
        try {
            estimateStudy(makePlan(plan), job);
            QFAIL("not refused");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Usage);
            QVERIFY(QString(error.what()).contains("was made for 512 at most"));
        }
    }

    void plansKeepWhatWasAsked() {
        PlanOptions asked = options("x.qscope.h5");
        asked.answersField = "possible_answers";
        asked.popularityField = "s_pop";
        asked.questionTemplate = "Q\\n{question}";
        asked.questionCount = "17";
        asked.answerMatch = "exact";
        asked.popularityBucket = 0.25;
        const StudyPlan plan = makePlan(asked);
        QCOMPARE(plan.questions.promptTemplate, std::string("Q\n{question}"));
        QVERIFY(planFromJson(planToJson(plan)) == plan);
        const std::string toml = file("study.toml");
        std::ofstream(toml)
            << "model = \"m\"\ntext = \"t\"\noutput = \"o\"\nquestions = \"q.jsonl\"\n"
            << "answers_field = \"possible_answers\"\npopularity_field = \"s_pop\"\n"
            << "shots = 15\nquestion_template = \"\"\"Q\n{question}\"\"\"\n"
            << "question_count = 17\nanswer_match = \"exact\"\n"
            << "popularity_bucket = 1\nanswer_tokens = 9\n";
        const StudyPlan read = planFromToml(toml);
        QCOMPARE(read.questions.path, file("q.jsonl"));
        QCOMPARE(read.questions.answersField, std::string("possible_answers"));
        QCOMPARE(read.questions.popularityField, std::string("s_pop"));
        QCOMPARE(read.questions.shots, std::int64_t(15));
        QCOMPARE(read.questions.promptTemplate, std::string("Q\n{question}"));
        QCOMPARE(read.questions.questions.value(), std::int64_t(17));
        QVERIFY(read.questions.criterion == AnswerCriterion::Exact);
        QCOMPARE(read.questions.answerTokens, std::int64_t(9));
        for (const auto& [change, word] :
             std::vector<std::pair<std::function<void(PlanOptions&)>, const char*>>{
                 {[](PlanOptions& o) { o.questionTemplate = "none"; }, "--question-template"},
                 {[](PlanOptions& o) { o.shots = -1; }, "--shots"},
                 {[](PlanOptions& o) { o.questionCount = "some"; }, "--question-count"},
                 {[](PlanOptions& o) { o.answerTokens = 0; }, "--answer-tokens"},
                 {[](PlanOptions& o) { o.answerMatch = "near"; }, "criterion"},
                 {[](PlanOptions& o) { o.popularityBucket = 0; }, "--popularity-bucket"}}) {
            PlanOptions wrong = asked;
            change(wrong);
            try {
                makePlan(wrong);
                QFAIL(word);
            } catch (const Error& error) {
                QVERIFY2(QString(error.what()).contains(word), error.what());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAskedQuestions)
#include "test_asked_questions.moc"
