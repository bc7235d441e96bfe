#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/document_copies.h"
#include "core/dataset/records.h"
#include "core/dataset/sampling.h"
#include "core/dataset/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

void add(std::vector<Document>& documents, std::string_view text, std::size_t byteOffset) {
    Document document;
    document.text = text;
    document.index = documents.size();
    document.byteOffset = byteOffset;
    documents.push_back(std::move(document));
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

/// Calls visit(line, begin) for every line, without its end.
template <typename Visit>
void visitLines(std::string_view text, const Visit& visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        visit(line, begin);
        begin = end + 1;
    }
}

std::vector<Document> splitLines(std::string_view text, std::size_t firstByte) {
    std::vector<Document> documents;
    visitLines(text, [&](std::string_view line, std::size_t begin) {
        if (!isBlank(line)) {
            add(documents, line, firstByte + begin);
        }
    });
    return documents;
}

std::vector<Document> splitParagraphs(std::string_view text, std::size_t firstByte) {
    std::vector<Document> documents;
    std::size_t first = 0, end = 0; // of the paragraph; empty when there is none
    const auto flush = [&] {
        if (end > first) {
            add(documents, text.substr(first, end - first), firstByte + first);
        }
        first = end = 0;
    };
    visitLines(text, [&](std::string_view line, std::size_t begin) {
        if (isBlank(line)) {
            flush();
            return;
        }
        first = end > first ? first : begin;
        end = begin + line.size();
    });
    flush();
    return documents;
}

std::vector<Document> splitAtSeparator(std::string_view text, std::size_t firstByte,
                                       const std::string& separator) {
    std::vector<Document> documents;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        const std::string_view part = text.substr(begin, end - begin);
        if (!isBlank(part)) { // white space around a separator belongs to no document
            const std::size_t first = part.find_first_not_of(blanks);
            const std::size_t last = part.find_last_not_of(blanks);
            add(documents, part.substr(first, last - first + 1), firstByte + begin + first);
        }
        begin = end + separator.size();
    }
    return documents;
}

/// The documents that the source's shares leave, in the order of the file. Copies of a document
/// stay together: else a text that is held out would have been seen elsewhere.
std::vector<Document> takeShares(std::vector<Document> documents, const TextSource& source) {
    for (const DocumentShare& share : source.shares) {
        const std::vector<std::vector<std::size_t>> groups = groupCopies(documents);
        const std::size_t count = groups.size();
        const auto placeOf = [count](double part) {
            return static_cast<std::size_t>(
                std::lround(std::clamp(part, 0.0, 1.0) * double(count)));
        };
        const std::vector<std::size_t> order = shuffledIndices(count, share.seed);
        std::vector<std::size_t> taken;
        for (std::size_t place = placeOf(share.first); place < placeOf(share.last); ++place)
            taken.insert(taken.end(), groups[order[place]].begin(), groups[order[place]].end());
        if (taken.empty())
            throw Error(ErrorKind::Input,
                        fmt::format("{}: {} different documents are too few to be split: the part "
                                    "from {} to {} of them is empty. Give a text of more "
                                    "documents.",
                                    source.path, count, share.first, share.last));
        std::sort(taken.begin(), taken.end());
        std::vector<Document> left;
        for (const std::size_t index : taken)
            left.push_back(std::move(documents[index]));
        documents = std::move(left);
    }
    return documents;
}

} // namespace

std::vector<Document> readDocuments(const TextSource& source) {
    if (source.format == TextFormat::Separator && source.separator.empty()) {
        throw Error(ErrorKind::Usage,
                    "The text format \"separator\" needs a separator, the literal "
                    "that stands between documents.");
    }
    const std::string content = readUtf8File(source.path);
    std::string_view text = content;
    const std::size_t firstByte = byteOrderMarkLength(text);
    text.remove_prefix(firstByte);

    std::vector<Document> documents;
    switch (source.format) {
    case TextFormat::Lines:
        documents = splitLines(text, firstByte);
        break;
    case TextFormat::Paragraphs:
        documents = splitParagraphs(text, firstByte);
        break;
    case TextFormat::Whole:
        if (!isBlank(text)) {
            add(documents, text, firstByte);
        }
        break;
    case TextFormat::Separator:
        documents = splitAtSeparator(text, firstByte, source.separator);
        break;
    case TextFormat::Jsonl:
        documents = readJsonRecords(text, firstByte, source);
        break;
    case TextFormat::Csv:
        documents = readTable(text, firstByte, ',', source);
        break;
    case TextFormat::Tsv:
        documents = readTable(text, firstByte, '\t', source);
        break;
    }
    if (documents.empty()) {
        throw Error(ErrorKind::Input, fmt::format("{}: there is no text in the file (read as {}).",
                                                  source.path, textFormatName(source.format)));
    }
    const bool hasRecords = source.format == TextFormat::Jsonl ||
                            source.format == TextFormat::Csv || source.format == TextFormat::Tsv;
    if (!hasRecords && !source.labelFields.empty()) {
        throw Error(
            ErrorKind::Usage,
            fmt::format("{}: label fields need a text format with fields (jsonl, csv, tsv), "
                        "not {}.",
                        source.path, textFormatName(source.format)));
    }
    return takeShares(std::move(documents), source);
}

} // namespace quantscope
