#include "core/checkpoint/module_tensors.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quantscope {

ModuleTensors::ModuleTensors(const Shards& shards, std::string name, std::int64_t out,
                             std::int64_t in)
    : m_shards(shards)
    , m_name(std::move(name))
    , m_out(out)
    , m_in(in) {}

bool ModuleTensors::has(std::string_view suffix) const {
    return m_shards.find(fmt::format("{}.{}", m_name, suffix)) != nullptr;
}

TensorPlace ModuleTensors::take(std::string_view suffix) {
    const std::string name = fmt::format("{}.{}", m_name, suffix);
    const Shards::Place* place = m_shards.find(name);
    if (!place && m_taken.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {}.",
                                m_shards.files().front().path().parent_path().string(), name));
    if (!place)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no tensor {}, which {} cannot be read without.",
                                m_taken.front().file->path().parent_path().string(), name,
                                m_taken.front().tensor->name));
    m_taken.push_back({&m_shards.files()[place->file], place->tensor});
    return m_taken.back();
}

std::vector<std::int64_t> ModuleTensors::shapeOf(std::string_view suffix) const {
    const Shards::Place* place = m_shards.find(fmt::format("{}.{}", m_name, suffix));
    return place ? place->tensor->shape : std::vector<std::int64_t>();
}

void ModuleTensors::check(const TensorPlace& place, const std::vector<std::string_view>& dtypes,
                          const std::vector<std::int64_t>& shape) const {
    const SafetensorsTensor& found = *place.tensor;
    if (std::find(dtypes.begin(), dtypes.end(), found.dtype) == dtypes.end())
        place.refuse(
            fmt::format("has the dtype {}; expected {}", found.dtype, fmt::join(dtypes, " or ")));
    if (found.shape != shape)
        place.refuse(fmt::format("has the shape [{}]; a matrix of {} rows and {} columns asks for "
                                 "[{}]",
                                 fmt::join(found.shape, ", "), m_out, m_in,
                                 fmt::join(shape, ", ")));
}

} // namespace quantscope
