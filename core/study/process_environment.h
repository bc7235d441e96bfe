#pragma once

namespace quantscope {

/// Makes sure that OpenMP's threads sleep while they wait. The OpenMP runtime reads
/// OMP_WAIT_POLICY when the process is loaded, before main, and spinning threads make element-wise
/// work many times slower on a busy machine. Where the variable is unset, this sets it to
/// "passive" and starts the same program again in place of this one (same process id); where it is
/// set, or the program cannot be started again, this returns at once.
/// Call it first in main, before any thread runs.
void ensurePassiveOpenMp(int argc, char** argv);

} // namespace quantscope
