#pragma once

#include "core/data/error.h"

#include <hdf5.h>

#include <mutex>
#include <string>

namespace quantscope::hdf5 {

/// Holds the HDF5 library for one thread: its calls are serialized over the process, since its
/// state is global. Every function of this layer that calls HDF5 holds one.
///
/// After a failed write (a full disk) the library's buffers can no longer be flushed, and later
/// calls, its clean-up at exit included, were seen to crash. So the first failed write sets a
/// process-wide flag: from then on no HDF5 call is made at all, handles are dropped unclosed, and
/// whoever asks gets an Error. The program then says what happened and ends.
class Lock {
public:
    /// @throws Error (Output) after a write has failed in this process.
    Lock();

private:
    std::unique_lock<std::recursive_mutex> m_lock;
};

/// In a process that was forked while this thread held a Lock: takes it off. The copy of the mutex
/// names a thread that the child does not have, so that nobody could unlock it.
void dropLockAfterFork();

/// Whether a write has failed in this process, so that HDF5 is no longer called.
bool isDisabled();

/// Sets the flag that isDisabled() reads.
void disable();

/// What the library says of its last failure, innermost first, in one line.
std::string lastError();

/// An identifier of HDF5 with the function that closes it.
class Handle {
public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) : m_id(id), m_close(close) {}
    Handle(Handle&& other) noexcept;
    Handle& operator=(Handle&& other) noexcept;
    ~Handle();

    explicit operator bool() const { return m_id >= 0; }
    operator hid_t() const { return m_id; } // NOLINT: stands for the identifier in every call

    /// Closes now and tells whether that worked: closing a file writes what is buffered.
    bool close();

private:
    hid_t m_id = H5I_INVALID_HID;
    Close m_close = nullptr;
};

/// A string type of variable length, UTF-8: what h5py reads as str.
Handle textType();

} // namespace quantscope::hdf5
