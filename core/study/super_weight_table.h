#pragma once

#include "core/data/job.h"
#include "core/data/pages/figure.h"
#include "core/data/session_data.h"

#include <filesystem>
#include <memory>
#include <string>

namespace quantscope {

/// Opens the models of a finished session and tries its super weight (see super_weight.h).
/// @param lane  a quantized one that is tried too; empty: none
TableFigure superWeightOutcomes(std::shared_ptr<const SessionData> session,
                                const std::filesystem::path& file, const std::string& lane,
                                Job& job);

} // namespace quantscope
