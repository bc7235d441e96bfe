#include "core/quant/singular_value_store.h"

#include "core/checkpoint/content_hash.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* format = "quantscope-singular-values-1";
constexpr const char* extension = ".safetensors";

std::span<std::byte> bytesOf(const torch::Tensor& tensor) {
    return {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()};
}

/// Of its shape and every value.
std::string hashOf(const torch::Tensor& weight) {
    const torch::Tensor plain = weight.detach().cpu().contiguous();
    return fmt::format("{}x{}-{}", plain.size(0), plain.size(1), hashBytes(bytesOf(plain)));
}

void save(const std::filesystem::path& file, const std::string& hash,
          const SingularValues& factors) {
    const std::vector<std::pair<std::string, torch::Tensor>> tensors = {
        {"left", factors.left}, {"values", factors.values}, {"right", factors.right}};
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, tensor] : tensors)
        entries.push_back({name, "F32", tensor.sizes().vec()});
    SafetensorsWriter writer(file, entries, {{"format", format}, {"matrix", hash}});
    for (const auto& [name, tensor] : tensors)
        writer.writeTensor(name, std::span<const std::byte>(bytesOf(tensor)));
    writer.finish();
}

/// What the file holds where that is the matrix's decomposition.
std::optional<SingularValues> load(const std::filesystem::path& path, const std::string& hash,
                                   const torch::Tensor& weight) {
    if (!std::filesystem::exists(path))
        return std::nullopt;
    try {
        const SafetensorsFile file(path);
        const auto is = [&file](const char* key, const std::string& value) {
            const auto found = file.metadata().find(key);
            return found != file.metadata().end() && found->second == value;
        };
        if (!is("format", format) || !is("matrix", hash))
            return std::nullopt;
        const std::int64_t rank = std::min(weight.size(0), weight.size(1));
        const auto read = [&file](const char* name, std::vector<std::int64_t> shape) {
            const SafetensorsTensor& stored = file.require(name);
            if (stored.dtype != "F32" || stored.shape != shape)
                throw Error(ErrorKind::Input, "another shape");
            torch::Tensor tensor = torch::empty(shape);
            file.readBytes(stored, 0, bytesOf(tensor));
            return tensor;
        };
        SingularValues factors{read("left", {weight.size(0), rank}), read("values", {rank}),
                               read("right", {rank, weight.size(1)})};
        if (isDecompositionOf(factors, weight))
            return factors;
    } catch (const Error&) {
        // Damaged: made anew, as if it were not there.
    }
    return std::nullopt;
}

} // namespace

/// One matrix. Whoever comes first makes its decomposition, the others wait for it.
struct SingularValueStore::Entry {
    std::mutex mutex;
    std::weak_ptr<const SingularValues> factors;
};

SingularValueStore::SingularValueStore(std::filesystem::path folder)
    : m_folder(std::move(folder)) {}

SingularValueStore::~SingularValueStore() = default;

std::shared_ptr<SingularValueStore::Entry> SingularValueStore::entryOf(const std::string& hash) {
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<Entry>& entry = m_entries[hash];
    if (!entry)
        entry = std::make_shared<Entry>();
    return entry;
}

std::shared_ptr<const SingularValues> SingularValueStore::of(const torch::Tensor& weight,
                                                             const Job& job) {
    job.throwIfStopped();
    const at::NoGradGuard noGradients;
    const std::string hash = hashOf(weight);
    const std::shared_ptr<Entry> entry = entryOf(hash);
    const std::lock_guard lock(entry->mutex);
    if (std::shared_ptr<const SingularValues> held = entry->factors.lock())
        return held;
    const std::filesystem::path file = m_folder / (hash + extension);
    std::optional<SingularValues> kept;
    if (!m_folder.empty())
        kept = load(file, hash, weight);
    const bool isNew = !kept;
    if (isNew) {
        kept = decompose(weight);
        if (!m_folder.empty()) {
            std::error_code failed;
            std::filesystem::create_directories(m_folder, failed);
            if (failed)
                throw Error(ErrorKind::Output,
                            fmt::format("{}: the folder for singular values cannot be made ({}).",
                                        m_folder.string(), failed.message()));
            save(file, hash, *kept);
        }
    }
    auto factors = std::make_shared<const SingularValues>(std::move(*kept));
    entry->factors = factors;
    const std::lock_guard counting(m_mutex);
    ++(isNew ? m_counts.made : m_counts.read);
    return factors;
}

SingularValueStore::Counts SingularValueStore::counts() const {
    const std::lock_guard lock(m_mutex);
    return m_counts;
}

std::filesystem::path SingularValueStore::fileOf(const torch::Tensor& weight) const {
    return m_folder / (hashOf(weight) + extension);
}

} // namespace quantscope
