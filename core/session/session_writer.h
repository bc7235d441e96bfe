#pragma once

#include "core/data/session_schema.h"
#include "core/session/hdf5.h"
#include "core/session/session.h"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace quantscope {

/// What an array is, without its values.
struct ArrayLayout {
    std::string path;
    std::vector<std::string> dimensions;
    std::vector<std::size_t> shape;
    ElementType type = ElementType::Float32;
    std::string units;
    std::string longName;
};

ArrayLayout layoutOf(const std::string& path, const NamedArray& array);

/// Writes one HDF5 file of the session format, array by array. Coordinates first: each dimension
/// becomes a scale at the root, and a copy of it in every group that uses it.
/// Every failure disables HDF5 for the process (see hdf5::Lock) and is thrown as Error (Output).
class SessionWriter {
public:
    /// @param file  is created or truncated; `shownName` stands in messages.
    SessionWriter(const std::filesystem::path& file, std::string shownName,
                  Storage storage = Storage::Compressed);

    void writeAttributes(const std::map<std::string, std::string>& attributes);

    /// Declares a dimension with its coordinate, a one-dimensional array.
    void addDimension(const std::string& name, NamedArray coordinate);
    bool hasDimension(const std::string& name) const { return m_coordinates.contains(name); }

    /// Makes an array filled with "not measured" and gives it its scales. Dimensions that have no
    /// coordinate yet get one that counts. @throws Error (Internal) when extents disagree.
    hdf5::Handle createArray(const ArrayLayout& layout);

    /// createArray and all values.
    void writeArray(const std::string& path, const NamedArray& array);

    /// Puts one layer's values of `part` (at index `from` of its axis `axis`) at `to`.
    void writeSlab(const hdf5::Handle& dataset, const ArrayLayout& layout, const NamedArray& part,
                   std::size_t axis, std::size_t from, std::size_t to);
    void writeValues(const hdf5::Handle& dataset, const ArrayLayout& layout,
                     const NamedArray& array);

    /// Flushes and closes. Nothing may be written afterwards.
    void close();

private:
    [[noreturn]] void fail(const std::string& place);
    hdf5::Handle checked(hid_t id, hdf5::Handle::Close close, const std::string& place);
    void check(herr_t status, const std::string& place);

    hdf5::Handle group(const std::string& path);
    hdf5::Handle scale(const std::string& groupPath, const std::string& dimension);
    hdf5::Handle createDataset(const ArrayLayout& layout);
    void writeAttribute(hid_t object, const std::string& name, const std::string& value,
                        const std::string& place);
    bool isCompressed(const ArrayLayout& layout) const;
    void writeChunks(const hdf5::Handle& dataset, const ArrayLayout& layout,
                     const std::uint8_t* values);
    void writeText(hid_t dataset, hid_t memory, hid_t file, const std::vector<std::string>& text,
                   const std::string& place);

    hdf5::Lock m_lock;
    std::string m_name;
    Storage m_storage;
    int m_descriptor = -1; ///< of the open file, owned by HDF5
    hdf5::Handle m_file;
    std::map<std::string, NamedArray> m_coordinates;
    std::set<std::string> m_scales;
};

/// Text as the format keeps it: valid UTF-8 (what is not becomes U+FFFD), and U+2400 for NUL,
/// which ends a string in HDF5.
std::string storableText(const std::string& text);

} // namespace quantscope
