#include "core/analysis/reliability.h"

#include "core/analysis/resampled_correlations.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"
#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace quantscope {

namespace {

/// Names that methods may give the option which draws calibration text.
constexpr const char* drawOptions[] = {"calibration_seed", "seed"};

bool isInHalf(std::size_t position, std::size_t tokens, TokenHalf half) {
    switch (half) {
    case TokenHalf::Odd:
        return position % 2 == 1;
    case TokenHalf::Even:
        return position % 2 == 0;
    case TokenHalf::First:
        return position <= tokens / 2;
    case TokenHalf::Second:
        break;
    }
    return position > tokens / 2;
}

/// The spec of a lane without what draws its calibration text: replicates have the same, and the
/// same calibration set.
std::optional<std::string> specWithoutDraw(const SessionView& view, const std::string& lane) {
    const std::vector<std::string> methods = view.texts("/method");
    const std::vector<std::string> specs = view.texts("/methods/spec");
    const auto place =
        static_cast<std::size_t>(std::find(methods.begin(), methods.end(), lane) - methods.begin());
    if (place >= specs.size())
        return std::nullopt;
    const std::vector<std::string> sets = view.texts("/methods/calibration_set");
    try {
        MethodSpec spec = parseMethodSpec(specs[place]);
        for (const char* option : drawOptions)
            spec.options.erase(option);
        return toString(spec) + (place < sets.size() ? "@" + sets[place] : "");
    } catch (const Error&) {
        return std::nullopt; // a session may name methods that this version cannot read
    }
}

} // namespace

std::vector<double> halfNll(const SessionView& view, const std::string& lane, TokenHalf half) {
    const auto index = view.laneIndex(lane);
    const NamedArray* array = findLayout(view.session(), "/output/nll");
    if (!index || !array || array->shape.size() != 3 || array->shape[1] != view.examples())
        return {};
    std::vector<double> means(view.examples(), notMeasured);
    for (std::size_t example = 0; example < view.examples(); ++example) {
        const std::vector<double> nll = view.slice("/output/nll", {*index, example});
        const auto tokens = static_cast<std::size_t>(
            std::count_if(nll.begin() + std::min<std::ptrdiff_t>(1, std::ssize(nll)), nll.end(),
                          [](double value) { return !std::isnan(value); }));
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t position = 1; position < nll.size(); ++position)
            if (!std::isnan(nll[position]) && isInHalf(position, tokens, half)) {
                sum += nll[position];
                ++count;
            }
        if (count > 0)
            means[example] = sum / static_cast<double>(count);
    }
    return means;
}

std::vector<double> halfErrors(const SessionView& view, const std::string& lane, TokenHalf half) {
    std::vector<double> errors = halfNll(view, lane, half);
    const std::vector<double> reference = halfNll(view, std::string(referenceLane), half);
    if (errors.size() != reference.size())
        return {};
    std::transform(errors.begin(), errors.end(), reference.begin(), errors.begin(), std::minus<>());
    return errors;
}

double spearmanBrown(double halves) {
    return halves > -1 ? 2 * halves / (1 + halves) : notMeasured;
}

std::vector<std::string> replicatesOf(const SessionView& view, const std::string& lane) {
    std::vector<std::string> lanes;
    const auto own = specWithoutDraw(view, lane);
    if (!own)
        return lanes;
    for (const std::string& other : view.methodLanes())
        if (specWithoutDraw(view, other) == own)
            lanes.push_back(other);
    return lanes;
}

std::string ceilingSentence(const SessionView& view, const std::vector<std::string>& lanes) {
    std::string text;
    for (const std::string& lane : lanes) {
        const double reliability = spearmanBrown(pearson(halfErrors(view, lane, TokenHalf::Odd),
                                                         halfErrors(view, lane, TokenHalf::Even)));
        if (!std::isnan(reliability))
            text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", lane,
                                std::sqrt(std::max(reliability, 0.0)));
    }
    return text.empty() ? text
                        : "no correlation can be expected above the root of the errors' odd–even "
                          "reliability: " +
                              text;
}

ErrorAgreement errorAgreement(const SessionView& view, const Resamples& resamples) {
    const std::vector<std::string>& lanes = view.methodLanes();
    // Five columns a lane.
    enum { Whole, Odd, Even, First, Second, Kinds };
    std::vector<std::vector<double>> columns;
    std::vector<std::vector<std::size_t>> large;
    for (const std::string& lane : lanes) {
        columns.push_back(view.row("/examples/error", lane));
        for (const TokenHalf half :
             {TokenHalf::Odd, TokenHalf::Even, TokenHalf::First, TokenHalf::Second})
            columns.push_back(halfErrors(view, lane, half));
        large.push_back(exampleSets(view, lane).large);
    }
    const auto at = [](std::size_t lane, std::size_t kind) { return Kinds * lane + kind; };
    std::vector<ResampledCorrelations::Pair> asked;
    for (std::size_t a = 0; a < lanes.size(); ++a) {
        asked.emplace_back(at(a, Odd), at(a, Even));
        asked.emplace_back(at(a, First), at(a, Second));
        for (std::size_t b = a + 1; b < lanes.size(); ++b) {
            asked.emplace_back(at(a, Whole), at(b, Whole));
            asked.emplace_back(at(a, Odd), at(b, Even));
            asked.emplace_back(at(a, Even), at(b, Odd));
        }
    }
    const std::vector<std::vector<double>> errors = columns;
    const ResampledCorrelations correlations(resamples, std::move(columns), std::move(asked));
    using Rho = ResampledCorrelations::Correlations;
    ErrorAgreement agreement;
    agreement.resamples = correlations.resamples();

    for (std::size_t a = 0; a < lanes.size(); ++a) {
        Reliability reliability;
        reliability.lane = lanes[a];
        reliability.oddEven = correlations.interval(
            [&](const Rho& rho) { return spearmanBrown(rho(at(a, Odd), at(a, Even))); });
        reliability.firstSecond = correlations.interval(
            [&](const Rho& rho) { return spearmanBrown(rho(at(a, First), at(a, Second))); });
        std::vector<std::size_t> others;
        for (const std::string& other : replicatesOf(view, lanes[a]))
            if (other != lanes[a])
                others.push_back(static_cast<std::size_t>(
                    std::find(lanes.begin(), lanes.end(), other) - lanes.begin()));
        reliability.replicated = others.size();
        if (!others.empty())
            reliability.replicates = correlations.interval([&](const Rho& rho) {
                double sum = 0;
                for (const std::size_t other : others)
                    sum += rho(at(a, Whole), at(other, Whole));
                return sum / static_cast<double>(others.size());
            });
        agreement.lanes.push_back(std::move(reliability));
    }

    for (std::size_t a = 0; a < lanes.size(); ++a)
        for (std::size_t b = a + 1; b < lanes.size(); ++b) {
            PairAgreement pair;
            pair.a = lanes[a];
            pair.b = lanes[b];
            // Of all examples: a text of one token has no halves, but an error.
            pair.pearson = pearsonInterval(errors[at(a, Whole)], errors[at(b, Whole)], resamples);
            pair.spearman = spearmanInterval(errors[at(a, Whole)], errors[at(b, Whole)], resamples);
            // Without reliability there is nothing to correct for.
            pair.corrected = correlations.interval([&](const Rho& rho) {
                const double ofA = spearmanBrown(rho(at(a, Odd), at(a, Even)));
                const double ofB = spearmanBrown(rho(at(b, Odd), at(b, Even)));
                return ofA > 0 && ofB > 0 ? rho(at(a, Whole), at(b, Whole)) / std::sqrt(ofA * ofB)
                                          : notMeasured;
            });
            pair.correctedAcrossHalves = correlations.interval([&](const Rho& rho) {
                const double ofA = rho(at(a, Odd), at(a, Even));
                const double ofB = rho(at(b, Odd), at(b, Even));
                const double across =
                    (rho(at(a, Odd), at(b, Even)) + rho(at(a, Even), at(b, Odd))) / 2;
                return ofA > 0 && ofB > 0 ? across / std::sqrt(ofA * ofB) : notMeasured;
            });
            pair.jaccard = jaccard(large[a], large[b]);
            agreement.pairs.push_back(std::move(pair));
        }
    return agreement;
}

} // namespace quantscope
