#include "core/checkpoint/config_reader.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace quantscope {

ConfigReader::ConfigReader(const nlohmann::json& object, std::string place)
    : m_object(object)
    , m_place(std::move(place)) {}

const nlohmann::json* ConfigReader::take(const std::string& key) {
    m_taken.insert(key);
    const auto found = m_object.find(key);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::int64_t> ConfigReader::integer(const std::string& key, std::int64_t least,
                                                  std::int64_t most) {
    const nlohmann::json* value = take(key);
    if (!value)
        return std::nullopt;
    // Some programs write whole numbers as 4096.0.
    if (value->is_number()) {
        const double number = value->get<double>();
        if (number == std::floor(number) && number >= static_cast<double>(least) &&
            number <= static_cast<double>(most))
            return static_cast<std::int64_t>(number);
    }
    refuse(key, fmt::format("a whole number from {} to {}", least, most));
}

std::int64_t ConfigReader::requireInteger(const std::string& key, std::int64_t least,
                                          std::int64_t most) {
    if (const auto value = integer(key, least, most))
        return *value;
    throw Error(ErrorKind::Input,
                fmt::format("{} has no {}; expected a whole number from {} to {}.", m_place, key,
                            least, most));
}

std::optional<double> ConfigReader::positiveNumber(const std::string& key) {
    const nlohmann::json* value = take(key);
    if (!value)
        return std::nullopt;
    if (value->is_number()) {
        const double number = value->get<double>();
        if (std::isfinite(number) && number > 0)
            return number;
    }
    refuse(key, "a number greater than zero");
}

std::optional<bool> ConfigReader::boolean(const std::string& key) {
    const nlohmann::json* value = take(key);
    if (!value)
        return std::nullopt;
    if (value->is_boolean())
        return value->get<bool>();
    refuse(key, "true or false");
}

std::optional<std::string> ConfigReader::text(const std::string& key) {
    const nlohmann::json* value = take(key);
    if (!value)
        return std::nullopt;
    if (value->is_string())
        return value->get<std::string>();
    refuse(key, "a text");
}

std::vector<std::string> ConfigReader::untaken() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : m_object.items())
        if (!value.is_null() && !m_taken.contains(key))
            keys.push_back(key);
    return keys;
}

void ConfigReader::refuse(const std::string& key, const std::string& expected) const {
    constexpr std::size_t longestValue = 80;
    const auto found = m_object.find(key);
    // The replacing handler: a text with broken UTF-8 must not end in another exception.
    std::string value = found == m_object.end()
                            ? "nothing"
                            : found->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (value.size() > longestValue)
        value = value.substr(0, longestValue) + "…";
    throw Error(ErrorKind::Input,
                fmt::format("{} has {} = {}; expected {}.", m_place, key, value, expected));
}

} // namespace quantscope
