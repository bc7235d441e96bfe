#pragma once

namespace quantscope::kernels {

/// Threads of OpenMP for regions that this thread begins: kernels share out one example's heads to
/// them, and what else uses OpenMP (ATen, oneDNN) takes them too. Batches that run side by side
/// have one each.
void setThreads(int threads);

} // namespace quantscope::kernels
