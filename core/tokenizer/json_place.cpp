#include "core/tokenizer/json_place.h"

#include "core/data/error.h"
#include "core/data/shown_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

std::string excerpt(const nlohmann::json& value) {
    if (value.is_object() || value.is_array()) {
        return fmt::format("an {} of {} members", value.type_name(), value.size());
    }
    std::string text = value.dump(
        -1, ' ', true, nlohmann::json::error_handler_t::replace); // ASCII, so cut anywhere
    if (text.size() > 60) {
        text.resize(60);
        text += "…";
    }
    return text;
}

} // namespace

std::string JsonPlace::where() const {
    return fmt::format("{} at {}", *m_file, m_path.empty() ? "/" : m_path);
}

std::optional<JsonPlace> JsonPlace::find(const std::string& key) const {
    if (!m_value->is_object()) {
        fail("an object");
    }
    const auto found = m_value->find(key);
    if (found == m_value->end() || found->is_null()) {
        return std::nullopt;
    }
    return JsonPlace(*found, *m_file, m_path + "/" + key);
}

JsonPlace JsonPlace::require(const std::string& key) const {
    auto found = find(key);
    if (!found) {
        complain(fmt::format("\"{}\" is missing", key));
    }
    return *found;
}

std::vector<JsonPlace> JsonPlace::items() const {
    if (!m_value->is_array()) {
        fail("an array");
    }
    std::vector<JsonPlace> result;
    result.reserve(m_value->size());
    for (std::size_t k = 0; k < m_value->size(); ++k) {
        result.emplace_back((*m_value)[k], *m_file, fmt::format("{}/{}", m_path, k));
    }
    return result;
}

std::string JsonPlace::text() const {
    if (!m_value->is_string()) {
        fail("a string");
    }
    return m_value->get<std::string>();
}

bool JsonPlace::boolean() const {
    if (!m_value->is_boolean()) {
        fail("true or false");
    }
    return m_value->get<bool>();
}

std::int64_t JsonPlace::integer(std::int64_t low, std::int64_t high) const {
    const bool tooLarge = m_value->is_number_unsigned() &&
                          m_value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (!m_value->is_number_integer() || tooLarge || m_value->get<std::int64_t>() < low ||
        m_value->get<std::int64_t>() > high) {
        fail(fmt::format("a whole number from {} to {}", low, high));
    }
    return m_value->get<std::int64_t>();
}

std::string JsonPlace::textOr(const std::string& key, const std::string& otherwise) const {
    const auto found = find(key);
    return found ? found->text() : otherwise;
}

bool JsonPlace::booleanOr(const std::string& key, bool otherwise) const {
    const auto found = find(key);
    return found ? found->boolean() : otherwise;
}

void JsonPlace::onlyKeys(std::initializer_list<std::string_view> known) const {
    if (!m_value->is_object()) {
        fail("an object");
    }
    for (const auto& [key, value] : m_value->items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            complain(fmt::format("the setting \"{}\" is not understood, and ids could differ if it "
                                 "were ignored",
                                 key));
        }
    }
}

void JsonPlace::fail(const std::string& expected) const {
    complain(fmt::format("expected {}, found {}", expected, excerpt(*m_value)));
}

void JsonPlace::complain(const std::string& sentence) const {
    throw Error(ErrorKind::Input, shownText(fmt::format("{}: {}.", where(), sentence)));
}

nlohmann::json parseJson(std::string_view content, const std::string& file) {
    try {
        return nlohmann::json::parse(content.begin(), content.end());
    } catch (const nlohmann::json::exception& error) {
        std::string reason = error.what();
        if (const auto end = reason.find("] "); end != std::string::npos) {
            reason.erase(0, end + 2); // the library's own error number
        }
        throw Error(ErrorKind::Input, fmt::format("{} is not valid JSON: {}.", file, reason));
    }
}

} // namespace quantscope
