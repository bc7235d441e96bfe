#include "core/data/error.h"
#include "core/dataset/questions.h"
#include "core/dataset/sampling.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view betweenShots = "\n\n";

/// Ids of texts as lanes read them: after the start token, where there is one.
class RowEncoder {
public:
    explicit RowEncoder(const Tokenizer& tokenizer) : m_tokenizer(tokenizer) {}

    std::vector<std::int32_t> encode(const std::string& text) const {
        std::vector<std::int32_t> ids = m_tokenizer.encode(text, false);
        if (const auto start = m_tokenizer.startToken())
            ids.insert(ids.begin(), *start);
        return ids;
    }

    /// White space at the end of a prompt is the continuation's, since it decides its first id.
    Continuation continuation(std::string prompt, const std::string& choice) const {
        const std::size_t last = prompt.find_last_not_of(blanks);
        const std::size_t kept = last == std::string::npos ? 0 : last + 1;
        const std::string gap = kept < prompt.size() ? prompt.substr(kept) : " ";
        prompt.resize(kept);
        Continuation row;
        row.ids = encode(prompt + gap + choice);
        row.start = std::min(static_cast<std::int64_t>(encode(prompt).size()),
                             static_cast<std::int64_t>(row.ids.size()) - 1);
        row.start = std::max<std::int64_t>(row.start, 1); // something has to come before
        for (std::size_t at = 0; at < choice.size(); at += characterLength(choice, at))
            ++row.characters;
        return row;
    }

private:
    const Tokenizer& m_tokenizer;
};

std::string promptOf(const std::string& promptTemplate, const std::string& question) {
    std::string prompt = promptTemplate;
    prompt.replace(prompt.find(questionPlaceholder), questionPlaceholder.size(), question);
    return prompt;
}

std::string shotOf(const std::string& prompt, const std::string& answer) {
    const bool hasGap = !prompt.empty() && blanks.find(prompt.back()) != std::string_view::npos;
    std::string shot = prompt;
    shot += hasGap ? "" : " ";
    shot += answer;
    shot += betweenShots;
    return shot;
}

/// The first questions of the order that can show what is asked for; each is marked as used.
std::vector<std::size_t> drawShots(const std::vector<Question>& all,
                                   const std::vector<std::size_t>& order, std::int64_t count,
                                   bool (*canShow)(const Question&),
                                   std::vector<std::uint8_t>& used) {
    std::vector<std::size_t> shots;
    for (const std::size_t index : order) {
        if (static_cast<std::int64_t>(shots.size()) == count)
            break;
        if (canShow(all[index]))
            shots.push_back(index);
    }
    for (const std::size_t index : shots)
        used[index] = 1;
    return shots;
}

bool hasAnswers(const Question& question) { return !question.answers.empty(); }
bool hasChoices(const Question& question) { return !question.choices.empty(); }

} // namespace

PreparedQuestions prepareQuestions(std::vector<Question> all, const Tokenizer& tokenizer,
                                   const QuestionOptions& options, std::uint64_t seed, Job& job) {
    job.progress("reading questions", 0, 1);
    // A stream of its own: the same seed must not draw the same places twice.
    constexpr std::uint64_t questionStream = 0xA45CED00000001ull;
    const std::vector<std::size_t> order =
        shuffledIndices(all.size(), SplitMix64(seed ^ questionStream).next());
    std::vector<std::uint8_t> used(all.size(), 0);
    const std::vector<std::size_t> answerShots =
        drawShots(all, order, options.shots, hasAnswers, used);
    const std::vector<std::size_t> choiceShots =
        drawShots(all, order, options.shots, hasChoices, used);
    std::vector<std::size_t> asked;
    for (const std::size_t index : order)
        if (!used[index])
            asked.push_back(index);
    if (asked.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the file holds {} questions, and all are shown as shots, so "
                                "none is left to ask. Take fewer --shots or more questions.",
                                options.path, all.size()));
    if (options.questions && static_cast<std::size_t>(*options.questions) < asked.size())
        asked.resize(static_cast<std::size_t>(*options.questions));
    std::sort(asked.begin(), asked.end());

    PreparedQuestions prepared;
    for (const std::size_t index : answerShots)
        prepared.answerShots +=
            shotOf(promptOf(options.promptTemplate, all[index].text), all[index].answers.front());
    for (const std::size_t index : choiceShots)
        prepared.choiceShots +=
            shotOf(promptOf(options.promptTemplate, all[index].text),
                   all[index].choices[static_cast<std::size_t>(all[index].gold)]);
    const RowEncoder encoder(tokenizer);
    for (const std::size_t index : asked) {
        job.throwIfStopped();
        Question& question = all[index];
        const std::string prompt = promptOf(options.promptTemplate, question.text);
        std::vector<std::int32_t> ids;
        if (hasAnswers(question))
            ids = encoder.encode(prepared.answerShots + prompt);
        std::vector<Continuation> continuations;
        for (const std::string& choice : question.choices)
            continuations.push_back(encoder.continuation(prepared.choiceShots + prompt, choice));
        prepared.prompts.push_back(prompt);
        prepared.promptIds.push_back(std::move(ids));
        prepared.continuations.push_back(std::move(continuations));
        prepared.questions.push_back(std::move(question));
    }
    return prepared;
}

} // namespace quantscope
