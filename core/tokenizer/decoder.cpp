#include "core/tokenizer/decoder.h"

#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/metaspace.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/pattern.h"
#include "core/tokenizer/unicode.h"

#include <array>
#include <functional>
#include <utility>

namespace quantscope {

namespace {

using Tokens = std::vector<std::string>;

class FunctionDecoder : public Decoder {
public:
    explicit FunctionDecoder(std::function<void(Tokens&)> function)
        : m_function(std::move(function)) {}

    void decode(Tokens& tokens) const override { m_function(tokens); }

private:
    std::function<void(Tokens&)> m_function;
};

std::unique_ptr<Decoder> fromFunction(std::function<void(Tokens&)> function) {
    return std::make_unique<FunctionDecoder>(std::move(function));
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    if (from.empty()) {
        return;
    }
    std::string result;
    std::size_t previous = 0;
    for (std::size_t found = text.find(from); found != std::string::npos;
         found = text.find(from, previous)) {
        result.append(text, previous, found - previous);
        result += to;
        previous = found + from.size();
    }
    result.append(text, previous);
    text = std::move(result);
}

void decodeByteLevel(Tokens& tokens) {
    std::string bytes;
    for (const std::string& token : tokens) {
        bytes += fromByteLevel(token).value_or(token); // added tokens stand for themselves
    }
    tokens = {replaceInvalidUtf8(bytes)};
}

void decodeByteFallback(Tokens& tokens) {
    Tokens result;
    std::string bytes;
    const auto flush = [&] {
        if (!bytes.empty() && !findInvalidUtf8(bytes)) {
            result.push_back(bytes);
        } else {
            result.insert(result.end(), bytes.size(), "\xEF\xBF\xBD");
        }
        bytes.clear();
    };
    for (std::string& token : tokens) {
        if (const auto byte = fallbackByte(token)) {
            bytes += static_cast<char>(*byte);
        } else {
            flush();
            result.push_back(std::move(token));
        }
    }
    flush();
    tokens = std::move(result);
}

void decodeMetaspace(Tokens& tokens, const Metaspace& options) {
    for (std::size_t k = 0; k < tokens.size(); ++k) {
        const bool isPrefix = k == 0 && options.prependScheme != PrependScheme::Never;
        replaceAll(tokens[k], options.replacement, isPrefix ? "" : " ");
    }
}

void stripToken(std::string& token, const std::string& content, std::int64_t start,
                std::int64_t stop) {
    std::size_t begin = 0;
    for (std::int64_t k = 0; k < start && token.compare(begin, content.size(), content) == 0; ++k) {
        begin += content.size();
    }
    std::size_t end = token.size();
    for (std::int64_t k = 0; k < stop && end >= begin + content.size() &&
                             token.compare(end - content.size(), content.size(), content) == 0;
         ++k) {
        end -= content.size();
    }
    token = token.substr(begin, end - begin);
}

std::unique_ptr<Decoder> strip(const JsonPlace& place) {
    place.onlyKeys({"type", "content", "start", "stop"});
    const JsonPlace contentPlace = place.require("content");
    const std::string content = contentPlace.text();
    if (content.empty() || characterLength(content, 0) != content.size()) {
        contentPlace.fail("one character");
    }
    constexpr std::int64_t most = 1'000'000;
    const std::int64_t start = place.require("start").integer(0, most);
    const std::int64_t stop = place.require("stop").integer(0, most);
    return fromFunction([content, start, stop](Tokens& tokens) {
        for (std::string& token : tokens) {
            stripToken(token, content, start, stop);
        }
    });
}

std::unique_ptr<Decoder> wordSuffix(const JsonPlace& place) {
    place.onlyKeys({"type", "suffix"});
    const std::string suffix = place.textOr("suffix", "</w>");
    return fromFunction([suffix](Tokens& tokens) {
        for (std::size_t k = 0; k < tokens.size(); ++k) {
            replaceAll(tokens[k], suffix, k + 1 < tokens.size() ? " " : "");
        }
    });
}

/// Takes away the spaces that stand before punctuation and in contractions.
void cleanUp(std::string& token) {
    constexpr std::array<std::pair<const char*, const char*>, 11> rules = {{{" .", "."},
                                                                            {" ?", "?"},
                                                                            {" !", "!"},
                                                                            {" ,", ","},
                                                                            {" ' ", "'"},
                                                                            {" n't", "n't"},
                                                                            {" 'm", "'m"},
                                                                            {" do not", " don't"},
                                                                            {" 's", "'s"},
                                                                            {" 've", "'ve"},
                                                                            {" 're", "'re"}}};
    for (const auto& [from, to] : rules) {
        replaceAll(token, from, to);
    }
}

std::unique_ptr<Decoder> wordPieces(const JsonPlace& place) {
    place.onlyKeys({"type", "prefix", "cleanup"});
    const std::string prefix = place.textOr("prefix", "##");
    const bool isCleaning = place.booleanOr("cleanup", true);
    return fromFunction([prefix, isCleaning](Tokens& tokens) {
        for (std::size_t k = 0; k < tokens.size(); ++k) {
            std::string& token = tokens[k];
            if (k > 0 && !prefix.empty() && token.starts_with(prefix)) {
                token.erase(0, prefix.size());
            } else if (k > 0) {
                token.insert(0, " ");
            }
            if (isCleaning) {
                cleanUp(token);
            }
        }
    });
}

std::unique_ptr<Decoder> sequence(const JsonPlace& place, int depth) {
    place.onlyKeys({"type", "decoders"});
    std::vector<std::shared_ptr<const Decoder>> steps;
    for (const JsonPlace& step : place.require("decoders").items()) {
        steps.push_back(makeDecoder(step, depth + 1));
    }
    return fromFunction([steps](Tokens& tokens) {
        for (const auto& step : steps) {
            step->decode(tokens);
        }
    });
}

} // namespace

std::unique_ptr<Decoder> makeDecoder(const JsonPlace& place, int depth) {
    if (depth > deepestNesting) {
        place.complain("decoders are nested too deep");
    }
    const JsonPlace type = place.require("type");
    const std::string name = type.text();
    if (name == "Sequence") {
        return sequence(place, depth);
    }
    if (name == "ByteLevel") {
        place.onlyKeys({"type", "add_prefix_space", "trim_offsets", "use_regex"});
        return fromFunction(decodeByteLevel);
    }
    if (name == "Metaspace") {
        return fromFunction(
            [options = Metaspace(place)](Tokens& tokens) { decodeMetaspace(tokens, options); });
    }
    if (name == "ByteFallback") {
        place.onlyKeys({"type"});
        return fromFunction(decodeByteFallback);
    }
    if (name == "Fuse") {
        place.onlyKeys({"type"});
        return fromFunction([](Tokens& tokens) {
            std::string joined;
            for (const std::string& token : tokens) {
                joined += token;
            }
            tokens = {std::move(joined)};
        });
    }
    if (name == "Strip") {
        return strip(place);
    }
    if (name == "Replace") {
        place.onlyKeys({"type", "pattern", "content"});
        const Pattern pattern(place.require("pattern"));
        const std::string content = place.require("content").text();
        return fromFunction([pattern, content](Tokens& tokens) {
            for (std::string& token : tokens) {
                token = pattern.replaceAll(token, content);
            }
        });
    }
    if (name == "WordPiece") {
        return wordPieces(place);
    }
    if (name == "BPEDecoder") {
        return wordSuffix(place);
    }
    type.fail("a decoder among Sequence, ByteLevel, Metaspace, ByteFallback, Fuse, Strip, Replace, "
              "BPEDecoder, WordPiece");
}

} // namespace quantscope
