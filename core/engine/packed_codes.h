#pragma once

#include "core/engine/block_source.h"

#include <filesystem>

namespace quantscope {

/// The blocks of a method, from the folder of its codes.
class PackedCodes final : public BlockSource {
public:
    explicit PackedCodes(std::filesystem::path folder);

    /// @throws Error (Input) where the block is missing or damaged.
    MethodBlock block(std::int64_t layer, const BlockWeights& reference) const override;

private:
    std::filesystem::path m_folder;
};

} // namespace quantscope
