#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace quantscope {

/// How far a study's durable state goes. Written last, by rename, so that it never names a
/// generation that is not whole.
struct CommitRecord {
    std::int64_t blocksDone = 0;
    int generation = 0;
    int ranks = 1; ///< that have the states, each of its share of the examples
};

/// @throws Error (Output)
void writeCommitRecord(const std::filesystem::path& scratch, const CommitRecord& record);

/// Nothing where no commit was made. @throws Error (Input) when the record is damaged.
std::optional<CommitRecord> readCommitRecord(const std::filesystem::path& scratch);

} // namespace quantscope
