#pragma once

#include "core/checkpoint/export_format.h"
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
    std::string format = "f32";        ///< or what makeExportFormat knows
    ScaleType scales = ScaleType::F16; ///< of an exported format
    std::string output;                ///< folder that is made
    bool replace = false;              ///< whether a checkpoint that stands there is replaced
};

/// Quantizes a checkpoint and writes a Hugging Face folder with the tokenizer's files. The format
/// f32 holds the dequantized weights, which is exact, and the packed codes beside them (codes/);
/// the others are those of published quantized checkpoints, see exportCheckpoint. The folder
/// appears under its name when it is complete.
/// @throws Error
void quantizeModel(const QuantizeOptions& options, Job& job);

} // namespace quantscope
