#include "core/engine/example_ids.h"

namespace quantscope {

ExampleIds selectExamples(const ExampleIds& all, const std::vector<std::size_t>& rows) {
    ExampleIds chosen;
    chosen.positions = all.positions;
    for (const std::size_t row : rows) {
        const std::int32_t* from = all.row(static_cast<std::int64_t>(row));
        chosen.ids.insert(chosen.ids.end(), from, from + all.positions);
        chosen.lengths.push_back(all.lengths[row]);
    }
    return chosen;
}

} // namespace quantscope
