#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// What a person wants to see of a checkpoint on opening it.
struct ModelSummary {
    std::string path;
    std::string family; ///< "llama", "mistral", "qwen2", "qwen3"
    std::int64_t layers = 0;
    std::int64_t hiddenSize = 0;
    std::int64_t vocabularySize = 0;
    std::uint64_t parameters = 0;
    std::string dtype;           ///< as stored: "bf16", "GPTQ 4 bit, group 128; rest bf16"
    std::string quantizedFormat; ///< "GPTQ 4 bit, group 128"; empty where nothing is quantized
    double bitsPerParameter = 0; ///< on disk, scales and zeros counted
    std::string tokenizer;       ///< e.g. "BPE (tokenizer.json), 32000 pieces"
};

/// What a study will cost, known before it starts.
struct StudyEstimate {
    struct Item {
        std::string what;
        std::uint64_t bytes = 0;
    };
    std::vector<Item> memory; ///< what the peak consists of
    std::uint64_t peakBytes = 0;
    std::uint64_t budgetBytes = 0;
    std::uint64_t diskBytes = 0;
    double seconds = 0; ///< rough: operations over a measured product rate
    std::int64_t examples = 0;
    bool fits = true;
    std::string reason; ///< why it does not fit, with the numbers
};

} // namespace quantscope
