#include "core/dataset/delimited_reader.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <utility>

namespace quantscope {

std::vector<DelimitedRecord> readDelimited(const std::string& text, char delimiter,
                                           const std::string& path) {
    std::vector<DelimitedRecord> records;
    std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; // a byte order mark is not text
    std::uint64_t line = 1;
    while (at < text.size()) {
        DelimitedRecord record;
        record.byteOffset = at;
        record.line = line;
        bool more = true;
        while (more) {
            std::string cell;
            if (at < text.size() && text[at] == '"') {
                const std::uint64_t opened = line;
                for (++at;; ++at) {
                    if (at >= text.size())
                        throw Error(ErrorKind::Input,
                                    fmt::format("{}, line {}: a quote is opened and never closed.",
                                                path, opened));
                    if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"')
                        ++at;
                    else if (text[at] == '"')
                        break;
                    line += text[at] == '\n' ? 1 : 0;
                    cell += text[at];
                }
                ++at;
                if (at < text.size() && text[at] != delimiter && text[at] != '\n' &&
                    text[at] != '\r')
                    throw Error(ErrorKind::Input,
                                fmt::format("{}, line {}: expected a delimiter or a line's end "
                                            "after a closing quote.",
                                            path, line));
            } else {
                while (at < text.size() && text[at] != delimiter && text[at] != '\n' &&
                       text[at] != '\r')
                    cell += text[at++];
            }
            record.cells.push_back(std::move(cell));
            more = at < text.size() && text[at] == delimiter;
            at += more ? 1 : 0;
        }
        if (at < text.size() && text[at] == '\r')
            ++at;
        if (at < text.size() && text[at] == '\n')
            ++at;
        ++line;
        if (record.cells.size() > 1 || !record.cells.front().empty())
            records.push_back(std::move(record));
    }
    return records;
}

} // namespace quantscope
