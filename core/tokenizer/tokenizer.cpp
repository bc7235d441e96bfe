#include "core/tokenizer/tokenizer.h"

#include "core/checkpoint/gguf_header.h"
#include "core/data/error.h"
#include "core/tokenizer/byte_level_tokenizer.h"
#include "core/tokenizer/gguf_tokenizer.h"
#include "core/tokenizer/sentencepiece_tokenizer.h"
#include "core/tokenizer/tiktoken_tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"
#include "core/tokenizer/tokenizer_json.h"

#include <fmt/format.h>

namespace quantscope {

std::unique_ptr<Tokenizer> Tokenizer::open(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    if (looksLikeGguf(path) || (path.extension() == ".gguf" && fs::is_regular_file(path))) {
        return openGgufTokenizer(path);
    }
    if (fs::is_regular_file(path)) {
        const TokenizerConfig config = readTokenizerConfig(path.parent_path());
        if (path.extension() == ".tiktoken" || looksLikeTiktoken(path)) {
            return openTiktoken(path, config);
        }
        return path.extension() == ".json" ? openTokenizerJson(path, config)
                                           : openSentencePiece(path, config);
    }
    if (!fs::is_directory(path)) {
        throw Error(ErrorKind::Input,
                    fmt::format("{} is missing; expected a model directory with tokenizer.json or "
                                "tokenizer.model.",
                                path.string()));
    }
    const TokenizerConfig config = readTokenizerConfig(path);
    if (fs::exists(path / "tokenizer.json")) {
        return openTokenizerJson(path / "tokenizer.json", config);
    }
    if (const auto tiktoken = findTiktoken(path)) {
        return openTiktoken(*tiktoken, config);
    }
    if (fs::exists(path / "tokenizer.model")) {
        return openSentencePiece(path / "tokenizer.model", config);
    }
    if (fs::exists(path / "vocab.json") && fs::exists(path / "merges.txt")) {
        return openVocabularyAndMerges(path, config);
    }
    throw Error(ErrorKind::Input,
                fmt::format("{} has neither tokenizer.json nor tokenizer.model, a file that ends "
                            "in .tiktoken, or vocab.json with merges.txt; expected one of them. "
                            "Copy it from the model's repository.",
                            path.string()));
}

} // namespace quantscope
