#pragma once

#include "core/data/session_data.h"

#include <memory>
#include <string>
#include <vector>

namespace quantscope {

/// Where the values lie of arrays that a session describes without holding them. Every function
/// may be called from several threads, and throws Error (Input) where the values cannot be had,
/// Error (Interrupted) where the calling thread is asked to stop reading.
class ArraySource {
public:
    /// Values that a slice is part of.
    struct Block {
        std::shared_ptr<const NamedArray> array;
        std::size_t begin = 0; ///< flat index of the slice's first value
    };

    virtual ~ArraySource() = default;

    /// The array with all its values; read once and kept.
    virtual const NamedArray& whole(const std::string& path) const = 0;

    /// What stands at the leading indices, contiguous from `begin` on. Neighbours are read along
    /// where they are few, and kept for a while.
    virtual Block at(const std::string& path, const std::vector<std::size_t>& leading) const = 0;

    /// `count` entries from `first` on along each of the leading dimensions, the rest whole; read
    /// anew each time.
    virtual NamedArray slab(const std::string& path, const std::vector<std::size_t>& first,
                            const std::vector<std::size_t>& count) const = 0;
};

/// A session whose arrays are in part left where `source` finds them: they have a shape and no
/// values, and SessionData::find reads them. The source belongs to this object and not to a plain
/// copy of it; see copySession.
std::shared_ptr<SessionData> makeSourcedSession(SessionData session,
                                                std::shared_ptr<const ArraySource> source);

/// A session of its own with the same arrays, read from the same source where they are left out.
std::shared_ptr<SessionData> copySession(const SessionData& session);

/// Whether the values of an array of a session have still to be read.
bool isLeftOut(const NamedArray& array);

/// An array with or without its values, for its shape; null: none.
const NamedArray* findLayout(const SessionData& session, const std::string& path);

/// Of a session with arrays that are left out. @throws Error (Internal) when it has none.
const ArraySource& sourceOf(const SessionData& session);

} // namespace quantscope
