#include "app/service/failure.h"

#include "core/study/failure.h"

#include <QCoreApplication>

#include <new>

namespace quantscope {

Failure describeFailure(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        return {QString::fromUtf8(error.what()), error.kind()};
    } catch (const std::bad_alloc&) {
        return {QCoreApplication::translate("quantscope::Failure",
                                            "The program ran out of memory. Use fewer examples, "
                                            "shorter windows or a smaller memory budget."),
                ErrorKind::Resources};
    } catch (...) {
        const Error error = asError(exception);
        return {QString::fromUtf8(error.what()), error.kind()};
    }
}

} // namespace quantscope
