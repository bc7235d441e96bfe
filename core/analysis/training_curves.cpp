#include "core/analysis/training_curves.h"

#include <cmath>
#include <limits>

namespace quantscope {

namespace {

constexpr double notMeasured = std::numeric_limits<double>::quiet_NaN();

/// Mean over the layers that have the epoch, of the loss over that before training.
double meanShare(const std::vector<std::vector<double>>& losses, std::size_t epoch) {
    double sum = 0;
    double count = 0;
    for (const std::vector<double>& layer : losses) {
        const double share = layer[epoch] / layer[0];
        if (!std::isfinite(share))
            continue;
        sum += share;
        ++count;
    }
    return count > 0 ? sum / count : notMeasured;
}

Curve curveOf(const std::string& method, const std::vector<std::vector<double>>& losses) {
    Curve curve;
    curve.name = curve.role = method;
    for (std::size_t epoch = 0; epoch < losses.front().size(); ++epoch) {
        const double share = meanShare(losses, epoch);
        if (std::isnan(share))
            continue;
        curve.x.push_back(static_cast<double>(epoch));
        curve.y.push_back(share);
    }
    return curve;
}

Matrix matrixOf(const std::string& method, const std::vector<std::vector<double>>& losses) {
    Matrix matrix;
    matrix.rows = losses.size();
    matrix.columns = losses.front().size();
    for (std::size_t layer = 0; layer < matrix.rows; ++layer) {
        matrix.rowLabels.push_back(std::to_string(layer));
        for (const double loss : losses[layer])
            matrix.values.push_back(loss / losses[layer][0]);
    }
    for (std::size_t epoch = 0; epoch < matrix.columns; ++epoch)
        matrix.columnLabels.push_back(std::to_string(epoch));
    matrix.rowTitle = "layer";
    matrix.columnTitle = "epoch";
    matrix.valueTitle = "loss over that before training, " + method;
    return matrix;
}

} // namespace

std::vector<std::vector<double>> trainingLosses(const SessionView& view, std::size_t method) {
    const std::vector<double> cells = view.slice("/training/loss", {method}); // [layer, epoch]
    if (cells.empty() || view.layers() == 0 || cells.size() % view.layers() != 0)
        return {};
    const std::size_t epochs = cells.size() / view.layers();
    std::vector<std::vector<double>> losses;
    bool any = false;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const auto first = cells.begin() + static_cast<std::ptrdiff_t>(layer * epochs);
        losses.emplace_back(first, first + static_cast<std::ptrdiff_t>(epochs));
        any = any || std::isfinite(losses.back()[0]);
    }
    return any ? losses : std::vector<std::vector<double>>{};
}

void showTrainingLosses(const SessionView& view, WeightsValues& values) {
    values.byLayer.caption = {"Training: loss of blocks by epoch",
                              "The loss that the method minimises for a block, over its loss "
                              "before training; mean over the layers. The best epoch is kept",
                              "L(epoch) / L(0)", ""};
    values.byLayer.xTitle = "epoch";
    values.byLayer.yTitle = "loss over that before training";
    for (std::size_t index = 0; index < values.methods.size(); ++index) {
        const std::vector<std::vector<double>> losses = trainingLosses(view, index);
        if (losses.empty())
            continue;
        values.byLayer.curves.push_back(curveOf(values.methods[index], losses));
        if (values.methods[index] == values.method)
            values.layerByModule = matrixOf(values.method, losses);
    }
}

} // namespace quantscope
