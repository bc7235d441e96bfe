#include "core/session/session_bytes.h"

#include "core/data/error.h"

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace quantscope {

namespace {

class Writer {
public:
    void number(std::uint64_t value) { raw(&value, sizeof value); }
    void text(const std::string& value) {
        number(value.size());
        m_bytes += value;
    }
    void raw(const void* from, std::size_t size) {
        m_bytes.append(static_cast<const char*>(from), size);
    }
    template <typename T>
    void values(const std::vector<T>& all) {
        number(all.size());
        if constexpr (std::is_same_v<T, std::string>)
            for (const std::string& value : all)
                text(value);
        else
            raw(all.data(), all.size() * sizeof(T));
    }
    std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

class Reader {
public:
    explicit Reader(const std::string& bytes) : m_bytes(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        raw(&value, sizeof value);
        return value;
    }
    std::string text() {
        std::string value(sized(1), '\0');
        raw(value.data(), value.size());
        return value;
    }
    template <typename T>
    std::vector<T> values() {
        if constexpr (std::is_same_v<T, std::string>) {
            std::vector<T> all(sized(sizeof(std::uint64_t)));
            for (std::string& value : all)
                value = text();
            return all;
        } else {
            std::vector<T> all(sized(sizeof(T)));
            raw(all.data(), all.size() * sizeof(T));
            return all;
        }
    }

private:
    /// A count of things, each of at least so many bytes.
    std::size_t sized(std::size_t bytes) {
        const std::uint64_t count = number();
        require(count <= (m_bytes.size() - m_at) / bytes);
        return count;
    }
    void raw(void* to, std::size_t size) {
        require(size <= m_bytes.size() - m_at);
        if (size > 0)
            std::memcpy(to, m_bytes.data() + m_at, size);
        m_at += size;
    }
    static void require(bool holds) {
        if (!holds)
            throw Error(ErrorKind::Internal, "A message of another process of the study was cut.");
    }

    const std::string& m_bytes;
    std::size_t m_at = 0;
};

/// The alternative of the variant at that index, read.
template <std::size_t Index = 0>
NamedArray::Values readValues(Reader& reader, std::size_t index) {
    if constexpr (Index < std::variant_size_v<NamedArray::Values>) {
        if (index != Index)
            return readValues<Index + 1>(reader, index);
        using Values = std::variant_alternative_t<Index, NamedArray::Values>;
        return reader.values<typename Values::value_type>();
    } else {
        throw Error(ErrorKind::Internal, "A message of another process of the study was damaged.");
    }
}

} // namespace

std::string toBytes(const SessionData& data) {
    Writer writer;
    writer.number(data.attributes.size());
    for (const auto& [name, value] : data.attributes) {
        writer.text(name);
        writer.text(value);
    }
    writer.number(data.arrays.size());
    for (const auto& [path, array] : data.arrays) {
        writer.text(path);
        writer.values(array.dimensions);
        writer.values(array.shape);
        writer.text(array.units);
        writer.text(array.longName);
        writer.number(array.values.index());
        std::visit([&writer](const auto& values) { writer.values(values); }, array.values);
    }
    return writer.take();
}

SessionData sessionFromBytes(const std::string& bytes) {
    Reader reader(bytes);
    SessionData data;
    for (std::uint64_t left = reader.number(); left > 0; --left) {
        std::string name = reader.text();
        data.attributes.emplace(std::move(name), reader.text());
    }
    for (std::uint64_t left = reader.number(); left > 0; --left) {
        std::string path = reader.text();
        NamedArray array;
        array.dimensions = reader.values<std::string>();
        array.shape = reader.values<std::size_t>();
        array.units = reader.text();
        array.longName = reader.text();
        array.values = readValues(reader, reader.number());
        data.arrays.emplace(std::move(path), std::move(array));
    }
    return data;
}

} // namespace quantscope
