#include "core/analysis/layer_map.h"

#include <utility>

namespace quantscope {

Figure layerMap(const SessionView& view, const std::string& path, const std::string& name,
                Caption caption, const LayerMapOptions& options) {
    MatrixFigure figure;
    figure.caption = std::move(caption);
    Matrix& matrix = figure.matrix;
    matrix.rowTitle = "layer";
    matrix.columnTitle = options.columnTitle;
    matrix.valueTitle = options.valueTitle;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const std::vector<double> values = view.slice(path, {layer});
        if (values.empty())
            return {.name = name, .body = MatrixFigure{}};
        matrix.columns = values.size();
        matrix.values.insert(matrix.values.end(), values.begin(), values.end());
        matrix.rowLabels.push_back(std::to_string(layer));
    }
    matrix.rows = view.layers();
    for (std::size_t at = 0; at < matrix.columns; ++at)
        matrix.columnLabels.push_back(std::to_string(at));
    return {
        .name = name, .body = std::move(figure), .logarithmic = options.logarithmic, .asMap = true};
}

} // namespace quantscope
