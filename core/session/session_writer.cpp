#include "core/session/session_writer.h"

#include "core/session/parallel_chunks.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <limits>
#include <unistd.h>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t compressedFromBytes = 4096; ///< below, deflate's overhead is not worth it
constexpr std::size_t chunkBytes = 256 * 1024;
constexpr std::size_t tokenChunkBytes = 32 * 1024;
constexpr std::size_t chunkCacheBytes = 32u << 20;
constexpr bool isFileOrder = std::endian::native == std::endian::little; ///< of bytes

hid_t fileType(ElementType type) {
    switch (type) {
    case ElementType::Float32:
        return H5T_IEEE_F32LE;
    case ElementType::Float64:
        return H5T_IEEE_F64LE;
    case ElementType::Int32:
        return H5T_STD_I32LE;
    case ElementType::UInt8:
    case ElementType::Text:
        break;
    }
    return H5T_STD_U8LE;
}

hid_t memoryType(ElementType type) {
    switch (type) {
    case ElementType::Float32:
        return H5T_NATIVE_FLOAT;
    case ElementType::Float64:
        return H5T_NATIVE_DOUBLE;
    case ElementType::Int32:
        return H5T_NATIVE_INT32;
    case ElementType::UInt8:
    case ElementType::Text:
        break;
    }
    return H5T_NATIVE_UINT8;
}

std::vector<hsize_t> extents(const std::vector<std::size_t>& shape) {
    return {shape.begin(), shape.end()};
}

std::size_t elementCount(const std::vector<std::size_t>& shape) {
    std::size_t count = 1;
    for (const std::size_t extent : shape)
        count *= extent;
    return count;
}

/// Chunks hold whole inner dimensions as far as they fit: views slice by lane and layer. Token
/// maps are looked at an example at a time, all layers: their chunks are a few examples of one
/// lane and layer, which is also what a finished block writes.
std::vector<hsize_t> chunkShape(const ArrayLayout& layout) {
    const std::size_t rank = layout.shape.size();
    std::vector<hsize_t> chunk(rank, 1);
    std::size_t room = (rank >= 4 ? tokenChunkBytes : chunkBytes) /
                       std::max<std::size_t>(1, elementBytes(layout.type));
    for (std::size_t axis = rank; axis-- > (rank >= 4 ? 2 : 0) && room > 0;) {
        chunk[axis] = std::min(layout.shape[axis], room);
        room /= chunk[axis];
    }
    return chunk;
}

void setFill(hid_t properties, ElementType type) {
    constexpr float missingFloat = std::numeric_limits<float>::quiet_NaN();
    constexpr double missingDouble = std::numeric_limits<double>::quiet_NaN();
    constexpr std::int32_t missingInteger = NamedArray::integerFill;
    constexpr std::uint8_t missingByte = std::numeric_limits<std::uint8_t>::max();
    const std::array<const void*, 4> fills = {&missingFloat, &missingDouble, &missingInteger,
                                              &missingByte};
    if (type != ElementType::Text)
        H5Pset_fill_value(properties, memoryType(type), fills[static_cast<std::size_t>(type)]);
}

/// Group and name of an attribute: "/model/@config" or "status".
std::pair<std::string, std::string> splitAttribute(const std::string& key) {
    const std::size_t at = key.starts_with('/') ? key.find("/@") : std::string::npos;
    if (at == std::string::npos)
        return {"", key};
    return {key.substr(0, at), key.substr(at + 2)};
}

bool isCount(const std::string& name, const std::string& value) {
    constexpr std::array<const char*, 5> counts = {"version", "blocks_done", "layers", "seed",
                                                   "parameters"};
    return std::find(counts.begin(), counts.end(), name) != counts.end() && !value.empty() &&
           value.size() <= 18 && std::all_of(value.begin(), value.end(), [](unsigned char c) {
               return std::isdigit(c) != 0;
           });
}

std::string parentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

} // namespace

ArrayLayout layoutOf(const std::string& path, const NamedArray& array) {
    return {path, array.dimensions, array.shape, elementType(array), array.units, array.longName};
}

SessionWriter::SessionWriter(const std::filesystem::path& file, std::string shownName,
                             Storage storage)
    : m_name(std::move(shownName))
    , m_storage(storage) {
    const hdf5::Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "the file");
    check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "the file");
    check(H5Pset_file_locking(access, false, true), "the file");
    m_file =
        checked(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose, "the file");
    void* descriptor = nullptr;
    if (H5Fget_vfd_handle(m_file, access, &descriptor) >= 0 && descriptor)
        m_descriptor = *static_cast<int*>(descriptor);
}

void SessionWriter::fail(const std::string& place) {
    const std::string reason = hdf5::lastError();
    hdf5::disable();
    // The descriptor stays open until the process ends; its blocks are given back now.
    if (m_descriptor >= 0 && ::ftruncate(m_descriptor, 0) < 0)
        m_descriptor = -1;
    throw Error(ErrorKind::Output,
                fmt::format("{} could not be written, at {}: {}. Is the disk full? What stood "
                            "there before is untouched; free some space and start again.",
                            m_name, place, reason));
}

hdf5::Handle SessionWriter::checked(hid_t id, hdf5::Handle::Close close, const std::string& place) {
    if (id < 0)
        fail(place);
    return {id, close};
}

void SessionWriter::check(herr_t status, const std::string& place) {
    if (status < 0)
        fail(place);
}

hdf5::Handle SessionWriter::group(const std::string& path) {
    const std::string place = path.empty() ? "/" : path;
    if (path.empty() || H5Lexists(m_file, path.c_str(), H5P_DEFAULT) > 0)
        return checked(H5Gopen2(m_file, place.c_str(), H5P_DEFAULT), H5Gclose, place);
    group(parentOf(path));
    return checked(H5Gcreate2(m_file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                   H5Gclose, place);
}

void SessionWriter::writeAttribute(hid_t object, const std::string& name, const std::string& value,
                                   const std::string& place) {
    const hdf5::Handle space = checked(H5Screate(H5S_SCALAR), H5Sclose, place);
    if (isCount(name, value)) {
        const std::int64_t count = std::stoll(value);
        const hdf5::Handle attribute = checked(
            H5Acreate2(object, name.c_str(), H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT),
            H5Aclose, place);
        check(H5Awrite(attribute, H5T_NATIVE_INT64, &count), place);
        return;
    }
    const hdf5::Handle type = hdf5::textType();
    const hdf5::Handle attribute = checked(
        H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place);
    const std::string text = storableText(value);
    const char* pointer = text.c_str();
    check(H5Awrite(attribute, type, &pointer), place);
}

void SessionWriter::writeAttributes(const std::map<std::string, std::string>& attributes) {
    for (const auto& [key, value] : attributes) {
        const auto [path, name] = splitAttribute(key);
        writeAttribute(group(path), name, value, "attribute " + key);
    }
}

void SessionWriter::writeText(hid_t dataset, hid_t memory, hid_t file,
                              const std::vector<std::string>& text, const std::string& place) {
    std::vector<std::string> storable(text.size());
    std::transform(text.begin(), text.end(), storable.begin(), storableText);
    std::vector<const char*> pointers(text.size());
    std::transform(storable.begin(), storable.end(), pointers.begin(),
                   [](const std::string& item) { return item.c_str(); });
    check(H5Dwrite(dataset, hdf5::textType(), memory, file, H5P_DEFAULT, pointers.data()), place);
}

bool SessionWriter::isCompressed(const ArrayLayout& layout) const {
    return m_storage == Storage::Compressed &&
           elementCount(layout.shape) * elementBytes(layout.type) >= compressedFromBytes;
}

hdf5::Handle SessionWriter::createDataset(const ArrayLayout& layout) {
    group(parentOf(layout.path));
    const std::vector<hsize_t> shape = extents(layout.shape);
    const std::size_t count = elementCount(layout.shape);
    const bool isText = layout.type == ElementType::Text;
    const hdf5::Handle space =
        shape.empty()
            ? checked(H5Screate(H5S_SCALAR), H5Sclose, layout.path)
            : checked(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                      H5Sclose, layout.path);
    const hdf5::Handle properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, layout.path);
    const hdf5::Handle access = checked(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, layout.path);
    setFill(properties, layout.type);
    // Text lies outside of its dataset, and what has no elements cannot have chunks.
    if (!isText && !shape.empty() && count > 0) {
        const std::vector<hsize_t> chunk = chunkShape(layout);
        check(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), layout.path);
        if (isCompressed(layout)) {
            check(H5Pset_shuffle(properties), layout.path);
            check(H5Pset_deflate(properties, 1), layout.path);
        }
        check(H5Pset_fletcher32(properties), layout.path);
        check(H5Pset_chunk_cache(access, 12421, chunkCacheBytes, 1.0), layout.path);
    }
    const hdf5::Handle text = hdf5::textType();
    hdf5::Handle dataset =
        checked(H5Dcreate2(m_file, layout.path.c_str(), isText ? text : fileType(layout.type),
                           space, H5P_DEFAULT, properties, access),
                H5Dclose, layout.path);
    if (!layout.units.empty())
        writeAttribute(dataset, "units", layout.units, layout.path);
    if (!layout.longName.empty())
        writeAttribute(dataset, "long_name", layout.longName, layout.path);
    return dataset;
}

void SessionWriter::addDimension(const std::string& name, NamedArray coordinate) {
    if (m_coordinates.contains(name))
        return;
    m_coordinates.emplace(name, std::move(coordinate));
    scale("", name);
}

hdf5::Handle SessionWriter::scale(const std::string& groupPath, const std::string& dimension) {
    const std::string path = groupPath + "/" + dimension;
    if (m_scales.contains(path))
        return checked(H5Dopen2(m_file, path.c_str(), H5P_DEFAULT), H5Dclose, path);
    const NamedArray& coordinate = m_coordinates.at(dimension);
    const ArrayLayout layout = layoutOf(path, coordinate);
    hdf5::Handle dataset = createDataset(layout);
    writeValues(dataset, layout, coordinate);
    check(H5DSset_scale(dataset, dimension.c_str()), path);
    m_scales.insert(path);
    return dataset;
}

hdf5::Handle SessionWriter::createArray(const ArrayLayout& layout) {
    for (std::size_t axis = 0; axis < layout.dimensions.size(); ++axis) {
        const std::string& dimension = layout.dimensions[axis];
        if (!m_coordinates.contains(dimension)) {
            const std::string path = "/" + dimension;
            NamedArray index = makeArray<std::int32_t>({dimension}, {layout.shape[axis]}, "1",
                                                       "index along " + dimension);
            auto& values = std::get<std::vector<std::int32_t>>(index.values);
            for (std::size_t position = 0; position < values.size(); ++position)
                values[position] = static_cast<std::int32_t>(position);
            addDimension(dimension, std::move(index));
        }
        const std::size_t expected = m_coordinates.at(dimension).size();
        if (layout.shape[axis] != expected)
            throw Error(ErrorKind::Internal,
                        fmt::format("The array {} has {} entries along {}, where the session has "
                                    "{}.",
                                    layout.path, layout.shape[axis], dimension, expected));
    }
    hdf5::Handle dataset = createDataset(layout);
    for (std::size_t axis = 0; axis < layout.dimensions.size(); ++axis)
        check(H5DSattach_scale(dataset, scale(parentOf(layout.path), layout.dimensions[axis]),
                               static_cast<unsigned>(axis)),
              layout.path);
    if (layout.type == ElementType::Int32 || layout.type == ElementType::UInt8) {
        const std::int32_t fill = layout.type == ElementType::Int32 ? NamedArray::integerFill : 255;
        const hsize_t one = 1; // netCDF keeps attributes as lists
        const hdf5::Handle space =
            checked(H5Screate_simple(1, &one, nullptr), H5Sclose, layout.path);
        const hdf5::Handle attribute =
            checked(H5Acreate2(dataset, "_FillValue", fileType(layout.type), space, H5P_DEFAULT,
                               H5P_DEFAULT),
                    H5Aclose, layout.path);
        check(H5Awrite(attribute, H5T_NATIVE_INT32, &fill), layout.path);
    }
    return dataset;
}

void SessionWriter::writeValues(const hdf5::Handle& dataset, const ArrayLayout& layout,
                                const NamedArray& array) {
    std::visit(
        [&](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if (values.size() != elementCount(layout.shape))
                throw Error(ErrorKind::Internal,
                            "The array " + layout.path + " has not as many values as its shape.");
            if (values.empty())
                return;
            if constexpr (std::is_same_v<T, std::string>)
                writeText(dataset, H5S_ALL, H5S_ALL, values, layout.path);
            else if (isCompressed(layout) && isFileOrder)
                writeChunks(dataset, layout, reinterpret_cast<const std::uint8_t*>(values.data()));
            else
                check(H5Dwrite(dataset, memoryType(layout.type), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                               values.data()),
                      layout.path);
        },
        array.values);
}

/// The same as one H5Dwrite, whose filters would work on one chunk after the other.
void SessionWriter::writeChunks(const hdf5::Handle& dataset, const ArrayLayout& layout,
                                const std::uint8_t* values) {
    const std::vector<hsize_t> chunk = chunkShape(layout);
    filterChunks({values, elementBytes(layout.type), layout.shape, {chunk.begin(), chunk.end()}},
                 [&](const std::vector<std::size_t>& offset, const FilteredChunk& filtered) {
                     const std::vector<hsize_t> start(offset.begin(), offset.end());
                     check(H5Dwrite_chunk(dataset, H5P_DEFAULT, filtered.skipped, start.data(),
                                          filtered.bytes.size(), filtered.bytes.data()),
                           layout.path);
                 });
}

void SessionWriter::writeArray(const std::string& path, const NamedArray& array) {
    const ArrayLayout layout = layoutOf(path, array);
    writeValues(createArray(layout), layout, array);
}

void SessionWriter::writeSlab(const hdf5::Handle& dataset, const ArrayLayout& layout,
                              const NamedArray& part, std::size_t axis, std::size_t from,
                              std::size_t to) {
    if (part.size() == 0)
        return;
    const std::vector<hsize_t> partShape = extents(part.shape);
    const int rank = static_cast<int>(partShape.size());
    std::vector<hsize_t> start(partShape.size(), 0);
    std::vector<hsize_t> count = partShape;
    count[axis] = 1;
    const hdf5::Handle memory =
        checked(H5Screate_simple(rank, partShape.data(), nullptr), H5Sclose, layout.path);
    const hdf5::Handle file = checked(H5Dget_space(dataset), H5Sclose, layout.path);
    start[axis] = from;
    check(H5Sselect_hyperslab(memory, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
          layout.path);
    start[axis] = to;
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
          layout.path);
    std::visit(
        [&](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_same_v<T, std::string>)
                writeText(dataset, memory, file, values, layout.path);
            else
                check(H5Dwrite(dataset, memoryType(layout.type), memory, file, H5P_DEFAULT,
                               values.data()),
                      layout.path);
        },
        part.values);
}

void SessionWriter::close() {
    check(H5Fflush(m_file, H5F_SCOPE_GLOBAL), "its end");
    if (!m_file.close())
        fail("its end");
}

} // namespace quantscope
