#pragma once

#include "core/engine/quantization_chain.h"

#include <filesystem>
#include <functional>
#include <vector>

namespace quantscope {

/// Where and how the phase works.
struct EndToEndPhase {
    const Checkpoint& checkpoint;
    const CalibrationTexts& calibration;
    ChainOptions chain;
    std::filesystem::path scratch;
    std::filesystem::path codes; ///< of the main walk's chain, which takes the results from there
    /// Codes before all blocks are trained together; other ranks' are elsewhere.
    std::filesystem::path codesBefore;
    Job& job;
    /// Called with what is being done and the share of the phase that is finished.
    std::function<void(const std::string& stage, double share)> progress = {};
};

/// Before the main walk: quantizes every block with the methods that train all blocks together
/// afterwards, does that, and leaves the codes where QuantizationChain finds them finished.
/// Blocks and methods finished before are kept where `chain.reuseStored` says so. Where ranks share
/// the methods out, each does so for its own, by itself.
void runEndToEndPhase(const EndToEndPhase& phase, const std::vector<MethodSpec>& methods);

/// Mean NLL of the calibration text before and after each epoch of the phase, as left in a
/// method's folder of codes; nothing where the phase has not finished.
std::vector<double> endToEndLosses(const std::filesystem::path& codes);

} // namespace quantscope
