#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A value of a JSON file that knows where it stands, so that every complaint names file and path.
class JsonPlace {
public:
    JsonPlace(const nlohmann::json& value, const std::string& file, std::string path = "")
        : m_value(&value)
        , m_file(&file)
        , m_path(std::move(path)) {}

    const nlohmann::json& value() const { return *m_value; }
    std::string where() const; ///< "FILE at /path"

    /// The member of an object; absent and null are the same.
    std::optional<JsonPlace> find(const std::string& key) const;
    JsonPlace require(const std::string& key) const;
    std::vector<JsonPlace> items() const; ///< of an array

    std::string text() const;
    bool boolean() const;
    std::int64_t integer(std::int64_t low, std::int64_t high) const;

    std::string textOr(const std::string& key, const std::string& otherwise) const;
    bool booleanOr(const std::string& key, bool otherwise) const;

    /// @throws Error (Input) when the object has a key that is not understood.
    void onlyKeys(std::initializer_list<std::string_view> known) const;

    /// @throws Error (Input): "FILE at /path: expected …, found …."
    [[noreturn]] void fail(const std::string& expected) const;
    [[noreturn]] void complain(const std::string& sentence) const;

private:
    const nlohmann::json* m_value;
    const std::string* m_file;
    std::string m_path;
};

/// @throws Error (Input) naming file and byte.
nlohmann::json parseJson(std::string_view content, const std::string& file);

} // namespace quantscope
