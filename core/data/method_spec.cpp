#include "core/data/method_spec.h"

#include "core/data/error.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace quantscope {

namespace {

struct Unit {
    std::string_view name;
    double bytes;
};

constexpr std::array<Unit, 9> units = {{{"KiB", 1024.0},
                                        {"MiB", 1048576.0},
                                        {"GiB", 1073741824.0},
                                        {"TiB", 1099511627776.0},
                                        {"kB", 1e3},
                                        {"KB", 1e3},
                                        {"MB", 1e6},
                                        {"GB", 1e9},
                                        {"TB", 1e12}}};

} // namespace

MethodSpec parseMethodSpec(std::string_view text) {
    MethodSpec spec;
    const std::size_t colon = text.find(':');
    spec.method = std::string(text.substr(0, colon));
    if (spec.method.empty())
        throw Error(ErrorKind::Usage, "The method \"" + std::string(text) +
                                          "\" has no name; write e.g. rtn:bits=3,group=64.");
    std::string_view rest =
        colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view item = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == item.size())
            throw Error(ErrorKind::Usage, "In the method \"" + std::string(text) + "\", \"" +
                                              std::string(item) +
                                              "\" is not of the form option=value.");
        std::string key(item.substr(0, equals));
        std::string value(item.substr(equals + 1));
        if (key == "name") {
            spec.lane = value;
        } else if (!spec.options.emplace(key, value).second) {
            throw Error(ErrorKind::Usage, "In the method \"" + std::string(text) +
                                              "\", the option " + key + " is given twice.");
        }
    }
    if (spec.lane.empty())
        spec.lane = std::string(text);
    return spec;
}

std::vector<MethodSpec> parseMethodSpecs(std::string_view text) {
    std::vector<std::string> specs;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string item(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        const std::size_t equals = item.find('=');
        const bool isOption = equals != std::string::npos && item.find(':') > equals;
        if (isOption && !specs.empty())
            specs.back() += (specs.back().find(':') == std::string::npos ? ':' : ',') + item;
        else
            specs.push_back(item);
    }
    std::vector<MethodSpec> parsed;
    for (const std::string& spec : specs)
        parsed.push_back(parseMethodSpec(spec));
    return parsed;
}

std::string toString(const MethodSpec& spec) {
    std::string text = spec.method;
    char separator = ':';
    for (const auto& [key, value] : spec.options) {
        text += separator + key + "=" + value;
        separator = ',';
    }
    return text;
}

std::uint64_t parseByteSize(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    double scale = error == std::errc() ? 0.0 : -1.0;
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    if (suffix.empty() || suffix == "B")
        scale = scale < 0 ? scale : 1.0;
    for (const Unit& unit : units)
        if (scale == 0.0 && suffix == unit.name)
            scale = unit.bytes;
    const double bytes = number * scale;
    if (scale <= 0 || !std::isfinite(bytes) || bytes < 1 || bytes > 1e18)
        throw Error(ErrorKind::Usage,
                    "\"" + std::string(text) + "\" is not a size; write e.g. 4GiB or 512MB.");
    return static_cast<std::uint64_t>(bytes);
}

std::string formatByteSize(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> names = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < names.size()) {
        value /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(),
                  value < 10 && unit > 0    ? "%.2f %s"
                  : value < 100 && unit > 0 ? "%.1f %s"
                                            : "%.0f %s",
                  value, names[unit]);
    return text.data();
}

} // namespace quantscope
