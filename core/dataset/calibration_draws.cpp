#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace quantscope {

namespace {

/// What Python's string.punctuation and string.whitespace hold.
constexpr std::string_view punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c";

struct DrawSize {
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::int64_t draws = 0;
};

DrawSize sizeOf(const CalibrationSet& set, const CalibrationDrawOptions& options) {
    return {set.examples.value_or(options.defaults.examples),
            set.tokens.value_or(options.defaults.tokens.value_or(options.tokens)),
            set.draws.value_or(options.defaults.draws)};
}

void append(const TokenWindows& more, TokenWindows& all) {
    const auto join = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    all.tokens = more.tokens;
    join(all.ids, more.ids);
    join(all.lengths, more.lengths);
    join(all.documents, more.documents);
    join(all.offsets, more.offsets);
    join(all.nearDuplicate, more.nearDuplicate);
    join(all.excerpts, more.excerpts);
}

/// A stream for each window: neither the number of draws nor their size changes the others.
SplitMix64 streamOf(std::uint64_t seed, CalibrationKind kind, std::int64_t draw,
                    std::int64_t window) {
    std::uint64_t state = SplitMix64(seed ^ 0x0A0B0C0D0E0F0000ull).next();
    for (const auto part : {static_cast<std::uint64_t>(kind), static_cast<std::uint64_t>(draw),
                            static_cast<std::uint64_t>(window)})
        state = SplitMix64(state ^ (part + 1) * 0x9E3779B97F4A7C15ull).next();
    return SplitMix64(state);
}

/// Characters until they make enough tokens.
std::vector<std::int32_t> punctuationIds(SplitMix64 random, const Tokenizer& tokenizer,
                                         std::size_t count) {
    std::string text;
    std::vector<std::int32_t> ids;
    for (std::size_t length = 2 * count; ids.size() < count; length *= 2) {
        // A tokenizer that makes nothing of any character would never be done.
        if (length > 4096 * (count + 1))
            throw Error(ErrorKind::Input, "The tokenizer makes no tokens of ASCII punctuation, so "
                                          "no such calibration text can be drawn.");
        while (text.size() < length)
            text += punctuation[random.below(punctuation.size())];
        ids = tokenizer.encode(text, false);
    }
    ids.resize(count);
    return ids;
}

std::vector<std::int32_t> randomIds(SplitMix64 random, const Tokenizer& tokenizer,
                                    std::size_t count) {
    const auto start = tokenizer.startToken();
    std::vector<std::int32_t> ids;
    while (ids.size() < count) {
        const auto id = static_cast<std::int32_t>(
            random.below(static_cast<std::uint64_t>(tokenizer.vocabularySize())));
        if (id != start)
            ids.push_back(id);
    }
    return ids;
}

TokenWindows nonsense(CalibrationKind kind, const Tokenizer& tokenizer, const DrawSize& size,
                      std::uint64_t seed, std::int64_t draw, Job& job) {
    TokenWindows windows;
    windows.tokens = size.tokens;
    const std::optional<std::int32_t> start = tokenizer.startToken();
    const auto count = static_cast<std::size_t>(size.tokens + (start ? 0 : 1));
    for (std::int64_t window = 0; window < size.examples; ++window) {
        job.throwIfStopped();
        const SplitMix64 random = streamOf(seed, kind, draw, window);
        const std::vector<std::int32_t> ids = kind == CalibrationKind::Punctuation
                                                  ? punctuationIds(random, tokenizer, count)
                                                  : randomIds(random, tokenizer, count);
        if (start)
            windows.ids.push_back(*start);
        windows.ids.insert(windows.ids.end(), ids.begin(), ids.end());
        windows.lengths.push_back(size.tokens + 1);
        windows.documents.push_back(static_cast<std::uint64_t>(draw * size.examples + window));
        windows.offsets.push_back(start ? 0 : 1);
        windows.nearDuplicate.push_back(0);
        windows.excerpts.push_back(makeExcerpt(tokenizer.decode(ids, true)));
    }
    return windows;
}

} // namespace

std::vector<TokenWindows> drawCalibrationSet(const CalibrationSet& set, const Tokenizer& tokenizer,
                                             const CalibrationDrawOptions& options, Job& job) {
    const DrawSize size = sizeOf(set, options);
    std::vector<TokenWindows> draws(static_cast<std::size_t>(size.draws));
    if (set.kind != CalibrationKind::Text) {
        for (std::size_t draw = 0; draw < draws.size(); ++draw)
            draws[draw] = nonsense(set.kind, tokenizer, size, options.seed,
                                   static_cast<std::int64_t>(draw), job);
        return draws;
    }
    const auto sources = static_cast<std::int64_t>(set.sources.size());
    if (size.examples < sources)
        throw Error(ErrorKind::Usage,
                    fmt::format("The calibration set {} mixes {} files in draws of {} windows; it "
                                "needs at least a window of each.",
                                set.name, sources, size.examples));
    for (std::int64_t i = 0; i < sources; ++i) {
        const TextSource& source = set.sources[static_cast<std::size_t>(i)];
        CalibrationOptions share = options.defaults;
        share.examples = size.examples / sources + (i < size.examples % sources ? 1 : 0);
        const bool isStudied = options.studied != nullptr &&
                               std::filesystem::weakly_canonical(source.path) ==
                                   std::filesystem::weakly_canonical(options.studiedPath);
        share.tokens = size.tokens;
        const std::vector<TokenWindows> parts = makeCalibrationDraws(
            readDocuments(source), tokenizer, source, share, size.tokens, options.seed,
            isStudied ? options.studied : nullptr, size.draws, job);
        for (std::size_t draw = 0; draw < draws.size(); ++draw)
            append(parts[draw], draws[draw]);
    }
    return draws;
}

} // namespace quantscope
