#pragma once

#include "core/data/session_data.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace quantscope {

/// Version of the format this program writes.
inline constexpr int sessionVersion = 1;

/// How arrays lie in a file.
enum class Storage {
    Compressed, ///< large ones shuffled and deflated: what is kept
    Plain       ///< what is soon read again and removed: deflating takes longer than the disk
};

/// Writes a whole session: to a temporary beside it, synced, renamed. HDF5 1.8 format; dimension
/// scales attached at the root and inside each group.
/// @throws Error (Output); the file that stood there before is untouched then.
void writeSession(const std::filesystem::path& file, const SessionData& data,
                  Storage storage = Storage::Compressed);

/// What readSession loads: everything, or all but the groups named (e.g. "/tokens").
struct ReadOptions {
    std::vector<std::string> skipGroups;

    /// Damaged files can crash or hang the HDF5 library itself, so a file that this process has
    /// not written is first read by a child process with limits of time and memory.
    bool checkInChildProcess = true;
    double checkSeconds = 10;              ///< processor time, beside 1 s for every 10 MB
    std::uint64_t checkBytes = 2ull << 30; ///< memory
};

/// Where the program that checks sessions, quantscope-session-check, lies. Without it being set it
/// is looked for beside the running program, in ../bin and in ../libexec/quantscope; where it is
/// not installed a fork of this process does the same work.
void setSessionChecker(const std::filesystem::path& program);

/// Reads every array of a session, a slice at a time, so that damage shows; what the child process
/// does. @param trace  told of each place before it is read. @throws Error (Input).
void checkSession(const std::filesystem::path& file, const std::vector<std::string>& skipGroups,
                  const std::function<void(const std::string&)>& trace = {});

/// @throws Error (Input) with the place of the damage.
SessionData readSession(const std::filesystem::path& file, const ReadOptions& options = {});

/// One array of a session, or a slice of it along its first dimensions.
/// `first` and `count` may be shorter than the array's rank: the rest is read whole.
/// @throws Error (Input) when the session has no such array or is damaged there.
NamedArray readArray(const std::filesystem::path& file, const std::string& path,
                     const std::vector<std::size_t>& first = {},
                     const std::vector<std::size_t>& count = {}, const ReadOptions& options = {});

/// The folder of a study being made, NAME.qscope.d: plan.json, parts/, scratch/, codes/, log.txt.
/// Parts are immutable HDF5 files: written to a temporary, synced, renamed.
class StudyFolder {
public:
    /// The folder that belongs to NAME.qscope.h5. It need not exist. The folder's own path,
    /// NAME.qscope.d, is understood as well.
    explicit StudyFolder(const std::filesystem::path& sessionFile);

    const std::filesystem::path& path() const { return m_path; }
    const std::filesystem::path& sessionFile() const { return m_sessionFile; }
    std::filesystem::path scratch() const { return m_path / "scratch"; }
    std::filesystem::path codes() const { return m_path / "codes"; }
    /// Decompositions of the model's matrices, by the hash of the matrix.
    std::filesystem::path singularValues() const { return m_path / "singular-values"; }
    std::filesystem::path log() const { return m_path / "log.txt"; }
    /// What was asked of the finished study: a session file of its own with "/later" alone, until
    /// the session is saved.
    std::filesystem::path laterFile() const { return m_path / "later.h5"; }

    /// Makes the folder and its subfolders. @throws Error (Output).
    void create() const;
    bool exists() const;
    /// Removes parts and scratch (not codes and singular values) once the session is assembled.
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
    /// at the root; unfinished layers are NaN or the fill value. Memory: one array of one part.
    /// How many layers there are says the attribute "layers" of `attributes` or of a part; without
    /// it, the highest layer of a part.
    /// @throws Error (Input) when parts are damaged or disagree, Error (Output) as writeSession.
    void assemble(const std::map<std::string, std::string>& attributes) const;

private:
    std::filesystem::path m_sessionFile;
    std::filesystem::path m_path;
};

/// Merges parts in memory in the same way as StudyFolder::assemble: arrays with a layer dimension
/// are put at their layers of `layers` in all (0: as many as the highest layer of a part asks for).
SessionData mergeParts(const std::vector<SessionData>& parts, std::size_t layers);

} // namespace quantscope
