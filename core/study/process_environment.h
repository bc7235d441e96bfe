#pragma once

#include "core/model/tensor_pool.h"

namespace quantscope {

/// A program that has this function completes what libraries read from the environment while they
/// are loaded: before their constructors run, it is started again in its own place (same process id)
/// with the variables that are missing. What a person has set is left as it is.
///
/// - OMP_WAIT_POLICY=passive: spinning OpenMP threads make element-wise work many times slower on
///   a busy machine.
/// - OPENBLAS_CORETYPE=SkylakeX on processors with AVX-512, Haswell on others of Intel's with AVX2:
///   an OpenBLAS that is older than the processor takes kernels of half the width (AMD EPYC,
///   0.3.21: a whole study took 22 s against 18 s) or its oldest ones (an Intel Xeon with AMX,
///   0.3.21: a product of 511 × 576 × 1536 ran at 32 GFLOP/s against 254).
///
/// The function itself pools the memory of tensors (poolTensorMemory), and tells the C library to
/// give large pieces of its heap back when they are freed, as it does until it is led to think
/// otherwise. Call it first in main, before any thread runs.
void prepareProcess(ProcessUse use = ProcessUse::Shared);

} // namespace quantscope
