#include "core/quant/method_options.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::array allGrids = {GridKind::Asymmetric, GridKind::AsymmetricRaw,
                                 GridKind::AsymmetricWide, GridKind::Symmetric,
                                 GridKind::SymmetricNarrow};

constexpr std::int64_t largestGroup = 1 << 20;
constexpr std::string_view automatic = "auto";

template <typename Number>
bool readWhole(const std::string& text, Number& number) {
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
}

} // namespace

MethodOptions::MethodOptions(const MethodDescription& description, const MethodSpec& spec)
    : m_description(description)
    , m_spec(spec) {
    for (const auto& [name, value] : spec.options) {
        std::string known;
        bool found = false;
        for (const OptionDescription& option : description.options) {
            known += (known.empty() ? "" : ", ") + option.name;
            found = found || option.name == name;
        }
        if (!found)
            throw Error(ErrorKind::Usage,
                        fmt::format("The method {} has no option \"{}\" (given as {}={}); its "
                                    "options are {}.",
                                    description.name, name, name, value, known));
    }
}

const std::string& MethodOptions::text(const std::string& name) const {
    if (const auto given = m_spec.options.find(name); given != m_spec.options.end())
        return given->second;
    for (const OptionDescription& option : m_description.options)
        if (option.name == name)
            return option.defaultValue;
    throw Error(ErrorKind::Internal, fmt::format("The method {} reads an option \"{}\" that its "
                                                 "description does not name.",
                                                 m_description.name, name));
}

void MethodOptions::refuse(const std::string& name, const std::string& value) const {
    std::string allowed;
    for (const OptionDescription& option : m_description.options)
        if (option.name == name)
            allowed = option.values;
    throw Error(ErrorKind::Usage, fmt::format("The method {} cannot use {}={}; allowed are: {}.",
                                              m_description.name, name, value, allowed));
}

std::int64_t MethodOptions::integer(const std::string& name, std::int64_t low,
                                    std::int64_t high) const {
    const std::string& value = text(name);
    std::int64_t number = 0;
    if (!readWhole(value, number) || number < low || number > high)
        refuse(name, value);
    return number;
}

double MethodOptions::number(const std::string& name, double low, double high) const {
    const std::string& value = text(name);
    double number = 0;
    if (!readWhole(value, number) || !std::isfinite(number) || number < low || number > high)
        refuse(name, value);
    return number;
}

std::optional<std::int64_t> MethodOptions::integerOrAuto(const std::string& name, std::int64_t low,
                                                         std::int64_t high) const {
    if (text(name) == automatic)
        return std::nullopt;
    return integer(name, low, high);
}

std::optional<double> MethodOptions::numberOrAuto(const std::string& name, double low,
                                                  double high) const {
    if (text(name) == automatic)
        return std::nullopt;
    return number(name, low, high);
}

bool MethodOptions::flag(const std::string& name) const {
    return choice(name, {"false", "true"}) == 1;
}

const std::string& MethodOptions::path(const std::string& name) const {
    const std::string& value = text(name);
    if (value.empty())
        throw Error(ErrorKind::Usage,
                    fmt::format("The method {} needs {}=PATH.", m_description.name, name));
    return value;
}

std::size_t MethodOptions::choice(const std::string& name,
                                  const std::vector<std::string_view>& values) const {
    const std::string& value = text(name);
    for (std::size_t index = 0; index < values.size(); ++index)
        if (values[index] == value)
            return index;
    refuse(name, value);
}

int MethodOptions::bits() const { return static_cast<int>(integer("bits", 2, 8)); }

std::int64_t MethodOptions::group() const {
    const std::int64_t columns = integer("group", -1, largestGroup);
    if (columns == 0)
        refuse("group", "0");
    return columns;
}

GridOptions MethodOptions::grid() const {
    GridOptions options;
    options.bits = bits();
    options.group = group();
    std::vector<std::string_view> names;
    for (GridKind kind : allGrids)
        names.push_back(gridName(kind));
    options.kind = allGrids[choice("grid", names)];
    options.meanSquare = flag("mse");
    return options;
}

std::vector<OptionDescription> groupOptionDescriptions(int bits, int group) {
    return {
        {"bits", std::to_string(bits), "2 … 8", "bits a weight, scales and zero points apart"},
        {"group", std::to_string(group), fmt::format("1 … {}, or -1", largestGroup),
         "input columns that share a scale and a zero point; -1: the whole row; the last group is "
         "shorter where the row does not divide"},
    };
}

std::vector<OptionDescription> gridOptionDescriptions(int bits, int group, GridKind kind) {
    std::string kinds;
    for (GridKind each : allGrids)
        kinds += (kinds.empty() ? "" : ", ") + std::string(gridName(each));
    std::vector<OptionDescription> described = groupOptionDescriptions(bits, group);
    described.push_back(
        {"grid", std::string(gridName(kind)), kinds,
         "asymmetric: range with 0 in it (GPTQ); asymmetric-raw: the bare range, zero point within "
         "the codes (AWQ); asymmetric-wide: the bare range, zero point within ±1e4 (OmniQuant); "
         "symmetric: all codes (GPTQ); symmetric-narrow: one code less (QuaRot)"});
    described.push_back({"mse", "false", "true, false",
                         "search the range in 80 steps for the least sum of |error|^2.4"});
    return described;
}

} // namespace quantscope
