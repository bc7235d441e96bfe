#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class TextFormat { Lines, Paragraphs, Whole, Separator, Jsonl, Csv, Tsv };

/// A part of a file's documents, for splits that never overlap: all are put into a random order by
/// the seed, and those from `first` to `last` of it, as shares of their number, are taken.
struct DocumentShare {
    double first = 0; ///< 0 … 1
    double last = 1;  ///< first … 1, not included
    std::uint64_t seed = 0;

    bool operator==(const DocumentShare&) const = default;
};

/// A file of text and how it falls into documents.
struct TextSource {
    std::string path; ///< plain, .gz or .zst
    TextFormat format = TextFormat::Lines;
    std::string separator;                ///< literal between documents, for TextFormat::Separator
    std::string textField = "text";       ///< for jsonl, csv, tsv
    std::vector<std::string> labelFields; ///< columns kept beside each example
    std::vector<DocumentShare>
        shares; ///< each of the documents that the one before left; none: all

    bool operator==(const TextSource&) const = default;
};

std::string_view textFormatName(TextFormat format);
TextFormat parseTextFormat(std::string_view name); ///< @throws Error (Usage)

/// The format that a file's ending means: .jsonl, .csv, .tsv (also before .gz, .zst), else lines.
TextFormat formatByEnding(const std::string& path);

} // namespace quantscope
