#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/dataset/delimited_reader.h"
#include "core/dataset/text_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

void addDocument(std::vector<Document>& documents, std::string_view text, std::size_t offset) {
    if (isBlank(text))
        return;
    Document document;
    document.text = std::string(text);
    document.index = documents.size();
    document.byteOffset = offset;
    documents.push_back(std::move(document));
}

std::vector<Document> splitAt(const std::string& text, const std::string& separator) {
    std::vector<Document> documents;
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::size_t to = std::min(text.find(separator, from), text.size());
        addDocument(documents, std::string_view(text).substr(from, to - from), from);
        from = to + separator.size();
    }
    return documents;
}

std::vector<Document> readLines(const std::string& text) {
    std::vector<Document> documents;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        std::string_view line = std::string_view(text).substr(from, to - from);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        addDocument(documents, line, from);
        from = to + 1;
    }
    return documents;
}

/// Paragraphs: runs of lines that are not blank.
std::vector<Document> readParagraphs(const std::string& text) {
    std::vector<Document> documents;
    std::size_t start = 0;
    bool open = false;
    std::size_t end = 0;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        const bool blank = isBlank(std::string_view(text).substr(from, to - from));
        if (!blank) {
            start = open ? start : from;
            end = to;
        }
        if (open && (blank || to == text.size()))
            addDocument(documents, std::string_view(text).substr(start, end - start), start);
        else if (!blank && to == text.size())
            addDocument(documents, std::string_view(text).substr(start, end - start), start);
        open = !blank;
        from = to + 1;
    }
    return documents;
}

std::string labelText(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

Document jsonDocument(const nlohmann::json& record, const TextSource& source,
                      const std::string& place) {
    if (!record.is_object())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: expected an object, found {}.", place, record.type_name()));
    const auto text = record.find(source.textField);
    if (text == record.end() || !text->is_string())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: expected a text under \"{}\", found {}. Name the right field "
                                "with --text-field.",
                                place, source.textField,
                                text == record.end() ? "no such key" : text->type_name()));
    Document document;
    document.text = text->get<std::string>();
    for (const std::string& field : source.labelFields) {
        const auto label = record.find(field);
        if (label == record.end())
            throw Error(ErrorKind::Input,
                        fmt::format("{}: there is no label \"{}\".", place, field));
        document.labels.push_back(labelText(*label));
    }
    return document;
}

std::vector<Document> readJsonLines(const std::string& text, const TextSource& source) {
    std::vector<Document> documents;
    std::uint64_t line = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        const std::string_view record = std::string_view(text).substr(from, to - from);
        ++line;
        if (!isBlank(record)) {
            const std::string place = fmt::format("{}, line {}", source.path, line);
            const nlohmann::json json = nlohmann::json::parse(record, nullptr, false);
            if (json.is_discarded())
                throw Error(ErrorKind::Input, fmt::format("{}: this is not JSON.", place));
            Document document = jsonDocument(json, source, place);
            document.index = documents.size();
            document.byteOffset = from;
            if (!isBlank(document.text))
                documents.push_back(std::move(document));
        }
        from = to + 1;
    }
    return documents;
}

std::size_t requireColumn(const DelimitedRecord& header, const std::string& name,
                          const std::string& path) {
    const auto found = std::find(header.cells.begin(), header.cells.end(), name);
    if (found == header.cells.end())
        throw Error(ErrorKind::Input,
                    fmt::format("{}, line 1: expected a column named \"{}\", found: {}.", path,
                                name, fmt::join(header.cells, ", ")));
    return static_cast<std::size_t>(found - header.cells.begin());
}

std::vector<Document> readTable(const std::string& text, const TextSource& source) {
    const char delimiter = source.format == TextFormat::Csv ? ',' : '\t';
    const std::vector<DelimitedRecord> records = readDelimited(text, delimiter, source.path);
    std::vector<Document> documents;
    if (records.empty())
        return documents;
    const std::size_t textColumn = requireColumn(records[0], source.textField, source.path);
    std::vector<std::size_t> labelColumns;
    for (const std::string& field : source.labelFields)
        labelColumns.push_back(requireColumn(records[0], field, source.path));
    for (std::size_t i = 1; i < records.size(); ++i) {
        const DelimitedRecord& record = records[i];
        if (record.cells.size() != records[0].cells.size())
            throw Error(ErrorKind::Input,
                        fmt::format("{}, line {}: expected {} cells as in the header, found {}.",
                                    source.path, record.line, records[0].cells.size(),
                                    record.cells.size()));
        if (isBlank(record.cells[textColumn]))
            continue;
        Document document;
        document.text = record.cells[textColumn];
        for (const std::size_t column : labelColumns)
            document.labels.push_back(record.cells[column]);
        document.index = documents.size();
        document.byteOffset = record.byteOffset;
        documents.push_back(std::move(document));
    }
    return documents;
}

std::vector<Document> split(const std::string& text, const TextSource& source) {
    std::vector<Document> documents;
    switch (source.format) {
    case TextFormat::Lines:
        return readLines(text);
    case TextFormat::Paragraphs:
        return readParagraphs(text);
    case TextFormat::Whole:
        addDocument(documents, text, 0);
        return documents;
    case TextFormat::Separator:
        return splitAt(text, source.separator);
    case TextFormat::Jsonl:
        return readJsonLines(text, source);
    case TextFormat::Csv:
    case TextFormat::Tsv:
        return readTable(text, source);
    }
    return documents;
}

} // namespace

std::vector<Document> readDocuments(const TextSource& source) {
    if (source.format == TextFormat::Separator && source.separator.empty())
        throw Error(ErrorKind::Usage, "The text is to be split at a separator, but none is given.");
    const bool labelled = source.format == TextFormat::Jsonl || source.format == TextFormat::Csv ||
                          source.format == TextFormat::Tsv;
    if (!labelled && !source.labelFields.empty())
        throw Error(ErrorKind::Usage, fmt::format("Labels come from jsonl, csv or tsv; a text read "
                                                  "as {} has none.",
                                                  textFormatName(source.format)));
    const std::string text = readTextFile(source.path);
    requireUtf8(text, source.path);
    std::vector<Document> documents = split(text, source);
    if (documents.empty())
        throw Error(ErrorKind::Input, fmt::format("{}: the file holds no text (read as {}).",
                                                  source.path, textFormatName(source.format)));
    return documents;
}

} // namespace quantscope
