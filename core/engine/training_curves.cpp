#include "core/engine/training_curves.h"

#include "core/data/session_schema.h"
#include "core/quant/quantizer.h"

#include <algorithm>

namespace quantscope {

std::size_t trainingEpochs(const std::vector<MethodSpec>& methods) {
    int epochs = 0;
    for (const MethodSpec& spec : methods) {
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(spec);
        epochs = std::max(epochs, quantizer->trainingEpochs());
        if (const auto all = quantizer->endToEnd())
            epochs = std::max(epochs, all->epochs);
    }
    return static_cast<std::size_t>(epochs);
}

TrainingCurves::TrainingCurves(std::size_t lanes, std::size_t epochs) {
    if (epochs > 0)
        m_part.arrays.emplace("/training/loss",
                              makeSessionArray("/training/loss", {lanes, 1, epochs + 1}));
}

void TrainingCurves::set(std::size_t lane, const std::vector<double>& losses) {
    const auto array = m_part.arrays.find("/training/loss");
    if (array == m_part.arrays.end())
        return;
    const std::size_t points = array->second.shape[2];
    std::copy_n(losses.begin(), std::min(points, losses.size()),
                std::get<std::vector<double>>(array->second.values).begin() +
                    static_cast<std::ptrdiff_t>(lane * points));
}

} // namespace quantscope
