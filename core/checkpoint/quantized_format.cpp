#include "core/checkpoint/quantized_format.h"

#include "core/checkpoint/awq_format.h"
#include "core/checkpoint/bitsandbytes_format.h"
#include "core/checkpoint/compressed_tensors_format.h"
#include "core/checkpoint/gptq_format.h"
#include "core/checkpoint/hqq_format.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

std::unique_ptr<QuantizedFormat> makeQuantizedFormat(const QuantizationConfig& config) {
    if (config.method == "gptq")
        return makeGptqFormat(config);
    if (config.method == "awq")
        return makeAwqFormat(config);
    if (config.method == "compressed-tensors")
        return makeCompressedTensorsFormat(config);
    if (config.method == "bitsandbytes")
        return makeBitsandbytesFormat(config);
    if (config.method == "hqq")
        return makeHqqFormat(config);
    throw Error(ErrorKind::Input,
                fmt::format("{} has quant_method = \"{}\"; expected gptq, awq, "
                            "compressed-tensors, bitsandbytes or hqq, the formats that are read.",
                            config.place, config.method));
}

} // namespace quantscope
