#pragma once

#include "core/kernels/multiversion.h"
#include "core/kernels/processor.h"
#include "core/kernels/vector_types.h"

namespace quantscope::kernels {

// One binary from a distribution's baseline compiler flags uses the vectors that the processor has.

#ifdef QUANTSCOPE_V4
template <typename Loop, typename... Arguments>
QUANTSCOPE_V4 void runWithSixteen(const Arguments&... arguments) {
    Loop::template run<Vector16>(arguments...);
}

template <typename Loop, typename... Arguments>
QUANTSCOPE_V3 void runWithEight(const Arguments&... arguments) {
    Loop::template run<Vector8>(arguments...);
}
#endif

template <typename Loop, typename... Arguments>
void runWithFour(const Arguments&... arguments) {
    Loop::template run<Vector4>(arguments...);
}

/// Calls Loop::run<Vector>(arguments...), which is always inlined, with the widest vectors that the
/// processor has registers for.
template <typename Loop, typename... Arguments>
void runAtOwnLevel(const Arguments&... arguments) {
#ifdef QUANTSCOPE_V4
    static const ProcessorLevel level = processorLevel();
    if (level == ProcessorLevel::V4)
        return runWithSixteen<Loop>(arguments...);
    if (level == ProcessorLevel::V3)
        return runWithEight<Loop>(arguments...);
#endif
    runWithFour<Loop>(arguments...);
}

} // namespace quantscope::kernels
