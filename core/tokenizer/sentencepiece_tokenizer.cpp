#include "core/tokenizer/sentencepiece_tokenizer.h"

#include "core/data/error.h"
#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/files.h"
#include "core/tokenizer/post_processor.h"
#include "core/tokenizer/readable_piece.h"
#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/sentencepiece_normalizer.h"
#include "core/tokenizer/sentencepiece_search.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::uintmax_t largestModelFile = 256u << 20;
constexpr std::string_view spaceSymbol = "\xE2\x96\x81";

using Type = SentencePieceModel::PieceType;

/// The text of decoded pieces; bytes wait until their run ends.
class DecodedText {
public:
    explicit DecodedText(const SentencePieceModel& model) : m_model(model) {}

    void addByte(unsigned char byte) { m_bytes += static_cast<char>(byte); }

    void addPiece(std::int32_t id) {
        flushBytes();
        const SentencePieceModel::Piece& piece = m_model.pieces[static_cast<std::size_t>(id)];
        if (m_hasSeenPrefix || !m_text.empty()) {
            m_isAtStart = false;
        }
        m_hasSeenPrefix = false;
        if (piece.type == Type::Control) {
            return;
        }
        if (piece.type == Type::Unknown) {
            m_text += m_model.unknownSurface;
            return;
        }
        std::string_view text = piece.text;
        const SentencePieceModel::Normalization& options = m_model.normalizer;
        if (m_isAtStart && (options.addsDummyPrefix || options.removesExtraSpaces) &&
            text.starts_with(spaceSymbol)) {
            text.remove_prefix(spaceSymbol.size());
            // Where extra spaces are removed, every leading one goes, not the first alone.
            m_hasSeenPrefix = !options.removesExtraSpaces;
        }
        for (std::size_t position = 0; position < text.size();) {
            if (text.substr(position).starts_with(spaceSymbol)) {
                m_text += ' ';
                position += spaceSymbol.size();
            } else {
                m_text += text[position++];
            }
        }
    }

    void addLiteral(std::string_view text) {
        flushBytes();
        m_text += text;
    }

    std::string finish() {
        flushBytes();
        return std::move(m_text);
    }

private:
    /// Each byte that is in no valid sequence becomes one U+FFFD.
    void flushBytes() {
        std::string_view bytes = m_bytes;
        while (!bytes.empty()) {
            const std::size_t valid = findInvalidUtf8(bytes).value_or(bytes.size());
            m_text += bytes.substr(0, valid);
            bytes.remove_prefix(valid);
            if (!bytes.empty()) {
                m_text += "\xEF\xBF\xBD";
                bytes.remove_prefix(1);
            }
        }
        m_bytes.clear();
    }

    const SentencePieceModel& m_model;
    std::string m_text;
    std::string m_bytes;
    bool m_isAtStart = true;
    bool m_hasSeenPrefix = false;
};

class SentencePieceTokenizer : public Tokenizer {
public:
    SentencePieceTokenizer(SentencePieceModel model, const TokenizerOrigin& origin,
                           const TokenizerConfig& config)
        : m_model(std::move(model))
        , m_normalizer(m_model, origin.file)
        , m_origin(origin) {
        if (m_model.kind == SentencePieceModel::Kind::Bpe) {
            m_search = std::make_unique<SentencePieceBpe>(m_model, m_normalizer.userDefined());
        } else {
            m_search = std::make_unique<SentencePieceUnigram>(m_model);
        }
        m_bytePieces.resize(256, -1);
        for (std::size_t id = 0; id < m_model.pieces.size(); ++id) {
            if (m_model.pieces[id].type == Type::Byte) {
                m_bytePieces[*fallbackByte(m_model.pieces[id].text)] =
                    static_cast<std::int32_t>(id);
            }
        }
        readAddedTokens(config);
        makeFrame(config);
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
            } else {
                encodeSegment(text.substr(segment.begin, segment.end - segment.begin), ids);
            }
        }
        if (addSpecial) {
            ids.insert(ids.end(), m_frame.after.begin(), m_frame.after.end());
        }
        return ids;
    }

    std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override {
        DecodedText text(m_model);
        for (const std::int32_t id : ids) {
            if (const AddedToken* added = m_addedTokens.find(id)) {
                if (!(added->isSpecial && skipSpecial)) {
                    text.addLiteral(added->content);
                }
            } else if (isPiece(id)) {
                const SentencePieceModel::Piece& piece =
                    m_model.pieces[static_cast<std::size_t>(id)];
                if (piece.type == Type::Byte) {
                    text.addByte(*fallbackByte(piece.text));
                } else if (piece.type == Type::Control && !skipSpecial) {
                    text.addLiteral(piece.text);
                } else {
                    text.addPiece(id);
                }
            }
        }
        return m_normalizer.denormalize(text.finish());
    }

    std::string piece(std::int32_t id) const override {
        if (const AddedToken* added = m_addedTokens.find(id)) {
            return added->content;
        }
        return isPiece(id) ? readablePiece(m_model.pieces[static_cast<std::size_t>(id)].text, false)
                           : unusedPiece(id);
    }

    std::int32_t vocabularySize() const override {
        return std::max(static_cast<std::int32_t>(m_model.pieces.size()), m_addedTokens.idEnd());
    }

    std::optional<std::int32_t> startToken() const override {
        return m_frame.before.empty() ? std::nullopt : std::optional(m_frame.before.back());
    }

    std::string description() const override {
        return fmt::format("SentencePiece {} ({}), {} pieces",
                           m_model.kind == SentencePieceModel::Kind::Bpe ? "BPE" : "unigram",
                           m_origin.format, m_model.pieces.size());
    }

    std::string contentHash() const override { return m_origin.hash; }

private:
    bool isPiece(std::int32_t id) const {
        return id >= 0 && static_cast<std::size_t>(id) < m_model.pieces.size();
    }

    /// Tokens that tokenizer_config.json has beyond the model's pieces.
    void readAddedTokens(const TokenizerConfig& config) {
        std::vector<AddedToken> tokens;
        for (AddedToken token : config.addedTokens) {
            if (isPiece(token.id)) {
                if (m_model.pieces[static_cast<std::size_t>(token.id)].text != token.content) {
                    throw Error(
                        ErrorKind::Input,
                        fmt::format("{} at /added_tokens_decoder/{}: \"{}\" contradicts "
                                    "tokenizer.model, where the id is that of \"{}\".",
                                    config.file, token.id, token.content,
                                    m_model.pieces[static_cast<std::size_t>(token.id)].text));
                }
                continue;
            }
            token.isNormalized = false; // found before the model's own normalization
            tokens.push_back(std::move(token));
        }
        m_addedTokens = AddedTokens(std::move(tokens), nullptr);
    }

    std::int32_t requirePiece(const std::string& text, const char* setting,
                              const TokenizerConfig& config) const {
        if (const AddedToken* added = m_addedTokens.find(std::string_view(text))) {
            return added->id;
        }
        for (std::size_t id = 0; id < m_model.pieces.size(); ++id) {
            if (m_model.pieces[id].text == text) {
                return static_cast<std::int32_t>(id);
            }
        }
        throw Error(ErrorKind::Input,
                    fmt::format("{} asks for {}, but \"{}\" is not a piece of tokenizer.model.",
                                config.file, setting, text));
    }

    bool hasPiece(const std::string& text) const {
        return std::any_of(m_model.pieces.begin(), m_model.pieces.end(),
                           [&](const auto& piece) { return piece.text == text; });
    }

    /// As transformers' Llama tokenizer: a start token unless the configuration says no.
    void makeFrame(const TokenizerConfig& config) {
        const std::string start = config.startToken.value_or(m_model.startPiece);
        if (config.addsStart.value_or(config.startToken.has_value() || hasPiece(start))) {
            m_frame.before = {requirePiece(start, "add_bos_token", config)};
        }
        if (config.addsEnd.value_or(false)) {
            m_frame.after = {
                requirePiece(config.endToken.value_or(m_model.endPiece), "add_eos_token", config)};
        }
    }

    void encodeSegment(std::string_view text, std::vector<std::int32_t>& ids) const {
        const std::string normalized = m_normalizer.normalize(text);
        bool isAfterUnknown = false;
        for (const FoundPiece& piece : m_search->search(normalized)) {
            const bool isUnknown = piece.id == m_model.unknownId;
            if (isUnknown && m_model.hasByteFallback) {
                for (const char c : piece.text) {
                    ids.push_back(m_bytePieces[static_cast<unsigned char>(c)]);
                }
            } else if (!isUnknown || !isAfterUnknown) { // a run of unknowns is one
                ids.push_back(piece.id);
            }
            isAfterUnknown = isUnknown;
        }
    }

    SentencePieceModel m_model;
    SentencePieceNormalizer m_normalizer;
    std::unique_ptr<SentencePieceSearch> m_search;
    std::vector<std::int32_t> m_bytePieces; ///< by byte
    AddedTokens m_addedTokens;
    SpecialFrame m_frame;
    TokenizerOrigin m_origin;
};

} // namespace

std::unique_ptr<Tokenizer> openSentencePiece(const std::filesystem::path& path,
                                             const TokenizerConfig& config) {
    const std::string file = path.string();
    const std::string content = readWholeFile(path, largestModelFile);
    return makeSentencePiece(readSentencePieceModel(content, file),
                             {file, "tokenizer.model", hashContents({content, config.content})},
                             config);
}

std::unique_ptr<Tokenizer> makeSentencePiece(SentencePieceModel model,
                                             const TokenizerOrigin& origin,
                                             const TokenizerConfig& config) {
    return std::make_unique<SentencePieceTokenizer>(std::move(model), origin, config);
}

} // namespace quantscope
