#include "core/tokenizer/gguf_tokenizer.h"

#include "core/checkpoint/gguf_header.h"
#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/tokenizer/files.h"
#include "core/tokenizer/gguf_pre_tokenizers.h"
#include "core/tokenizer/gguf_vocabulary.h"
#include "core/tokenizer/sentencepiece_tokenizer.h"
#include "core/tokenizer/tokenizer_json.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using nlohmann::json;
using TokenType = GgufVocabulary::TokenType;

constexpr const char* modelKey = "tokenizer.ggml.model";
constexpr const char* preKey = "tokenizer.ggml.pre";
constexpr const char* mergesKey = "tokenizer.ggml.merges";
constexpr const char* scoresKey = "tokenizer.ggml.scores";
constexpr const char* spacePrefixKey = "tokenizer.ggml.add_space_prefix";
constexpr const char* extraSpacesKey = "tokenizer.ggml.remove_extra_whitespaces";
constexpr const char* characterMapKey = "tokenizer.ggml.precompiled_charsmap";

[[noreturn]] void fail(const GgufMetadata& metadata, const std::string& sentence) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}.", metadata.file(), shownText(sentence)));
}

/// The token of a special id, for settings that need it.
std::string requireToken(const GgufMetadata& metadata, const GgufVocabulary& vocabulary,
                         std::optional<std::int32_t> id, const char* setting) {
    if (!id) {
        fail(metadata, fmt::format("tokenizer.ggml.add_{0}_token is true, but there is no "
                                   "tokenizer.ggml.{0}_token_id",
                                   setting));
    }
    return std::string(vocabulary.token(*id));
}

/// Changes with whatever decides the ids, not with the weights beside it.
std::string hashOf(const GgufMetadata& metadata) {
    std::vector<std::string_view> contents;
    for (const auto& [key, value] : metadata.values()) {
        if (key.starts_with("tokenizer.ggml.")) {
            contents.push_back(key);
            contents.push_back(value.bytes);
            contents.emplace_back(reinterpret_cast<const char*>(value.ends.data()),
                                  value.ends.size() * sizeof(value.ends[0]));
        }
    }
    return hashContents(contents);
}

// Byte-level BPE: written as the tokenizer.json that means the same.

const GgufPreTokenizer& requirePreTokenizer(const GgufMetadata& metadata) {
    const auto name = metadata.text(preKey);
    if (!name) {
        fail(metadata, fmt::format("there is no {}, so how texts are cut into words is unknown; "
                                   "convert the model again with a present llama.cpp",
                                   preKey));
    }
    const GgufPreTokenizer* found = findGgufPreTokenizer(*name);
    if (found == nullptr) {
        metadata.refuse(preKey, "one of those that are understood: " + ggufPreTokenizerNames());
    }
    return *found;
}

json preTokenizerJson(const GgufPreTokenizer& preTokenizer) {
    json steps = json::array();
    for (const char* cut : preTokenizer.cuts) {
        steps.push_back({{"type", "Split"},
                         {"pattern", {{"Regex", cut}}},
                         {"behavior", "Isolated"},
                         {"invert", false}});
    }
    steps.push_back({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}});
    return {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}};
}

json vocabularyJson(const GgufVocabulary& vocabulary) {
    json pieces = json::object();
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.types[id] == TokenType::Normal || vocabulary.types[id] == TokenType::Byte) {
            pieces[std::string(vocabulary.tokens[id])] = id;
        }
    }
    return pieces;
}

/// What is found in texts before they are cut. Unused ids are left out: they stand for nothing.
json addedTokensJson(const GgufVocabulary& vocabulary) {
    json tokens = json::array();
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const TokenType type = vocabulary.types[id];
        const bool isSpecial = type == TokenType::Control || type == TokenType::Unknown;
        if (isSpecial || type == TokenType::UserDefined) {
            tokens.push_back({{"id", id},
                              {"content", vocabulary.tokens[id]},
                              {"special", isSpecial},
                              {"normalized", false}});
        }
    }
    return tokens;
}

json mergesJson(const GgufMetadata& metadata) {
    const auto merges = metadata.texts(mergesKey);
    if (!merges) {
        fail(metadata, fmt::format("there is no {}", mergesKey));
    }
    json result = json::array();
    for (std::size_t k = 0; k < merges->size(); ++k) {
        if (findInvalidUtf8((*merges)[k])) {
            fail(metadata, fmt::format("the merge {} in {} is no UTF-8", k, mergesKey));
        }
        result.push_back((*merges)[k]);
    }
    return result;
}

json frameJson(const GgufMetadata& metadata, const GgufVocabulary& vocabulary, bool addsStart) {
    json single = json::array();
    json tokens = json::object();
    const auto add = [&](std::optional<std::int32_t> id, const char* setting) {
        const std::string token = requireToken(metadata, vocabulary, id, setting);
        single.push_back({{"SpecialToken", {{"id", token}, {"type_id", 0}}}});
        tokens[token] = {{"id", token}, {"ids", {*id}}, {"tokens", {token}}};
    };
    if (addsStart) {
        add(vocabulary.start, "bos");
    }
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    if (vocabulary.addsEnd.value_or(false)) {
        add(vocabulary.end, "eos");
    }
    return {{"type", "TemplateProcessing"},
            {"single", std::move(single)},
            {"pair", json::array()},
            {"special_tokens", std::move(tokens)}};
}

std::unique_ptr<Tokenizer> openByteLevel(const GgufMetadata& metadata) {
    const GgufPreTokenizer& preTokenizer = requirePreTokenizer(metadata);
    if (metadata.boolean(spacePrefixKey).value_or(false)) {
        metadata.refuse(spacePrefixKey, "false for a byte-level tokenizer");
    }
    const GgufVocabulary vocabulary = readGgufVocabulary(metadata);
    json content = {
        {"model",
         {{"type", "BPE"},
          {"ignore_merges", preTokenizer.ignoresMerges},
          {"vocab", vocabularyJson(vocabulary)},
          {"merges", mergesJson(metadata)}}},
        {"added_tokens", addedTokensJson(vocabulary)},
        {"pre_tokenizer", preTokenizerJson(preTokenizer)},
        {"decoder", {{"type", "ByteLevel"}}},
        {"post_processor",
         frameJson(metadata, vocabulary, vocabulary.addsStart.value_or(preTokenizer.addsStart))}};
    if (preTokenizer.composesCharacters) {
        content["normalizer"] = {{"type", "NFC"}};
    }
    return makeTokenizer(
        content, {metadata.file() + " (as a tokenizer.json)", "GGUF", hashOf(metadata)}, {});
}

// SentencePiece's BPE.

/// Files converted from a tokenizer.json have no scores, only a number that stands for them.
void requireScores(const GgufMetadata& metadata, const SentencePieceModel& model) {
    const SentencePieceModel::Piece* first = nullptr;
    int longer = 0;
    for (const SentencePieceModel::Piece& piece : model.pieces) {
        if (piece.type != TokenType::Normal ||
            characterLength(piece.text, 0) == piece.text.size()) {
            continue;
        }
        first = first == nullptr ? &piece : first;
        ++longer;
        if (piece.score != first->score) {
            return;
        }
    }
    if (longer > 1) {
        fail(metadata, fmt::format("{} gives all {} pieces of several characters the same score, "
                                   "{}, so the order in which they are merged is not in the file "
                                   "(its converter had no tokenizer.model); convert the model "
                                   "again with one, or use the directory it was made from",
                                   scoresKey, longer, first->score));
    }
}

SentencePieceModel readModel(const GgufMetadata& metadata, const GgufVocabulary& vocabulary) {
    SentencePieceModel model;
    model.kind = SentencePieceModel::Kind::Bpe;
    const auto scores = metadata.floats(scoresKey);
    if (!scores || scores->size() != vocabulary.tokens.size()) {
        fail(metadata, fmt::format("{} has {} scores for {} tokens", scoresKey,
                                   scores ? scores->size() : 0, vocabulary.tokens.size()));
    }
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (!std::isfinite((*scores)[id])) {
            fail(metadata,
                 fmt::format("{} gives the token {} a score that is no number", scoresKey, id));
        }
        model.pieces.push_back(
            {std::string(vocabulary.tokens[id]), (*scores)[id], vocabulary.types[id]});
        model.hasByteFallback = model.hasByteFallback || vocabulary.types[id] == TokenType::Byte;
    }
    model.normalizer.addsDummyPrefix = metadata.boolean(spacePrefixKey).value_or(true);
    model.normalizer.removesExtraSpaces = metadata.boolean(extraSpacesKey).value_or(false);
    for (const std::int64_t byte :
         metadata.integers(characterMapKey).value_or(std::vector<std::int64_t>())) {
        model.normalizer.characterMap += static_cast<char>(byte);
    }
    checkPieces(model, metadata.file());
    requireScores(metadata, model);
    return model;
}

std::unique_ptr<Tokenizer> openSentencePieceBpe(const GgufMetadata& metadata) {
    GgufVocabulary vocabulary = readGgufVocabulary(metadata);
    // What the format means where these ids are absent.
    const auto isControl = [&](std::size_t id) {
        return id < vocabulary.types.size() && vocabulary.types[id] == TokenType::Control;
    };
    if (!vocabulary.start && isControl(1)) {
        vocabulary.start = 1;
    }
    if (!vocabulary.end && isControl(2)) {
        vocabulary.end = 2;
    }
    TokenizerConfig config;
    config.file = metadata.file();
    config.addsStart = vocabulary.addsStart.value_or(vocabulary.start.has_value());
    config.addsEnd = vocabulary.addsEnd.value_or(false);
    if (*config.addsStart) {
        config.startToken = requireToken(metadata, vocabulary, vocabulary.start, "bos");
    }
    if (*config.addsEnd) {
        config.endToken = requireToken(metadata, vocabulary, vocabulary.end, "eos");
    }
    return makeSentencePiece(readModel(metadata, vocabulary),
                             {metadata.file(), "GGUF", hashOf(metadata)}, config);
}

} // namespace

std::unique_ptr<Tokenizer> openGgufTokenizer(const std::filesystem::path& path) {
    const GgufMetadata metadata = readGgufMetadata(FileHandle(path));
    const auto model = metadata.text(modelKey);
    if (!model) {
        fail(metadata, fmt::format("there is no {}, so the file has no tokenizer", modelKey));
    }
    if (*model == "gpt2") {
        return openByteLevel(metadata);
    }
    if (*model == "llama") {
        return openSentencePieceBpe(metadata);
    }
    metadata.refuse(modelKey, "llama or gpt2, the tokenizers that are read from GGUF");
}

} // namespace quantscope
