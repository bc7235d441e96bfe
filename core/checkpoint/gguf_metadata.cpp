#include "core/checkpoint/gguf_metadata.h"

#include "core/checkpoint/config_reader.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace quantscope {

namespace {

using Type = GgufValueType;

/// Longest list that is shown or read element by element as JSON: one number a layer is the
/// longest that configurations have.
constexpr std::uint64_t longestJsonList = 4096;

template <typename T>
T numberAt(const GgufValue& value, std::uint64_t index) {
    T number{};
    std::memcpy(&number, value.bytes.data() + index * sizeof(T), sizeof(T));
    return number;
}

/// The decimal that a person or program wrote before it was rounded to f32.
double shortestDecimal(float number) {
    if (!std::isfinite(number))
        return number;
    const std::string text = fmt::format("{}", number);
    return std::strtod(text.c_str(), nullptr);
}

nlohmann::json elementToJson(const GgufValue& value, std::uint64_t index) {
    switch (value.type) {
    case Type::UInt8:
        return numberAt<std::uint8_t>(value, index);
    case Type::Int8:
        return numberAt<std::int8_t>(value, index);
    case Type::UInt16:
        return numberAt<std::uint16_t>(value, index);
    case Type::Int16:
        return numberAt<std::int16_t>(value, index);
    case Type::UInt32:
        return numberAt<std::uint32_t>(value, index);
    case Type::Int32:
        return numberAt<std::int32_t>(value, index);
    case Type::UInt64:
        return numberAt<std::uint64_t>(value, index);
    case Type::Int64:
        return numberAt<std::int64_t>(value, index);
    case Type::Float32:
        return shortestDecimal(numberAt<float>(value, index));
    case Type::Float64:
        return numberAt<double>(value, index);
    case Type::Bool:
        return numberAt<std::uint8_t>(value, index) != 0;
    case Type::String: {
        const std::uint64_t begin = index == 0 ? 0 : value.ends[index - 1];
        return value.bytes.substr(begin, value.ends[index] - begin);
    }
    case Type::Array:
        break; // the file is refused where lists hold lists
    }
    return nullptr;
}

nlohmann::json valueToJson(const GgufValue& value) {
    if (!value.isList)
        return elementToJson(value, 0);
    if (value.count > longestJsonList)
        return fmt::format("a list of {} values", value.count);
    nlohmann::json list = nlohmann::json::array();
    for (std::uint64_t i = 0; i < value.count; ++i)
        list.push_back(elementToJson(value, i));
    return list;
}

bool isWholeNumber(Type type) {
    return type != Type::Float32 && type != Type::Float64 && type != Type::Bool &&
           type != Type::String && type != Type::Array;
}

} // namespace

std::uint64_t ggufValueSize(GgufValueType type) {
    switch (type) {
    case Type::UInt8:
    case Type::Int8:
    case Type::Bool:
        return 1;
    case Type::UInt16:
    case Type::Int16:
        return 2;
    case Type::UInt32:
    case Type::Int32:
    case Type::Float32:
        return 4;
    case Type::UInt64:
    case Type::Int64:
    case Type::Float64:
        return 8;
    case Type::String:
    case Type::Array:
        break;
    }
    return 0;
}

bool GgufMetadata::add(const std::string& key, GgufValue value) {
    return m_values.try_emplace(key, std::move(value)).second;
}

const GgufValue* GgufMetadata::find(const std::string& key) const {
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : &found->second;
}

const GgufValue* GgufMetadata::findList(const std::string& key, std::string_view expected) const {
    const GgufValue* value = find(key);
    if (value && !value->isList)
        refuse(key, std::string(expected));
    return value;
}

std::optional<std::string> GgufMetadata::text(const std::string& key) const {
    const GgufValue* value = find(key);
    if (!value)
        return std::nullopt;
    if (value->isList || value->type != Type::String)
        refuse(key, "a text");
    return value->bytes;
}

std::optional<bool> GgufMetadata::boolean(const std::string& key) const {
    const GgufValue* value = find(key);
    if (!value)
        return std::nullopt;
    if (value->isList || value->type != Type::Bool)
        refuse(key, "true or false");
    return numberAt<std::uint8_t>(*value, 0) != 0;
}

std::optional<std::int64_t> GgufMetadata::integer(const std::string& key, std::int64_t least,
                                                  std::int64_t most) const {
    const nlohmann::json object = {{key, find(key) ? valueToJson(*find(key)) : nullptr}};
    return ConfigReader(object, m_file).integer(key, least, most);
}

std::optional<std::vector<std::string_view>> GgufMetadata::texts(const std::string& key) const {
    constexpr std::string_view expected = "a list of texts";
    const GgufValue* value = findList(key, expected);
    if (!value)
        return std::nullopt;
    if (value->type != Type::String)
        refuse(key, std::string(expected));
    std::vector<std::string_view> views;
    views.reserve(value->ends.size());
    std::uint64_t begin = 0;
    for (const std::uint64_t end : value->ends) {
        views.push_back(std::string_view(value->bytes).substr(begin, end - begin));
        begin = end;
    }
    return views;
}

std::optional<std::vector<std::int64_t>> GgufMetadata::integers(const std::string& key) const {
    constexpr std::string_view expected = "a list of whole numbers";
    const GgufValue* value = findList(key, expected);
    if (!value)
        return std::nullopt;
    if (!isWholeNumber(value->type))
        refuse(key, std::string(expected));
    std::vector<std::int64_t> numbers;
    numbers.reserve(value->count);
    for (std::uint64_t i = 0; i < value->count; ++i)
        numbers.push_back(elementToJson(*value, i).get<std::int64_t>());
    return numbers;
}

std::optional<std::vector<float>> GgufMetadata::floats(const std::string& key) const {
    constexpr std::string_view expected = "a list of f32 numbers";
    const GgufValue* value = findList(key, expected);
    if (!value)
        return std::nullopt;
    if (value->type != Type::Float32)
        refuse(key, std::string(expected));
    std::vector<float> numbers;
    numbers.reserve(value->count);
    for (std::uint64_t i = 0; i < value->count; ++i)
        numbers.push_back(numberAt<float>(*value, i));
    return numbers;
}

nlohmann::json GgufMetadata::toJson(std::string_view prefix) const {
    nlohmann::json object = nlohmann::json::object();
    for (auto pair = m_values.lower_bound(std::string(prefix));
         pair != m_values.end() && pair->first.starts_with(prefix); ++pair)
        object[pair->first.substr(prefix.size())] = valueToJson(pair->second);
    return object;
}

void GgufMetadata::refuse(const std::string& key, const std::string& expected) const {
    const GgufValue* value = find(key);
    const nlohmann::json object = {{key, value ? valueToJson(*value) : nullptr}};
    ConfigReader(object, m_file).refuse(key, expected);
}

} // namespace quantscope
