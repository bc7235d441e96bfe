#pragma once

#include "core/data/table.h"

#include <string>
#include <utility>
#include <vector>

namespace quantscope {

/// Words for the columns of TableRows.
namespace table_columns {
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;
inline constexpr bool text = true;
inline constexpr bool number = false;
} // namespace table_columns

/// Collects tidy rows: columns are made once, then a row is appended at a time.
class TableRows {
public:
    explicit TableRows(std::vector<std::pair<std::string, bool>> columns) {
        for (auto& [name, isText] : columns) {
            TableColumn column{std::move(name), std::vector<double>{}};
            if (isText)
                column.values = std::vector<std::string>{};
            m_table.columns.push_back(std::move(column));
        }
    }

    template <typename... Cells>
    void add(const Cells&... cells) {
        std::size_t column = 0;
        (put(m_table.columns[column++], cells), ...);
    }

    Table take() { return std::move(m_table); }

private:
    static void put(TableColumn& column, double value) {
        std::get<std::vector<double>>(column.values).push_back(value);
    }
    static void put(TableColumn& column, std::size_t value) {
        put(column, static_cast<double>(value));
    }
    static void put(TableColumn& column, const std::string& value) {
        std::get<std::vector<std::string>>(column.values).push_back(value);
    }

    Table m_table;
};

} // namespace quantscope
