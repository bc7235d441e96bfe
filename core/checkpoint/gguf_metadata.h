#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Types of GGUF's key-value pairs, numbered as in the file.
enum class GgufValueType : std::uint32_t {
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12
};

/// Bytes of a number or truth value; 0 for strings and arrays.
std::uint64_t ggufValueSize(GgufValueType type);

/// A value, or a list of values of one type. Kept as the bytes of the file, so that a list of a
/// hundred thousand tokens takes no more memory than it takes on disk.
struct GgufValue {
    GgufValueType type = GgufValueType::UInt8; ///< of the elements where it is a list
    bool isList = false;
    std::uint64_t count = 1;
    std::string bytes;               ///< numbers (little-endian), or strings one after another
    std::vector<std::uint64_t> ends; ///< of the strings: where each ends in `bytes`
};

/// The key-value pairs of a GGUF file. What is asked for and has another type is an error.
class GgufMetadata {
public:
    explicit GgufMetadata(std::string file = {}) : m_file(std::move(file)) {}

    /// Path of the file, for messages.
    const std::string& file() const { return m_file; }

    /// @return false where the key is there already.
    bool add(const std::string& key, GgufValue value);

    const std::map<std::string, GgufValue>& values() const { return m_values; }
    bool has(const std::string& key) const { return m_values.contains(key); }

    /// Nothing where the key is absent. @throws Error (Input) for another type.
    std::optional<std::string> text(const std::string& key) const;
    std::optional<bool> boolean(const std::string& key) const;
    /// A whole number in [least, most].
    std::optional<std::int64_t> integer(const std::string& key, std::int64_t least,
                                        std::int64_t most) const;

    /// Lists. The views are valid as long as the metadata is.
    std::optional<std::vector<std::string_view>> texts(const std::string& key) const;
    std::optional<std::vector<std::int64_t>> integers(const std::string& key) const;
    std::optional<std::vector<float>> floats(const std::string& key) const; ///< f32

    /// The pairs whose keys begin with `prefix`, without it, as a JSON object that ConfigReader
    /// reads. An f32 becomes the shortest decimal that rounds to it, which is the number it was
    /// made of: 1e-5, not 9.999999747e-6. Long lists become their length as a text.
    nlohmann::json toJson(std::string_view prefix) const;

    /// @throws Error (Input): "FILE has KEY = VALUE; expected EXPECTED."
    [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;

private:
    std::string m_file;
    std::map<std::string, GgufValue> m_values;

    const GgufValue* find(const std::string& key) const;
    const GgufValue* findList(const std::string& key, std::string_view expected) const;
};

} // namespace quantscope
