#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/figure.h"

#include <string>

namespace quantscope {

// The tables of the published study that no page shows in this form. Without values they have no
// rows.

/// Which patches a table has.
enum class PatchTableRows { Activations, Weights };

/// T4 (and T3): perplexities full, quantized and patched and the recovered fraction of every patch
/// and set, controls among them.
Figure patchTable(const SessionView& view, PatchTableRows which);

/// T5: perplexity of every lane on all data and on the sets of the study's pair.
Figure perplexityTable(const SessionView& view);

/// T7: pairs of lanes that run variants of one method.
Figure variantTable(const SessionView& view, const std::string& method, const Resamples& resamples);

/// T8: see outlierDimensions.
Figure gammaTable(const SessionView& view);

} // namespace quantscope
