#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/near_duplicates.h"
#include "core/dataset/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace quantscope {

namespace {

/// A stretch of a document that can become an example.
struct Window {
    std::size_t document = 0;   ///< position in the documents given
    std::int64_t firstId = 0;   ///< of its ids in the document's
    std::int64_t idCount = 0;   ///< taken from the document, without the start token
    std::int64_t predicted = 0; ///< tokens that are predicted
    std::int64_t offset = 0;    ///< of the first predicted one in the document
};

void checkOptions(const WindowOptions& options) {
    constexpr std::int64_t mostTokens = 1 << 24;
    const auto fail = [](const std::string& what) { throw Error(ErrorKind::Usage, what); };
    if (options.tokens < 1 || options.tokens > mostTokens) {
        fail(fmt::format("A window of {} tokens is not possible; expected 1 to {}.", options.tokens,
                         mostTokens));
    }
    if (options.minimumTokens &&
        (*options.minimumTokens < 1 || *options.minimumTokens > options.tokens)) {
        fail(
            fmt::format("The shortest window kept has {} tokens; expected 1 to {}, the tokens of a "
                        "full one.",
                        *options.minimumTokens, options.tokens));
    }
    if (options.examples && *options.examples < 1) {
        fail(fmt::format("{} examples were asked for; expected at least one.", *options.examples));
    }
}

/// Turns documents into windows and windows into rows.
class Cutter {
public:
    Cutter(const std::vector<Document>& documents, const Tokenizer& tokenizer,
           const TextSource& source, const WindowOptions& options, Job& job)
        : m_documents(documents)
        , m_tokenizer(tokenizer)
        , m_source(source)
        , m_options(options)
        , m_job(job)
        , m_start(tokenizer.startToken()) {
        checkOptions(options);
        job.progress("cutting the text into windows", 0, 1);
    }

    /// The windows of one document; its ids are kept where there are any.
    std::vector<Window> cut(std::size_t document) {
        m_job.throwIfStopped();
        std::vector<std::int32_t> ids = m_tokenizer.encode(m_documents[document].text, false);
        const auto count = static_cast<std::int64_t>(ids.size());
        // Without a start token the first id of a window is given, not predicted.
        const std::int64_t given = m_start ? 0 : 1;
        const std::int64_t stride = m_options.tokens + given;
        const std::int64_t fewest = m_options.minimumTokens.value_or(m_options.tokens) + given;
        m_longest = std::max(m_longest, count - given);
        std::vector<Window> windows;
        for (std::int64_t begin = 0; count - begin >= fewest; begin += stride) {
            const std::int64_t taken = std::min(stride, count - begin);
            windows.push_back({document, begin, taken, taken - given, begin + given});
            if (m_options.mode == WindowMode::First) {
                ids.resize(static_cast<std::size_t>(taken));
                break;
            }
        }
        if (!windows.empty()) {
            m_ids[document] = std::move(ids);
        }
        return windows;
    }

    std::vector<Window> cutAll() {
        std::vector<Window> windows;
        for (std::size_t document = 0; document < m_documents.size(); ++document) {
            const std::vector<Window> cuts = cut(document);
            windows.insert(windows.end(), cuts.begin(), cuts.end());
        }
        return windows;
    }

    /// The text of a window.
    std::string text(const Window& window) const {
        const std::vector<std::int32_t>& ids = m_ids.at(window.document);
        return m_tokenizer.decode(std::span(ids).subspan(static_cast<std::size_t>(window.firstId),
                                                         static_cast<std::size_t>(window.idCount)),
                                  true);
    }

    void requireSome(const std::vector<Window>& windows) const {
        if (windows.empty()) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}: no text is long enough: the longest has {} tokens, a "
                                    "window needs {}. Ask for shorter windows, or keep short ones.",
                                    m_source.path, std::max<std::int64_t>(m_longest, 0),
                                    m_options.minimumTokens.value_or(m_options.tokens)));
        }
    }

    TokenWindows rows(const std::vector<Window>& windows) const {
        TokenWindows result;
        result.tokens = m_options.tokens;
        const auto width = static_cast<std::size_t>(m_options.tokens + 1);
        constexpr std::size_t mostCells = std::size_t{1} << 32;
        if (windows.size() > mostCells / width) {
            throw Error(
                ErrorKind::Usage,
                fmt::format("{} windows of {} tokens are more than can be held at once. Ask "
                            "for fewer examples or shorter windows.",
                            windows.size(), m_options.tokens));
        }
        result.ids.assign(windows.size() * width, -1);
        result.labelNames = m_source.labelFields;
        result.labels.resize(m_source.labelFields.size());
        result.nearDuplicate.assign(windows.size(), 0);
        for (std::size_t row = 0; row < windows.size(); ++row) {
            const Window& window = windows[row];
            const Document& document = m_documents[window.document];
            const std::vector<std::int32_t>& ids = m_ids.at(window.document);
            auto target = result.ids.begin() + static_cast<std::ptrdiff_t>(row * width);
            if (m_start) {
                *target++ = *m_start;
            }
            std::copy_n(ids.begin() + window.firstId, window.idCount, target);
            result.lengths.push_back(window.predicted + 1);
            result.documents.push_back(document.index);
            result.offsets.push_back(window.offset);
            for (std::size_t label = 0; label < result.labels.size(); ++label) {
                result.labels[label].push_back(
                    label < document.labels.size() ? document.labels[label] : "");
            }
            result.excerpts.push_back(excerpt(window));
        }
        return result;
    }

private:
    std::string excerpt(Window window) const {
        constexpr std::int64_t enoughTokens = 80; // a token is rarely less than a character
        window.idCount = std::min(window.idCount, enoughTokens);
        return makeExcerpt(text(window));
    }

    const std::vector<Document>& m_documents;
    const Tokenizer& m_tokenizer;
    const TextSource& m_source;
    const WindowOptions& m_options;
    Job& m_job;
    std::optional<std::int32_t> m_start;
    std::map<std::size_t, std::vector<std::int32_t>> m_ids; ///< by document
    std::int64_t m_longest = -1; ///< tokens that the longest text could have predicted
};

std::size_t countWanted(const std::optional<std::int64_t>& examples) {
    return examples ? static_cast<std::size_t>(*examples) : std::numeric_limits<std::size_t>::max();
}

/// Of first windows the documents can be drawn before they are encoded, which saves most of the
/// work when few of many are wanted. The draw is that of shuffledIndices over the documents.
std::vector<Window> drawFirstWindows(Cutter& cutter, std::size_t documents, std::size_t wanted,
                                     std::uint64_t seed) {
    std::vector<Window> windows;
    for (const std::size_t document : shuffledIndices(documents, seed)) {
        const std::vector<Window> cuts = cutter.cut(document);
        windows.insert(windows.end(), cuts.begin(), cuts.end());
        if (windows.size() >= wanted) {
            break;
        }
    }
    std::sort(windows.begin(), windows.end(),
              [](const Window& a, const Window& b) { return a.document < b.document; });
    return windows;
}

/// Leaves out the windows that overlap with a studied one of the same document.
void keepOff(const TokenWindows& studied, const std::vector<Document>& documents,
             std::vector<Window>& windows) {
    std::multimap<std::uint64_t, std::pair<std::int64_t, std::int64_t>> taken; // predicted
    for (std::size_t row = 0; row < studied.documents.size(); ++row)
        taken.emplace(
            studied.documents[row],
            std::pair(studied.offsets[row], studied.offsets[row] + studied.lengths[row] - 1));
    std::erase_if(windows, [&](const Window& window) {
        const auto [first, last] = taken.equal_range(documents[window.document].index);
        return std::any_of(first, last, [&](const auto& entry) {
            const auto& [begin, end] = entry.second;
            return window.offset < end && begin < window.offset + window.predicted;
        });
    });
}

/// A stream of its own: the same seed must not draw the same places twice.
std::uint64_t calibrationSeed(std::uint64_t seed) {
    constexpr std::uint64_t calibrationStream = 0xCA11B8A7E0000001ull;
    return SplitMix64(seed ^ calibrationStream).next();
}

std::vector<Window> draw(const std::vector<Window>& windows, std::size_t wanted,
                         std::uint64_t seed) {
    std::vector<Window> drawn;
    for (const std::size_t index : sampleIndices(windows.size(), wanted, seed)) {
        drawn.push_back(windows[index]);
    }
    return drawn;
}

} // namespace

std::string makeExcerpt(std::string_view text) {
    constexpr std::size_t longest = 80; // characters
    std::string result;
    std::size_t characters = 0;
    for (std::size_t k = 0; k < text.size(); ++k) {
        const bool isContinuation = (static_cast<unsigned char>(text[k]) & 0xC0) == 0x80;
        if (!isContinuation && ++characters > longest) {
            return result + "…";
        }
        const auto byte = static_cast<unsigned char>(text[k]);
        result += byte < 0x20 || byte == 0x7F ? ' ' : text[k];
    }
    return result;
}

TokenWindows makeWindows(const std::vector<Document>& documents, const Tokenizer& tokenizer,
                         const TextSource& source, const WindowOptions& options, std::uint64_t seed,
                         Job& job) {
    Cutter cutter(documents, tokenizer, source, options, job);
    const std::size_t wanted = countWanted(options.examples);
    std::vector<Window> windows;
    if (options.mode == WindowMode::First && options.deduplication != Deduplication::All &&
        options.examples) {
        windows = drawFirstWindows(cutter, documents.size(), wanted, seed);
    } else {
        windows = cutter.cutAll();
        if (options.deduplication == Deduplication::All) {
            NearDuplicates seen;
            std::erase_if(windows, [&](const Window& window) {
                job.throwIfStopped();
                return seen.check(cutter.text(window));
            });
        }
        windows = draw(windows, wanted, seed);
    }
    cutter.requireSome(windows);
    TokenWindows result = cutter.rows(windows);
    if (options.deduplication == Deduplication::Paper) {
        NearDuplicates seen;
        for (std::size_t row = 0; row < windows.size(); ++row) {
            job.throwIfStopped();
            result.nearDuplicate[row] = seen.check(cutter.text(windows[row])) ? 1 : 0;
        }
    }
    return result;
}

TokenWindows makeCalibrationWindows(const std::vector<Document>& documents,
                                    const Tokenizer& tokenizer, const TextSource& source,
                                    const CalibrationOptions& options, std::int64_t tokens,
                                    std::uint64_t seed, const TokenWindows* studied, Job& job) {
    return makeCalibrationDraws(documents, tokenizer, source, options, tokens, seed, studied, 1,
                                job)
        .front();
}

std::vector<TokenWindows> makeCalibrationDraws(const std::vector<Document>& documents,
                                               const Tokenizer& tokenizer, const TextSource& source,
                                               const CalibrationOptions& options,
                                               std::int64_t tokens, std::uint64_t seed,
                                               const TokenWindows* studied, std::int64_t draws,
                                               Job& job) {
    WindowOptions windowOptions;
    windowOptions.tokens = options.tokens.value_or(tokens);
    windowOptions.mode = options.windows;
    windowOptions.examples = options.examples;
    Cutter cutter(documents, tokenizer, source, windowOptions, job);
    std::vector<Window> windows = cutter.cutAll();
    cutter.requireSome(windows);
    if (studied != nullptr) {
        keepOff(*studied, documents, windows);
        if (windows.empty()) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the study uses every window of {} tokens, so none is left "
                                    "to calibrate on. Study fewer examples or give a calibration "
                                    "text of its own.",
                                    source.path, windowOptions.tokens));
        }
    }
    const std::size_t wanted = countWanted(options.examples);
    const auto count = static_cast<std::size_t>(draws);
    if (count > 1 && windows.size() / count < wanted) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: {} disjoint draws of {} windows of {} tokens were asked for, "
                                "but only {} windows can be drawn. Ask for fewer draws, or fewer "
                                "or shorter windows.",
                                source.path, draws, wanted, windowOptions.tokens, windows.size()));
    }
    const std::vector<std::size_t> order = shuffledIndices(windows.size(), calibrationSeed(seed));
    std::vector<TokenWindows> drawn;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t begin = std::min(windows.size(), k * wanted);
        const std::size_t end = begin + std::min(windows.size() - begin, wanted);
        std::vector<std::size_t> places(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                        order.begin() + static_cast<std::ptrdiff_t>(end));
        std::sort(places.begin(), places.end());
        std::vector<Window> rows;
        for (const std::size_t place : places)
            rows.push_back(windows[place]);
        drawn.push_back(cutter.rows(rows));
    }
    return drawn;
}

} // namespace quantscope
