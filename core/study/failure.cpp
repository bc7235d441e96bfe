#include "core/study/failure.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <filesystem>
#include <new>
#include <string_view>
#include <system_error>

namespace quantscope {

namespace {

constexpr const char* memoryRefused =
    "The machine refused the memory that was asked for. Close other programs or raise the limit; "
    "or take a smaller --memory, fewer or shorter examples, or fewer methods.";

/// libtorch has no type of its own for it.
bool isAboutMemory(std::string_view what) {
    return what.find("allocate memory") != std::string_view::npos ||
           what.find("out of memory") != std::string_view::npos;
}

} // namespace

Error asError(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return {ErrorKind::Resources, memoryRefused};
    } catch (const std::length_error&) { // a size that no memory has
        return {ErrorKind::Resources, memoryRefused};
    } catch (const std::filesystem::filesystem_error& error) {
        return {ErrorKind::Output,
                fmt::format("{}: the file system refused it ({}). Is the folder still there, and "
                            "may it be written?",
                            error.path1().string(), error.code().message())};
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again)
            return {ErrorKind::Resources,
                    "The machine refused another thread. Close other programs, raise the limit, or "
                    "take fewer --threads."};
        return {ErrorKind::Internal, fmt::format("An unexpected failure: {}.", error.what())};
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        if (isAboutMemory(what))
            return {ErrorKind::Resources, memoryRefused};
        return {ErrorKind::Internal, fmt::format("An unexpected failure in libtorch: {}", what)};
    } catch (const std::exception& error) {
        return {ErrorKind::Internal, fmt::format("An unexpected failure: {}.", error.what())};
    } catch (...) {
        return {ErrorKind::Internal, "An exception of an unknown kind."};
    }
}

} // namespace quantscope
