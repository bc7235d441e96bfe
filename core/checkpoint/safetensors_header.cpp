#include "core/checkpoint/safetensors_file.h"
#include "core/data/error.h"
#include "core/data/shown_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <set>
#include <utility>

namespace quantscope {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

constexpr std::uint64_t largestHeader = 100'000'000; // the format's own bound
constexpr std::size_t mostDimensions = 16;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 18> itemSizes = {
    {{"BOOL", 1},
     {"U8", 1},
     {"I8", 1},
     {"F8_E5M2", 1},
     {"F8_E4M3", 1},
     {"F8_E8M0", 1},
     {"F8_E4M3FNUZ", 1},
     {"F8_E5M2FNUZ", 1},
     {"I16", 2},
     {"U16", 2},
     {"F16", 2},
     {"BF16", 2},
     {"I32", 4},
     {"U32", 4},
     {"F32", 4},
     {"I64", 8},
     {"U64", 8},
     {"F64", 8}}};

/// Takes the header's JSON as a stream of events, so that nothing but the tensors themselves is
/// ever built: {"NAME": {"dtype": text, "shape": [n…], "data_offsets": [from, to]}, …,
/// "__metadata__": {text: text}}.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit HeaderHandler(std::string path) : m_path(std::move(path)) {}

    SafetensorsHeader header;

    bool start_object(std::size_t) override {
        if (m_place == Place::Start)
            m_place = Place::Top;
        else if (m_place == Place::TensorValue)
            beginTensor();
        else if (m_place == Place::MetadataValue)
            m_place = Place::Metadata;
        else
            unexpected("an object");
        return true;
    }

    bool end_object() override {
        if (m_place == Place::Tensor)
            endTensor();
        m_place = m_place == Place::Top ? Place::End : Place::Top;
        return true;
    }

    bool key(std::string& name) override {
        if (m_place == Place::Top && name == "__metadata__") {
            if (std::exchange(m_metadataSeen, true))
                refuse("has two __metadata__ entries");
            m_place = Place::MetadataValue;
        } else if (m_place == Place::Top) {
            if (!m_names.insert(name).second)
                refuse(fmt::format("names the tensor {} twice", name));
            m_tensor = {};
            m_tensor.name = name;
            m_place = Place::TensorValue;
        } else if (m_place == Place::Metadata) {
            m_metadataKey = name;
        } else {
            beginField(name);
        }
        return true;
    }

    bool string(std::string& text) override {
        if (m_place == Place::Metadata) {
            if (!header.metadata.emplace(m_metadataKey, text).second)
                refuse(fmt::format("has the metadata key {} twice", m_metadataKey));
        } else if (m_place == Place::Tensor && m_field == Field::Dtype && m_tensor.dtype.empty()) {
            m_tensor.dtype = text;
        } else {
            unexpected("a text");
        }
        return true;
    }

    bool start_array(std::size_t) override {
        if (m_place != Place::Tensor || (m_field != Field::Shape && m_field != Field::Offsets))
            unexpected("a list");
        m_place = Place::List;
        return true;
    }

    bool end_array() override {
        m_place = Place::Tensor;
        m_field = Field::None;
        return true;
    }

    bool number_unsigned(std::uint64_t number) override {
        if (m_place != Place::List)
            unexpected("a number");
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            refuse(fmt::format("gives the tensor {} the number {}, which overflows", m_tensor.name,
                               number));
        if (m_field == Field::Shape) {
            if (m_tensor.shape.size() == mostDimensions)
                refuse(fmt::format("gives the tensor {} more than {} dimensions", m_tensor.name,
                                   mostDimensions));
            m_tensor.shape.push_back(static_cast<std::int64_t>(number));
        } else {
            if (m_offsets == 2)
                refuse(
                    fmt::format("gives the tensor {} more than two data_offsets", m_tensor.name));
            (m_offsets++ == 0 ? m_begin : m_end) = number;
        }
        return true;
    }

    bool number_integer(std::int64_t) override { return unexpected("a negative number"); }
    bool number_float(double, const std::string& text) override {
        return unexpected("the number " + text.substr(0, 40));
    }
    bool null() override { return unexpected("null"); }
    bool boolean(bool) override { return unexpected("a truth value"); }
    bool binary(nlohmann::json::binary_t&) override { return unexpected("binary data"); }

    bool parse_error(std::size_t byte, const std::string&,
                     const nlohmann::json::exception&) override {
        refuse(fmt::format("is not valid JSON at byte {}", byte));
    }

private:
    enum class Place { Start, Top, TensorValue, Tensor, List, MetadataValue, Metadata, End };
    enum class Field { None, Dtype, Shape, Offsets };

    std::string m_path;
    Place m_place = Place::Start;
    Field m_field = Field::None;
    std::set<std::string> m_names;
    bool m_metadataSeen = false;
    std::string m_metadataKey;
    SafetensorsTensor m_tensor;
    bool m_hasDtype = false;
    bool m_hasShape = false;
    bool m_hasOffsets = false;
    int m_offsets = 0;
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the safetensors header {}; the file is damaged or was not "
                                "written by safetensors.",
                                m_path, shownText(what)));
    }

    [[noreturn]] bool unexpected(const std::string& what) const {
        refuse(
            m_tensor.name.empty()
                ? fmt::format("holds {} where it should describe a tensor", what)
                : fmt::format("holds {} in the description of the tensor {}", what, m_tensor.name));
    }

    void beginTensor() {
        m_place = Place::Tensor;
        m_field = Field::None;
        m_hasDtype = m_hasShape = m_hasOffsets = false;
        m_offsets = 0;
    }

    void beginField(const std::string& name) {
        bool* seen = nullptr;
        if (name == "dtype") {
            m_field = Field::Dtype;
            seen = &m_hasDtype;
        } else if (name == "shape") {
            m_field = Field::Shape;
            seen = &m_hasShape;
        } else if (name == "data_offsets") {
            m_field = Field::Offsets;
            seen = &m_hasOffsets;
        } else {
            refuse(fmt::format("gives the tensor {} the unknown key {}", m_tensor.name, name));
        }
        if (std::exchange(*seen, true))
            refuse(fmt::format("gives the tensor {} the key {} twice", m_tensor.name, name));
    }

    /// Offsets are still relative to the end of the header here.
    void endTensor() {
        if (!m_hasDtype || !m_hasShape || m_offsets != 2)
            refuse(fmt::format("gives the tensor {} no complete dtype, shape and data_offsets",
                               m_tensor.name));
        const auto itemSize = safetensorsItemSize(m_tensor.dtype);
        if (!itemSize)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} has the dtype {}, which is not supported.",
                                    m_path, m_tensor.name, m_tensor.dtype));
        if (m_end < m_begin)
            refuse(fmt::format("places the tensor {} from byte {} to byte {}", m_tensor.name,
                               m_begin, m_end));
        std::uint64_t bytes = *itemSize;
        bool overflow = false;
        for (const std::int64_t extent : m_tensor.shape)
            overflow |= __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
        // A later extent of zero does not make an overflow before it legal.
        if (overflow)
            refuse(fmt::format("gives the tensor {} the shape [{}], whose size overflows",
                               m_tensor.name, fmt::join(m_tensor.shape, ", ")));
        if (bytes != m_end - m_begin)
            refuse(fmt::format("gives the tensor {} of shape [{}] and dtype {}, which takes {} "
                               "bytes, {} bytes",
                               m_tensor.name, fmt::join(m_tensor.shape, ", "), m_tensor.dtype,
                               bytes, m_end - m_begin));
        m_tensor.fileOffset = m_begin;
        m_tensor.bytes = bytes;
        header.tensors.push_back(std::move(m_tensor));
        m_tensor = {};
    }
};

/// Tensors must follow one another from the first byte after the header to the last of the file.
void placeTensors(SafetensorsHeader& header, const FileHandle& file, std::uint64_t dataStart) {
    auto& tensors = header.tensors;
    std::sort(tensors.begin(), tensors.end(), [](const auto& left, const auto& right) {
        return std::tie(left.fileOffset, left.bytes) < std::tie(right.fileOffset, right.bytes);
    });
    const std::string path = file.path().string();
    const std::uint64_t dataSize = file.size() - dataStart;
    std::uint64_t end = 0;
    const SafetensorsTensor* previous = nullptr;
    for (SafetensorsTensor& tensor : tensors) {
        if (tensor.fileOffset > dataSize || tensor.bytes > dataSize - tensor.fileOffset)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensor {} should lie at bytes {} to {} of the data, "
                                    "but the file has only {} bytes of data: it is truncated; "
                                    "fetch or copy it again.",
                                    path, tensor.name, tensor.fileOffset,
                                    tensor.fileOffset + tensor.bytes, dataSize));
        if (tensor.fileOffset < end)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the tensors {} and {} overlap at byte {} of the data; the "
                                    "header is damaged.",
                                    path, previous->name, tensor.name, tensor.fileOffset));
        if (tensor.fileOffset > end)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: no tensor covers bytes {} to {} of the data (before {}); "
                                    "the header is damaged.",
                                    path, end, tensor.fileOffset, tensor.name));
        end = tensor.fileOffset + tensor.bytes;
        previous = &tensor;
        tensor.fileOffset += dataStart;
    }
    if (end != dataSize)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the header describes {} bytes of data, but the file has {}; "
                                "the header is damaged.",
                                path, end, dataSize));
}

} // namespace

std::optional<std::uint64_t> safetensorsItemSize(std::string_view dtype) {
    for (const auto& [name, size] : itemSizes)
        if (name == dtype)
            return size;
    return std::nullopt;
}

SafetensorsHeader readSafetensorsHeader(const FileHandle& file) {
    const std::string path = file.path().string();
    std::uint64_t length = 0;
    if (file.size() < sizeof(length) + 2)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has {} bytes, too few for a safetensors file: "
                                "it is truncated or something else.",
                                path, file.size()));
    file.readAt(0, std::as_writable_bytes(std::span(&length, 1)));
    if (length > file.size() - sizeof(length))
        throw Error(ErrorKind::Input,
                    fmt::format("{} says that its header has {} bytes, but the whole file has {}: "
                                "it is truncated or no safetensors file.",
                                path, length, file.size()));
    if (length > largestHeader)
        throw Error(ErrorKind::Input,
                    fmt::format("{} says that its header has {} bytes; the format allows {}.", path,
                                length, largestHeader));
    std::string text(static_cast<std::size_t>(length), '\0');
    file.readAt(sizeof(length), std::as_writable_bytes(std::span(text)));
    HeaderHandler handler(path);
    if (!text.starts_with('{'))
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the safetensors header does not begin with a brace; the file "
                                "is no safetensors file.",
                                path));
    nlohmann::json::sax_parse(text, &handler);
    placeTensors(handler.header, file, sizeof(length) + length);
    return std::move(handler.header);
}

} // namespace quantscope
