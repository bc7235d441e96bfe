#include "core/checkpoint/quantized_format.h"

#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

std::unique_ptr<QuantizedFormat> makeQuantizedFormat(const QuantizationConfig& config) {
    throw Error(ErrorKind::Input,
                fmt::format("{} has quant_method = \"{}\"; such checkpoints are not read.",
                            config.place, config.method));
}

} // namespace quantscope
