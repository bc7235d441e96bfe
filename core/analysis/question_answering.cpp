#include "core/analysis/question_answering.h"

#include "core/analysis/resampled_sums.h"
#include "core/data/array_source.h"
#include "core/data/session_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

std::size_t questionCount(const SessionView& view) { return view.session().extent("question"); }

/// Values by question of an array [lane, question]; empty where there is none.
std::vector<double> byQuestion(const SessionView& view, const char* name, std::size_t lane) {
    std::vector<double> values = view.slice(std::string("/questions/") + name, {lane});
    return values.size() == questionCount(view) ? values : std::vector<double>{};
}

/// A lane beside the reference where `among` is 1.
struct Comparison {
    const std::vector<double>& reference;
    const std::vector<double>& lane;
    const std::vector<double>& among;
};

/// All at once: the resamples are the same, and drawing them is what takes time.
std::vector<RightAndWrong> compare(const std::vector<Comparison>& comparisons,
                                   const Resamples& resamples) {
    enum Column { Asked, Reference, Lane, Broken, Repaired, ColumnCount };
    std::vector<std::vector<double>> columns;
    for (const Comparison& one : comparisons) {
        const std::size_t first = columns.size();
        columns.resize(first + ColumnCount, std::vector<double>(one.among.size(), 0));
        for (std::size_t i = 0; i < one.among.size(); ++i) {
            if (one.among[i] != 1 || std::isnan(one.lane[i]) || std::isnan(one.reference[i]))
                continue;
            columns[first + Asked][i] = 1;
            columns[first + Reference][i] = one.reference[i];
            columns[first + Lane][i] = one.lane[i];
            columns[first + Broken][i] = one.reference[i] == 1 && one.lane[i] == 0 ? 1 : 0;
            columns[first + Repaired][i] = one.reference[i] == 0 && one.lane[i] == 1 ? 1 : 0;
        }
    }
    const ResampledSums sums(resamples, columns);
    std::vector<RightAndWrong> results;
    for (std::size_t first = 0; first < columns.size(); first += ColumnCount) {
        const auto share = [&](Column plus, std::optional<Column> minus = {}) {
            return sums.interval([&](std::span<const double> sum) {
                const double less = minus ? sum[first + *minus] : 0;
                return sum[first + Asked] > 0 ? (sum[first + plus] - less) / sum[first + Asked]
                                              : notMeasured;
            });
        };
        results.push_back({share(Lane), share(Reference, Lane), share(Broken), share(Repaired)});
    }
    return results;
}

/// 1 where a value was measured.
std::vector<double> measured(const std::vector<double>& values) {
    std::vector<double> among(values.size());
    std::transform(values.begin(), values.end(), among.begin(),
                   [](double value) { return std::isnan(value) ? 0.0 : 1.0; });
    return among;
}

std::size_t countOf(const std::vector<double>& among) {
    return static_cast<std::size_t>(std::accumulate(among.begin(), among.end(), 0.0));
}

/// Which bucket each question is in; nothing for questions without a popularity. The bucket of
/// what has no logarithm is the lowest.
std::map<std::int64_t, std::vector<double>> bucketMembers(const std::vector<double>& popularity,
                                                          double width) {
    std::map<std::int64_t, std::vector<double>> members;
    for (std::size_t i = 0; i < popularity.size(); ++i) {
        if (!std::isfinite(popularity[i]))
            continue;
        const bool hasLogarithm = popularity[i] > 0;
        // A little room, so that 1000 is in the bucket from 3 whatever the logarithm rounds to.
        const double place = std::log10(popularity[i]) / width + 1e-9;
        const std::int64_t bucket =
            hasLogarithm ? static_cast<std::int64_t>(std::floor(place)) : INT64_MIN;
        members.try_emplace(bucket, popularity.size(), 0.0).first->second[i] = 1;
    }
    return members;
}

std::vector<double> choiceCorrect(const SessionView& view, std::size_t lane, bool perCharacter) {
    const std::vector<int> picked = pickedChoices(view, lane, perCharacter);
    const std::vector<std::int32_t> gold = view.integers("/questions/gold");
    std::vector<double> correct(picked.size(), notMeasured);
    for (std::size_t i = 0; i < picked.size() && i < gold.size(); ++i)
        if (picked[i] >= 0)
            correct[i] = picked[i] == gold[i] ? 1 : 0;
    return correct;
}

} // namespace

Resamples questionResamples(const SessionView& view) {
    std::vector<std::int32_t> units(questionCount(view));
    std::iota(units.begin(), units.end(), 0);
    // As many as a second or so allows for one comparison of every lane.
    constexpr std::size_t columnsOfLane = 5;
    const std::size_t count = affordableResamples(view.resampleCount(), units.size(),
                                                  columnsOfLane * view.lanes().size());
    return Resamples(units, count, view.analysisSeed());
}

std::string answerCriterion(const SessionView& view) {
    return view.attribute(attribute::questionCriterion) == "exact" ? "exact" : "contains";
}

std::vector<std::size_t> askedLanes(const SessionView& view) {
    const auto asked = view.number(attribute::lanesAsked).value_or(0);
    std::vector<std::size_t> lanes;
    for (std::size_t lane = 0; lane < view.lanes().size() && double(lane) < asked; ++lane)
        lanes.push_back(lane);
    return lanes;
}

std::vector<double> correctAnswers(const SessionView& view, std::size_t lane) {
    return byQuestion(view, answerCriterion(view) == "exact" ? "exact_match" : "contains_answer",
                      lane);
}

std::vector<LaneAnswers> laneAnswers(const SessionView& view, const Resamples& resamples) {
    std::vector<LaneAnswers> all;
    for (const std::size_t lane : askedLanes(view)) {
        const std::vector<double> reference = correctAnswers(view, 0);
        const std::vector<double> correct = correctAnswers(view, lane);
        if (correct.empty())
            return {};
        LaneAnswers& answers = all.emplace_back();
        const std::vector<double> among = measured(correct);
        answers.lane = view.lanes()[lane];
        answers.questions = countOf(among);
        answers.answers = compare({{reference, correct, among}}, resamples).front();
        answers.exact = meanInterval(byQuestion(view, "exact_match", lane), resamples);
        const std::vector<double> differs = byQuestion(view, "differs", lane);
        answers.differs = meanInterval(differs, resamples);
        std::vector<double> first = byQuestion(view, "first_difference", lane);
        for (std::size_t i = 0; i < first.size() && i < differs.size(); ++i)
            if (differs[i] != 1)
                first[i] = notMeasured;
        answers.agreeing = meanInterval(first, resamples);
    }
    return all;
}

std::vector<PopularityBucket> popularityBuckets(const SessionView& view,
                                                const Resamples& resamples) {
    const std::vector<double> popularity = view.slice("/questions/popularity", {});
    const std::vector<std::size_t> lanes = askedLanes(view);
    if (popularity.size() != questionCount(view) || lanes.empty())
        return {};
    const std::vector<double> reference = correctAnswers(view, 0);
    if (reference.empty())
        return {};
    double width = view.number(attribute::bucketWidth).value_or(1);
    if (!(width >= 0.01 && width <= 10)) // a session may say anything
        width = 1;
    std::vector<double> known = popularity;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (std::isnan(reference[i])) // weighed alone, not answered
            known[i] = notMeasured;
    std::vector<std::vector<double>> correct;
    for (const std::size_t lane : lanes)
        correct.push_back(correctAnswers(view, lane));
    const std::map<std::int64_t, std::vector<double>> members = bucketMembers(known, width);
    std::vector<Comparison> comparisons;
    for (const auto& [place, among] : members)
        for (const std::vector<double>& lane : correct)
            comparisons.push_back({reference, lane, among});
    const std::vector<RightAndWrong> results = compare(comparisons, resamples);
    std::vector<PopularityBucket> buckets;
    for (const auto& [place, among] : members) {
        const auto first =
            results.begin() + static_cast<std::ptrdiff_t>(buckets.size() * lanes.size());
        PopularityBucket& bucket = buckets.emplace_back();
        const bool hasLogarithm = place != INT64_MIN;
        bucket.low = hasLogarithm ? double(place) * width : -INFINITY;
        bucket.high = hasLogarithm ? double(place + 1) * width : -INFINITY;
        bucket.questions = countOf(among);
        bucket.lanes.assign(first, first + static_cast<std::ptrdiff_t>(lanes.size()));
    }
    return buckets;
}

std::string bucketName(const PopularityBucket& bucket) {
    return std::isfinite(bucket.low) ? fmt::format("{:g} to {:g}", bucket.low, bucket.high)
                                     : "0 and below";
}

std::vector<TokenAgreement> tokenAgreement(const SessionView& view, const Resamples& resamples) {
    std::vector<TokenAgreement> all;
    for (const std::size_t lane : askedLanes(view)) {
        const std::vector<double> first = byQuestion(view, "first_difference", lane);
        const std::vector<double> differs = byQuestion(view, "differs", lane);
        if (lane == 0 || first.empty() || differs.empty())
            continue;
        TokenAgreement& agreement = all.emplace_back();
        agreement.lane = view.lanes()[lane];
        double longest = 0;
        for (const double index : first)
            longest = std::isnan(index) ? longest : std::max(longest, index);
        for (double tokens = 0; tokens <= longest + 1; ++tokens) {
            std::vector<double> agrees(first.size(), notMeasured);
            for (std::size_t i = 0; i < first.size(); ++i)
                if (!std::isnan(first[i]))
                    agrees[i] = differs[i] == 0 || first[i] >= tokens ? 1 : 0;
            agreement.share.push_back(meanInterval(agrees, resamples));
        }
    }
    return all;
}

std::vector<int> pickedChoices(const SessionView& view, std::size_t lane, bool perCharacter) {
    const std::size_t questions = questionCount(view);
    const std::size_t choices = view.session().extent("choice");
    const std::vector<double> sums = view.slice("/questions/choice_log_likelihood", {lane});
    const std::vector<double> characters = view.slice("/questions/choice_characters", {});
    std::vector<int> picked(questions, -1);
    if (sums.size() != questions * choices || characters.size() != sums.size())
        return picked;
    for (std::size_t question = 0; question < questions; ++question) {
        double best = -INFINITY;
        for (std::size_t choice = 0; choice < choices; ++choice) {
            const std::size_t at = question * choices + choice;
            const double score = perCharacter ? sums[at] / characters[at] : sums[at];
            if (score > best) { // never for what is not a number
                best = score;
                picked[question] = static_cast<int>(choice);
            }
        }
    }
    return picked;
}

std::vector<LaneChoices> laneChoices(const SessionView& view, const Resamples& resamples) {
    std::vector<LaneChoices> all;
    if (!findLayout(view.session(), "/questions/choice_log_likelihood"))
        return all;
    for (const std::size_t lane : askedLanes(view)) {
        LaneChoices& choices = all.emplace_back();
        choices.lane = view.lanes()[lane];
        for (const bool perCharacter : {false, true}) {
            const std::vector<double> reference = choiceCorrect(view, 0, perCharacter);
            const std::vector<double> correct = choiceCorrect(view, lane, perCharacter);
            const std::vector<double> among = measured(correct);
            choices.questions = countOf(among);
            (perCharacter ? choices.perCharacter : choices.sum) =
                compare({{reference, correct, among}}, resamples).front();
        }
    }
    return all;
}

std::vector<double> firstDifferences(const SessionView& view, const std::string& lane) {
    const NamedArray* agrees = findLayout(view.session(), "/output/top1_agrees");
    const auto index = view.laneIndex(lane);
    if (!index || !agrees || agrees->shape.size() != 3 || agrees->shape[1] != view.examples())
        return {};
    const std::size_t positions = agrees->shape[2];
    const std::vector<double> flags = view.slice("/output/top1_agrees", {*index});
    if (flags.size() != view.examples() * positions)
        return {};
    std::vector<double> first(view.examples(), notMeasured);
    for (std::size_t example = 0; example < view.examples(); ++example) {
        const auto begin = flags.begin() + static_cast<std::ptrdiff_t>(example * positions);
        const auto end = begin + static_cast<std::ptrdiff_t>(positions);
        if (const auto found = std::find(begin, end, 0.0); found != end)
            first[example] = static_cast<double>(found - begin);
    }
    return first;
}

} // namespace quantscope
