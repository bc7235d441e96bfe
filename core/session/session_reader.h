#pragma once

#include "core/session/session_writer.h"

#include <cstdint>
#include <functional>

namespace quantscope {

/// Whether an array is read when its session is opened: text, and up to so many bytes.
bool isReadAtOnce(const ArrayLayout& layout, std::size_t bytes);

/// Reads one HDF5 file of the session format and believes nothing it says: links, types, filters,
/// extents and dimension scales are checked before values are read. All failures are
/// Error (Input) and name the file and the place.
class SessionReader {
public:
    /// Opens the file and checks that it is a session of a version this program reads.
    /// @param shownName  of the file in messages, where `file` is another path to what is held
    ///                   open (see HeldFile); else empty
    explicit SessionReader(const std::filesystem::path& file, const std::string& shownName = {});

    /// Attributes of the root, and of groups as "/GROUP/@NAME".
    std::map<std::string, std::string> attributes();

    /// Every array but those below the groups named; coordinates at the root only, their copies
    /// in groups left out. Checked against each other and against the format.
    const std::vector<ArrayLayout>& layouts(const std::vector<std::string>& skipGroups = {});

    /// All values, or a slice; see readArray in session.h.
    NamedArray read(const ArrayLayout& layout, const std::vector<std::size_t>& first = {},
                    const std::vector<std::size_t>& count = {});

    /// The layout of one path. @throws Error (Input) when there is none.
    ArrayLayout layout(const std::string& path);

    /// Told of each place before it is read: a child process says so how far it came.
    void setTrace(std::function<void(const std::string&)> trace) { m_trace = std::move(trace); }

private:
    struct Item {
        std::string path;
        bool isGroup = false;
    };

    [[noreturn]] void damaged(const std::string& place, const std::string& what) const;
    hdf5::Handle checked(hid_t id, hdf5::Handle::Close close, const std::string& place) const;
    void trace(const std::string& place) const;

    void checkFormat();
    std::vector<std::string> members(const std::string& group) const;
    void visit(const std::string& group, const std::vector<std::string>& skip, int depth);
    void readAttributes(const std::string& group, std::map<std::string, std::string>& all) const;
    std::string attributeText(hid_t object, const std::string& name,
                              const std::string& place) const;
    ArrayLayout inspect(hid_t dataset, const std::string& path, bool& isScale) const;
    ElementType typeOf(hid_t dataset, const std::string& path) const;
    void checkStorage(hid_t dataset, const ArrayLayout& layout) const;
    void checkScaleList(hid_t dataset, const ArrayLayout& layout) const;
    std::string textOf(hid_t object, const char* name, const std::string& path) const;
    std::vector<std::string> dimensionNames(hid_t dataset, const ArrayLayout& layout) const;
    void checkAgreement() const;

    hdf5::Lock m_lock;
    std::string m_name;
    std::uint64_t m_fileBytes = 0;
    hdf5::Handle m_file;
    std::vector<ArrayLayout> m_layouts;
    std::vector<ArrayLayout> m_scaleCopies; ///< coordinates repeated inside of groups
    std::size_t m_objects = 0;
    std::function<void(const std::string&)> m_trace;
};

} // namespace quantscope
