#include "core/engine/commit_record.h"

#include "core/data/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace quantscope {

namespace {

std::filesystem::path recordFile(const std::filesystem::path& scratch) {
    return scratch / "commit.json";
}

void syncPath(const std::filesystem::path& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

} // namespace

void writeCommitRecord(const std::filesystem::path& scratch, const CommitRecord& record) {
    const std::filesystem::path temporary = recordFile(scratch).string() + ".new";
    {
        std::ofstream out(temporary);
        out << nlohmann::json{{"blocks_done", record.blocksDone},
                              {"generation", record.generation},
                              {"ranks", record.ranks}};
        out.flush();
        if (!out)
            throw Error(
                ErrorKind::Output,
                fmt::format("{}: the commit record could not be written.", temporary.string()));
    }
    syncPath(temporary);
    std::error_code failed;
    std::filesystem::rename(temporary, recordFile(scratch), failed);
    if (failed)
        throw Error(ErrorKind::Output, fmt::format("{}: the commit record could not be put in its "
                                                   "place ({}).",
                                                   temporary.string(), failed.message()));
    syncPath(scratch);
}

std::optional<CommitRecord> readCommitRecord(const std::filesystem::path& scratch) {
    std::ifstream in(recordFile(scratch));
    if (!in)
        return std::nullopt;
    const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
    const auto isNumber = [&json](const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_number_integer();
    };
    if (!isNumber("blocks_done") || !isNumber("generation") ||
        (json.contains("ranks") && !isNumber("ranks")))
        throw Error(
            ErrorKind::Input,
            fmt::format("{}: expected blocks_done, generation and ranks, found something else. "
                        "Delete the study's folder and run it again.",
                        recordFile(scratch).string()));
    CommitRecord record{json["blocks_done"], json["generation"], json.value("ranks", 1)};
    if (record.blocksDone < 0 || record.ranks < 1 || record.generation < 0 || record.generation > 1)
        throw Error(ErrorKind::Input, fmt::format("{}: the record's numbers are out of range.",
                                                  recordFile(scratch).string()));
    return record;
}

} // namespace quantscope
