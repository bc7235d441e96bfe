#include "core/kernels/attention_parts.h"
#include "core/kernels/kernels.h"
#include "core/kernels/threads.h"

#include <algorithm>
#include <omp.h>
#include <vector>

namespace quantscope::kernels {

void setThreads(int threads) { omp_set_num_threads(std::max(threads, 1)); }

// Every head is computed alike, so the result does not depend on the threads.
void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out) {
    const bool isFew = shape.tokens <= mostFewQueries;
    const auto attend = isFew ? attendFewQueries : attendManyQueries;
    const std::size_t room = isFew ? roomForFewQueries(shape) : roomForManyQueries(shape);
    const std::int64_t parts = shape.examples * shape.keyValueHeads;
    const std::int64_t share = shape.heads / shape.keyValueHeads;
    const int threads = static_cast<int>(std::min<std::int64_t>(omp_get_max_threads(), parts));
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        std::vector<float> floats(room);
#pragma omp for
        for (std::int64_t index = 0; index < parts; ++index) {
            const std::int64_t example = index / shape.keyValueHeads;
            const std::int64_t group = index % shape.keyValueHeads;
            const std::int64_t query =
                (example * shape.tokens * shape.heads + group * share) * shape.dimension;
            const std::int64_t key =
                (example * shape.keys() * shape.keyValueHeads + group) * shape.dimension;
            attend(shape, {q + query, k + key, v + key, out + query}, floats.data());
        }
    }
}

} // namespace quantscope::kernels
