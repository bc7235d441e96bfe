#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>

namespace quantscope {

/// The hidden states of one lane, [examples, positions, hidden] f32, in memory or in two scratch
/// files (one generation is read while the next is written). Different rows may be read and
/// written from different threads.
class HiddenStates {
public:
    /// @param file  where generations go: file + ".0" and ".1"
    /// @param spill whether the states live in the files and not in memory
    HiddenStates(std::filesystem::path file, std::int64_t examples, std::int64_t positions,
                 std::int64_t hidden, bool spill);
    ~HiddenStates();
    HiddenStates(const HiddenStates&) = delete;
    HiddenStates& operator=(const HiddenStates&) = delete;

    std::int64_t examples() const { return m_examples; }
    bool spilled() const { return m_spill; }

    /// Rows [first, first + count) as they entered this block.
    torch::Tensor read(std::int64_t first, std::int64_t count) const;

    /// Rows as they leave this block. In memory they replace what was read.
    /// @throws Error (Output) when the scratch disk is full.
    void write(std::int64_t first, const torch::Tensor& rows);

    /// Ends a block: what was written is what the next block reads.
    void advance();

    /// Makes the current states durable as the given generation (0 or 1).
    void commit(int generation);

    /// Takes the states from a committed generation. @throws Error (Input) when it is damaged.
    void restore(int generation);

    /// Forgets the states and frees their memory; the files go with them.
    void discard();

private:
    std::filesystem::path generationFile(int generation) const;
    std::int64_t rowBytes() const { return m_positions * m_hidden * 4; }
    void openGeneration(int generation);

    std::filesystem::path m_file;
    std::int64_t m_examples;
    std::int64_t m_positions;
    std::int64_t m_hidden;
    bool m_spill;
    torch::Tensor m_memory;
    int m_reading = 0; ///< generation that read() uses, when spilled
    int m_descriptors[2] = {-1, -1};
};

} // namespace quantscope
