// config.json: the model it describes, and how it says its matrices are quantized.

#include "core/checkpoint/end_tokens.h"
#include "core/checkpoint/model_config.h"
#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/quantization_config.h"
#include "core/checkpoint/quantized_format.h"
#include "core/checkpoint/rotary_frequencies.h"
#include "tests/fuzz/fuzz.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    folder.write("config.json", fuzz::asText(data, size));
    fuzz::readOrRefuse([&] {
        const ModelConfig config = readModelConfig(folder.path());
        blockElements(config);
        largestMatrix(config);
        probedSitesOf(config);
        for (const Module& module : blockModules(config, config.layers - 1))
            matrixShape(config, module, config.layers - 1);
    });
    fuzz::readOrRefuse([&] {
        if (const auto quantization = readQuantizationConfig(folder.path()))
            makeQuantizedFormat(*quantization)->description();
    });
    fuzz::readOrRefuse([&] { endTokens(folder.path()); });
    return 0;
}
