#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// Which of an example's predicted tokens count, by their position t = 1 … T.
enum class TokenHalf { Odd, Even, First, Second };

/// Mean NLL of each example over half of its tokens (the first half of T tokens is the first
/// ⌊T/2⌋); NaN where there is no such token. Empty without the NLL of single tokens.
std::vector<double> halfNll(const SessionView& view, const std::string& lane, TokenHalf half);

/// Error of each example over half of its tokens.
std::vector<double> halfErrors(const SessionView& view, const std::string& lane, TokenHalf half);

/// The Spearman–Brown prophecy 2r / (1 + r): the reliability of the whole from the correlation r
/// of its halves. NaN for r ≤ −1.
double spearmanBrown(double halves);

/// Lanes whose methods differ in the draw of calibration text alone, `lane` among them.
std::vector<std::string> replicatesOf(const SessionView& view, const std::string& lane);

/// How far an example's error would be the same if it were measured again. No correlation with it
/// can be expected to exceed the root of its reliability, and no R² the reliability.
struct Reliability {
    std::string lane;
    Interval oddEven;           ///< odd against even tokens, Spearman–Brown
    Interval firstSecond;       ///< first against second half of the tokens, Spearman–Brown
    Interval replicates;        ///< mean correlation with lanes of other calibration draws
    std::size_t replicated = 0; ///< lanes that differ from this one in the draw alone
};

/// What two methods' errors have in common.
struct PairAgreement {
    std::string a;
    std::string b;
    Interval pearson;
    Interval spearman;
    /// ρ / √(reliability of a · reliability of b), odd–even reliabilities. Both errors are of the
    /// same tokens and share their noise, so this may exceed what is true, and 1.
    Interval corrected;
    /// The same from halves that share no token: mean of ρ(a odd, b even) and ρ(a even, b odd),
    /// over √(ρ(a odd, a even) · ρ(b odd, b even)).
    Interval correctedAcrossHalves;
    double jaccard = notMeasured; ///< of the two D_large
};

struct ErrorAgreement {
    std::vector<Reliability> lanes;   ///< one a method
    std::vector<PairAgreement> pairs; ///< every two methods
    std::size_t resamples = 0;        ///< that the intervals are made of
};

/// The ceiling of correlations with each method's error, √(odd–even reliability), as a sentence of
/// a caption; empty where tokens were not kept.
std::string ceilingSentence(const SessionView& view, const std::vector<std::string>& lanes);

ErrorAgreement errorAgreement(const SessionView& view, const Resamples& resamples);

} // namespace quantscope
