#include "core/session/hdf5.h"

#include <atomic>
#include <memory>
#include <utility>

namespace quantscope::hdf5 {

namespace {

std::atomic<bool> disabled = false;

std::recursive_mutex& libraryMutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

/// Once a process, before anything else of the library.
void prepareLibrary() {
    static const bool prepared = [] {
        H5dont_atexit(); // its clean-up at exit crashes after a failed write
        H5open();
        H5PLset_loading_state(0); // a file names its filters: none may be loaded from outside
        return true;
    }();
    (void)prepared;
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // for this thread: errors are ours to report
}

herr_t keepFirst(unsigned, const H5E_error2_t* entry, void* data) {
    auto& text = *static_cast<std::string*>(data);
    if (text.empty() && entry && entry->desc)
        text = entry->desc;
    return 0;
}

} // namespace

Lock::Lock() : m_lock(libraryMutex()) {
    if (isDisabled())
        throw Error(ErrorKind::Output,
                    "A session could not be written before (a full disk, most likely), and session "
                    "files cannot be used until the program is started again.");
    prepareLibrary();
}

void dropLockAfterFork() { std::construct_at(&libraryMutex()); }

bool isDisabled() { return disabled; }

void disable() { disabled = true; }

std::string lastError() {
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keepFirst, &text);
    for (char& character : text)
        if (static_cast<unsigned char>(character) < ' ')
            character = ' ';
    return text.empty() ? "no reason given" : text;
}

Handle::Handle(Handle&& other) noexcept
    : m_id(std::exchange(other.m_id, H5I_INVALID_HID))
    , m_close(other.m_close) {}

Handle& Handle::operator=(Handle&& other) noexcept {
    std::swap(m_id, other.m_id);
    std::swap(m_close, other.m_close);
    return *this;
}

Handle::~Handle() { close(); }

bool Handle::close() {
    const hid_t id = std::exchange(m_id, H5I_INVALID_HID);
    if (id < 0 || isDisabled())
        return true;
    return m_close(id) >= 0;
}

Handle textType() {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

} // namespace quantscope::hdf5
