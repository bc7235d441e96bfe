#pragma once

#include "core/data/array_source.h"
#include "core/session/held_file.h"
#include "core/session/lazy_session.h"
#include "core/session/session_reader.h"

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace quantscope {

/// Arrays of one session file, read when they are asked for. What this process reads a child
/// process has read before; blocks that were read last are kept.
class FileArraySource : public ArraySource {
public:
    FileArraySource(std::shared_ptr<const HeldFile> file,
                    std::map<std::string, ArrayLayout> layouts, const LazyOptions& options);

    const NamedArray& whole(const std::string& path) const override;
    Block at(const std::string& path, const std::vector<std::size_t>& leading) const override;
    NamedArray slab(const std::string& path, const std::vector<std::size_t>& first,
                    const std::vector<std::size_t>& count) const override;

private:
    struct Kept {
        std::string key;
        std::shared_ptr<const NamedArray> array;
        std::size_t bytes = 0;
    };

    const ArrayLayout& layoutOfPath(const std::string& path) const;
    NamedArray read(const std::string& path, const std::vector<std::size_t>& first,
                    const std::vector<std::size_t>& count) const;
    void check(const ArrayLayout& layout, const std::vector<std::size_t>& first,
               const std::vector<std::size_t>& count) const;
    std::shared_ptr<const NamedArray> block(const std::string& path,
                                            const std::vector<std::size_t>& prefix,
                                            std::size_t bytes) const;
    std::shared_ptr<const NamedArray> findKept(const std::string& key) const;
    void keep(const std::string& key, std::shared_ptr<const NamedArray> array,
              std::size_t bytes) const;

    std::shared_ptr<const HeldFile> m_file;
    std::map<std::string, ArrayLayout> m_layouts;
    LazyOptions m_options;
    /// Never held while reading: HDF5's own lock is taken there, which a thread that saves holds
    /// while it reads from here.
    mutable std::mutex m_mutex;
    mutable std::map<std::string, NamedArray> m_whole; ///< its nodes stay where they are
    mutable std::set<std::string> m_checked;           ///< arrays and slices found whole
    mutable std::list<Kept> m_kept;                    ///< the newest first
    mutable std::size_t m_keptBytes = 0;
};

} // namespace quantscope
