#include "core/data/error.h"
#include "core/dataset/records.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::string_view blanks = " \t\r\n";

/// A value as a label: text as it is, everything else as JSON writes it.
std::string labelText(const nlohmann::json& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Document readRecord(std::string_view record, const std::string& place, const TextSource& source) {
    nlohmann::json json;
    try {
        json = nlohmann::json::parse(record.begin(), record.end());
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::Input, fmt::format("{}: not valid JSON ({}).", place, error.what()));
    }
    if (!json.is_object()) {
        throw Error(ErrorKind::Input, fmt::format("{}: expected an object with the field \"{}\", "
                                                  "found {}.",
                                                  place, source.textField, json.type_name()));
    }
    const auto text = json.find(source.textField);
    if (text == json.end() || !text->is_string()) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the text field \"{}\" {}. Name another field.", place,
                                source.textField,
                                text == json.end() ? "is missing" : "is no string"));
    }
    Document document;
    document.text = text->get<std::string>();
    for (const std::string& field : source.labelFields) {
        const auto label = json.find(field);
        if (label == json.end()) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the label field \"{}\" is missing.", place, field));
        }
        document.labels.push_back(labelText(*label));
    }
    return document;
}

std::vector<Document> readLines(std::string_view text, std::size_t firstByte,
                                const TextSource& source) {
    std::vector<Document> documents;
    std::size_t line = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view record = text.substr(begin, end - begin);
        ++line;
        if (record.find_first_not_of(blanks) != std::string_view::npos) {
            Document document =
                readRecord(record, fmt::format("{}, line {}", source.path, line), source);
            document.index = documents.size();
            document.byteOffset = firstByte + begin;
            documents.push_back(std::move(document));
        }
        begin = end + 1;
    }
    return documents;
}

/// The end of the array element that begins at `begin`: its "," or "]" outside of strings and
/// brackets. What is between is checked by the parser.
std::size_t elementEnd(std::string_view text, std::size_t begin) {
    std::size_t depth = 0;
    bool isInString = false;
    for (std::size_t k = begin; k < text.size(); ++k) {
        const char c = text[k];
        if (isInString) {
            k += c == '\\' ? 1 : 0;
            isInString = c != '"';
        } else if (c == '"') {
            isInString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (depth == 0 && (c == ',' || c == ']')) {
            return k;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
        }
    }
    return text.size();
}

std::vector<Document> readArray(std::string_view text, std::size_t open, std::size_t firstByte,
                                const TextSource& source) {
    std::vector<Document> documents;
    std::size_t begin = open + 1;
    if (text.find_first_not_of(blanks, begin) == text.find(']', begin)) {
        return documents;
    }
    while (true) {
        begin = std::min(text.find_first_not_of(blanks, begin), text.size());
        const std::size_t end = elementEnd(text, begin);
        const std::string place = fmt::format("{}, record {}", source.path, documents.size() + 1);
        if (end == text.size()) {
            throw Error(
                ErrorKind::Input,
                fmt::format("{}: the JSON array ends too early, so the file is truncated.", place));
        }
        Document document = readRecord(text.substr(begin, end - begin), place, source);
        document.index = documents.size();
        document.byteOffset = firstByte + begin;
        documents.push_back(std::move(document));
        if (text[end] == ']') {
            if (text.find_first_not_of(blanks, end + 1) != std::string_view::npos) {
                throw Error(ErrorKind::Input,
                            fmt::format("{}: something follows the end of the JSON array.", place));
            }
            return documents;
        }
        begin = end + 1;
    }
}

} // namespace

std::vector<Document> readJsonRecords(std::string_view text, std::size_t firstByte,
                                      const TextSource& source) {
    const std::size_t start = text.find_first_not_of(blanks);
    return start != std::string_view::npos && text[start] == '['
               ? readArray(text, start, firstByte, source)
               : readLines(text, firstByte, source);
}

} // namespace quantscope
