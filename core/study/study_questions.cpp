#include "core/study/study_questions.h"

#include "core/checkpoint/end_tokens.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/cached_lane.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace quantscope {

namespace {

/// Rows without their common beginning. @param most  ids of each that may be shared
SharedRows shareBeginning(const std::vector<const std::vector<std::int32_t>*>& rows,
                          const std::vector<std::int64_t>& most) {
    SharedRows shared;
    if (rows.empty())
        return shared;
    const std::size_t common = commonPrefix(rows, most);
    const auto end = [common](const std::vector<std::int32_t>& row) {
        return row.begin() + static_cast<std::ptrdiff_t>(common);
    };
    shared.prefix.assign(rows.front()->begin(), end(*rows.front()));
    for (const std::vector<std::int32_t>* row : rows) {
        shared.own.emplace_back(end(*row), row->end());
        shared.longest =
            std::max(shared.longest, static_cast<std::int64_t>(shared.own.back().size()));
    }
    return shared;
}

std::string trimmed(const std::string& text) {
    constexpr const char* blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string asJsonList(const std::vector<std::string>& texts) {
    return texts.empty() ? std::string() : nlohmann::json(texts).dump();
}

std::size_t mostChoices(const AskedQuestions& questions) {
    std::size_t most = 0;
    for (const Question& question : questions.prepared.questions)
        most = std::max(most, question.choices.size());
    return most;
}

bool anyIsAnswered(const AskedQuestions& questions) {
    const auto& prompts = questions.prepared.promptIds;
    return std::any_of(prompts.begin(), prompts.end(),
                       [](const auto& ids) { return !ids.empty(); });
}

/// What stands before the first line break.
std::string answerText(const std::string& decoded) {
    return trimmed(decoded.substr(0, decoded.find('\n')));
}

} // namespace

AskedQuestions loadQuestions(const StudyPlan& plan, const StudyInputs& inputs, Job& job) {
    AskedQuestions asked;
    if (!plan.questions.asked())
        return asked;
    asked.prepared = prepareQuestions(readQuestions(plan.questions), *inputs.tokenizer,
                                      plan.questions, plan.seed, job);
    asked.endTokens = endTokens(plan.modelPath);
    asked.hash = fileHash(plan.questions.path);
    const ModelConfig& config = inputs.checkpoint->config();
    const bool stretches = config.ropeScaling.kind == RopeScaling::Kind::Dynamic;
    for (std::size_t i = 0; i < asked.prepared.questions.size(); ++i) {
        const auto answered = static_cast<std::int64_t>(asked.prepared.promptIds[i].size());
        std::int64_t longest = answered > 0 ? answered + plan.questions.answerTokens : 0;
        for (const Continuation& choice : asked.prepared.continuations[i])
            longest = std::max(longest, static_cast<std::int64_t>(choice.ids.size()));
        asked.positions = std::max(asked.positions, longest);
        if (config.maxPositions > 0 && longest > config.maxPositions && !stretches)
            throw Error(ErrorKind::Usage,
                        fmt::format("{}: record {} makes {} ids with its shots and answer, but {} "
                                    "was made for {} at most (max_position_embeddings). Take fewer "
                                    "--shots, shorter answers or shorter questions.",
                                    plan.questions.path, asked.prepared.questions[i].record + 1,
                                    longest, plan.modelPath, config.maxPositions));
    }
    return asked;
}

SharedRows answerRows(const AskedQuestions& questions, std::vector<std::size_t>& which) {
    std::vector<const std::vector<std::int32_t>*> rows;
    std::vector<std::int64_t> most;
    which.clear();
    for (std::size_t i = 0; i < questions.prepared.promptIds.size(); ++i) {
        const std::vector<std::int32_t>& ids = questions.prepared.promptIds[i];
        if (ids.empty())
            continue;
        which.push_back(i);
        rows.push_back(&ids);
        most.push_back(static_cast<std::int64_t>(ids.size()) - 1); // each reads one of its own
    }
    return shareBeginning(rows, most);
}

SharedRows choiceRows(const AskedQuestions& questions, std::vector<std::int64_t>& starts) {
    std::vector<const std::vector<std::int32_t>*> rows;
    std::vector<std::int64_t> most;
    for (const std::vector<Continuation>& choices : questions.prepared.continuations)
        for (const Continuation& choice : choices) {
            rows.push_back(&choice.ids);
            most.push_back(choice.start - 1); // the state before the first weighed one is needed
        }
    SharedRows shared = shareBeginning(rows, most);
    starts.clear();
    for (const std::vector<Continuation>& choices : questions.prepared.continuations)
        for (const Continuation& choice : choices)
            starts.push_back(choice.start - static_cast<std::int64_t>(shared.prefix.size()));
    return shared;
}

QuestionSizes questionSizes(const StudyPlan& plan, const AskedQuestions& questions) {
    QuestionSizes sizes;
    std::vector<std::size_t> which;
    std::vector<std::int64_t> starts;
    const SharedRows answers = answerRows(questions, which);
    const SharedRows choices = choiceRows(questions, starts);
    for (const SharedRows* rows : {&answers, &choices}) {
        const std::int64_t extra = rows == &answers ? plan.questions.answerTokens : 0;
        if (rows->own.empty())
            continue;
        sizes.rows = std::max(sizes.rows, static_cast<std::int64_t>(rows->own.size()));
        sizes.prefix = std::max(sizes.prefix, static_cast<std::int64_t>(rows->prefix.size()));
        sizes.longest = std::max(sizes.longest, rows->longest + extra);
        sizes.tokens += double(rows->prefix.size());
        for (const std::vector<std::int32_t>& row : rows->own)
            sizes.tokens += double(row.size());
    }
    sizes.answered = static_cast<std::int64_t>(which.size());
    sizes.steps = which.empty() ? 0 : plan.questions.answerTokens;
    return sizes;
}

SessionData questionsHead(const StudyPlan& plan, const AskedQuestions& asked) {
    SessionData head;
    const std::vector<Question>& questions = asked.prepared.questions;
    if (questions.empty())
        return head;
    const std::size_t count = questions.size();
    const std::size_t choices = mostChoices(asked);
    head.arrays.emplace("/question", makeSessionIndex("/question", count));
    const auto numbers = [&](const std::string& path, const auto& of) {
        NamedArray array = makeSessionArray(path, {count});
        std::visit(
            [&](auto& values) {
                using Value = typename std::decay_t<decltype(values)>::value_type;
                for (std::size_t i = 0; i < count; ++i)
                    if constexpr (!std::is_same_v<Value, std::string>)
                        values[i] = static_cast<Value>(of(questions[i]));
            },
            array.values);
        head.arrays.emplace(path, std::move(array));
    };
    const auto texts = [&](const std::string& path, const auto& of) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < count; ++i)
            values.push_back(of(i));
        head.arrays.emplace(path, makeSessionText(path, std::move(values)));
    };
    numbers("/questions/record", [](const Question& question) { return question.record; });
    texts("/questions/text", [&](std::size_t i) { return questions[i].text; });
    texts("/questions/prompt", [&](std::size_t i) { return asked.prepared.prompts[i]; });
    if (questions.front().popularity)
        numbers("/questions/popularity",
                [](const Question& question) { return *question.popularity; });
    if (anyIsAnswered(asked)) {
        texts("/questions/answers",
              [&](std::size_t i) { return asJsonList(questions[i].answers); });
        const auto tokens = static_cast<std::size_t>(plan.questions.answerTokens);
        head.arrays.emplace("/answer_token", makeSessionIndex("/answer_token", tokens));
    }
    if (choices > 0) {
        head.arrays.emplace("/choice", makeSessionIndex("/choice", choices));
        NamedArray choiceTexts = makeSessionArray("/questions/choices", {count, choices});
        auto& textValues = std::get<std::vector<std::string>>(choiceTexts.values);
        for (std::size_t i = 0; i < count; ++i)
            std::copy(questions[i].choices.begin(), questions[i].choices.end(),
                      textValues.begin() + static_cast<std::ptrdiff_t>(i * choices));
        head.arrays.emplace("/questions/choices", std::move(choiceTexts));
        numbers("/questions/gold", [](const Question& question) { return question.gold; });
        NamedArray characters = makeSessionArray("/questions/choice_characters", {count, choices});
        auto& values = std::get<std::vector<std::int32_t>>(characters.values);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t c = 0; c < questions[i].choices.size(); ++c)
                values[i * choices + c] =
                    static_cast<std::int32_t>(asked.prepared.continuations[i][c].characters);
        head.arrays.emplace("/questions/choice_characters", std::move(characters));
    }
    head.attributes[attribute::questionSource] = plan.questions.path;
    head.attributes[attribute::questionHash] = asked.hash;
    head.attributes[attribute::questionCriterion] = answerCriterionName(plan.questions.criterion);
    head.attributes[attribute::bucketWidth] = fmt::format("{}", plan.questions.bucketWidth);
    head.attributes[attribute::shotCount] = std::to_string(plan.questions.shots);
    head.attributes[attribute::answerShots] = asked.prepared.answerShots;
    head.attributes[attribute::choiceShots] = asked.prepared.choiceShots;
    return head;
}

QuestionResults::QuestionResults(const StudyPlan& plan, const StudyInputs& inputs,
                                 std::size_t lanes)
    : m_questions(inputs.questions)
    , m_tokenizer(*inputs.tokenizer)
    , m_count(inputs.questions.prepared.questions.size())
    , m_longest(static_cast<std::size_t>(plan.questions.answerTokens))
    , m_choices(mostChoices(inputs.questions)) {
    const auto add = [this](const char* path, std::vector<std::size_t> shape) {
        m_data.arrays.emplace(path, makeSessionArray(path, std::move(shape)));
    };
    if (anyIsAnswered(m_questions)) {
        for (const char* path :
             {"/questions/prediction", "/questions/contains_answer", "/questions/exact_match",
              "/questions/first_difference", "/questions/differs", "/questions/differing_token",
              "/questions/reference_token"})
            add(path, {lanes, m_count});
        add("/questions/token_ids", {lanes, m_count, m_longest});
    }
    if (m_choices > 0)
        add("/questions/choice_log_likelihood", {lanes, m_count, m_choices});
}

void QuestionResults::restore(const SessionData& part) {
    const auto asked = part.attributes.find(attribute::lanesAsked);
    if (asked == part.attributes.end())
        return;
    std::size_t lanes = 0;
    std::from_chars(asked->second.data(), asked->second.data() + asked->second.size(), lanes);
    for (auto& [path, array] : m_data.arrays) {
        const NamedArray* before = part.find(path);
        if (!before || before->shape != array.shape ||
            before->values.index() != array.values.index())
            return; // of another program: everything is asked again
    }
    for (auto& [path, array] : m_data.arrays)
        array.values = part.require(path).values;
    m_lanesAsked = lanes;
}

NamedArray& QuestionResults::array(const char* name) {
    return m_data.arrays.at(std::string("/questions/") + name);
}

bool QuestionResults::isFinished(const std::vector<std::int32_t>& tokens) const {
    const std::vector<std::int32_t>& ends = m_questions.endTokens;
    if (std::find(ends.begin(), ends.end(), tokens.back()) != ends.end())
        return true;
    return m_tokenizer.decode(tokens, true).find('\n') != std::string::npos;
}

std::vector<std::int32_t> QuestionResults::referenceTokens(std::size_t question) const {
    const auto& all =
        std::get<std::vector<std::int32_t>>(m_data.require("/questions/token_ids").values);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(question * m_longest);
    const auto end = begin + static_cast<std::ptrdiff_t>(m_longest);
    return {begin, std::find(begin, end, NamedArray::integerFill)};
}

/// Where a lane's greedy tokens leave the reference's.
void QuestionResults::compare(std::size_t lane, std::size_t question,
                              const std::vector<std::int32_t>& tokens) {
    const std::vector<std::int32_t> reference = referenceTokens(question);
    const auto [own, other] =
        std::mismatch(tokens.begin(), tokens.end(), reference.begin(), reference.end());
    const std::size_t at = lane * m_count + question;
    const bool differs = own != tokens.end() || other != reference.end();
    std::get<std::vector<std::int32_t>>(array("first_difference").values)[at] =
        static_cast<std::int32_t>(own - tokens.begin());
    std::get<std::vector<std::uint8_t>>(array("differs").values)[at] = differs ? 1 : 0;
    const auto piece = [&](bool has, std::int32_t id) {
        return has ? m_tokenizer.piece(id) : std::string();
    };
    std::get<std::vector<std::string>>(array("differing_token").values)[at] =
        piece(own != tokens.end(), own != tokens.end() ? *own : 0);
    std::get<std::vector<std::string>>(array("reference_token").values)[at] =
        piece(other != reference.end(), other != reference.end() ? *other : 0);
}

void QuestionResults::addAnswer(std::size_t lane, std::size_t question,
                                const std::vector<std::int32_t>& tokens) {
    const std::size_t at = lane * m_count + question;
    auto& ids = std::get<std::vector<std::int32_t>>(array("token_ids").values);
    std::copy(tokens.begin(), tokens.end(),
              ids.begin() + static_cast<std::ptrdiff_t>(at * m_longest));
    const std::string prediction = answerText(m_tokenizer.decode(tokens, true));
    const std::vector<std::string>& accepted = m_questions.prepared.questions[question].answers;
    const auto matches = [&](AnswerCriterion criterion) {
        return matchesAnswer(criterion, prediction, accepted) ? std::uint8_t{1} : std::uint8_t{0};
    };
    std::get<std::vector<std::uint8_t>>(array("contains_answer").values)[at] =
        matches(AnswerCriterion::Contains);
    std::get<std::vector<std::uint8_t>>(array("exact_match").values)[at] =
        matches(AnswerCriterion::Exact);
    std::get<std::vector<std::string>>(array("prediction").values)[at] = prediction;
    compare(lane, question, tokens);
}

void QuestionResults::addLane(const std::vector<std::vector<std::int32_t>>& answers,
                              const std::vector<double>& logLikelihoods) {
    const std::size_t lane = m_lanesAsked++;
    std::size_t row = 0;
    for (std::size_t question = 0; question < m_count; ++question)
        if (!m_questions.prepared.promptIds[question].empty())
            addAnswer(lane, question, answers[row++]);
    row = 0;
    for (std::size_t question = 0; question < m_count; ++question)
        for (std::size_t c = 0; c < m_questions.prepared.continuations[question].size(); ++c)
            std::get<std::vector<double>>(
                array("choice_log_likelihood")
                    .values)[(lane * m_count + question) * m_choices + c] = logLikelihoods[row++];
}

SessionData QuestionResults::part() const {
    SessionData part = m_data;
    part.attributes[attribute::lanesAsked] = std::to_string(m_lanesAsked);
    return part;
}

} // namespace quantscope
