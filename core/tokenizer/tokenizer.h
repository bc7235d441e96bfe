#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Text to ids and back, exact to the id with the tokenizer a checkpoint was trained with.
/// Immutable after opening and safe to use from several threads.
class Tokenizer {
public:
    /// Reads tokenizer.json of a model directory, else tokenizer.model (SentencePiece, or tiktoken
    /// as Llama 3's first release), else a .tiktoken file, else vocab.json with merges.txt; and
    /// tokenizer_config.json beside it. A path to one of these files opens just that one, and a
    /// path to a GGUF file the tokenizer inside it.
    /// @throws Error (Input) naming file, place, expected and found.
    static std::unique_ptr<Tokenizer> open(const std::filesystem::path& path);

    virtual ~Tokenizer() = default;

    /// Ids of a text. With `addSpecial` the start (and end) tokens the model wants are put around.
    /// @throws Error (Input) with the byte offset when the text is not UTF-8.
    virtual std::vector<std::int32_t> encode(std::string_view text, bool addSpecial) const = 0;

    /// The text of ids, as the model's own decoder writes it; ids without a piece are passed over.
    virtual std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const = 0;

    /// The piece of an id as a person reads it (bytes that are not UTF-8 shown as <0xE2>).
    virtual std::string piece(std::int32_t id) const = 0;

    /// One more than the largest id.
    virtual std::int32_t vocabularySize() const = 0;

    /// The token before the first one, where the model wants one.
    virtual std::optional<std::int32_t> startToken() const = 0;

    /// E.g. "BPE (tokenizer.json), 32000 pieces".
    virtual std::string description() const = 0;

    /// Hash of the files it was read from, hexadecimal.
    virtual std::string contentHash() const = 0;
};

} // namespace quantscope
