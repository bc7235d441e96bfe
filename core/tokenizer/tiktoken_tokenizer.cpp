#include "core/tokenizer/tiktoken_tokenizer.h"

#include "core/data/error.h"
#include "core/tokenizer/base64.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/byte_level_tokenizer.h"
#include "core/tokenizer/files.h"
#include "core/tokenizer/tokenizer_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>

namespace quantscope {

namespace {

using nlohmann::json;

constexpr std::uintmax_t largestFile = 32u << 20;
constexpr std::size_t longestPiece = 256; ///< bytes; the longest known one has 128

struct RankedPiece {
    std::string bytes;
    std::int32_t rank = 0;
};

/// Nothing where the line is no piece with its rank.
std::optional<RankedPiece> parseLine(std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
        return std::nullopt;
    }
    RankedPiece piece;
    const std::string_view number = line.substr(space + 1);
    const auto [end, failed] =
        std::from_chars(number.data(), number.data() + number.size(), piece.rank);
    if (failed != std::errc() || end != number.data() + number.size() || piece.rank < 0 ||
        piece.rank > Vocabulary::largestId) {
        return std::nullopt;
    }
    auto bytes = fromBase64(line.substr(0, space));
    if (!bytes || bytes->empty() || bytes->size() > longestPiece) {
        return std::nullopt;
    }
    piece.bytes = std::move(*bytes);
    return piece;
}

Vocabulary readPieces(const std::string& content, const std::string& file) {
    Vocabulary pieces;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        const std::string_view line = std::string_view(content).substr(begin, end - begin);
        begin = end + 1;
        ++number;
        if (line.empty() || line == "\r") {
            continue;
        }
        const auto piece = parseLine(line);
        if (!piece) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}, line {}: expected a piece of at most {} bytes in base64, "
                                    "a space and its rank.",
                                    file, number, longestPiece));
        }
        std::string text = toByteLevel(piece->bytes);
        if (pieces.piece(piece->rank) != nullptr || pieces.find(text)) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}, line {}: the piece or the rank {} stands there twice.",
                                    file, number, piece->rank));
        }
        pieces.add(std::move(text), piece->rank);
    }
    for (int byte = 0; byte < 256; ++byte) {
        const char single = static_cast<char>(byte);
        if (!pieces.find(toByteLevel({&single, 1}))) {
            throw Error(ErrorKind::Input,
                        fmt::format("{} has no piece for the byte {}; expected one for each, since "
                                    "any text may have it.",
                                    file, byte));
        }
    }
    return pieces;
}

/// What a family adds to the pieces of its file.
struct KnownEncoding {
    std::string_view name;
    ByteLevelCuts cuts;
    std::vector<std::string> special; ///< ids follow the pieces'
    std::string start;                ///< before every text; empty: none
};

std::vector<std::string> numbered(std::string_view name, int first, int last) {
    std::vector<std::string> tokens;
    for (int number = first; number < last; ++number) {
        tokens.push_back(fmt::format("<|{}_{}|>", name, number));
    }
    return tokens;
}

void append(std::vector<std::string>& tokens, const std::vector<std::string>& more) {
    tokens.insert(tokens.end(), more.begin(), more.end());
}

KnownEncoding llama3() {
    KnownEncoding encoding{"Llama 3", {{llama3Cut}}, {}, "<|begin_of_text|>"};
    encoding.special = {"<|begin_of_text|>", "<|end_of_text|>"};
    append(encoding.special, numbered("reserved_special_token", 0, 4));
    append(encoding.special, {"<|start_header_id|>", "<|end_header_id|>",
                              "<|reserved_special_token_4|>", "<|eot_id|>"});
    append(encoding.special, numbered("reserved_special_token", 5, 251));
    return encoding;
}

KnownEncoding qwen() {
    KnownEncoding encoding{"Qwen", {{qwenCut}, true, false, true}, {}, ""};
    encoding.special = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
    append(encoding.special, numbered("extra", 0, 205));
    return encoding;
}

constexpr const char* cl100kCut =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+)"
    R"(|\s++$|\s*[\r\n]|\s+(?!\S)|\s)";

KnownEncoding encodingOf(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    if (name == "tokenizer.model") {
        return llama3();
    }
    if (name == "qwen.tiktoken") {
        return qwen();
    }
    if (name == "r50k_base.tiktoken") {
        return {"GPT-2", {{gpt2Cut}}, {"<|endoftext|>"}, ""};
    }
    if (name == "cl100k_base.tiktoken") {
        // Its ids have gaps: 100256 is none, nor are 100261 to 100275.
        KnownEncoding encoding{"cl100k_base", {{cl100kCut}}, {}, ""};
        encoding.special = {"", "<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>",
                            "<|fim_suffix|>"};
        encoding.special.resize(20);
        encoding.special.emplace_back("<|endofprompt|>");
        return encoding;
    }
    throw Error(ErrorKind::Input,
                fmt::format("{}: how texts are cut is not in such a file, and its name is none of "
                            "tokenizer.model (Llama 3), qwen.tiktoken, r50k_base.tiktoken and "
                            "cl100k_base.tiktoken, for which it is known. Use the tokenizer.json "
                            "of the model.",
                            path.string()));
}

} // namespace

bool looksLikeTiktoken(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::array<char, 1024> beginning{};
    stream.read(beginning.data(), beginning.size());
    const std::string_view text(beginning.data(), static_cast<std::size_t>(stream.gcount()));
    const std::size_t end = text.find('\n');
    return end != std::string_view::npos && parseLine(text.substr(0, end)).has_value();
}

std::optional<std::filesystem::path> findTiktoken(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() == ".tiktoken") {
            found.push_back(entry.path());
        }
    }
    if (found.size() > 1) {
        throw Error(ErrorKind::Input,
                    fmt::format("{} has several files that end in .tiktoken; expected one.",
                                directory.string()));
    }
    if (!found.empty()) {
        return found.front();
    }
    const std::filesystem::path model = directory / "tokenizer.model";
    return looksLikeTiktoken(model) ? std::optional(model) : std::nullopt;
}

std::unique_ptr<Tokenizer> openTiktoken(const std::filesystem::path& path,
                                        const TokenizerConfig& config) {
    const KnownEncoding encoding = encodingOf(path);
    const std::string file = path.string();
    const std::string text = readWholeFile(path, largestFile);
    Vocabulary pieces = readPieces(text, file);
    const std::int32_t first = pieces.idEnd();
    std::map<std::int32_t, std::string> special;
    for (std::size_t k = 0; k < encoding.special.size(); ++k) {
        special[first + static_cast<std::int32_t>(k)] = encoding.special[k];
    }
    // Later releases gave reserved tokens names.
    for (const AddedToken& token : config.addedTokens) {
        special[token.id] = token.content;
    }
    json content = byteLevelSteps(encoding.cuts);
    content["added_tokens"] = json::array();
    for (const auto& [id, token] : special) {
        if (!token.empty()) {
            content["added_tokens"].push_back(
                {{"id", id}, {"content", token}, {"special", true}, {"normalized", false}});
        }
    }
    if (!encoding.start.empty()) {
        content["post_processor"] = startTemplate(encoding.start, first);
    }
    TokenizerConfig own = config; // what the file's own family decides
    own.addsStart = own.addsEnd = std::nullopt;
    own.addedTokens.clear();
    return makeTokenizer(
        content, std::make_unique<BpeModel>(std::move(pieces)),
        {file, fmt::format("tiktoken, {}", encoding.name), hashContents({text, config.content})},
        own);
}

} // namespace quantscope
