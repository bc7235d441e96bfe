#include "core/data/table.h"

#include "core/data/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <string_view>

namespace quantscope {

namespace {

std::size_t sizeOf(const TableColumn& column) {
    return std::visit([](const auto& values) { return values.size(); }, column.values);
}

template <typename T>
const std::vector<T>& require(const Table& table, const std::string& name) {
    for (const TableColumn& column : table.columns)
        if (column.name == name)
            if (const auto* values = std::get_if<std::vector<T>>(&column.values))
                return *values;
    throw Error(ErrorKind::Internal, "A table has no column " + name + " of the type wanted.");
}

void writeText(std::ostream& stream, std::string_view text) {
    if (text.find_first_of("\",\r\n") == std::string_view::npos) {
        stream << text;
        return;
    }
    stream << '"';
    for (const char character : text) {
        if (character == '"')
            stream << '"';
        stream << character;
    }
    stream << '"';
}

void writeNumber(std::ostream& stream, double value) {
    if (std::isnan(value))
        return;
    std::array<char, 32> text{};
    // Whole numbers are counts and indices: 100000, not 1e+05.
    const bool isCount = value == std::floor(value) && std::fabs(value) < 1e15;
    const auto result = isCount ? std::to_chars(text.data(), text.data() + text.size(),
                                                static_cast<std::int64_t>(value))
                                : std::to_chars(text.data(), text.data() + text.size(), value);
    stream.write(text.data(), result.ptr - text.data());
}

} // namespace

std::size_t Table::rows() const {
    std::size_t rows = 0;
    for (const TableColumn& column : columns)
        rows = std::max(rows, sizeOf(column));
    return rows;
}

const std::vector<double>& Table::numbers(const std::string& name) const {
    return require<double>(*this, name);
}

const std::vector<std::string>& Table::texts(const std::string& name) const {
    return require<std::string>(*this, name);
}

void writeCsv(std::ostream& stream, const Table& table) {
    const std::size_t rows = table.rows();
    for (std::size_t index = 0; index < table.columns.size(); ++index) {
        if (sizeOf(table.columns[index]) != rows)
            throw Error(ErrorKind::Internal, "The columns of a table have different lengths.");
        stream << (index > 0 ? "," : "");
        writeText(stream, table.columns[index].name);
    }
    stream << "\r\n";
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t index = 0; index < table.columns.size(); ++index) {
            stream << (index > 0 ? "," : "");
            if (const auto* numbers =
                    std::get_if<std::vector<double>>(&table.columns[index].values))
                writeNumber(stream, (*numbers)[row]);
            else
                writeText(stream,
                          std::get<std::vector<std::string>>(table.columns[index].values)[row]);
        }
        stream << "\r\n";
    }
}

} // namespace quantscope
