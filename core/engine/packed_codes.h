#pragma once

#include "core/engine/block_source.h"
#include "core/engine/received_codes.h"

#include <filesystem>
#include <memory>

namespace quantscope {

/// The blocks of a method, from the folder of its codes.
class PackedCodes final : public BlockSource {
public:
    explicit PackedCodes(std::filesystem::path folder);

    /// @param received  where a block may be before its file in the folder is seen from here
    /// @param method    the method's number there
    /// @param device    where codes become weights, and these stay
    PackedCodes(std::filesystem::path folder, std::shared_ptr<const ReceivedCodes> received,
                std::size_t method, torch::Device device);

    /// @throws Error (Input) where the block is missing or damaged.
    MethodBlock block(std::int64_t layer, const BlockWeights& reference) const override;

private:
    std::filesystem::path m_folder;
    std::shared_ptr<const ReceivedCodes> m_received;
    std::size_t m_method = 0;
    torch::Device m_device = torch::kCPU;
};

} // namespace quantscope
