#include "core/study/process_environment.h"

#include <cstdlib>
#include <unistd.h>
#include <vector>

namespace quantscope {

void ensurePassiveOpenMp(int argc, char** argv) {
    constexpr const char* variable = "OMP_WAIT_POLICY";
    // Set by a person or by the first round: never a second start.
    if (std::getenv(variable) != nullptr || ::setenv(variable, "passive", 0) != 0)
        return;
    std::vector<char*> arguments(argv, argv + argc);
    arguments.push_back(nullptr);
    ::execv("/proc/self/exe", arguments.data());
    // Only a failed start returns; the program is then slower, but right.
}

} // namespace quantscope
