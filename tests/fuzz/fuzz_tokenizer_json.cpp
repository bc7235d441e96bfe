// tokenizer.json of the library `tokenizers`, and texts through it.

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/use_tokenizer.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    const auto path = folder.write("tokenizer.json", fuzz::asText(data, size));
    fuzz::readOrRefuse([&] { fuzz::useTokenizer(*Tokenizer::open(path)); });
    return 0;
}
