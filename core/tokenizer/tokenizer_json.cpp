#include "core/tokenizer/tokenizer_json.h"

#include "core/data/error.h"
#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/decoder.h"
#include "core/tokenizer/files.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/post_processor.h"
#include "core/tokenizer/pre_tokenizer.h"
#include "core/tokenizer/readable_piece.h"
#include "core/tokenizer/token_model.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

constexpr std::uintmax_t largestTokenizerJson = 256u << 20;

bool mentionsByteLevel(const nlohmann::json& step) {
    if (step.is_object()) {
        const auto type = step.find("type");
        if (type != step.end() && *type == "ByteLevel") {
            return true;
        }
    }
    return step.is_structured() &&
           std::any_of(step.begin(), step.end(),
                       [](const nlohmann::json& member) { return mentionsByteLevel(member); });
}

class JsonTokenizer : public Tokenizer {
public:
    /// @param model  what the file says under "model"
    JsonTokenizer(const JsonPlace& root, std::unique_ptr<TokenModel> model,
                  const TokenizerOrigin& origin, const TokenizerConfig& config)
        : m_model(std::move(model))
        , m_origin(origin) {
        root.onlyKeys({"version", "truncation", "padding", "added_tokens", "normalizer",
                       "pre_tokenizer", "post_processor", "decoder", "model"});
        if (const auto normalizer = root.find("normalizer")) {
            m_normalizer = makeNormalizer(*normalizer);
        }
        if (const auto preTokenizer = root.find("pre_tokenizer")) {
            m_preTokenizer = makePreTokenizer(*preTokenizer);
            m_isByteLevel = mentionsByteLevel(preTokenizer->value());
        }
        if (const auto decoder = root.find("decoder")) {
            m_decoder = makeDecoder(*decoder);
            m_isByteLevel = m_isByteLevel || mentionsByteLevel(decoder->value());
        }
        readTokens(root, config);
        bool hasFrame = false;
        if (const auto postProcessor = root.find("post_processor")) {
            m_frame = readPostProcessor(*postProcessor);
            hasFrame = !m_frame.isEmpty();
            checkFrame(*postProcessor);
        }
        applyConfig(config, hasFrame);
    }

    std::vector<std::int32_t> encode(std::string_view text, bool addSpecial) const override {
        requireUtf8(text, "The text");
        constexpr std::size_t longestText = 1u << 30;
        if (text.size() > longestText) {
            throw Error(ErrorKind::Input, fmt::format("A text of {} bytes is longer than 1 GiB. "
                                                      "Split it into documents.",
                                                      text.size()));
        }
        std::vector<std::int32_t> ids;
        if (addSpecial) {
            ids = m_frame.before;
        }
        for (const TokenSegment& segment : m_addedTokens.splitRaw(text)) {
            if (segment.id) {
                ids.push_back(*segment.id);
                continue;
            }
            encodeSegment({std::string(text.substr(segment.begin, segment.end - segment.begin)),
                           segment.begin == 0},
                          ids);
        }
        if (addSpecial) {
            ids.insert(ids.end(), m_frame.after.begin(), m_frame.after.end());
        }
        return ids;
    }

    std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override {
        std::vector<std::string> tokens;
        for (const std::int32_t id : ids) {
            const AddedToken* added = m_addedTokens.find(id);
            if (added != nullptr && added->isSpecial && skipSpecial) {
                continue;
            }
            const std::string* piece =
                added != nullptr ? &added->content : m_model->vocabulary().piece(id);
            if (piece != nullptr) { // ids of padded vocabularies stand for nothing
                tokens.push_back(*piece);
            }
        }
        if (m_decoder) {
            m_decoder->decode(tokens);
        }
        std::string text;
        for (std::size_t k = 0; k < tokens.size(); ++k) {
            text += !m_decoder && k > 0 ? " " : "";
            text += tokens[k];
        }
        return text;
    }

    std::string piece(std::int32_t id) const override {
        if (const AddedToken* added = m_addedTokens.find(id)) {
            return added->content;
        }
        const std::string* piece = m_model->vocabulary().piece(id);
        return piece == nullptr ? unusedPiece(id) : readablePiece(*piece, m_isByteLevel);
    }

    std::int32_t vocabularySize() const override {
        return std::max(m_model->vocabulary().idEnd(), m_addedTokens.idEnd());
    }

    std::optional<std::int32_t> startToken() const override {
        return m_frame.before.empty() ? std::nullopt : std::optional(m_frame.before.back());
    }

    std::string description() const override {
        return fmt::format("{} ({}), {} pieces", m_model->name(), m_origin.format,
                           m_model->vocabulary().size());
    }

    std::string contentHash() const override { return m_origin.hash; }

private:
    void readTokens(const JsonPlace& root, const TokenizerConfig& config) {
        std::vector<AddedToken> tokens;
        if (const auto added = root.find("added_tokens")) {
            tokens = readAddedTokens(*added, m_model->vocabulary());
        }
        // transformers adds what tokenizer_config.json has beyond tokenizer.json.
        for (const AddedToken& token : config.addedTokens) {
            const bool isKnown =
                std::any_of(tokens.begin(), tokens.end(),
                            [&](const AddedToken& t) { return t.content == token.content; });
            if (isKnown) {
                continue;
            }
            const auto inVocabulary = m_model->vocabulary().find(token.content);
            const bool isTaken =
                m_model->vocabulary().piece(token.id) != nullptr ||
                std::any_of(tokens.begin(), tokens.end(),
                            [&](const AddedToken& other) { return other.id == token.id; });
            if (inVocabulary ? *inVocabulary != token.id : isTaken) {
                throw Error(ErrorKind::Input,
                            fmt::format("{} at /added_tokens_decoder/{}: \"{}\" contradicts "
                                        "tokenizer.json, where the id or the token is another.",
                                        config.file, token.id, token.content));
            }
            tokens.push_back(token);
        }
        m_addedTokens = AddedTokens(std::move(tokens), m_normalizer.get());
    }

    void checkFrame(const JsonPlace& place) const {
        for (const std::vector<std::int32_t>* side : {&m_frame.before, &m_frame.after}) {
            for (const std::int32_t id : *side) {
                if (m_addedTokens.find(id) == nullptr &&
                    m_model->vocabulary().piece(id) == nullptr) {
                    place.complain(
                        fmt::format("the special token id {} is not in the vocabulary", id));
                }
            }
        }
    }

    std::int32_t requireToken(const std::optional<std::string>& token, const char* setting,
                              const TokenizerConfig& config) const {
        if (token) {
            if (const AddedToken* added = m_addedTokens.find(std::string_view(*token))) {
                return added->id;
            }
            if (const auto id = m_model->vocabulary().find(*token)) {
                return *id;
            }
        }
        throw Error(ErrorKind::Input,
                    fmt::format("{} asks for {}, but the token {} is not in the vocabulary.",
                                config.file, setting,
                                token ? "\"" + *token + "\"" : std::string("(none named)")));
    }

    /// Llama-type classes of transformers build their frame from the flags, not from the file.
    void applyConfig(const TokenizerConfig& config, bool hasFrame) {
        const bool isExplicit = config.addsStart || config.addsEnd;
        if (!config.isLlamaType() || (!isExplicit && hasFrame)) {
            return;
        }
        m_frame = {};
        if (config.addsStart.value_or(true) && (isExplicit || config.startToken)) {
            m_frame.before = {requireToken(config.startToken, "add_bos_token", config)};
        }
        if (config.addsEnd.value_or(false)) {
            m_frame.after = {requireToken(config.endToken, "add_eos_token", config)};
        }
    }

    void encodeSegment(TextPiece piece, std::vector<std::int32_t>& ids) const {
        if (m_normalizer) {
            m_normalizer->normalize(piece);
        }
        for (const TokenSegment& segment : m_addedTokens.splitNormalized(piece.text)) {
            if (segment.id) {
                ids.push_back(*segment.id);
                continue;
            }
            const std::string_view part =
                std::string_view(piece.text).substr(segment.begin, segment.end - segment.begin);
            if (!m_preTokenizer) {
                m_model->encode(part, ids);
                continue;
            }
            std::vector<TextPiece> words = {
                {std::string(part), piece.isTextStart && segment.begin == 0}};
            m_preTokenizer->split(words);
            for (const TextPiece& word : words) {
                m_model->encode(word.text, ids);
            }
        }
    }

    std::unique_ptr<TokenModel> m_model;
    std::unique_ptr<Normalizer> m_normalizer;
    std::unique_ptr<PreTokenizer> m_preTokenizer;
    std::unique_ptr<Decoder> m_decoder;
    AddedTokens m_addedTokens;
    SpecialFrame m_frame;
    bool m_isByteLevel = false;
    TokenizerOrigin m_origin;
};

} // namespace

std::unique_ptr<Tokenizer> openTokenizerJson(const std::filesystem::path& path,
                                             const TokenizerConfig& config) {
    const std::string file = path.string();
    const std::string content = readWholeFile(path, largestTokenizerJson);
    const nlohmann::json json = parseJson(content, file);
    return makeTokenizer(json, {file, "tokenizer.json", hashContents({content, config.content})},
                         config);
}

std::unique_ptr<Tokenizer> makeTokenizer(const nlohmann::json& content,
                                         const TokenizerOrigin& origin,
                                         const TokenizerConfig& config) {
    const JsonPlace root(content, origin.file);
    return std::make_unique<JsonTokenizer>(root, makeTokenModel(root.require("model")), origin,
                                           config);
}

std::unique_ptr<Tokenizer> makeTokenizer(const nlohmann::json& content,
                                         std::unique_ptr<TokenModel> model,
                                         const TokenizerOrigin& origin,
                                         const TokenizerConfig& config) {
    return std::make_unique<JsonTokenizer>(JsonPlace(content, origin.file), std::move(model),
                                           origin, config);
}

} // namespace quantscope
