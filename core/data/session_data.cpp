#include "core/data/session_data.h"

#include "core/data/array_source.h"
#include "core/data/error.h"

namespace quantscope {

const NamedArray* SessionData::find(const std::string& path) const {
    const NamedArray* array = findLayout(*this, path);
    return array && isLeftOut(*array) ? &sourceOf(*this).whole(path) : array;
}

const NamedArray& SessionData::require(const std::string& path) const {
    if (const NamedArray* array = find(path))
        return *array;
    throw Error(ErrorKind::Input, "The session has no " + path +
                                      ": the instrument that measures it was off in this study.");
}

std::vector<std::string> SessionData::names(const std::string& dimension) const {
    const NamedArray* coordinate = find("/" + dimension);
    return coordinate ? coordinate->strings() : std::vector<std::string>{};
}

std::size_t SessionData::extent(const std::string& dimension) const {
    const NamedArray* coordinate = findLayout(*this, "/" + dimension);
    return coordinate ? coordinate->size() : 0;
}

} // namespace quantscope
