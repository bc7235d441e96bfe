#pragma once

#include "core/data/job.h"
#include "core/data/method_spec.h"
#include "core/data/study_plan.h"

#include <cstdint>
#include <optional>
#include <string>

namespace quantscope {

/// What `quantize` makes.
struct QuantizeOptions {
    std::string modelPath;
    MethodSpec method;
    CalibrationOptions calibration; ///< with a source, where the method wants calibration text
    std::int64_t tokens = 512;      ///< of a calibration window
    std::uint64_t seed = 0;
    Resources resources;
    std::string output; ///< folder that is made; must not exist
};

/// Quantizes a checkpoint and writes a Hugging Face folder: the dequantized weights in f32, which
/// is exact (model.safetensors, config.json), the tokenizer's files, and the packed codes beside
/// them (codes/). The folder appears under its name when it is complete.
/// @throws Error
void quantizeModel(const QuantizeOptions& options, Job& job);

} // namespace quantscope
