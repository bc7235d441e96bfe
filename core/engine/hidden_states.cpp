#include "core/engine/hidden_states.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace quantscope {

namespace {

void writeAll(int descriptor, const char* from, std::int64_t bytes, std::int64_t offset,
              const std::filesystem::path& file) {
    while (bytes > 0) {
        const ssize_t written = pwrite(descriptor, from, static_cast<std::size_t>(bytes), offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw Error(ErrorKind::Output,
                        fmt::format("{}: hidden states could not be written ({}). Free some disk "
                                    "space, then resume the study.",
                                    file.string(), std::strerror(errno)));
        from += written;
        offset += written;
        bytes -= written;
    }
}

void readAll(int descriptor, char* to, std::int64_t bytes, std::int64_t offset,
             const std::filesystem::path& file) {
    while (bytes > 0) {
        const ssize_t got = pread(descriptor, to, static_cast<std::size_t>(bytes), offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw Error(ErrorKind::Input,
                        fmt::format("{}: the scratch file of hidden states is shorter than its "
                                    "study needs. Run the study again from its start.",
                                    file.string()));
        to += got;
        offset += got;
        bytes -= got;
    }
}

} // namespace

HiddenStates::HiddenStates(std::filesystem::path file, std::int64_t examples,
                           std::int64_t positions, std::int64_t hidden, bool spill)
    : m_file(std::move(file))
    , m_examples(examples)
    , m_positions(positions)
    , m_hidden(hidden)
    , m_spill(spill) {
    if (m_spill) {
        openGeneration(0);
        openGeneration(1);
    } else {
        m_memory = torch::empty({examples, positions, hidden});
    }
}

HiddenStates::~HiddenStates() {
    for (const int descriptor : m_descriptors)
        if (descriptor >= 0)
            close(descriptor);
}

std::filesystem::path HiddenStates::generationFile(int generation) const {
    return m_file.string() + "." + std::to_string(generation);
}

void HiddenStates::openGeneration(int generation) {
    if (m_descriptors[generation] >= 0)
        return;
    const std::filesystem::path file = generationFile(generation);
    m_descriptors[generation] = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptors[generation] < 0)
        throw Error(ErrorKind::Output, fmt::format("{}: the scratch file could not be opened ({}).",
                                                   file.string(), std::strerror(errno)));
}

torch::Tensor HiddenStates::read(std::int64_t first, std::int64_t count) const {
    if (!m_spill)
        return m_memory.narrow(0, first, count);
    torch::Tensor rows = torch::empty({count, m_positions, m_hidden});
    readAll(m_descriptors[m_reading], static_cast<char*>(rows.data_ptr()), count * rowBytes(),
            first * rowBytes(), generationFile(m_reading));
    return rows;
}

void HiddenStates::write(std::int64_t first, const torch::Tensor& rows) {
    if (!m_spill) {
        m_memory.narrow(0, first, rows.size(0)).copy_(rows);
        return;
    }
    const torch::Tensor plain = rows.cpu().contiguous();
    writeAll(m_descriptors[1 - m_reading], static_cast<const char*>(plain.data_ptr()),
             rows.size(0) * rowBytes(), first * rowBytes(), generationFile(1 - m_reading));
}

void HiddenStates::advance() {
    if (m_spill)
        m_reading = 1 - m_reading;
}

void HiddenStates::commit(int generation) {
    if (m_spill && generation != m_reading)
        throw Error(ErrorKind::Internal, "Spilled hidden states were committed out of turn.");
    openGeneration(generation);
    const int descriptor = m_descriptors[generation];
    if (!m_spill)
        writeAll(descriptor, static_cast<const char*>(m_memory.data_ptr()), m_examples * rowBytes(),
                 0, generationFile(generation));
    if (fsync(descriptor) != 0)
        throw Error(ErrorKind::Output,
                    fmt::format("{}: hidden states could not be made durable ({}).",
                                generationFile(generation).string(), std::strerror(errno)));
}

void HiddenStates::restore(int generation) {
    openGeneration(generation);
    if (m_spill) {
        m_reading = generation;
        openGeneration(1 - generation);
        return;
    }
    readAll(m_descriptors[generation], static_cast<char*>(m_memory.data_ptr()),
            m_examples * rowBytes(), 0, generationFile(generation));
}

void HiddenStates::discard() {
    m_memory.reset();
    for (int generation = 0; generation < 2; ++generation) {
        if (m_descriptors[generation] >= 0)
            close(std::exchange(m_descriptors[generation], -1));
        std::error_code ignored; // a scratch file that is already gone is what was wanted
        std::filesystem::remove(generationFile(generation), ignored);
    }
}

} // namespace quantscope
