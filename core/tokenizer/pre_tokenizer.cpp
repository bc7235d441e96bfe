#include "core/tokenizer/pre_tokenizer.h"

#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/byte_level_tokenizer.h"
#include "core/tokenizer/metaspace.h"
#include "core/tokenizer/pattern.h"
#include "core/tokenizer/unicode.h"

#include <functional>
#include <utility>

namespace quantscope {

namespace {

/// A step given by what it does before the cut, where it cuts, and what it does to the parts.
class StepPreTokenizer : public PreTokenizer {
public:
    using Prepare = std::function<void(TextPiece&)>;
    using Cut = std::function<std::vector<ByteRange>(const std::string&)>;
    using Finish = std::function<std::string(std::string)>;

    StepPreTokenizer(Prepare prepare, Cut cut, Finish finish)
        : m_prepare(std::move(prepare))
        , m_cut(std::move(cut))
        , m_finish(std::move(finish)) {}

    void split(std::vector<TextPiece>& pieces) const override {
        std::vector<TextPiece> result;
        for (TextPiece& piece : pieces) {
            if (m_prepare) {
                m_prepare(piece);
            }
            if (!m_cut) {
                add(result, std::move(piece.text), piece.isTextStart);
                continue;
            }
            for (const ByteRange& range : m_cut(piece.text)) {
                add(result, piece.text.substr(range.begin, range.end - range.begin),
                    piece.isTextStart && range.begin == 0);
            }
        }
        pieces = std::move(result);
    }

private:
    void add(std::vector<TextPiece>& pieces, std::string text, bool isTextStart) const {
        if (!text.empty()) {
            pieces.push_back({m_finish ? m_finish(std::move(text)) : std::move(text), isTextStart});
        }
    }

    Prepare m_prepare;
    Cut m_cut;
    Finish m_finish;
};

class SequencePreTokenizer : public PreTokenizer {
public:
    explicit SequencePreTokenizer(std::vector<std::unique_ptr<PreTokenizer>> steps)
        : m_steps(std::move(steps)) {}

    void split(std::vector<TextPiece>& pieces) const override {
        for (const auto& step : m_steps) {
            step->split(pieces);
        }
    }

private:
    std::vector<std::unique_ptr<PreTokenizer>> m_steps;
};

std::unique_ptr<PreTokenizer> cutting(StepPreTokenizer::Cut cut) {
    return std::make_unique<StepPreTokenizer>(nullptr, std::move(cut), nullptr);
}

std::unique_ptr<PreTokenizer> cuttingAtCharacters(bool (*isDelimiter)(char32_t),
                                                  SplitBehavior behavior) {
    return cutting([isDelimiter, behavior](const std::string& text) {
        return splitSpans(spansOf(findCharacters(text, isDelimiter), text.size()), behavior);
    });
}

std::unique_ptr<PreTokenizer> byteLevel(const JsonPlace& place) {
    place.onlyKeys({"type", "add_prefix_space", "trim_offsets", "use_regex"});
    StepPreTokenizer::Prepare prepare;
    if (place.booleanOr("add_prefix_space", true)) {
        prepare = [](TextPiece& piece) {
            if (!piece.text.starts_with(' ')) {
                piece.text.insert(0, 1, ' ');
            }
        };
    }
    StepPreTokenizer::Cut cut;
    if (place.booleanOr("use_regex", true)) {
        cut = [regex = Regex(gpt2Cut, place.where())](const std::string& text) {
            return splitSpans(spansOf(regex.findAll(text), text.size()), SplitBehavior::Isolated);
        };
    }
    return std::make_unique<StepPreTokenizer>(std::move(prepare), std::move(cut), toByteLevel);
}

std::unique_ptr<PreTokenizer> splitting(const JsonPlace& place) {
    place.onlyKeys({"type", "pattern", "behavior", "invert"});
    const Pattern pattern(place.require("pattern"));
    const SplitBehavior behavior = parseSplitBehavior(place.require("behavior"));
    const bool isInverted = place.booleanOr("invert", false);
    return cutting([pattern, behavior, isInverted](const std::string& text) {
        std::vector<Span> spans = spansOf(pattern.findAll(text), text.size());
        for (Span& span : spans) {
            span.isDelimiter = span.isDelimiter != isInverted;
        }
        return splitSpans(spans, behavior);
    });
}

std::unique_ptr<PreTokenizer> metaspace(const JsonPlace& place) {
    const Metaspace options(place);
    const auto prepare = [options](TextPiece& piece) {
        std::string text;
        for (const char c : piece.text) {
            c == ' ' ? text += options.replacement : text += c;
        }
        const bool isPrefixed =
            options.prependScheme == PrependScheme::Always ||
            (options.prependScheme == PrependScheme::First && piece.isTextStart);
        if (isPrefixed && !text.starts_with(options.replacement)) {
            text.insert(0, options.replacement);
        }
        piece.text = std::move(text);
    };
    StepPreTokenizer::Cut cut;
    if (options.isSplitting) {
        cut = [options](const std::string& text) {
            std::vector<ByteRange> matches;
            const std::size_t width = options.replacement.size();
            for (std::size_t begin = text.find(options.replacement); begin != std::string::npos;
                 begin = text.find(options.replacement, begin + width)) {
                matches.push_back({begin, begin + width});
            }
            return splitSpans(spansOf(matches, text.size()), SplitBehavior::MergedWithNext);
        };
    }
    return std::make_unique<StepPreTokenizer>(prepare, std::move(cut), nullptr);
}

/// Runs of word characters and runs of neither word characters nor white space.
std::vector<ByteRange> wordsAndSymbols(const std::string& text) {
    enum class Kind { Space, Word, Symbol };
    std::vector<ByteRange> parts;
    Kind previous = Kind::Space;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t begin = position;
        const char32_t codePoint = nextCodePoint(text, position);
        const Kind kind = isWordCharacter(codePoint) ? Kind::Word
                          : isWhiteSpace(codePoint)  ? Kind::Space
                                                     : Kind::Symbol;
        if (kind != Kind::Space && kind == previous) {
            parts.back().end = position;
        } else if (kind != Kind::Space) {
            parts.push_back({begin, position});
        }
        previous = kind;
    }
    return parts;
}

/// BERT's cut: at white space, and at every punctuation character, which is a part by itself.
std::vector<ByteRange> wordsAndPunctuation(const std::string& text) {
    std::vector<ByteRange> parts;
    bool isInWord = false;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t begin = position;
        const char32_t codePoint = nextCodePoint(text, position);
        const bool isMark = isPunctuation(codePoint);
        if (isInWord && !isMark && !isWhiteSpace(codePoint)) {
            parts.back().end = position;
        } else if (!isWhiteSpace(codePoint)) {
            parts.push_back({begin, position});
        }
        isInWord = !isMark && !isWhiteSpace(codePoint);
    }
    return parts;
}

std::unique_ptr<PreTokenizer> sequence(const JsonPlace& place, int depth) {
    place.onlyKeys({"type", "pretokenizers"});
    std::vector<std::unique_ptr<PreTokenizer>> steps;
    for (const JsonPlace& step : place.require("pretokenizers").items()) {
        steps.push_back(makePreTokenizer(step, depth + 1));
    }
    return std::make_unique<SequencePreTokenizer>(std::move(steps));
}

} // namespace

std::unique_ptr<PreTokenizer> makePreTokenizer(const JsonPlace& place, int depth) {
    if (depth > deepestNesting) {
        place.complain("pre-tokenizers are nested too deep");
    }
    const JsonPlace type = place.require("type");
    const std::string name = type.text();
    if (name == "Sequence") {
        return sequence(place, depth);
    }
    if (name == "ByteLevel") {
        return byteLevel(place);
    }
    if (name == "Split") {
        return splitting(place);
    }
    if (name == "Metaspace") {
        return metaspace(place);
    }
    if (name == "Digits") {
        place.onlyKeys({"type", "individual_digits"});
        return cuttingAtCharacters(isNumeric, place.booleanOr("individual_digits", false)
                                                  ? SplitBehavior::Isolated
                                                  : SplitBehavior::Contiguous);
    }
    if (name == "Punctuation") {
        place.onlyKeys({"type", "behavior"});
        const auto behavior = place.find("behavior");
        return cuttingAtCharacters(isPunctuation, behavior ? parseSplitBehavior(*behavior)
                                                           : SplitBehavior::Isolated);
    }
    if (name == "Whitespace") {
        place.onlyKeys({"type"});
        return cutting(wordsAndSymbols);
    }
    if (name == "BertPreTokenizer") {
        place.onlyKeys({"type"});
        return cutting(wordsAndPunctuation);
    }
    if (name == "WhitespaceSplit") {
        place.onlyKeys({"type"});
        return cuttingAtCharacters(isWhiteSpace, SplitBehavior::Removed);
    }
    type.fail("a pre-tokenizer among Sequence, ByteLevel, Split, Digits, Metaspace, Whitespace, "
              "WhitespaceSplit, BertPreTokenizer, Punctuation");
}

} // namespace quantscope
