#pragma once

#include "core/data/job.h"
#include "core/quant/singular_values.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace quantscope {

/// Decompositions of matrices, each made once and kept in a folder under the hash of its matrix, so
/// that other methods, other masks and a resumed study find it. What is read is checked against
/// the matrix; what does not pass is made anew. Safe from several threads.
class SingularValueStore {
public:
    /// @param folder  made when the first decomposition is kept; empty: nothing is kept on disk
    explicit SingularValueStore(std::filesystem::path folder);
    ~SingularValueStore();

    /// The decomposition of an f32 matrix; shared while anyone holds it.
    /// @throws Error (Output) where it cannot be kept, Error (Interrupted) before it is made
    std::shared_ptr<const SingularValues> of(const torch::Tensor& weight, const Job& job);

    /// How many matrices were decomposed, and how many decompositions were read from the folder.
    struct Counts {
        std::size_t made = 0;
        std::size_t read = 0;
    };
    Counts counts() const;

    /// The file of a matrix's decomposition.
    std::filesystem::path fileOf(const torch::Tensor& weight) const;

private:
    struct Entry;

    std::shared_ptr<Entry> entryOf(const std::string& hash);

    std::filesystem::path m_folder;
    mutable std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<Entry>> m_entries;
    Counts m_counts;
};

} // namespace quantscope
