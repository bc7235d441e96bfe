#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

enum class TextFormat { Lines, Paragraphs, Whole, Separator, Jsonl, Csv, Tsv };

/// A file of text and how it falls into documents.
struct TextSource {
    std::string path; ///< plain, .gz or .zst
    TextFormat format = TextFormat::Lines;
    std::string separator;                ///< literal between documents, for TextFormat::Separator
    std::string textField = "text";       ///< for jsonl, csv, tsv
    std::vector<std::string> labelFields; ///< columns kept beside each example

    bool operator==(const TextSource&) const = default;
};

std::string_view textFormatName(TextFormat format);
TextFormat parseTextFormat(std::string_view name); ///< @throws Error (Usage)

/// The format that a file's ending means: .jsonl, .csv, .tsv (also before .gz, .zst), else lines.
TextFormat formatByEnding(const std::string& path);

} // namespace quantscope
