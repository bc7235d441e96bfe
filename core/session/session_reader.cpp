#include "core/session/session_reader.h"

#include "core/session/session.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t maximumObjects = 20000;
constexpr std::size_t maximumNameBytes = 1024;
constexpr std::size_t maximumAttributeBytes = 64u << 20;
constexpr int maximumDepth = 8;
constexpr int maximumRank = 8;

constexpr const char* formatName = "quantscope-session";
constexpr const char* whatToDo = "Restore it from a copy, or run the study again.";

struct LinkList {
    std::vector<std::string> names;
    std::string notHard; ///< a link that leaves the file or names a path
    bool tooMany = false;
};

herr_t collectLink(hid_t, const char* name, const H5L_info_t* info, void* data) {
    auto& list = *static_cast<LinkList*>(data);
    if (info->type != H5L_TYPE_HARD)
        list.notHard = name;
    list.names.emplace_back(name);
    list.tooMany = list.names.size() > maximumObjects;
    return list.tooMany || !list.notHard.empty() ? 1 : 0;
}

herr_t collectAttribute(hid_t, const char* name, const H5A_info_t*, void* data) {
    auto& names = *static_cast<std::vector<std::string>*>(data);
    names.emplace_back(name);
    return names.size() > maximumObjects ? 1 : 0;
}

/// Keeps the scale open.
herr_t holdScale(hid_t, unsigned, hid_t scale, void* data) {
    if (H5Iinc_ref(scale) < 0)
        return -1;
    *static_cast<hid_t*>(data) = scale;
    return 1; // the first scale of an axis is the one that counts
}

template <typename T>
hid_t nativeType() {
    if constexpr (std::is_same_v<T, float>)
        return H5T_NATIVE_FLOAT;
    else if constexpr (std::is_same_v<T, double>)
        return H5T_NATIVE_DOUBLE;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return H5T_NATIVE_INT32;
    else
        return H5T_NATIVE_UINT8;
}

bool isBelow(const std::string& path, const std::vector<std::string>& groups) {
    return std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
        return path == group || path.starts_with(group + "/");
    });
}

} // namespace

void SessionReader::damaged(const std::string& place, const std::string& what) const {
    throw Error(ErrorKind::Input, fmt::format("The session {} is damaged at {}: {}. {}", m_name,
                                              place, what, whatToDo));
}

hdf5::Handle SessionReader::checked(hid_t id, hdf5::Handle::Close close,
                                    const std::string& place) const {
    if (id < 0)
        damaged(place, hdf5::lastError());
    return {id, close};
}

void SessionReader::trace(const std::string& place) const {
    if (m_trace)
        m_trace(place);
}

bool isReadAtOnce(const ArrayLayout& layout, std::size_t bytes) {
    if (layout.type == ElementType::Text || layout.shape.size() < 2)
        return true;
    double size = static_cast<double>(elementBytes(layout.type));
    for (const std::size_t extent : layout.shape)
        size *= static_cast<double>(extent);
    return size <= static_cast<double>(bytes);
}

SessionReader::SessionReader(const std::filesystem::path& file, const std::string& shownName)
    : m_name(shownName.empty() ? file.string() : shownName) {
    std::error_code reason;
    const auto kind = std::filesystem::status(file, reason).type();
    if (kind == std::filesystem::file_type::not_found)
        throw Error(ErrorKind::Input, "There is no session " + m_name + ".");
    if (kind != std::filesystem::file_type::regular)
        throw Error(ErrorKind::Input, m_name + " is not a regular file; a session is one.");
    m_fileBytes = std::filesystem::file_size(file, reason);
    if (reason)
        throw Error(ErrorKind::Input, m_name + " cannot be read: " + reason.message() + ".");

    const hdf5::Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "its beginning");
    H5Pset_file_locking(access, false,
                        true); // it is only read, and some file systems have no locks
    // The usual driver asks for the real path of a link, which a file without a name has not.
    if (!shownName.empty())
        H5Pset_fapl_stdio(access);
    m_file = hdf5::Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
    if (!m_file) {
        const std::string why = hdf5::lastError();
        if (why.find("ermission denied") != std::string::npos)
            throw Error(ErrorKind::Input, m_name + " cannot be read: permission denied.");
        if (why.find("file signature not found") != std::string::npos)
            throw Error(ErrorKind::Input,
                        m_name + " is not an HDF5 file, so it is not a session; a session is a "
                                 "file that quantscope wrote, usually NAME.qscope.h5.");
        throw Error(ErrorKind::Input,
                    fmt::format("The session {} is damaged or cut off ({} bytes): {}. {}", m_name,
                                m_fileBytes, why, whatToDo));
    }
    checkFormat();
}

void SessionReader::checkFormat() {
    const hdf5::Handle root = checked(H5Gopen2(m_file, "/", H5P_DEFAULT), H5Gclose, "/");
    if (H5Aexists(root, attribute::format) <= 0 ||
        attributeText(root, attribute::format, "/@format") != formatName)
        throw Error(ErrorKind::Input,
                    fmt::format("{} is an HDF5 file, but not a session: it has no attribute "
                                "format = \"{}\".",
                                m_name, formatName));
    if (H5Aexists(root, attribute::version) <= 0)
        damaged("/@version", "the version of the format is missing");
    const std::string text = attributeText(root, attribute::version, "/@version");
    const bool isNumber = !text.empty() && text.size() < 9 &&
                          text.find_first_not_of("0123456789") == std::string::npos;
    const int version = isNumber ? std::stoi(text) : 0;
    if (version < 1)
        damaged("/@version", "\"" + text + "\" is not a version of the format");
    if (version > sessionVersion)
        throw Error(ErrorKind::Input,
                    fmt::format("The session {} has version {} of the format, and this program "
                                "reads up to version {}: open it with a newer quantscope.",
                                m_name, version, sessionVersion));
}

std::string SessionReader::attributeText(hid_t object, const std::string& name,
                                         const std::string& place) const {
    trace(place);
    const hdf5::Handle attribute =
        checked(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, place);
    const hdf5::Handle type = checked(H5Aget_type(attribute), H5Tclose, place);
    const hdf5::Handle space = checked(H5Aget_space(attribute), H5Sclose, place);
    if (H5Sget_simple_extent_npoints(space) != 1)
        return {};
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_INTEGER) {
        std::int64_t value = 0;
        if (H5Aread(attribute, H5T_NATIVE_INT64, &value) < 0)
            damaged(place, hdf5::lastError());
        return std::to_string(value);
    }
    if (kind != H5T_STRING)
        return {};
    if (H5Tis_variable_str(type) > 0) {
        char* text = nullptr;
        if (H5Aread(attribute, hdf5::textType(), &text) < 0)
            damaged(place, hdf5::lastError());
        std::string result = text ? text : "";
        H5free_memory(text);
        return result;
    }
    const std::size_t bytes = H5Tget_size(type);
    if (bytes > maximumAttributeBytes)
        damaged(place, fmt::format("an attribute of {} bytes", bytes));
    std::string text(bytes, '\0');
    if (H5Aread(attribute, type, text.data()) < 0)
        damaged(place, hdf5::lastError());
    return text.substr(0, std::strlen(text.c_str()));
}

void SessionReader::readAttributes(const std::string& group,
                                   std::map<std::string, std::string>& all) const {
    const std::string place = group.empty() ? "/" : group;
    const hdf5::Handle object =
        checked(H5Gopen2(m_file, place.c_str(), H5P_DEFAULT), H5Gclose, place);
    std::vector<std::string> names;
    hsize_t position = 0;
    if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, collectAttribute, &names) < 0)
        damaged(place, hdf5::lastError());
    for (const std::string& name : names) {
        if (name.starts_with('_')) // of netCDF libraries
            continue;
        const std::string key = group.empty() ? name : group + "/@" + name;
        all[key] = attributeText(object, name, group + "/@" + name);
    }
}

std::map<std::string, std::string> SessionReader::attributes() {
    std::map<std::string, std::string> all;
    readAttributes("", all);
    for (const std::string& name : members("/")) {
        const hdf5::Handle object =
            checked(H5Oopen(m_file, name.c_str(), H5P_DEFAULT), H5Oclose, "/" + name);
        if (H5Iget_type(object) == H5I_GROUP)
            readAttributes("/" + name, all);
    }
    return all;
}

std::vector<std::string> SessionReader::members(const std::string& group) const {
    trace(group);
    const hdf5::Handle object =
        checked(H5Gopen2(m_file, group.c_str(), H5P_DEFAULT), H5Gclose, group);
    LinkList list;
    hsize_t position = 0;
    if (H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, &position, collectLink, &list) < 0)
        damaged(group, hdf5::lastError());
    if (!list.notHard.empty())
        damaged(group,
                "\"" + list.notHard + "\" is a link to elsewhere, which sessions do not have");
    if (list.tooMany)
        damaged(group, "it has more members than a session can have");
    return list.names;
}

void SessionReader::visit(const std::string& group, const std::vector<std::string>& skip,
                          int depth) {
    for (const std::string& name : members(group.empty() ? "/" : group)) {
        const std::string path = group + "/" + name;
        if (isBelow(path, skip))
            continue;
        if (path.size() > maximumNameBytes || depth > maximumDepth)
            damaged(group, "its groups lie deeper than those of a session");
        if (++m_objects > maximumObjects)
            damaged(path, "it has more objects than a session can have");
        trace(path);
        const hdf5::Handle object =
            checked(H5Oopen(m_file, path.c_str(), H5P_DEFAULT), H5Oclose, path);
        const H5I_type_t kind = H5Iget_type(object);
        if (kind == H5I_GROUP) {
            visit(path, skip, depth + 1);
        } else if (kind == H5I_DATASET) {
            bool isScale = false;
            ArrayLayout layout = inspect(object, path, isScale);
            (isScale && depth > 0 ? m_scaleCopies : m_layouts).push_back(std::move(layout));
        } else {
            damaged(path, "it is neither a group nor an array");
        }
    }
}

const std::vector<ArrayLayout>& SessionReader::layouts(const std::vector<std::string>& skip) {
    m_layouts.clear();
    m_scaleCopies.clear();
    m_objects = 0;
    visit("", skip, 0);
    checkAgreement();
    return m_layouts;
}

ElementType SessionReader::typeOf(hid_t dataset, const std::string& path) const {
    const hdf5::Handle type = checked(H5Dget_type(dataset), H5Tclose, path);
    const auto isOneOf = [&](hid_t little, hid_t big) {
        return H5Tequal(type, little) > 0 || H5Tequal(type, big) > 0;
    };
    if (isOneOf(H5T_IEEE_F32LE, H5T_IEEE_F32BE))
        return ElementType::Float32;
    if (isOneOf(H5T_IEEE_F64LE, H5T_IEEE_F64BE))
        return ElementType::Float64;
    if (isOneOf(H5T_STD_I32LE, H5T_STD_I32BE))
        return ElementType::Int32;
    if (isOneOf(H5T_STD_U8LE, H5T_STD_U8BE))
        return ElementType::UInt8;
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0)
        return ElementType::Text;
    damaged(path, "its elements are not of a type that sessions have (f4, f8, i4, u1, text of "
                  "variable length)");
}

void SessionReader::checkStorage(hid_t dataset, const ArrayLayout& layout) const {
    const hdf5::Handle properties = checked(H5Dget_create_plist(dataset), H5Pclose, layout.path);
    const H5D_layout_t kind = H5Pget_layout(properties);
    if (kind == H5D_VIRTUAL || H5Pget_external_count(properties) > 0)
        damaged(layout.path, "its values lie in another file");
    const int filters = H5Pget_nfilters(properties);
    for (int index = 0; index < filters; ++index) {
        unsigned flags = 0;
        std::size_t parameters = 0;
        const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(index), &flags,
                                                   &parameters, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            damaged(layout.path, "it is packed with a filter that sessions do not use");
    }
    // What a file can hold honestly: deflate gains at most a factor of 1032, and parts of a study
    // that is not finished take no room.
    const double allowed = 1032.0 * static_cast<double>(m_fileBytes) + (64u << 20);
    double bytes =
        layout.type == ElementType::Text ? 16.0 : static_cast<double>(elementBytes(layout.type));
    for (const std::size_t extent : layout.shape)
        bytes *= static_cast<double>(extent);
    if (bytes > allowed)
        damaged(layout.path, fmt::format("it claims {:.3g} bytes, more than a file of {} bytes can "
                                         "hold",
                                         bytes, m_fileBytes));
    if (kind == H5D_CHUNKED) {
        std::array<hsize_t, maximumRank> chunk{};
        const int rank = H5Pget_chunk(properties, maximumRank, chunk.data());
        double chunkBytes =
            static_cast<double>(std::max<std::size_t>(16, elementBytes(layout.type)));
        for (int axis = 0; axis < rank; ++axis)
            chunkBytes *= static_cast<double>(chunk[static_cast<std::size_t>(axis)]);
        if (rank < 0 || chunkBytes > static_cast<double>(256u << 20))
            damaged(layout.path, "its chunks are larger than those of a session");
    }
}

/// The library reads the list into room for as many axes as the array has, however many it names.
void SessionReader::checkScaleList(hid_t dataset, const ArrayLayout& layout) const {
    if (H5Aexists(dataset, "DIMENSION_LIST") <= 0)
        return;
    const std::string place = layout.path + "/@DIMENSION_LIST";
    const hdf5::Handle attribute =
        checked(H5Aopen(dataset, "DIMENSION_LIST", H5P_DEFAULT), H5Aclose, place);
    const hdf5::Handle type = checked(H5Aget_type(attribute), H5Tclose, place);
    const hdf5::Handle space = checked(H5Aget_space(attribute), H5Sclose, place);
    const bool isList = H5Tget_class(type) == H5T_VLEN;
    const hdf5::Handle element(isList ? H5Tget_super(type) : H5I_INVALID_HID, H5Tclose);
    if (!element || H5Tget_class(element) != H5T_REFERENCE ||
        H5Tget_size(element) != sizeof(hobj_ref_t) ||
        H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(layout.shape.size()))
        damaged(place, "it is not a list of the scales of each axis");
}

/// An attribute's text; empty where there is none. The library's own reading of a scale's class and
/// name writes behind its room where the attribute is damaged.
std::string SessionReader::textOf(hid_t object, const char* name, const std::string& path) const {
    return H5Aexists(object, name) > 0 ? attributeText(object, name, path + "/@" + name)
                                       : std::string();
}

std::vector<std::string> SessionReader::dimensionNames(hid_t dataset,
                                                       const ArrayLayout& layout) const {
    std::vector<std::string> names;
    checkScaleList(dataset, layout);
    for (std::size_t axis = 0; axis < layout.shape.size(); ++axis) {
        hid_t found = H5I_INVALID_HID;
        if (H5DSget_num_scales(dataset, static_cast<unsigned>(axis)) < 1)
            damaged(layout.path, fmt::format("its axis {} has no dimension scale", axis));
        const herr_t status = H5DSiterate_scales(dataset, static_cast<unsigned>(axis), nullptr,
                                                 holdScale, &found);
        const hdf5::Handle scale(found, H5Dclose);
        const std::string name =
            status >= 0 && scale ? textOf(scale, "NAME", layout.path) : std::string();
        if (name.empty())
            damaged(layout.path,
                    fmt::format("the dimension scale of axis {} cannot be read", axis));
        const hdf5::Handle space(H5Dget_space(scale), H5Sclose);
        const std::int64_t size = space ? H5Sget_simple_extent_npoints(space) : -1;
        if (size != static_cast<std::int64_t>(layout.shape[axis]))
            damaged(layout.path,
                    fmt::format("it has {} entries along {}, whose dimension scale has {}",
                                layout.shape[axis], name, size));
        names.push_back(name);
    }
    return names;
}

ArrayLayout SessionReader::inspect(hid_t dataset, const std::string& path, bool& isScale) const {
    ArrayLayout layout;
    layout.path = path;
    layout.type = typeOf(dataset, path);
    const hdf5::Handle space = checked(H5Dget_space(dataset), H5Sclose, path);
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > maximumRank || H5Sget_simple_extent_type(space) == H5S_NULL)
        damaged(path, fmt::format("it has {} dimensions, where sessions have at most {}", rank,
                                  maximumRank));
    std::array<hsize_t, maximumRank> shape{};
    if (rank > 0 && H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0)
        damaged(path, hdf5::lastError());
    layout.shape.assign(shape.begin(), shape.begin() + rank);
    checkStorage(dataset, layout);
    isScale = textOf(dataset, "CLASS", path) == "DIMENSION_SCALE";
    if (isScale) {
        const std::string name = path.substr(path.rfind('/') + 1);
        if (rank != 1)
            damaged(path, "a dimension scale of a session has one dimension");
        layout.dimensions = {name};
    } else {
        layout.dimensions = dimensionNames(dataset, layout);
    }
    if (H5Aexists(dataset, "units") > 0)
        layout.units = attributeText(dataset, "units", path + "/@units");
    if (H5Aexists(dataset, "long_name") > 0)
        layout.longName = attributeText(dataset, "long_name", path + "/@long_name");
    return layout;
}

void SessionReader::checkAgreement() const {
    std::map<std::string, std::size_t> extents;
    for (const ArrayLayout& layout : m_layouts)
        if (layout.shape.size() == 1 && layout.path == "/" + layout.dimensions.front())
            extents[layout.dimensions.front()] = layout.shape.front();
    const auto check = [&](const ArrayLayout& layout) {
        for (std::size_t axis = 0; axis < layout.shape.size(); ++axis) {
            const auto found = extents.find(layout.dimensions[axis]);
            if (found == extents.end())
                damaged(layout.path, "the session has no coordinate /" + layout.dimensions[axis]);
            if (found->second != layout.shape[axis])
                damaged(layout.path,
                        fmt::format("it has {} entries along {}, where the session has {}",
                                    layout.shape[axis], found->first, found->second));
        }
    };
    for (const ArrayLayout& layout : m_layouts) {
        check(layout);
        const auto description = findSessionArray(layout.path);
        if (!description)
            continue;
        if (description->type != layout.type)
            damaged(layout.path,
                    fmt::format("its elements are {}, where the format has {}",
                                elementTypeName(layout.type), elementTypeName(description->type)));
        if (description->dimensions != layout.dimensions)
            damaged(layout.path, fmt::format("its dimensions are [{}], where the format has [{}]",
                                             fmt::join(layout.dimensions, ", "),
                                             fmt::join(description->dimensions, ", ")));
    }
    for (const ArrayLayout& copy : m_scaleCopies)
        check(copy);
}

ArrayLayout SessionReader::layout(const std::string& path) {
    const bool isPath = path.size() > 1 && path.size() <= maximumNameBytes && path.front() == '/';
    // H5Lexists wants every group on the way to exist.
    for (std::size_t end = path.find('/', 1); isPath; end = path.find('/', end + 1)) {
        const std::string head = path.substr(0, end);
        if (H5Lexists(m_file, head.c_str(), H5P_DEFAULT) <= 0)
            throw Error(ErrorKind::Input,
                        fmt::format("The session {} has no {}: the instrument that measures it was "
                                    "off in this study.",
                                    m_name, path));
        if (end == std::string::npos)
            break;
    }
    if (!isPath)
        throw Error(ErrorKind::Internal, "\"" + path + "\" is not a path of a session.");
    trace(path);
    const hdf5::Handle dataset =
        checked(H5Dopen2(m_file, path.c_str(), H5P_DEFAULT), H5Dclose, path);
    bool isScale = false;
    return inspect(dataset, path, isScale);
}

NamedArray SessionReader::read(const ArrayLayout& layout, const std::vector<std::size_t>& first,
                               const std::vector<std::size_t>& count) {
    trace(layout.path);
    const std::size_t rank = layout.shape.size();
    if (first.size() > rank || count.size() > rank)
        throw Error(ErrorKind::Internal,
                    fmt::format("A slice of {} has more dimensions than the array.", layout.path));
    NamedArray array;
    array.dimensions = layout.dimensions;
    array.units = layout.units;
    array.longName = layout.longName;
    std::vector<hsize_t> start(rank, 0);
    std::vector<hsize_t> extent(layout.shape.begin(), layout.shape.end());
    for (std::size_t axis = 0; axis < rank; ++axis) {
        start[axis] = axis < first.size() ? first[axis] : 0;
        const std::size_t left =
            layout.shape[axis] - std::min<std::size_t>(layout.shape[axis], start[axis]);
        extent[axis] = axis < count.size() ? count[axis] : left;
        if (start[axis] > layout.shape[axis] || extent[axis] > left)
            throw Error(ErrorKind::Internal,
                        fmt::format("A slice of {} reaches beyond its {} entries along {}.",
                                    layout.path, layout.shape[axis], layout.dimensions[axis]));
    }
    array.shape.assign(extent.begin(), extent.end());
    const std::size_t size = array.size();

    const hdf5::Handle dataset =
        checked(H5Dopen2(m_file, layout.path.c_str(), H5P_DEFAULT), H5Dclose, layout.path);
    // Whole arrays go without selections, which cost more than the reading itself.
    const bool isWhole = rank == 0 || array.shape == layout.shape;
    hdf5::Handle fileSpace;
    hdf5::Handle memorySpace;
    if (!isWhole && size > 0) {
        fileSpace = checked(H5Dget_space(dataset), H5Sclose, layout.path);
        memorySpace = checked(H5Screate_simple(static_cast<int>(rank), extent.data(), nullptr),
                              H5Sclose, layout.path);
        if (H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, start.data(), nullptr, extent.data(),
                                nullptr) < 0)
            damaged(layout.path, hdf5::lastError());
    }
    const hid_t file = fileSpace ? static_cast<hid_t>(fileSpace) : H5S_ALL;
    const hid_t memory = memorySpace ? static_cast<hid_t>(memorySpace) : H5S_ALL;

    const auto readNumbers = [&]<typename T>(T) {
        std::vector<T> values(size);
        if (size > 0 &&
            H5Dread(dataset, nativeType<T>(), memory, file, H5P_DEFAULT, values.data()) < 0)
            damaged(layout.path, hdf5::lastError());
        array.values = std::move(values);
    };
    switch (layout.type) {
    case ElementType::Float32:
        readNumbers(float{});
        break;
    case ElementType::Float64:
        readNumbers(double{});
        break;
    case ElementType::Int32:
        readNumbers(std::int32_t{});
        break;
    case ElementType::UInt8:
        readNumbers(std::uint8_t{});
        break;
    case ElementType::Text: {
        std::vector<char*> pointers(size, nullptr);
        const hdf5::Handle type = hdf5::textType();
        if (size > 0 && H5Dread(dataset, type, memory, file, H5P_DEFAULT, pointers.data()) < 0)
            damaged(layout.path, hdf5::lastError());
        std::vector<std::string> text(size);
        for (std::size_t index = 0; index < size; ++index)
            text[index] = pointers[index] ? pointers[index] : "";
        const hsize_t strings = size;
        const hdf5::Handle flat(H5Screate_simple(1, &strings, nullptr), H5Sclose);
        if (size > 0)
            H5Dvlen_reclaim(type, flat, H5P_DEFAULT, pointers.data());
        array.values = std::move(text);
        break;
    }
    }
    return array;
}

} // namespace quantscope
