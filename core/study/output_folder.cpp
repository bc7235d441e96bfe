#include "core/study/output_folder.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace quantscope {

namespace fs = std::filesystem;

namespace {

bool stands(const fs::path& place) {
    std::error_code ignored; // that there is nothing counts as an error
    return fs::exists(fs::symlink_status(place, ignored));
}

[[noreturn]] void refuse(const fs::path& place, const std::string& what) {
    throw Error(ErrorKind::Output, fmt::format("{}: {}.", place.string(), what));
}

} // namespace

OutputFolder::OutputFolder(fs::path output, bool replace) : m_output(std::move(output)) {
    if (!m_output.has_filename()) // "folder/"
        m_output = m_output.parent_path();
    std::error_code error;
    if (stands(m_output)) {
        if (!replace)
            refuse(m_output, "this folder exists already; name another, or replace it with "
                             "--force");
        if (!fs::exists(m_output / "config.json", error))
            refuse(m_output, "this is no checkpoint (it has no config.json), and is not replaced");
    }
    m_unfinished = m_output.string() + ".unfinished";
    fs::remove_all(m_unfinished, error);
    fs::create_directories(m_unfinished, error);
    if (error)
        refuse(m_unfinished, fmt::format("the folder could not be made ({})", error.message()));
}

OutputFolder::~OutputFolder() {
    std::error_code ignored;
    if (!m_finished)
        fs::remove_all(m_unfinished, ignored);
}

void OutputFolder::finish() {
    std::error_code error;
    const fs::path replaced = m_output.string() + ".replaced";
    if (stands(m_output)) {
        fs::remove_all(replaced, error);
        fs::rename(m_output, replaced, error);
    }
    if (!error)
        fs::rename(m_unfinished, m_output, error);
    if (error)
        refuse(m_output,
               fmt::format("the finished folder could not get its name ({})", error.message()));
    m_finished = true;
    fs::remove_all(replaced, error);
}

} // namespace quantscope
