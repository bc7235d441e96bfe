#pragma once

#include "core/data/error.h"

#include <QString>

#include <exception>

namespace quantscope {

/// What went wrong, in a form that crosses threads.
struct Failure {
    QString message;
    ErrorKind kind = ErrorKind::Internal;
};

/// Reads an exception caught at the boundary of a job.
Failure describeFailure(const std::exception_ptr& exception);

} // namespace quantscope
