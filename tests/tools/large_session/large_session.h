#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace quantscope {

/// The size of a session whose numbers are made up.
struct LargeSessionOptions {
    std::size_t examples = 10000;
    std::size_t layers = 80;
    std::size_t methods = 8;
    std::size_t positions = 65;
    std::vector<std::string> sites = {"resid_mid", "ln2", "attn_out", "down"};
    std::vector<std::string> statistics = {"norm", "error_norm", "relative_error", "cosine",
                                           "kurtosis"};
    unsigned seed = 1;
};

/// Writes a finished session that holds together: errors grow with the size of the residual
/// stream, sets are those of the errors. Memory: one array at a time.
void writeLargeSession(const std::filesystem::path& file, const LargeSessionOptions& options = {});

} // namespace quantscope
