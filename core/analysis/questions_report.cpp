#include "core/analysis/questions_report.h"

#include "core/analysis/figures.h"
#include "core/analysis/question_answering.h"
#include "core/analysis/reports.h"
#include "core/data/session_schema.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace quantscope {

namespace {

const std::string harness = "as EleutherAI's lm-evaluation-harness has it";

/// How answers were made and judged, as a sentence.
std::string criterionSentence(const SessionView& view) {
    return fmt::format("{} shots, greedy decoding; right where {}",
                       view.attribute(attribute::shotCount),
                       answerCriterion(view) == "exact"
                           ? "prediction and an accepted answer are equal after SQuAD's "
                             "normalisation (exact match)"
                           : "an accepted answer occurs in the prediction (PopQA's criterion)");
}

std::string resamplingSentence(const Resamples& resamples) {
    return fmt::format("95 % percentile intervals from {} resamples of questions",
                       resamples.count());
}

Figure answersTable(const SessionView& view, const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {"Answers of every lane",
                      criterionSentence(view) +
                          "; flips are paired with the reference, question by question. " +
                          resamplingSentence(resamples),
                      "drop = accuracy of the reference − accuracy of the lane", ""};
    figure.columns = {"lane",
                      "questions",
                      "accuracy",
                      "drop",
                      "right → wrong",
                      "wrong → right",
                      "exact match",
                      "other tokens than the reference",
                      "tokens before the first that differs"};
    for (const LaneAnswers& lane : laneAnswers(view, resamples))
        figure.rows.push_back({lane.lane, double(lane.questions), lane.answers.accuracy,
                               lane.answers.drop, lane.answers.broken, lane.answers.repaired,
                               lane.exact, lane.differs, lane.agreeing});
    return {.name = "answers", .body = std::move(figure)};
}

std::string bucketNote(const PopularityBucket& bucket) {
    return fmt::format("{} questions", bucket.questions);
}

/// Bars of one quantity by popularity. @param lanes  which of the asked lanes, by their place
Figure bucketBars(const SessionView& view, const std::vector<PopularityBucket>& buckets,
                  const std::vector<std::size_t>& lanes, Caption caption,
                  Interval RightAndWrong::*value, const std::string& title) {
    constexpr std::size_t fewQuestions = 10;
    BarsFigure figure;
    figure.caption = std::move(caption);
    figure.valueTitle = title;
    const std::vector<std::size_t> asked = askedLanes(view);
    for (const PopularityBucket& bucket : buckets) {
        BarGroup group;
        group.label = bucketName(bucket);
        for (const std::size_t place : lanes) {
            const std::string& lane = view.lanes()[asked[place]];
            group.bars.push_back({lane, lane, bucket.lanes[place].*value,
                                  bucket.questions < fewQuestions, bucketNote(bucket)});
        }
        figure.groups.push_back(std::move(group));
    }
    return {.name = {}, .body = std::move(figure)};
}

std::vector<std::size_t> placesFrom(std::size_t first, std::size_t count) {
    std::vector<std::size_t> places;
    for (std::size_t place = first; place < count; ++place)
        places.push_back(place);
    return places;
}

const std::string hatching = "; hatched: fewer than 10 questions";

Figure accuracyBars(const SessionView& view, const std::vector<PopularityBucket>& buckets,
                    const Resamples& resamples) {
    Figure figure =
        bucketBars(view, buckets, placesFrom(0, askedLanes(view).size()),
                   {"Accuracy by popularity",
                    "Questions by the logarithm to base 10 of their popularity; " +
                        criterionSentence(view) + ". " + resamplingSentence(resamples) + hatching,
                    "share of right answers in each bucket", paperSource("section 6")},
                   &RightAndWrong::accuracy, "accuracy");
    figure.name = "accuracy-by-popularity";
    return figure;
}

Figure dropBars(const SessionView& view, const std::vector<PopularityBucket>& buckets,
                const std::vector<std::size_t>& lanes, const std::string& of,
                const std::string& where, const Resamples& resamples) {
    Figure figure =
        bucketBars(view, buckets, lanes,
                   {"Accuracy drop by popularity" + of,
                    "Accuracy of the reference less the lane's on the same questions, by the "
                    "logarithm to base 10 of their popularity; " +
                        criterionSentence(view) + ". " + resamplingSentence(resamples) + hatching,
                    "drop(b) = accuracy(reference, b) − accuracy(lane, b)", paperSource(where)},
                   &RightAndWrong::drop, "accuracy drop");
    figure.name = "accuracy-drop-by-popularity";
    figure.reference = 0;
    return figure;
}

Figure agreementCurves(const SessionView& view, const Resamples& resamples) {
    CurveFigure figure;
    figure.caption = {"How long greedy answers stay those of the reference",
                      "Share of the questions whose first n greedy tokens are the reference's; an "
                      "answer that has ended agrees from there on. " +
                          resamplingSentence(resamples),
                      "P(index of the first token that differs ≥ n)", ""};
    figure.xTitle = "tokens n";
    figure.yTitle = "share that agrees";
    for (const TokenAgreement& agreement : tokenAgreement(view, resamples))
        figure.curves.push_back(layerCurve(agreement.lane, agreement.lane, agreement.share));
    return {.name = "token-agreement", .body = std::move(figure)};
}

Figure choicesSummary(const SessionView& view, const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {"Multiple choice by likelihood",
                      fmt::format("{} shots; the lane takes the choice of largest summed "
                                  "log-likelihood, or of largest log-likelihood per character; "
                                  "flips are paired with the reference. ",
                                  view.attribute(attribute::shotCount)) +
                          resamplingSentence(resamples),
                      "argmax Σ log p(token); argmax Σ log p(token) / characters",
                      "acc and acc_norm, " + harness};
    figure.columns = {"lane", "score",         "questions",    "accuracy",
                      "drop", "right → wrong", "wrong → right"};
    for (const LaneChoices& lane : laneChoices(view, resamples))
        for (const auto& [score, result] :
             {std::pair("sum", lane.sum), std::pair("per character", lane.perCharacter)})
            figure.rows.push_back({lane.lane, std::string(score), double(lane.questions),
                                   result.accuracy, result.drop, result.broken, result.repaired});
    return {.name = "choices", .body = std::move(figure)};
}

/// A text of [question] or of [lane, question]; empty where there is none.
std::string textAt(const SessionView& view, const char* name, std::size_t place) {
    const NamedArray* array = view.session().find(std::string("/questions/") + name);
    const auto* texts = array ? std::get_if<std::vector<std::string>>(&array->values) : nullptr;
    return texts && place < texts->size() ? (*texts)[place] : std::string();
}

std::vector<double> ofQuestions(const SessionView& view, const char* name) {
    std::vector<double> values = view.slice(std::string("/questions/") + name, {});
    values.resize(view.session().extent("question"), notMeasured);
    return values;
}

/// Every answered question with what each lane said.
Figure singleAnswers(const SessionView& view) {
    TableFigure figure;
    figure.caption = {"Single questions",
                      "What every lane answered, ✓ right and ✗ wrong; " + criterionSentence(view) +
                          ". In brackets the index of the first greedy token that differs from the "
                          "reference's",
                      "", ""};
    figure.columns = {"question", "popularity", "prompt", "accepted answers"};
    const std::vector<std::size_t> lanes = askedLanes(view);
    const std::size_t count = view.session().extent("question");
    std::vector<std::vector<double>> correct;
    std::vector<std::vector<double>> first;
    std::vector<std::vector<double>> differs;
    for (const std::size_t lane : lanes) {
        figure.columns.push_back(view.lanes()[lane]);
        correct.push_back(correctAnswers(view, lane));
        first.push_back(view.slice("/questions/first_difference", {lane}));
        differs.push_back(view.slice("/questions/differs", {lane}));
        for (auto* values : {&correct.back(), &first.back(), &differs.back()})
            values->resize(count, notMeasured);
    }
    const std::vector<double> popularity = ofQuestions(view, "popularity");
    for (std::size_t question = 0; !lanes.empty() && question < count; ++question) {
        if (std::isnan(correct.front()[question]))
            continue;
        std::vector<TableCell> row = {double(question), popularity[question],
                                      textAt(view, "prompt", question),
                                      textAt(view, "answers", question)};
        for (std::size_t place = 0; place < lanes.size(); ++place) {
            std::string text = correct[place][question] == 1 ? "✓ " : "✗ ";
            text += textAt(view, "prediction", lanes[place] * count + question);
            if (differs[place][question] == 1)
                text += fmt::format(" [{:.0f}]", first[place][question]);
            row.emplace_back(std::move(text));
        }
        figure.rows.push_back(std::move(row));
    }
    return {.name = "single-questions", .body = std::move(figure)};
}

/// Every question with choices and what each lane takes.
Figure singleChoices(const SessionView& view) {
    TableFigure figure;
    figure.caption = {"Single questions with choices",
                      "The choice of largest summed log-likelihood, ✓ right and ✗ wrong; in "
                      "brackets that of largest log-likelihood per character where it is another",
                      "", ""};
    figure.columns = {"question", "popularity", "prompt", "right choice"};
    const std::vector<std::size_t> lanes = askedLanes(view);
    const std::size_t count = view.session().extent("question");
    const std::size_t choices = view.session().extent("choice");
    std::vector<std::vector<int>> bySum;
    std::vector<std::vector<int>> byCharacter;
    for (const std::size_t lane : lanes) {
        figure.columns.push_back(view.lanes()[lane]);
        bySum.push_back(pickedChoices(view, lane, false));
        byCharacter.push_back(pickedChoices(view, lane, true));
    }
    const std::vector<double> popularity = ofQuestions(view, "popularity");
    const std::vector<double> gold = ofQuestions(view, "gold");
    const auto choiceText = [&](std::size_t question, int choice) {
        return textAt(view, "choices", question * choices + static_cast<std::size_t>(choice));
    };
    for (std::size_t question = 0; !lanes.empty() && question < count; ++question) {
        if (bySum.front()[question] < 0 || !(gold[question] >= 0))
            continue;
        const int right = static_cast<int>(gold[question]);
        std::vector<TableCell> row = {double(question), popularity[question],
                                      textAt(view, "prompt", question),
                                      choiceText(question, right)};
        for (std::size_t place = 0; place < lanes.size(); ++place) {
            const int picked = bySum[place][question];
            const int other = byCharacter[place][question];
            std::string text = picked < 0
                                   ? std::string()
                                   : (picked == right ? "✓ " : "✗ ") + choiceText(question, picked);
            if (other >= 0 && other != picked)
                text += fmt::format(" [{}{}]", other == right ? "✓ " : "✗ ",
                                    choiceText(question, other));
            row.emplace_back(std::move(text));
        }
        figure.rows.push_back(std::move(row));
    }
    return {.name = "single-choices", .body = std::move(figure)};
}

} // namespace

Figure popularityDrop(const SessionView& view, const std::string& lane,
                      const Resamples& resamples) {
    const std::vector<std::size_t> asked = askedLanes(view);
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < asked.size(); ++place)
        if (view.lanes()[asked[place]] == lane)
            places.push_back(place);
    return dropBars(
        view, places.empty() ? std::vector<PopularityBucket>{} : popularityBuckets(view, resamples),
        places, ", " + lane, "figures 5 and 17 to 19", resamples);
}

std::vector<Figure> questionFigures(const SessionView& view) {
    if (askedLanes(view).empty())
        return {};
    const Resamples resamples = questionResamples(view);
    const std::vector<PopularityBucket> buckets = popularityBuckets(view, resamples);
    return {answersTable(view, resamples),
            accuracyBars(view, buckets, resamples),
            dropBars(view, buckets, placesFrom(1, askedLanes(view).size()), "",
                     "figures 5 and 17 to 19", resamples),
            choicesSummary(view, resamples),
            agreementCurves(view, resamples),
            singleAnswers(view),
            singleChoices(view)};
}

} // namespace quantscope
