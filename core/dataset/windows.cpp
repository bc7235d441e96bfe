#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/near_duplicates.h"
#include "core/dataset/sampling.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

/// Where a window lies: ids [first, first + count) of a document's ids, without the start token.
struct Window {
    std::size_t document = 0;
    std::int64_t first = 0;
    std::int64_t count = 0;
};

struct Tokenized {
    std::vector<std::vector<std::int32_t>> ids; ///< of each document, no special tokens
    std::int64_t longest = 0;
};

Tokenized tokenizeAll(const std::vector<Document>& documents, const Tokenizer& tokenizer,
                      const std::string& path, Job& job) {
    Tokenized all;
    for (const Document& document : documents) {
        job.throwIfStopped();
        try {
            all.ids.push_back(tokenizer.encode(document.text, false));
        } catch (const Error& error) {
            throw Error(error.kind(),
                        fmt::format("{}, document {} (byte {}): {}", path, document.index,
                                    document.byteOffset, error.what()));
        }
        all.longest = std::max(all.longest, static_cast<std::int64_t>(all.ids.back().size()));
    }
    return all;
}

/// @param tokens  predicted tokens of a full window; without a start token the first id of a
///                window is an ordinary one and is not predicted
std::vector<Window> cut(const Tokenized& text, bool startToken, std::int64_t tokens,
                        std::int64_t minimum, bool all) {
    const std::int64_t full = tokens + (startToken ? 0 : 1);
    const std::int64_t least = minimum + (startToken ? 0 : 1);
    std::vector<Window> windows;
    for (std::size_t d = 0; d < text.ids.size(); ++d) {
        const auto length = static_cast<std::int64_t>(text.ids[d].size());
        for (std::int64_t first = 0; first < length; first += full) {
            const std::int64_t count = std::min(full, length - first);
            if (count >= least)
                windows.push_back({d, first, count});
            if (!all)
                break;
        }
    }
    return windows;
}

std::string excerptOf(const Tokenizer& tokenizer, const std::int32_t* ids, std::int64_t count) {
    std::string text =
        tokenizer.decode({ids, static_cast<std::size_t>(std::min<std::int64_t>(count, 40))}, true);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    std::size_t end = std::min<std::size_t>(text.size(), 80);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end; // not in the middle of a character
    return text.substr(0, end);
}

TokenWindows materialize(const std::vector<Window>& windows, const Tokenized& text,
                         const std::vector<Document>& documents, const Tokenizer& tokenizer,
                         const std::vector<std::string>& labelNames, std::int64_t tokens) {
    const std::optional<std::int32_t> start = tokenizer.startToken();
    TokenWindows result;
    result.tokens = tokens;
    result.labelNames = labelNames;
    result.labels.resize(labelNames.size());
    for (const Window& window : windows) {
        const std::int32_t* ids = text.ids[window.document].data() + window.first;
        const std::size_t row = result.ids.size();
        if (start)
            result.ids.push_back(*start);
        result.ids.insert(result.ids.end(), ids, ids + window.count);
        result.lengths.push_back(static_cast<std::int64_t>(result.ids.size() - row));
        result.ids.resize(row + static_cast<std::size_t>(tokens + 1), -1);
        const Document& document = documents[window.document];
        result.documents.push_back(document.index);
        result.offsets.push_back(window.first);
        result.nearDuplicate.push_back(0);
        result.excerpts.push_back(excerptOf(tokenizer, ids, window.count));
        for (std::size_t label = 0; label < labelNames.size(); ++label)
            result.labels[label].push_back(document.labels[label]);
    }
    return result;
}

std::vector<Window> pick(const std::vector<Window>& windows,
                         const std::vector<std::size_t>& indices) {
    std::vector<Window> chosen;
    for (const std::size_t index : indices)
        chosen.push_back(windows[index]);
    return chosen;
}

} // namespace

TokenWindows makeWindows(const std::vector<Document>& documents, const Tokenizer& tokenizer,
                         const TextSource& source, const WindowOptions& options, std::uint64_t seed,
                         Job& job) {
    const Tokenized text = tokenizeAll(documents, tokenizer, source.path, job);
    std::vector<Window> windows =
        cut(text, tokenizer.startToken().has_value(), options.tokens,
            options.minimumTokens.value_or(options.tokens), options.mode == WindowMode::All);
    if (windows.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: no text is long enough for a window of {} tokens; the longest "
                                "has {}. Take fewer tokens, allow shorter windows with "
                                "--min-tokens, or join the texts (--text-format whole).",
                                source.path, options.minimumTokens.value_or(options.tokens),
                                text.longest));
    std::vector<std::uint8_t> duplicate(windows.size(), 0);
    if (options.deduplication != Deduplication::Off) {
        std::vector<std::string> texts;
        for (const Window& window : windows)
            texts.push_back(tokenizer.decode({text.ids[window.document].data() + window.first,
                                              static_cast<std::size_t>(window.count)},
                                             true));
        duplicate = findNearDuplicates(texts, job);
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < windows.size(); ++i)
        if (options.deduplication != Deduplication::All || !duplicate[i])
            kept.push_back(i);
    const auto wanted =
        static_cast<std::size_t>(options.examples.value_or(static_cast<std::int64_t>(kept.size())));
    std::vector<std::size_t> chosen;
    for (const std::size_t index : sampleIndices(kept.size(), wanted, seed))
        chosen.push_back(kept[index]);
    TokenWindows result = materialize(pick(windows, chosen), text, documents, tokenizer,
                                      source.labelFields, options.tokens);
    for (std::size_t i = 0; i < chosen.size(); ++i)
        result.nearDuplicate[i] = duplicate[chosen[i]];
    return result;
}

TokenWindows makeCalibrationWindows(const std::vector<Document>& documents,
                                    const Tokenizer& tokenizer, const TextSource& source,
                                    const CalibrationOptions& options, std::int64_t tokens,
                                    std::uint64_t seed,
                                    const std::set<std::pair<std::uint64_t, std::int64_t>>& exclude,
                                    Job& job) {
    const std::int64_t length = options.tokens.value_or(tokens);
    const Tokenized text = tokenizeAll(documents, tokenizer, source.path, job);
    std::vector<Window> windows = cut(text, tokenizer.startToken().has_value(), length, length,
                                      options.windows == WindowMode::All);
    std::erase_if(windows, [&](const Window& window) {
        return exclude.contains({documents[window.document].index, window.first});
    });
    if (windows.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: no window of {} tokens is left to calibrate on{}. Name a "
                                "calibration text, or study fewer examples.",
                                source.path, length,
                                exclude.empty() ? "" : " beside those that are studied"));
    const std::vector<std::size_t> chosen = sampleIndices(
        windows.size(), static_cast<std::size_t>(options.examples), seed ^ 0x43616C6962726174ull);
    return materialize(pick(windows, chosen), text, documents, tokenizer, {}, length);
}

} // namespace quantscope
