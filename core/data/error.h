#pragma once

#include <stdexcept>
#include <string>

namespace quantscope {

/// What went wrong, as a caller or a shell script tells it apart. The values are exit codes.
enum class ErrorKind {
    Internal = 1,    ///< a defect of the program
    Usage = 2,       ///< a wrong option or plan
    Input = 3,       ///< a file that is missing, damaged or not understood
    Output = 4,      ///< a place that cannot be written (permission, full disk)
    Resources = 5,   ///< the study does not fit the memory or disk it may use
    Interrupted = 6, ///< stopped on request; what is finished is kept and can be resumed
};

/// The one exception type of the program. The message is a whole sentence for a person: which
/// file, which place, what was expected, what was found, what to do.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), m_kind(kind) {}

    ErrorKind kind() const { return m_kind; }
    int exitCode() const { return static_cast<int>(m_kind); }

private:
    ErrorKind m_kind;
};

} // namespace quantscope
