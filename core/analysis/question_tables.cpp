#include "core/analysis/question_answering.h"
#include "core/analysis/questions_report.h"
#include "core/analysis/table_rows.h"

#include <cmath>
#include <utility>

namespace quantscope {

namespace {

using namespace table_columns;

/// Texts of an array of any shape; empty texts where there is none.
Texts textsOf(const SessionView& view, const char* name, std::size_t count) {
    const NamedArray* array = view.session().find(std::string("/questions/") + name);
    const auto* values = array ? std::get_if<Texts>(&array->values) : nullptr;
    Texts texts = values ? *values : Texts{};
    texts.resize(count);
    return texts;
}

Numbers numbersOf(const SessionView& view, const char* name,
                  const std::vector<std::size_t>& leading, std::size_t count) {
    Numbers numbers = view.slice(std::string("/questions/") + name, leading);
    numbers.resize(count, notMeasured);
    return numbers;
}

} // namespace

Table questionsTable(const SessionView& view) {
    TableRows rows({{"question", number},
                    {"record", number},
                    {"popularity", number},
                    {"prompt", text},
                    {"accepted_answers", text},
                    {"lane", text},
                    {"prediction", text},
                    {"correct", number},
                    {"contains_answer", number},
                    {"exact_match", number},
                    {"differs", number},
                    {"first_difference", number},
                    {"token", text},
                    {"reference_token", text}});
    const std::size_t count = view.session().extent("question");
    const std::size_t cells = count * view.lanes().size();
    const Numbers record = numbersOf(view, "record", {}, count);
    const Numbers popularity = numbersOf(view, "popularity", {}, count);
    const Texts prompt = textsOf(view, "prompt", count);
    const Texts answers = textsOf(view, "answers", count);
    const Texts prediction = textsOf(view, "prediction", cells);
    const Texts token = textsOf(view, "differing_token", cells);
    const Texts referenceToken = textsOf(view, "reference_token", cells);
    for (const std::size_t lane : askedLanes(view)) {
        const auto of = [&](const char* name) { return numbersOf(view, name, {lane}, count); };
        Numbers correct = correctAnswers(view, lane);
        correct.resize(count, notMeasured);
        const Numbers contains = of("contains_answer");
        const Numbers exact = of("exact_match");
        const Numbers differs = of("differs");
        const Numbers first = of("first_difference");
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = lane * count + i;
            if (!std::isnan(correct[i]))
                rows.add(i, record[i], popularity[i], prompt[i], answers[i], view.lanes()[lane],
                         prediction[at], correct[i], contains[i], exact[i], differs[i],
                         differs[i] == 1 ? first[i] : notMeasured, token[at], referenceToken[at]);
        }
    }
    return rows.take();
}

Table popularityTable(const SessionView& view) {
    TableRows rows({{"log10_popularity_from", number},
                    {"log10_popularity_to", number},
                    {"lane", text},
                    {"questions", number},
                    {"accuracy", number},
                    {"accuracy_low", number},
                    {"accuracy_high", number},
                    {"drop", number},
                    {"drop_low", number},
                    {"drop_high", number},
                    {"right_to_wrong", number},
                    {"wrong_to_right", number}});
    const std::vector<std::size_t> lanes = askedLanes(view);
    for (const PopularityBucket& bucket : popularityBuckets(view, questionResamples(view)))
        for (std::size_t place = 0; place < lanes.size(); ++place) {
            const RightAndWrong& result = bucket.lanes[place];
            const bool hasLogarithm = std::isfinite(bucket.low);
            rows.add(hasLogarithm ? bucket.low : notMeasured,
                     hasLogarithm ? bucket.high : notMeasured, view.lanes()[lanes[place]],
                     bucket.questions, result.accuracy.value, result.accuracy.low,
                     result.accuracy.high, result.drop.value, result.drop.low, result.drop.high,
                     result.broken.value, result.repaired.value);
        }
    return rows.take();
}

Table choicesTable(const SessionView& view) {
    TableRows rows({{"question", number},
                    {"record", number},
                    {"popularity", number},
                    {"prompt", text},
                    {"lane", text},
                    {"choice", number},
                    {"text", text},
                    {"right", number},
                    {"log_likelihood", number},
                    {"log_likelihood_per_character", number},
                    {"picked", number},
                    {"picked_per_character", number}});
    const std::size_t count = view.session().extent("question");
    const std::size_t choices = view.session().extent("choice");
    const Numbers record = numbersOf(view, "record", {}, count);
    const Numbers popularity = numbersOf(view, "popularity", {}, count);
    const Numbers gold = numbersOf(view, "gold", {}, count);
    const Numbers characters = numbersOf(view, "choice_characters", {}, count * choices);
    const Texts prompt = textsOf(view, "prompt", count);
    const Texts choiceTexts = textsOf(view, "choices", count * choices);
    for (const std::size_t lane : askedLanes(view)) {
        const Numbers sums = numbersOf(view, "choice_log_likelihood", {lane}, count * choices);
        const std::vector<int> picked = pickedChoices(view, lane, false);
        const std::vector<int> normalised = pickedChoices(view, lane, true);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t choice = 0; choice < choices; ++choice) {
                const std::size_t at = i * choices + choice;
                const auto isChoice = [&](double index) {
                    return index == double(choice) ? 1.0 : 0.0;
                };
                if (!std::isnan(sums[at]))
                    rows.add(i, record[i], popularity[i], prompt[i], view.lanes()[lane], choice,
                             choiceTexts[at], isChoice(gold[i]), sums[at],
                             sums[at] / characters[at], isChoice(picked[i]),
                             isChoice(normalised[i]));
            }
    }
    return rows.take();
}

} // namespace quantscope
