// What the session reader itself checks. Bytes that are no HDF5 crash the library, which is what
// the child process is for (tests/core/session/test_damaged_sessions.cpp); here the library makes a
// sound file whose content disagrees with the format in every way that HDF5 can say.

#include "core/data/session_schema.h"
#include "core/session/merge.h"
#include "core/session/session.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz.h"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <array>
#include <map>
#include <set>
#include <vector>

using namespace quantscope;

namespace {

using fuzz::ByteSource;

void writeText(hid_t object, const char* name, const std::string& value, bool isVariable) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, isVariable ? H5T_VARIABLE : value.size() + 1);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const char* pointer = value.c_str();
    if (attribute >= 0)
        H5Awrite(attribute, type, isVariable ? static_cast<const void*>(&pointer) : pointer);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

void writeNumbers(hid_t object, const char* name, std::int64_t value, hsize_t count) {
    const std::vector<std::int64_t> values(count, value);
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t attribute =
        H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0)
        H5Awrite(attribute, H5T_NATIVE_INT64, values.data());
    H5Aclose(attribute);
    H5Sclose(space);
}

void writeAttribute(ByteSource& bytes, hid_t object, const std::string& name,
                    const std::string& usual) {
    const std::string value = bytes.once(8) ? bytes.text(20) : usual;
    switch (bytes.below(8)) {
    case 6:
        writeNumbers(object, name.c_str(), bytes.byte(), 1 + bytes.below(3));
        break;
    case 7:
        writeText(object, name.c_str(), value, false);
        break;
    default:
        writeText(object, name.c_str(), value, true);
    }
}

hid_t typeOf(ElementType type) {
    switch (type) {
    case ElementType::Float32:
        return H5Tcopy(H5T_IEEE_F32LE);
    case ElementType::Float64:
        return H5Tcopy(H5T_IEEE_F64LE);
    case ElementType::Int32:
        return H5Tcopy(H5T_STD_I32LE);
    case ElementType::UInt8:
        return H5Tcopy(H5T_STD_U8LE);
    case ElementType::Text:
        break;
    }
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    H5Tset_cset(text, H5T_CSET_UTF8);
    return text;
}

hid_t strangeType(ByteSource& bytes) {
    switch (bytes.below(6)) {
    case 0:
        return H5Tcopy(H5T_STD_I64LE);
    case 1:
        return H5Tcopy(H5T_IEEE_F32BE);
    case 2: {
        const hid_t fixed = H5Tcopy(H5T_C_S1);
        H5Tset_size(fixed, 5);
        return fixed;
    }
    case 3: {
        const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
        H5Tinsert(compound, "a", 0, H5T_STD_I32LE);
        H5Tinsert(compound, "b", 4, H5T_IEEE_F32LE);
        return compound;
    }
    case 4:
        return H5Tvlen_create(H5T_STD_I32LE);
    default:
        return H5Tcopy(H5T_STD_B8LE);
    }
}

/// The file while it is made: which dimension scales it has.
struct Maker {
    hid_t file = -1;
    ByteSource& bytes;
    std::map<std::string, hsize_t> extents;

    hsize_t extentOf(const std::string& dimension) {
        const auto [found, isNew] = extents.try_emplace(dimension, 0);
        if (isNew)
            found->second = bytes.below(5);
        return bytes.once(24) ? bytes.below(4000) : found->second;
    }

    void values(hid_t dataset, ElementType type, std::size_t count) {
        if (count == 0 || count > 100000)
            return;
        if (type == ElementType::Text) {
            std::vector<std::string> texts(count);
            std::vector<const char*> pointers;
            for (std::string& text : texts) {
                text = bytes.text(6);
                pointers.push_back(text.c_str());
            }
            const hid_t memory = typeOf(type);
            H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data());
            H5Tclose(memory);
            return;
        }
        std::vector<std::int32_t> numbers(count);
        for (std::int32_t& number : numbers)
            number = static_cast<std::int32_t>(bytes.byte()) - 1;
        H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
    }

    hid_t create(const std::string& path, ElementType elements,
                 const std::vector<hsize_t>& shape) {
        const bool isStrange = bytes.once(12);
        const hid_t type = isStrange ? strangeType(bytes) : typeOf(elements);
        const hid_t space =
            bytes.once(40)  ? H5Screate(H5S_NULL)
            : shape.empty() ? H5Screate(H5S_SCALAR)
                            : H5Screate_simple(static_cast<int>(shape.size()), shape.data(),
                                               nullptr);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        std::size_t count = 1;
        for (const hsize_t extent : shape)
            count *= extent;
        bool isForeignFilter = false;
        if (!shape.empty() && count > 0 && bytes.once(2)) {
            std::vector<hsize_t> chunk = shape;
            chunk[0] = std::max<hsize_t>(1, chunk[0] / 2);
            H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
            if (bytes.once(2))
                H5Pset_deflate(properties, 1);
            isForeignFilter = bytes.once(8);
            if (isForeignFilter)
                H5Pset_scaleoffset(properties, H5Z_SO_INT, 0);
        } else if (bytes.once(40)) {
            H5Pset_external(properties, "/dev/zero", 0, H5F_UNLIMITED);
        }
        const hid_t links = H5Pcreate(H5P_LINK_CREATE);
        H5Pset_create_intermediate_group(links, 1);
        const hid_t dataset =
            H5Dcreate2(file, path.c_str(), type, space, links, properties, H5P_DEFAULT);
        // HDF5 1.10 itself writes behind its buffer when it packs values with scale-offset.
        if (dataset >= 0 && !isStrange && !isForeignFilter)
            values(dataset, elements, count);
        H5Pclose(links);
        H5Pclose(properties);
        H5Sclose(space);
        H5Tclose(type);
        return dataset;
    }

    hid_t scale(const std::string& dimension) {
        const std::string path = "/" + dimension;
        if (H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0)
            return H5Dopen2(file, path.c_str(), H5P_DEFAULT);
        const auto description = findSessionArray(path);
        const hid_t dataset =
            create(path, description ? description->type : ElementType::Int32,
                   {extentOf(dimension)});
        if (dataset >= 0 && !bytes.once(40))
            H5DSset_scale(dataset, bytes.once(40) ? nullptr : dimension.c_str());
        return dataset;
    }

    void array() {
        const std::vector<ArrayDescription>& all = sessionArrays();
        ArrayDescription chosen = all[bytes.below(all.size())];
        if (const std::size_t star = chosen.path.find('*'); star != std::string::npos)
            chosen.path.replace(star, 1, bytes.once(6) ? "none" : "down");
        if (bytes.once(16))
            chosen.path = "/a/b/c/d/e/f/g/h/i/j/" + std::to_string(bytes.below(4));
        if (bytes.once(16))
            chosen.dimensions.push_back("lane");
        if (H5Lexists(file, chosen.path.substr(0, chosen.path.find('/', 1)).c_str(), H5P_DEFAULT) >
                0 &&
            H5Oexists_by_name(file, chosen.path.c_str(), H5P_DEFAULT) > 0)
            return;
        std::vector<hsize_t> shape;
        std::size_t count = 1;
        for (const std::string& dimension : chosen.dimensions) {
            shape.push_back(extentOf(dimension));
            count *= shape.back();
        }
        if (count > 100000)
            return;
        const hid_t dataset = create(chosen.path, chosen.type, shape);
        if (dataset < 0)
            return;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (!bytes.once(24)) {
                const hid_t own = scale(chosen.dimensions[axis]);
                H5DSattach_scale(dataset, own, static_cast<unsigned>(axis));
                H5Dclose(own);
            }
        if (bytes.once(4))
            writeAttribute(bytes, dataset, "units", "nat");
        H5Dclose(dataset);
    }

    void other() {
        switch (bytes.below(5)) {
        case 0:
            H5Lcreate_soft("/lane", file, "/soft", H5P_DEFAULT, H5P_DEFAULT);
            break;
        case 1:
            H5Lcreate_external("/etc/passwd", "/", file, "/outside", H5P_DEFAULT, H5P_DEFAULT);
            break;
        case 2: // a group inside itself
            H5Lcreate_hard(file, "/", file, "/sites", H5P_DEFAULT, H5P_DEFAULT);
            break;
        case 3: {
            const hid_t type = H5Tcopy(H5T_STD_I32LE);
            H5Tcommit2(file, "/type", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            H5Tclose(type);
            break;
        }
        default: {
            const hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
            writeAttribute(bytes, root, "layers", std::to_string(bytes.byte()));
            H5Gclose(root);
        }
        }
    }
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const std::filesystem::path path = folder.path() / "session.h5";
    ByteSource bytes(data, size);
    Maker maker{H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), bytes, {}};
    const hid_t root = H5Gopen2(maker.file, "/", H5P_DEFAULT);
    if (!bytes.once(24))
        writeAttribute(bytes, root, attribute::format, "quantscope-session");
    if (!bytes.once(24))
        writeAttribute(bytes, root, attribute::version, "1");
    H5Gclose(root);
    for (int step = 0; step < 12 && !bytes.isEmpty(); ++step)
        if (bytes.once(10))
            maker.other();
        else
            maker.array();
    H5Fclose(maker.file);

    fuzz::readOrRefuse([&] { checkSession(path, {}); });
    fuzz::readOrRefuse([&] {
        const SessionData part = readSession(path, {.checkInChildProcess = false});
        mergeParts({part, part}, 0);
    });
    return 0;
}
