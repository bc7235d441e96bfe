#pragma once

namespace quantscope::kernels {

/// Threads that kernels called from this thread may share out one example's heads to. 1 at first:
/// batches run side by side, each in one thread.
void setThreads(int threads);

} // namespace quantscope::kernels
