#pragma once

#include "core/data/session_data.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace quantscope {

/// Version of the format this program writes.
inline constexpr int sessionVersion = 1;

/// Writes a whole session: to a temporary beside it, synced, renamed. HDF5 1.8 format; dimension
/// scales attached at the root and inside each group.
/// @throws Error (Output); the file that stood there before is untouched then.
void writeSession(const std::filesystem::path& file, const SessionData& data);

/// What readSession loads: everything, or all but the groups named (e.g. "/tokens").
struct ReadOptions {
    std::vector<std::string> skipGroups;
    bool checkInChildProcess = true; ///< damaged files can crash the HDF5 library itself
};

/// @throws Error (Input) with the place of the damage.
SessionData readSession(const std::filesystem::path& file, const ReadOptions& options = {});

/// One array of a session, or a slice of it along its first dimensions.
/// `first` and `count` may be shorter than the array's rank: the rest is read whole.
NamedArray readArray(const std::filesystem::path& file, const std::string& path,
                     const std::vector<std::size_t>& first, const std::vector<std::size_t>& count);

/// The folder of a study being made, NAME.qscope.d: plan.json, parts/, scratch/, codes/, log.txt.
/// Parts are immutable HDF5 files: written to a temporary, synced, renamed.
class StudyFolder {
public:
    /// The folder that belongs to NAME.qscope.h5. It need not exist.
    explicit StudyFolder(const std::filesystem::path& sessionFile);

    const std::filesystem::path& path() const { return m_path; }
    const std::filesystem::path& sessionFile() const { return m_sessionFile; }
    std::filesystem::path scratch() const { return m_path / "scratch"; }
    std::filesystem::path codes() const { return m_path / "codes"; }
    std::filesystem::path log() const { return m_path / "log.txt"; }

    /// Makes the folder and its subfolders. @throws Error (Output).
    void create() const;
    bool exists() const;
    /// Removes parts and scratch (not codes) once the session is assembled.
    void removeWork() const;

    void writePlan(const std::string& planJson) const;
    std::string readPlan() const;

    /// Writes parts/NAME.h5. A part's arrays that have a "layer" dimension cover the layers that
    /// its own "/layer" coordinate lists; other arrays stand for themselves (last part wins).
    void writePart(const std::string& name, const SessionData& part) const;
    std::vector<std::string> partNames() const; ///< sorted
    SessionData readPart(const std::string& name) const;
    void removePart(const std::string& name) const;

    /// Puts the parts together into the session file, with `attributes` (status, blocks_done, …)
    /// at the root; unfinished layers are NaN or the fill value.
    void assemble(const std::map<std::string, std::string>& attributes) const;

private:
    std::filesystem::path m_sessionFile;
    std::filesystem::path m_path;
};

/// Merges parts in memory in the same way as StudyFolder::assemble: arrays with a layer dimension
/// are put at their layers of `layers` in all.
SessionData mergeParts(const std::vector<SessionData>& parts, std::size_t layers);

} // namespace quantscope
