#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"
#include "core/data/table.h"

#include <string>
#include <vector>

namespace quantscope {

/// Some of the examples that sensitivity was measured on.
struct SensitivitySet {
    std::string name; ///< "all", "d_large" or "COLUMN=VALUE"
    std::vector<std::size_t> examples;
};

/// What a session says of single matrices: "/sensitivity/…". Matrices that a block does not have
/// are NaN everywhere.
class SensitivityView {
public:
    /// Keeps a reference to the view.
    explicit SensitivityView(const SessionView& view);

    bool measured() const { return !m_candidates.empty(); }
    const std::vector<std::string>& candidates() const { return m_candidates; }
    std::size_t layers() const { return m_layers; }
    std::size_t modules() const { return m_modules; }
    std::size_t examples() const { return m_examples; }
    const std::vector<std::int32_t>& documents() const { return m_documents; }
    bool hasMatrix(std::size_t layer, std::size_t module) const;
    double elements(std::size_t layer, std::size_t module) const;
    double bits(std::size_t candidate, std::size_t layer, std::size_t module) const;
    /// Whether the candidate folds scales into the input of matrices of this kind.
    bool folds(std::size_t candidate, std::size_t module) const;
    bool rescalable(std::size_t candidate) const;

    struct Matrix {
        std::size_t candidate = 0;
        std::size_t layer = 0;
        std::size_t module = 0;
    };
    /// By example: KL, or rise of NLL over the reference's, of the reference with it quantized.
    std::vector<double> costKl(const Matrix& matrix) const;
    std::vector<double> costError(const Matrix& matrix) const;
    /// By example: KL, or NLL, of the candidate's model less that of the same with it restored.
    std::vector<double> gainKl(const Matrix& matrix) const;
    std::vector<double> gainError(const Matrix& matrix) const;
    /// By example, of the candidate's whole model.
    std::vector<double> wholeKl(std::size_t candidate) const;
    std::vector<double> wholeError(std::size_t candidate) const;
    /// By example: KL with all matrices of a layer, or one kind in all layers, quantized.
    std::vector<double> layerKl(std::size_t candidate, std::size_t layer) const;
    std::vector<double> kindKl(std::size_t candidate, std::size_t module) const;

    /// All examples, the candidate's D_large of them, and the groups of every label column.
    std::vector<SensitivitySet> sets(std::size_t candidate) const;
    std::vector<std::string> labelNames() const;
    std::vector<std::string> label(const std::string& name) const;

private:
    std::vector<double> row(const std::string& name, const std::vector<std::size_t>& at) const;

    const SessionView* m_view;
    std::vector<std::string> m_candidates;
    std::size_t m_layers = 0;
    std::size_t m_modules = 0;
    std::size_t m_examples = 0;
    std::vector<std::int32_t> m_documents;
};

/// A row a candidate, layer, matrix and set: mean cost of quantizing it alone, mean gain of
/// restoring it alone, in KL (with intervals over documents) and in NLL.
Table sensitivityTable(const SessionView& view);

/// Additivity: the sum over matrices of the cost of each alone over the cost of all together, for
/// the whole model, each layer and each kind of matrix. 1: matrices do not interact; below: they
/// make each other worse; above: their errors cancel.
Table additivityTable(const SessionView& view);

} // namespace quantscope
