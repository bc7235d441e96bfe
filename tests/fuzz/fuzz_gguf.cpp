// A GGUF file: its tensors, and the tokenizer inside it.

#include "core/checkpoint/checkpoint.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/read_checkpoint.h"
#include "tests/fuzz/use_tokenizer.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    const auto path = folder.write("model.gguf", fuzz::asText(data, size));
    fuzz::readOrRefuse([&] { fuzz::readTensors(*Checkpoint::open(path)); });
    fuzz::readOrRefuse([&] { fuzz::useTokenizer(*Tokenizer::open(path)); });
    return 0;
}
