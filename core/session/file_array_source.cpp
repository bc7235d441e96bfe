#include "core/session/file_array_source.h"

#include "core/data/error.h"
#include "core/session/child_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

thread_local std::stop_token readingToken;

void throwIfStopped() {
    if (readingToken.stop_requested())
        throw Error(ErrorKind::Interrupted, "Reading was stopped: another question came.");
}

std::size_t bytesOf(const ArrayLayout& layout, std::size_t fromAxis) {
    std::size_t bytes = elementBytes(layout.type);
    for (std::size_t axis = fromAxis; axis < layout.shape.size(); ++axis)
        bytes *= layout.shape[axis]; // cannot overflow: the reader has bounded it
    return bytes;
}

std::string keyOf(const std::string& path, const std::vector<std::size_t>& first,
                  const std::vector<std::size_t>& count) {
    return fmt::format("{} {} {}", path, fmt::join(first, ","), fmt::join(count, ","));
}

} // namespace

ReadingStop::ReadingStop(std::stop_token token)
    : m_outer(std::exchange(readingToken, std::move(token))) {}

ReadingStop::~ReadingStop() { readingToken = std::move(m_outer); }

FileArraySource::FileArraySource(std::shared_ptr<const HeldFile> file,
                                 std::map<std::string, ArrayLayout> layouts,
                                 const LazyOptions& options)
    : m_file(std::move(file))
    , m_layouts(std::move(layouts))
    , m_options(options) {}

const ArrayLayout& FileArraySource::layoutOfPath(const std::string& path) const {
    const auto found = m_layouts.find(path);
    if (found == m_layouts.end())
        throw Error(ErrorKind::Internal, path + " is not one of the arrays left in the file.");
    return found->second;
}

const NamedArray& FileArraySource::whole(const std::string& path) const {
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_whole.find(path);
        if (found != m_whole.end())
            return found->second;
    }
    NamedArray array = read(path, {}, {});
    const std::lock_guard lock(m_mutex);
    return m_whole.emplace(path, std::move(array)).first->second;
}

ArraySource::Block FileArraySource::at(const std::string& path,
                                       const std::vector<std::size_t>& leading) const {
    const ArrayLayout& layout = layoutOfPath(path);
    // The fewest leading dimensions that leave a block of bounded size.
    std::size_t depth = leading.size();
    std::size_t bytes = bytesOf(layout, depth);
    while (depth > 0 && bytes * layout.shape[depth - 1] <= m_options.blockBytes)
        bytes *= layout.shape[--depth];
    const std::vector<std::size_t> prefix(leading.begin(),
                                          leading.begin() + static_cast<std::ptrdiff_t>(depth));
    Block result;
    result.array = block(path, prefix, bytes);
    for (std::size_t axis = depth; axis < leading.size(); ++axis)
        result.begin = result.begin * layout.shape[axis] + leading[axis];
    for (std::size_t axis = leading.size(); axis < layout.shape.size(); ++axis)
        result.begin *= layout.shape[axis];
    return result;
}

NamedArray FileArraySource::slab(const std::string& path, const std::vector<std::size_t>& first,
                                 const std::vector<std::size_t>& count) const {
    return read(path, first, count);
}

/// Damaged files can crash the HDF5 library itself, so a child process reads everything first:
/// arrays whole, so that neighbouring slices need no further child, but the largest by the slice.
void FileArraySource::check(const ArrayLayout& layout, const std::vector<std::size_t>& first,
                            const std::vector<std::size_t>& count) const {
    SliceOfArray slice{layout.path, {}, {}};
    if (bytesOf(layout, 0) > m_options.checkedBytes) {
        slice.first = first;
        slice.count = count;
    }
    const std::string key = keyOf(slice.path, slice.first, slice.count);
    {
        const std::lock_guard lock(m_mutex);
        if (m_checked.contains(key))
            return;
    }
    checkPartInChildProcess(m_file->path(),
                            CheckedPart{.only = std::move(slice), .shownName = m_file->name()});
    const std::lock_guard lock(m_mutex);
    m_checked.insert(key);
}

NamedArray FileArraySource::read(const std::string& path, const std::vector<std::size_t>& first,
                                 const std::vector<std::size_t>& count) const {
    throwIfStopped();
    const ArrayLayout& layout = layoutOfPath(path);
    m_file->requireUnchanged();
    check(layout, first, count);
    throwIfStopped();
    m_file->requireUnchanged();
    SessionReader reader(m_file->path(), m_file->name());
    NamedArray array = reader.read(layout, first, count);
    m_file->requireUnchanged();
    return array;
}

std::shared_ptr<const NamedArray> FileArraySource::block(const std::string& path,
                                                         const std::vector<std::size_t>& prefix,
                                                         std::size_t bytes) const {
    const std::vector<std::size_t> ones(prefix.size(), 1);
    const std::string key = keyOf(path, prefix, ones);
    if (auto kept = findKept(key))
        return kept;
    auto array = std::make_shared<const NamedArray>(read(path, prefix, ones));
    keep(key, array, bytes);
    return array;
}

std::shared_ptr<const NamedArray> FileArraySource::findKept(const std::string& key) const {
    const std::lock_guard lock(m_mutex);
    const auto found = std::find_if(m_kept.begin(), m_kept.end(),
                                    [&](const Kept& kept) { return kept.key == key; });
    if (found == m_kept.end())
        return nullptr;
    m_kept.splice(m_kept.begin(), m_kept, found);
    return found->array;
}

void FileArraySource::keep(const std::string& key, std::shared_ptr<const NamedArray> array,
                           std::size_t bytes) const {
    const std::lock_guard lock(m_mutex);
    m_kept.push_front({key, std::move(array), bytes});
    m_keptBytes += bytes;
    while (m_keptBytes > m_options.cacheBytes && m_kept.size() > 1) {
        m_keptBytes -= m_kept.back().bytes;
        m_kept.pop_back();
    }
}

} // namespace quantscope
