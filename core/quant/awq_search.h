#pragma once

#include "core/quant/grids.h"
#include "core/quant/site_capture.h"

namespace quantscope {

struct AwqOptions {
    GridOptions grid;
    bool scale = true;   ///< search channel scales
    bool clip = true;    ///< search group ranges
    int gridPoints = 20; ///< values of α: 0, 1/points, …
    /// Tokens that the search of α looks at, whole windows at even distances; 0: all.
    std::int64_t searchTokens = 2048;
};

/// The candidates of one group of matrices with a common input: s = mean|x|^α, and the squared
/// error of the module's output with each.
class ScaleSearch {
public:
    /// @param meanMagnitude  f32 [in], mean |x| of each input channel
    ScaleSearch(const torch::Tensor& meanMagnitude, int points);

    int points() const { return static_cast<int>(m_errors.size()); }
    /// f32 [in]: mean|x|^α, at least 1e-4, over sqrt(max · min).
    torch::Tensor scale(int point) const;
    /// Sum of squared differences, added up over calls.
    void addError(int point, const torch::Tensor& output, const torch::Tensor& wanted);
    /// The same where it is known. @param values  numbers that the module's output has
    void addSquaredError(int point, double error, std::int64_t values);

    int best() const;
    double alpha(int point) const { return static_cast<double>(point) / points(); }
    /// Mean squared error of the module's output.
    double objective(int point) const;

private:
    torch::Tensor m_mean;
    std::vector<double> m_errors;
    std::int64_t m_values = 0;
};

/// What calibration tells AWQ of a layer's input.
struct InputStatistics {
    torch::Tensor meanMagnitude; // f32 [in]
    torch::Tensor sample;        // f32 [≤ 512, in], tokens at even distances
};

/// Statistics of the inputs of all modules, as they multiply them. Experts that no token reached
/// have none.
/// @param weights  the block as the text walks through it
std::map<ModuleInput, InputStatistics> gatherInputStatistics(const BlockTask& task,
                                                             const BlockWeights& weights,
                                                             const CalibrationStream& stream);

/// Scales of the block's matrices as a basis, each chosen by the error of the module that it feeds:
/// attention for Ln1, the MLP for Ln2 (both at once where they share a norm), the layer itself for
/// OInput and DownInput, of every expert too. Where a scale cannot be folded there is none: OInput
/// where the shapes of v and o differ, Ln1 and Ln2 without a norm of their own, DownInput behind an
/// activation without a gate that does not keep factors. α and objectives are told in
/// `diagnostics`.
Basis searchScales(const BlockTask& task, const CalibrationStream& stream,
                   const std::map<ModuleInput, InputStatistics>& statistics,
                   const AwqOptions& options, std::map<std::string, double>& diagnostics);

/// The matrix clamped to the range, group by group ±absmax · (1 − i/20) with i = 0 … 9, for which
/// its quantization changes the group's share of the output least.
/// @param weight  f32 [out, in]
/// @param inputs  f32 [tokens, in]
torch::Tensor clipToBestRange(const torch::Tensor& weight, const torch::Tensor& inputs,
                              const GridOptions& options, const Job& job);

} // namespace quantscope
