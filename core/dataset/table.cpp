#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/dataset/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace quantscope {

namespace {

struct Cell {
    std::string text;
    std::size_t begin = 0; ///< its first byte of text
};

/// Reads the rows of a delimited table one by one.
class TableReader {
public:
    TableReader(std::string_view text, char delimiter, const std::string& path)
        : m_text(text)
        , m_delimiter(delimiter)
        , m_path(path) {}

    std::size_t line() const { return m_rowLine; } ///< where the last row began

    /// The next row, absent at the end; blank lines are passed over.
    std::optional<std::vector<Cell>> next() {
        while (m_position < m_text.size() && skipLineEnd()) {
        }
        if (m_position >= m_text.size()) {
            return std::nullopt;
        }
        m_rowLine = m_line;
        std::vector<Cell> row;
        while (true) {
            row.push_back(m_position < m_text.size() && m_text[m_position] == '"' ? quoted()
                                                                                  : bare());
            if (m_position >= m_text.size() || skipLineEnd()) {
                return row;
            }
            ++m_position; // the delimiter
        }
    }

private:
    [[noreturn]] void fail(std::size_t line, const std::string& what) const {
        throw Error(ErrorKind::Input, fmt::format("{}, line {}: {}.", m_path, line, what));
    }

    bool isLineEnd() const {
        return m_text[m_position] == '\n' || m_text.substr(m_position).starts_with("\r\n");
    }

    bool skipLineEnd() {
        if (!isLineEnd()) {
            return false;
        }
        m_position += m_text[m_position] == '\r' ? 2 : 1;
        ++m_line;
        return true;
    }

    Cell bare() {
        Cell cell{{}, m_position};
        while (m_position < m_text.size() && m_text[m_position] != m_delimiter && !isLineEnd()) {
            cell.text += m_text[m_position++];
        }
        return cell;
    }

    Cell quoted() {
        const std::size_t firstLine = m_line;
        Cell cell{{}, ++m_position};
        while (true) {
            if (m_position >= m_text.size()) {
                fail(firstLine, "a quoted field has no closing quote");
            }
            const char c = m_text[m_position++];
            if (c != '"') {
                m_line += c == '\n' ? 1 : 0;
                cell.text += c;
                continue;
            }
            if (m_position < m_text.size() && m_text[m_position] == '"') { // a quote of the text
                cell.text += '"';
                ++m_position;
                continue;
            }
            if (m_position < m_text.size() && m_text[m_position] != m_delimiter && !isLineEnd()) {
                fail(m_line, "text follows a closing quote; quotes inside a quoted field are "
                             "written twice");
            }
            return cell;
        }
    }

    std::string_view m_text;
    char m_delimiter;
    const std::string& m_path;
    std::size_t m_position = 0;
    std::size_t m_line = 1;
    std::size_t m_rowLine = 1;
};

std::size_t requireColumn(const std::vector<Cell>& header, const std::string& name,
                          const std::string& path) {
    const auto found = std::find_if(header.begin(), header.end(),
                                    [&](const Cell& cell) { return cell.text == name; });
    if (found == header.end()) {
        std::string names;
        for (const Cell& cell : header) {
            names += (names.empty() ? "\"" : ", \"") + shownText(cell.text.substr(0, 40)) + "\"";
            if (names.size() > 300) {
                names += ", …";
                break;
            }
        }
        throw Error(ErrorKind::Input, fmt::format("{}, line 1: the column \"{}\" is missing; the "
                                                  "header names {}.",
                                                  path, name, names));
    }
    return static_cast<std::size_t>(found - header.begin());
}

} // namespace

std::vector<Document> readTable(std::string_view text, std::size_t firstByte, char delimiter,
                                const TextSource& source) {
    TableReader reader(text, delimiter, source.path);
    const auto header = reader.next();
    if (!header) {
        return {};
    }
    const std::size_t textColumn = requireColumn(*header, source.textField, source.path);
    std::vector<std::size_t> labelColumns;
    for (const std::string& field : source.labelFields) {
        labelColumns.push_back(requireColumn(*header, field, source.path));
    }
    std::vector<Document> documents;
    while (auto row = reader.next()) {
        if (row->size() != header->size()) {
            throw Error(ErrorKind::Input,
                        fmt::format("{}, line {}: the row has {} fields, the header {}. Quote "
                                    "fields that hold delimiters.",
                                    source.path, reader.line(), row->size(), header->size()));
        }
        Document document;
        document.index = documents.size();
        document.byteOffset = firstByte + (*row)[textColumn].begin;
        for (const std::size_t column : labelColumns) {
            document.labels.push_back((*row)[column].text);
        }
        document.text = std::move((*row)[textColumn].text);
        documents.push_back(std::move(document));
    }
    return documents;
}

} // namespace quantscope
