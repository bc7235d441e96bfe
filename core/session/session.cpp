#include "core/session/session.h"

#include "core/data/array_source.h"
#include "core/session/child_check.h"
#include "core/session/durable_file.h"
#include "core/session/session_reader.h"
#include "core/session/session_writer.h"

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::size_t sliceBytes = 32u << 20;

bool isCoordinate(const std::string& path, const NamedArray& array) {
    return array.dimensions.size() == 1 && path == "/" + array.dimensions.front();
}

/// Reads an array in slices along its leading dimensions: damage shows, memory stays bounded.
void readThrough(SessionReader& reader, const ArrayLayout& layout,
                 std::vector<std::size_t> first = {}) {
    std::size_t bytes = std::max<std::size_t>(16, elementBytes(layout.type));
    for (std::size_t axis = first.size(); axis < layout.shape.size(); ++axis)
        bytes *= layout.shape[axis]; // cannot overflow: the reader has bounded it
    std::vector<std::size_t> count(first.size(), 1);
    if (bytes <= sliceBytes || first.size() == layout.shape.size()) {
        reader.read(layout, first, count);
        return;
    }
    const std::size_t extent = layout.shape[first.size()];
    if (first.size() + 1 == layout.shape.size()) {
        // The innermost dimension is cut into stretches rather than single values.
        const std::size_t stretch = sliceBytes / 16;
        for (std::size_t begin = 0; begin < extent; begin += stretch) {
            auto from = first;
            auto many = count;
            from.push_back(begin);
            many.push_back(std::min(stretch, extent - begin));
            reader.read(layout, from, many);
        }
        return;
    }
    first.push_back(0);
    for (std::size_t index = 0; index < extent; ++index) {
        first.back() = index;
        readThrough(reader, layout, first);
    }
}

/// Copies an array that lies in another file, one entry of its first dimension at a time.
void copyArray(SessionWriter& writer, const std::string& path, const NamedArray& array,
               const ArraySource& source) {
    const ArrayLayout layout = layoutOf(path, array);
    const hdf5::Handle dataset = writer.createArray(layout);
    for (std::size_t index = 0; index < array.shape.front(); ++index)
        writer.writeSlab(dataset, layout, source.slab(path, {index}, {1}), 0, 0, index);
}

} // namespace

void writeSession(const std::filesystem::path& file, const SessionData& data, Storage storage) {
    DurableFile target(file);
    SessionWriter writer(target.temporary(), file.string(), storage);
    auto attributes = data.attributes;
    attributes[attribute::format] = "quantscope-session";
    attributes[attribute::version] = std::to_string(sessionVersion);
    writer.writeAttributes(attributes);
    for (const auto& [path, array] : data.arrays)
        if (isCoordinate(path, array))
            writer.addDimension(array.dimensions.front(), array);
    for (const auto& [path, array] : data.arrays) {
        if (isCoordinate(path, array))
            continue;
        if (isLeftOut(array))
            copyArray(writer, path, array, sourceOf(data));
        else
            writer.writeArray(path, array);
    }
    writer.close();
    target.commit();
    trustFile(file);
}

void checkSession(const std::filesystem::path& file, const CheckedPart& part,
                  const std::function<void(const std::string&)>& trace) {
    SessionReader reader(file, part.shownName);
    reader.setTrace(trace);
    if (part.only) {
        const ArrayLayout layout = reader.layout(part.only->path);
        if (part.only->count.empty())
            readThrough(reader, layout);
        else
            reader.read(layout, part.only->first, part.only->count);
        return;
    }
    reader.attributes();
    for (const ArrayLayout& layout : reader.layouts(part.skipGroups))
        if (part.largestArray == 0 || isReadAtOnce(layout, part.largestArray))
            readThrough(reader, layout);
}

void checkSession(const std::filesystem::path& file, const std::vector<std::string>& skipGroups,
                  const std::function<void(const std::string&)>& trace) {
    checkSession(file, CheckedPart{.skipGroups = skipGroups}, trace);
}

SessionData readSession(const std::filesystem::path& file, const ReadOptions& options) {
    checkInChildProcess(file, options);
    SessionReader reader(file);
    SessionData data;
    data.attributes = reader.attributes();
    for (const ArrayLayout& layout : reader.layouts(options.skipGroups))
        data.arrays.emplace(layout.path, reader.read(layout));
    return data;
}

NamedArray readArray(const std::filesystem::path& file, const std::string& path,
                     const std::vector<std::size_t>& first, const std::vector<std::size_t>& count,
                     const ReadOptions& options) {
    checkInChildProcess(file, options);
    SessionReader reader(file);
    return reader.read(reader.layout(path), first, count);
}

} // namespace quantscope
