// A file of texts, of every kind: the first byte says which, the rest is the file. What begins as
// gzip or Zstandard does is unpacked as a real file is.

#include "core/dataset/dataset.h"
#include "tests/fuzz/fuzz.h"

#include <array>

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    constexpr std::array formats = {TextFormat::Lines,     TextFormat::Paragraphs,
                                    TextFormat::Whole,     TextFormat::Separator,
                                    TextFormat::Jsonl,     TextFormat::Csv,
                                    TextFormat::Tsv};
    if (size == 0)
        return 0;
    TextSource source;
    source.format = formats[data[0] % formats.size()];
    source.separator = "--";
    if (data[0] >= 128)
        source.labelFields = {"label"};
    source.path = folder.write("texts", fuzz::asText(data + 1, size - 1)).string();
    fuzz::readOrRefuse([&] { readDocuments(source); });
    return 0;
}
