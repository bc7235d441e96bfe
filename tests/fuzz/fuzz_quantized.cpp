// A quantized checkpoint: config.json, a zero byte, model.safetensors.

#include "core/checkpoint/checkpoint.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/read_checkpoint.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    const std::string_view input = fuzz::asText(data, size);
    const std::size_t end = input.find('\0');
    if (end == std::string_view::npos)
        return 0;
    folder.write("config.json", input.substr(0, end));
    folder.write("model.safetensors", input.substr(end + 1));
    fuzz::readOrRefuse([&] { fuzz::readTensors(*Checkpoint::open(folder.path())); });
    return 0;
}
