#include "core/analysis/noise_floor.h"
#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/statistics.h"
#include "core/analysis/training_curves.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr const char* defaultStatistic = "relative_error";

struct Meaning {
    const char* title;
    const char* definition;
    const char* formula;
};

Meaning meaningOf(const std::string& statistic) {
    if (statistic == "sqnr")
        return {"SQNR (dB)", "Signal to quantization noise of a matrix",
                "10 log10(‖W‖² / ‖W − W~‖²)"};
    if (statistic == "cosine")
        return {"cosine", "Cosine of the flattened matrices", "⟨W, W~⟩ / (‖W‖ ‖W~‖)"};
    if (statistic == "bits")
        return {"bits per weight", "Codes, scales, zero points and indices over the weights",
                "stored bits / weights"};
    if (statistic == "activation_bits")
        return {"bits of inputs", "Bits that a matrix's input is rounded to; 16: not rounded",
                "bits of an input"};
    if (statistic == "basis_misfit")
        return {"basis misfit",
                "Scale recovered for a module's input against what its weights show",
                "rms ln(s recovered / s of the columns)"};
    return {"relative error", "Frobenius norm of the error over that of the matrix",
            "‖W − W~‖ / ‖W‖"};
}

} // namespace

WeightsValues weightsValues(const SessionData& session, const std::string& method,
                            const std::string& statistic) {
    const SessionView view(session);
    WeightsValues values;
    values.methods = view.texts("/method");
    values.statistic = statistic.empty() ? defaultStatistic : statistic;
    const bool isKnown =
        std::find(values.methods.begin(), values.methods.end(), method) != values.methods.end();
    values.method = isKnown                  ? method
                    : values.methods.empty() ? std::string()
                                             : values.methods.front();

    if (values.statistic == "training_loss") {
        showTrainingLosses(view, values);
        return values;
    }
    const std::string path = "/weights/" + values.statistic;
    const std::vector<std::string> modules = view.texts("/module");
    const Meaning meaning = meaningOf(values.statistic);
    values.byLayer.caption = {std::string("Weights: ") + meaning.title + " by layer",
                              std::string(meaning.definition) + ", mean over the modules",
                              meaning.formula, ""};
    if (hasNoiseFloor(view))
        values.byLayer.caption.definition +=
            "; noise floor: none, since the reference run again has the same weights";
    values.byLayer.xTitle = "layer";
    values.byLayer.yTitle = meaning.title;
    for (std::size_t index = 0; index < values.methods.size(); ++index) {
        const std::vector<double> cells = view.slice(path, {index}); // [layer, module]
        if (cells.empty() || cells.size() != view.layers() * modules.size())
            continue;
        Curve curve;
        curve.name = curve.role = values.methods[index];
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            const double value =
                mean(std::span(cells).subspan(layer * modules.size(), modules.size()));
            if (std::isnan(value))
                continue;
            curve.x.push_back(static_cast<double>(layer));
            curve.y.push_back(value);
        }
        if (!curve.x.empty())
            values.byLayer.curves.push_back(std::move(curve));
        if (values.methods[index] != values.method)
            continue;
        Matrix& matrix = values.layerByModule;
        matrix.rows = view.layers();
        matrix.columns = modules.size();
        matrix.values.assign(cells.begin(), cells.end());
        for (std::size_t layer = 0; layer < matrix.rows; ++layer)
            matrix.rowLabels.push_back(std::to_string(layer));
        matrix.columnLabels = modules;
        matrix.rowTitle = "layer";
        matrix.columnTitle = "module";
        matrix.valueTitle = std::string(meaning.title) + ", " + values.method;
    }
    return values;
}

} // namespace quantscope
