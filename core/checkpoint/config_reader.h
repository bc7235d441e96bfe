#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace quantscope {

/// A JSON object of a configuration whose keys are taken one after another, so that whatever
/// nobody took can be found at the end. A null counts as absent, as in transformers.
class ConfigReader {
public:
    /// `place` is how messages name the object: a path, or "PATH, in rope_scaling". The object
    /// must live longer than the reader.
    ConfigReader(const nlohmann::json& object, std::string place);

    const std::string& place() const { return m_place; }

    bool has(const std::string& key) const { return m_object.contains(key); }
    bool isTaken(const std::string& key) const { return m_taken.contains(key); }

    /// The value of a key, or nullptr when it is absent or null.
    const nlohmann::json* take(const std::string& key);

    /// A whole number in [least, most].
    std::optional<std::int64_t> integer(const std::string& key, std::int64_t least,
                                        std::int64_t most);
    /// @throws also when the key is absent.
    std::int64_t requireInteger(const std::string& key, std::int64_t least, std::int64_t most);

    /// A finite number greater than zero.
    std::optional<double> positiveNumber(const std::string& key);
    std::optional<bool> boolean(const std::string& key);
    std::optional<std::string> text(const std::string& key);

    /// Keys with a value other than null that nobody took.
    std::vector<std::string> untaken() const;

    /// @throws Error (Input): "PLACE has KEY = VALUE; expected EXPECTED."
    [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;

private:
    const nlohmann::json& m_object;
    std::string m_place;
    std::set<std::string> m_taken;
};

} // namespace quantscope
