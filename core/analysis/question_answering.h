#pragma once

#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

// How the lanes of a session behave: how they answer its questions. Intervals are percentile intervals from
// resamples of questions; every difference to the reference is paired, question by question.

/// Resamples of questions, as the session's options say.
Resamples questionResamples(const SessionView& view);

/// Right and wrong of one lane beside the reference's, as shares of the questions.
struct RightAndWrong {
    Interval accuracy;
    Interval drop;     ///< accuracy of the reference less the lane's
    Interval broken;   ///< right in the reference, wrong in the lane
    Interval repaired; ///< wrong in the reference, right in the lane
};

/// A lane's greedy answers.
struct LaneAnswers {
    std::string lane;
    std::size_t questions = 0; ///< with accepted answers
    RightAndWrong answers;     ///< by the study's criterion
    Interval exact;            ///< exact match, SQuAD's normalisation
    Interval differs;          ///< share whose greedy tokens are not the reference's
    Interval agreeing;         ///< mean number of tokens before the first that differs, of those
};
/// The reference first; empty where no question has accepted answers.
std::vector<LaneAnswers> laneAnswers(const SessionView& view, const Resamples& resamples);

/// Questions of like popularity, width × [k, k + 1) of its logarithm to base 10.
struct PopularityBucket {
    double low = 0;  ///< log10; −∞ for popularities that have no logarithm
    double high = 0; ///< log10
    std::size_t questions = 0;
    std::vector<RightAndWrong> lanes; ///< as laneAnswers
};
/// From the least popular up; empty without popularities or answers.
std::vector<PopularityBucket> popularityBuckets(const SessionView& view,
                                                const Resamples& resamples);
/// "10² to 10³", or "0 and below".
std::string bucketName(const PopularityBucket& bucket);

/// How many of a lane's first tokens are the reference's.
struct TokenAgreement {
    std::string lane;
    std::vector<Interval> share; ///< of the questions whose first n tokens agree, n from 0
};
std::vector<TokenAgreement> tokenAgreement(const SessionView& view, const Resamples& resamples);

/// A lane's choices.
struct LaneChoices {
    std::string lane;
    std::size_t questions = 0;  ///< with choices
    RightAndWrong sum;          ///< the choice of largest log-likelihood
    RightAndWrong perCharacter; ///< the choice of largest log-likelihood per character
};
/// The reference first; empty where no question has choices.
std::vector<LaneChoices> laneChoices(const SessionView& view, const Resamples& resamples);

/// Which choice a lane takes, by question; −1 where there are none or it was not asked. Of equal
/// ones the first.
std::vector<int> pickedChoices(const SessionView& view, std::size_t lane, bool perCharacter);

/// 1 and 0 by question, NaN where a lane was not asked; by the study's criterion.
std::vector<double> correctAnswers(const SessionView& view, std::size_t lane);

/// "contains" or "exact".
std::string answerCriterion(const SessionView& view);

/// Of the study's own examples: position of the first token of each whose greedy prediction, given
/// the example so far, is not the reference's; NaN where there is none. Empty where it was not
/// measured.
std::vector<double> firstDifferences(const SessionView& view, const std::string& lane);

/// Lanes that were asked, by index; the reference first.
std::vector<std::size_t> askedLanes(const SessionView& view);

} // namespace quantscope
