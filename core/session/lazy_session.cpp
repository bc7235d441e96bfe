#include "core/session/lazy_session.h"

#include "core/session/child_check.h"
#include "core/session/file_array_source.h"
#include "core/session/held_file.h"
#include "core/session/session.h"
#include "core/session/session_reader.h"

#include <map>
#include <utility>

namespace quantscope {

namespace {

NamedArray::Values noValues(ElementType type) {
    switch (type) {
    case ElementType::Float64:
        return std::vector<double>{};
    case ElementType::Int32:
        return std::vector<std::int32_t>{};
    case ElementType::UInt8:
        return std::vector<std::uint8_t>{};
    case ElementType::Text:
        return std::vector<std::string>{};
    case ElementType::Float32:
        break;
    }
    return std::vector<float>{};
}

/// An array of a layout without its values, in the type that they will have.
NamedArray describe(const ArrayLayout& layout) {
    NamedArray array;
    array.dimensions = layout.dimensions;
    array.shape = layout.shape;
    array.units = layout.units;
    array.longName = layout.longName;
    array.values = noValues(layout.type);
    return array;
}

} // namespace

std::shared_ptr<SessionData> openLazily(const std::filesystem::path& file,
                                        const LazyOptions& options) {
    std::error_code failed;
    const bool isFile = std::filesystem::is_regular_file(file, failed);
    if (!isFile || std::filesystem::file_size(file, failed) <= options.fileBytes || failed)
        // Which says what is wrong with a file that is not there.
        return std::make_shared<SessionData>(readSession(file));
    const auto held = std::make_shared<const HeldFile>(file);
    checkPartInChildProcess(held->path(), CheckedPart{.largestArray = options.arrayBytes,
                                                      .shownName = held->name()});
    held->requireUnchanged();
    SessionReader reader(held->path(), held->name());
    SessionData data;
    data.attributes = reader.attributes();
    std::map<std::string, ArrayLayout> left;
    for (const ArrayLayout& layout : reader.layouts()) {
        if (isReadAtOnce(layout, options.arrayBytes)) {
            data.arrays.emplace(layout.path, reader.read(layout));
        } else {
            data.arrays.emplace(layout.path, describe(layout));
            left.emplace(layout.path, layout);
        }
    }
    return makeSourcedSession(
        std::move(data), std::make_shared<const FileArraySource>(held, std::move(left), options));
}

} // namespace quantscope
