#pragma once

#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace quantscope {

/// A table of columns of equal length, as it is written to a CSV file.
struct TableColumn {
    std::string name;
    std::variant<std::vector<double>, std::vector<std::string>> values;
};

struct Table {
    std::vector<TableColumn> columns;

    std::size_t rows() const;
    /// @throws Error (Internal) when there is no such column or it has the other type.
    const std::vector<double>& numbers(const std::string& name) const;
    const std::vector<std::string>& texts(const std::string& name) const;
};

/// CSV as RFC 4180 has it: a header line, CRLF, quotes where a cell needs them. Numbers are the
/// shortest text that reads back to the same value; NaN is an empty cell.
void writeCsv(std::ostream& stream, const Table& table);

} // namespace quantscope
