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

nlohmann::json parseRecord(std::string_view record, const std::string& place) {
    nlohmann::json json;
    try {
        json = nlohmann::json::parse(record.begin(), record.end());
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::Input, fmt::format("{}: not valid JSON ({}).", place, error.what()));
    }
    if (!json.is_object()) {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: expected an object, found {}.", place, json.type_name()));
    }
    return json;
}

Document readRecord(const nlohmann::json& json, const std::string& place,
                    const TextSource& source) {
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

void visitLines(std::string_view text, const std::string& path, const VisitRecord& visit) {
    std::size_t line = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view record = text.substr(begin, end - begin);
        ++line;
        if (record.find_first_not_of(blanks) != std::string_view::npos) {
            const std::string place = fmt::format("{}, line {}", path, line);
            visit(parseRecord(record, place), place, begin);
        }
        begin = end + 1;
    }
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

void visitArray(std::string_view text, std::size_t open, const std::string& path,
                const VisitRecord& visit) {
    std::size_t begin = open + 1;
    if (text.find_first_not_of(blanks, begin) == text.find(']', begin)) {
        return;
    }
    for (std::size_t number = 1;; ++number) {
        begin = std::min(text.find_first_not_of(blanks, begin), text.size());
        const std::size_t end = elementEnd(text, begin);
        const std::string place = fmt::format("{}, record {}", path, number);
        if (end == text.size()) {
            throw Error(
                ErrorKind::Input,
                fmt::format("{}: the JSON array ends too early, so the file is truncated.", place));
        }
        visit(parseRecord(text.substr(begin, end - begin), place), place, begin);
        if (text[end] == ']') {
            if (text.find_first_not_of(blanks, end + 1) != std::string_view::npos) {
                throw Error(ErrorKind::Input,
                            fmt::format("{}: something follows the end of the JSON array.", place));
            }
            return;
        }
        begin = end + 1;
    }
}

} // namespace

void visitJsonRecords(std::string_view text, const std::string& path, const VisitRecord& visit) {
    const std::size_t start = text.find_first_not_of(blanks);
    if (start != std::string_view::npos && text[start] == '[') {
        visitArray(text, start, path, visit);
    } else {
        visitLines(text, path, visit);
    }
}

std::vector<Document> readJsonRecords(std::string_view text, std::size_t firstByte,
                                      const TextSource& source) {
    std::vector<Document> documents;
    visitJsonRecords(
        text, source.path,
        [&](const nlohmann::json& record, const std::string& place, std::size_t begin) {
            Document document = readRecord(record, place, source);
            document.index = documents.size();
            document.byteOffset = firstByte + begin;
            documents.push_back(std::move(document));
        });
    return documents;
}

} // namespace quantscope
