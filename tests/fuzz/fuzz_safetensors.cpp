// A safetensors file: its header, and the bytes of every tensor.

#include "core/checkpoint/safetensors_file.h"
#include "tests/fuzz/fuzz.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    const auto path = folder.write("model.safetensors", fuzz::asText(data, size));
    fuzz::readOrRefuse([&] {
        const SafetensorsFile file(path);
        std::uint64_t bytes = 0;
        for (const SafetensorsTensor& tensor : file.tensors()) {
            bytes += file.readAll<std::byte>(file.require(tensor.name)).size();
            tensor.elements();
        }
        if (bytes > size)
            std::abort(); // tensors cannot hold more than the file
    });
    return 0;
}
