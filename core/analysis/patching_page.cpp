#include "core/analysis/bootstrap.h"
#include "core/analysis/figures.h"
#include "core/analysis/noise_floor.h"
#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/data/noise_floor.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

namespace quantscope {

namespace {

/// The table of patches, a row each.
struct Patches {
    std::vector<std::string> base, donor, kind, layers, positions, control;
    std::size_t count = 0;

    explicit Patches(const SessionView& view)
        : base(view.texts("/patches/base_lane"))
        , donor(view.texts("/patches/donor_lane"))
        , kind(view.texts("/patches/kind"))
        , layers(view.texts("/patches/layers"))
        , positions(view.texts("/patches/positions"))
        , control(view.texts("/patches/control"))
        , count(view.session().extent("patch")) {
        count = std::min({count, base.size(), donor.size(), kind.size(), layers.size()});
        control.resize(count);
        positions.resize(count, "all"); // older sessions patched all and did not say so
    }

    /// The quantized lane that a patch is about, whichever way it goes.
    const std::string& lane(std::size_t patch) const {
        return base[patch] == referenceLane ? donor[patch] : base[patch];
    }
};

struct LayerRange {
    std::size_t first = 0;
    std::size_t last = 0;
};

/// "7" → 7 to 7, "10-31" → 10 to 31; nothing for words.
std::optional<LayerRange> layerRange(const std::string& text) {
    LayerRange range;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, range.first);
    if (read.ec != std::errc())
        return std::nullopt;
    range.last = range.first;
    if (read.ptr == end)
        return range;
    const auto again = std::from_chars(std::min(read.ptr + 1, end), end, range.last);
    if (*read.ptr != '-' || again.ec != std::errc() || again.ptr != end)
        return std::nullopt;
    return range;
}

/// Where a patch replaces a single layer.
std::optional<std::size_t> singleLayer(const std::string& text) {
    const auto range = layerRange(text);
    return range && range->first == range->last ? std::optional(range->first) : std::nullopt;
}

/// exp of the token-weighted mean over the examples.
double perplexity(const std::vector<double>& nll, const std::vector<double>& tokens) {
    double sum = 0;
    double count = 0;
    for (std::size_t index = 0; index < nll.size(); ++index) {
        sum += nll[index] * tokens[index];
        count += tokens[index];
    }
    return count > 0 ? std::exp(sum / count) : notMeasured;
}

std::vector<double> difference(std::vector<double> a, const std::vector<double>& b) {
    std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::minus<>());
    return a;
}

/// One patch on one set. The recovered fraction is (base − patched) / (base − donor), the paper's
/// (NLL_q − NLL_p) / (NLL_q − NLL_full) where the donor is the full model.
PatchRow makeRow(const SessionView& view, const Patches& patches, std::size_t patch,
                 const std::string& setName, const std::vector<std::size_t>& set) {
    PatchRow row;
    row.baseLane = patches.base[patch];
    row.donorLane = patches.donor[patch];
    row.kind = patches.kind[patch];
    if (!patches.control[patch].empty())
        row.kind += " (" + patches.control[patch] + ")";
    row.layers = patches.layers[patch];
    row.positions = patches.positions[patch];
    row.set = setName;

    const std::string reference(referenceLane);
    const std::vector<double> patched = view.row("/patches/nll", patch);
    const std::vector<double> full = view.row("/examples/nll", reference);
    const std::vector<double> base = view.row("/examples/nll", row.baseLane);
    // A control has itself or no lane as donor; it is measured against the full model too.
    const bool hasDonor = view.laneIndex(row.donorLane) && row.donorLane != row.baseLane;
    const std::string donorLane = hasDonor ? row.donorLane : reference;
    const std::vector<double> donor = view.row("/examples/nll", donorLane);
    if (patched.empty() || full.empty() || base.empty() || donor.empty())
        return row;
    std::vector<std::size_t> examples;
    for (const std::size_t example : set)
        if (!std::isnan(patched[example]) && !std::isnan(full[example]) &&
            !std::isnan(base[example]) && !std::isnan(donor[example]))
            examples.push_back(example);
    row.examples = examples.size();
    if (examples.empty())
        return row;
    const std::vector<double> tokens = valuesAt(view.tokenCounts(), examples);
    row.perplexityFull = perplexity(valuesAt(full, examples), tokens);
    row.perplexityBase = perplexity(valuesAt(base, examples), tokens);
    row.perplexityPatched = perplexity(valuesAt(patched, examples), tokens);
    const Resamples resamples(documentsAt(view, examples), view.resampleCount(),
                              view.analysisSeed());
    const std::vector<double> gain =
        difference(valuesAt(base, examples), valuesAt(patched, examples));
    const std::vector<double> gap = difference(valuesAt(base, examples), valuesAt(donor, examples));
    row.recovered = ratioInterval(gain, gap, resamples);
    const Interval denominator = meanInterval(gap, resamples);
    row.unstable = !(denominator.low > 0 || denominator.high < 0);
    return row;
}

/// Controls are in the table: beside the patches they would only widen the map's colours.
bool isControl(const PatchRow& row) { return row.kind.ends_with(')'); }

Matrix layerByKind(const SessionView& view, const std::vector<PatchRow>& rows) {
    Matrix matrix;
    for (const PatchRow& row : rows)
        if (singleLayer(row.layers) && row.set == "d_large" && !isControl(row) &&
            std::find(matrix.columnLabels.begin(), matrix.columnLabels.end(), row.kind) ==
                matrix.columnLabels.end())
            matrix.columnLabels.push_back(row.kind);
    if (matrix.columnLabels.empty())
        return matrix;
    matrix.rows = view.layers();
    matrix.columns = matrix.columnLabels.size();
    matrix.values.assign(matrix.rows * matrix.columns, std::nanf(""));
    for (std::size_t layer = 0; layer < matrix.rows; ++layer)
        matrix.rowLabels.push_back(std::to_string(layer));
    matrix.rowTitle = "layer";
    matrix.columnTitle = "outputs replaced";
    matrix.valueTitle = "recovered fraction on D_large";
    matrix.diverging = true;
    for (const PatchRow& row : rows) {
        const auto layer = singleLayer(row.layers);
        if (!layer || *layer >= matrix.rows || row.set != "d_large" || isControl(row))
            continue;
        const auto column =
            std::find(matrix.columnLabels.begin(), matrix.columnLabels.end(), row.kind) -
            matrix.columnLabels.begin();
        matrix.values[*layer * matrix.columns + static_cast<std::size_t>(column)] =
            static_cast<float>(row.recovered.value);
    }
    return matrix;
}

/// A line through the rows of one kind whose layers begin (or end) alike, and which of the others
/// they reach. Fewer than three are no line.
void addCumulative(PatchingValues& values, const std::string& kind, bool upward,
                   std::size_t layers) {
    std::vector<PatchRow*> members;
    for (PatchRow& row : values.rows) {
        const auto range = layerRange(row.layers);
        if (range && row.kind == kind && (upward ? range->first == 0 : range->last + 1 == layers))
            members.push_back(&row);
    }
    const auto reach = [&](const PatchRow* row) {
        const auto range = layerRange(row->layers);
        return upward ? range->last : range->first;
    };
    Curve curve;
    curve.name = kind + (upward ? ", layers 0 to l" : ", layers l to the last");
    curve.role = kind;
    curve.dashed = !upward;
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (const PatchRow* row : members)
            if (row->set == "d_large" && reach(row) == layer) {
                addPoint(curve, static_cast<double>(layer), row->recovered);
                break;
            }
    if (curve.x.size() < 3)
        return;
    // The whole and its upper half are sets of their own as well.
    for (PatchRow* row : members) {
        const auto range = layerRange(row->layers);
        const bool isUpper =
            range->last + 1 == layers && (range->first == 0 || range->first == layers / 2);
        row->inCurve = row->inCurve || !isUpper;
    }
    finishCurve(curve);
    values.cumulative.curves.push_back(std::move(curve));
}

void addCumulativeCurves(PatchingValues& values, std::size_t layers) {
    CurveFigure& figure = values.cumulative;
    figure.caption = {"Recovered by cumulative patches",
                      "Share of D_large's damage that is undone when the outputs of one kind are "
                      "replaced in all layers up to one (solid) and from one on (dashed); 95 % "
                      "intervals from resampling documents",
                      "(NLL_quantized − NLL_patched) / (NLL_quantized − NLL_full)",
                      paperSource("section 5")};
    figure.xTitle = "layer l";
    figure.yTitle = "recovered fraction on D_large";
    std::vector<std::string> kinds;
    for (const PatchRow& row : values.rows)
        if (!isControl(row) && std::find(kinds.begin(), kinds.end(), row.kind) == kinds.end())
            kinds.push_back(row.kind);
    for (const std::string& kind : kinds)
        for (const bool upward : {true, false})
            addCumulative(values, kind, upward, layers);
}

/// What the reference run again loses on D_large, by rounding alone, as a share of the lane's damage.
void addNoise(CurveFigure& figure, const SessionView& view, const std::string& lane,
              const std::vector<NamedSet>& sets) {
    const auto large = std::find_if(sets.begin(), sets.end(),
                                    [](const NamedSet& set) { return set.name() == "d_large"; });
    if (!hasNoiseFloor(view) || large == sets.end())
        return;
    const auto errors = [&](const std::string& of) {
        return valuesAt(view.row("/examples/error", of), large->examples());
    };
    const Interval floor =
        ratioInterval(errors(std::string(noiseFloorLane)), errors(lane), large->resamples());
    addNoiseCurve(
        figure, view, layerAxis(view), [&](double) { return floor; },
        "what the full-precision model run again differs by, over the same damage");
}

} // namespace

PatchingValues patchingValues(const SessionData& session, const std::string& lane) {
    return patchingOf(SessionView(session), lane);
}

PatchingValues patchingOf(const SessionView& view, const std::string& lane) {
    const Patches patches(view);
    PatchingValues values;
    values.measured = patches.count > 0;
    for (const std::string& name : view.methodLanes())
        for (std::size_t patch = 0; patch < patches.count; ++patch)
            if (patches.lane(patch) == name) {
                values.lanes.push_back(name);
                break;
            }
    const bool isPatched =
        std::find(values.lanes.begin(), values.lanes.end(), lane) != values.lanes.end();
    const std::string preferred = view.methodLane({});
    const bool pairIsPatched =
        std::find(values.lanes.begin(), values.lanes.end(), preferred) != values.lanes.end();
    values.lane = isPatched              ? lane
                  : pairIsPatched        ? preferred
                  : values.lanes.empty() ? preferred
                                         : values.lanes.front();

    std::vector<std::size_t> all(view.examples());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<NamedSet> sets;
    for (std::size_t patch = 0; patch < patches.count && sets.empty(); ++patch)
        // Not a control: it is run on few examples.
        if (patches.lane(patch) == values.lane && patches.control[patch].empty())
            sets = followedSets(view, values.lane, view.row("/patches/nll", patch));
    for (std::size_t patch = 0; patch < patches.count; ++patch) {
        if (patches.lane(patch) != values.lane)
            continue;
        const std::vector<double> measured = view.row("/patches/nll", patch);
        for (const NamedSet& set : sets)
            values.rows.push_back(makeRow(view, patches, patch, set.name(), set.examples()));
        // "all" only where all were walked: the followed sets alone are no sample of the data.
        if (!measured.empty() && std::none_of(measured.begin(), measured.end(),
                                              [](double nll) { return std::isnan(nll); }))
            values.rows.push_back(makeRow(view, patches, patch, "all", all));
    }
    values.layerByKind = layerByKind(view, values.rows);
    addCumulativeCurves(values, view.layers());
    addNoise(values.cumulative, view, values.lane, sets);
    return values;
}

} // namespace quantscope
