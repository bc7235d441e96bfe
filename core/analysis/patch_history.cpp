#include "core/analysis/patch_history.h"

#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/table_rows.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

const std::string group = "/later/patches/";

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorKind::Input,
                fmt::format("The patches that were asked for later are damaged: {}.", what));
}

/// Trailing "not measured" positions are padding.
std::vector<double> withoutPadding(std::vector<double> losses) {
    while (losses.size() > 1 && std::isnan(losses.back()))
        losses.pop_back();
    return losses;
}

PatchedExample patchedExample(const SessionView& view, const KeptPatch& patch,
                              const std::string& donorLane) {
    PatchedExample values;
    values.example = patch.request.example;
    values.before = PatchAnswer{{}, patch.before, {}}.meanBefore();
    values.after = PatchAnswer{{}, {}, patch.after}.meanAfter();
    values.tokensBefore = patch.before;
    values.tokensAfter = patch.after;
    const std::vector<double> donor = view.row("/examples/nll", donorLane);
    if (values.example < donor.size())
        values.donor = donor[values.example];
    if (const auto lane = view.laneIndex(donorLane))
        values.tokensDonor = view.slice("/output/nll", {*lane, values.example});
    values.tokensDonor.resize(patch.after.size(), notMeasured);
    for (const TokenDetail& token :
         exampleDetail(view.session(), values.example, patch.request.base).tokens)
        values.pieces.push_back(token.piece);
    return values;
}

double recovered(double before, double after, double donor) {
    return (before - after) / (before - donor);
}

void finish(PatchRun& run) {
    double before = 0, after = 0, donor = 0;
    for (const PatchedExample& example : run.examples) {
        before += example.before;
        after += example.after;
        donor += example.donor;
    }
    const auto count = double(run.examples.size());
    run.before = before / count;
    run.after = after / count;
    run.donor = donor / count;
    run.recovered = recovered(before, after, donor);
}

} // namespace

std::vector<KeptPatch> keptPatches(const SessionData& session) {
    std::vector<KeptPatch> patches;
    if (!session.find(group + "run"))
        return patches;
    const SessionView view(session);
    const std::vector<std::int32_t> runs = view.integers(group + "run");
    const std::vector<std::int32_t> examples = view.integers(group + "example_index");
    const auto column = [&](const char* name) { return view.texts(group + name); };
    const auto created = column("created"), base = column("base_lane"),
               donor = column("donor_lane"), kind = column("kind"), layers = column("layers"),
               positions = column("positions"), control = column("control");
    for (const std::size_t size : {examples.size(), created.size(), base.size(), donor.size(),
                                   kind.size(), layers.size(), positions.size(), control.size()})
        if (size != runs.size())
            refuse("their columns differ in length");
    for (std::size_t row = 0; row < runs.size(); ++row) {
        if (examples[row] < 0 || static_cast<std::size_t>(examples[row]) >= view.examples())
            refuse(fmt::format("row {} is of example {}, and the session has {}", row,
                               examples[row], view.examples()));
        PatchRequest request;
        request.example = static_cast<std::size_t>(examples[row]);
        request.base = base[row];
        request.donor = donor[row];
        try {
            request.kind = parsePatchKind(kind[row]);
            request.layers = parseLayerSet(layers[row]);
            request.positions = parsePositionSet(positions[row]);
            if (!control[row].empty())
                request.control = parsePatchControl(control[row]);
        } catch (const Error& error) {
            refuse(fmt::format("row {}: {}", row, error.what()));
        }
        KeptPatch patch{runs[row], created[row], std::move(request), {}, {}};
        patch.before = withoutPadding(view.slice(group + "token_nll_before", {row}));
        patch.after = withoutPadding(view.slice(group + "token_nll", {row}));
        patches.push_back(std::move(patch));
    }
    return patches;
}

SessionData laterPatchesPart(const std::vector<KeptPatch>& patches, std::size_t positions) {
    const std::size_t count = patches.size();
    SessionData part;
    if (patches.empty())
        return part; // no rows rather than arrays without any
    part.arrays.emplace("/later_patch", makeSessionIndex("/later_patch", count));
    const auto words = [&](const char* name, const auto& of) {
        std::vector<std::string> values;
        std::transform(patches.begin(), patches.end(), std::back_inserter(values), of);
        part.arrays.emplace(group + name, makeSessionText(group + name, std::move(values)));
    };
    const auto numbers = [&](const char* name, const auto& of) {
        NamedArray array = makeSessionArray(group + name, {count});
        std::transform(patches.begin(), patches.end(),
                       std::get<std::vector<std::int32_t>>(array.values).begin(), of);
        part.arrays.emplace(group + name, std::move(array));
    };
    const auto losses = [&](const char* name, std::vector<double> KeptPatch::*of) {
        NamedArray array = makeSessionArray(group + name, {count, positions});
        auto& values = std::get<std::vector<float>>(array.values);
        for (std::size_t row = 0; row < count; ++row) {
            const std::vector<double>& own = patches[row].*of;
            std::transform(own.begin(),
                           own.begin() +
                               static_cast<std::ptrdiff_t>(std::min(own.size(), positions)),
                           values.begin() + static_cast<std::ptrdiff_t>(row * positions),
                           [](double value) { return static_cast<float>(value); });
        }
        part.arrays.emplace(group + name, std::move(array));
    };
    numbers("run", [](const KeptPatch& patch) { return patch.run; });
    numbers("example_index", [](const KeptPatch& patch) {
        return static_cast<std::int32_t>(patch.request.example);
    });
    words("created", [](const KeptPatch& patch) { return patch.created; });
    words("base_lane", [](const KeptPatch& patch) { return patch.request.base; });
    words("donor_lane", [](const KeptPatch& patch) { return patch.request.donor; });
    words("kind",
          [](const KeptPatch& patch) { return std::string(patchKindName(patch.request.kind)); });
    words("layers", [](const KeptPatch& patch) { return toString(patch.request.layers); });
    words("positions", [](const KeptPatch& patch) { return toString(patch.request.positions); });
    words("control", [](const KeptPatch& patch) {
        const auto& control = patch.request.control;
        return control ? std::string(patchControlName(*control)) : std::string();
    });
    losses("token_nll_before", &KeptPatch::before);
    losses("token_nll", &KeptPatch::after);
    return part;
}

void replaceLaterPatches(SessionData& session, const std::vector<KeptPatch>& patches) {
    std::erase_if(session.arrays, [](const auto& entry) {
        return entry.first.starts_with(group) || entry.first == "/later_patch";
    });
    if (!patches.empty())
        session.arrays.merge(laterPatchesPart(patches, session.extent("position")).arrays);
}

std::int32_t nextPatchRun(const std::vector<KeptPatch>& patches) {
    std::int32_t last = 0;
    for (const KeptPatch& patch : patches)
        last = std::max(last, patch.run);
    return last + 1;
}

PatchHistoryValues patchHistoryValues(const SessionData& session,
                                      const std::vector<KeptPatch>& patches) {
    const SessionView view(session);
    PatchHistoryValues values;
    for (const KeptPatch& patch : patches) {
        const PatchRequest& request = patch.request;
        if (values.runs.empty() || values.runs.back().run != patch.run) {
            PatchRun run;
            run.run = patch.run;
            run.created = patch.created;
            run.baseLane = request.base;
            run.donorLane = request.donor;
            run.kind = patchKindName(request.kind);
            run.layers = toString(request.layers);
            run.positions = toString(request.positions);
            run.control = request.control ? std::string(patchControlName(*request.control)) : "";
            values.runs.push_back(std::move(run));
        }
        // What a control puts in is nobody's: it is measured against the full model.
        const bool ofDonor = !request.control && request.donor != request.base;
        values.runs.back().examples.push_back(
            patchedExample(view, patch, ofDonor ? request.donor : std::string(referenceLane)));
    }
    for (PatchRun& run : values.runs)
        finish(run);
    return values;
}

Table patchHistoryTable(const SessionData& session) {
    using namespace table_columns;
    TableRows rows({{"run", number},
                    {"created", text},
                    {"example", number},
                    {"base_lane", text},
                    {"donor_lane", text},
                    {"kind", text},
                    {"layers", text},
                    {"positions", text},
                    {"control", text},
                    {"nll_before", number},
                    {"nll_patched", number},
                    {"nll_donor", number},
                    {"recovered", number}});
    for (const PatchRun& run : patchHistoryValues(session, keptPatches(session)).runs)
        for (const PatchedExample& one : run.examples)
            rows.add(double(run.run), run.created, double(one.example), run.baseLane, run.donorLane,
                     run.kind, run.layers, run.positions, run.control, one.before, one.after,
                     one.donor, recovered(one.before, one.after, one.donor));
    return rows.take();
}

} // namespace quantscope
