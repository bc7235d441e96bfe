#pragma once

namespace quantscope {

/// Sets what libraries read from the environment while the process is loaded, before main, and
/// starts the same program again in its own place (same process id) where that changed anything.
/// What a person has set is left as it is. Call it first in main, before any thread runs.
///
/// - OMP_WAIT_POLICY=passive: spinning OpenMP threads make element-wise work many times slower on
///   a busy machine.
/// - OPENBLAS_CORETYPE=SkylakeX on AMD processors with AVX-512: OpenBLAS before 0.3.22 does not
///   know them and takes products of half the width (a whole study: 22 s against 18 s).
void prepareProcess(int argc, char** argv);

} // namespace quantscope
