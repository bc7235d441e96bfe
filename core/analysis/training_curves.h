#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/weights.h"

#include <vector>

namespace quantscope {

/// Losses of a method's blocks, [layer][epoch] with epoch 0 before training; NaN where a block is
/// not trained yet. Empty for a method that does not train.
std::vector<std::vector<double>> trainingLosses(const SessionView& view, std::size_t method);

/// The figures of the page Weights for the statistic "training_loss": how far training lowered the
/// losses, L(epoch) / L(0), by layer for the chosen method, and as means over layers for each.
void showTrainingLosses(const SessionView& view, WeightsValues& values);

} // namespace quantscope
