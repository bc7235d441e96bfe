#pragma once

#include "core/data/session_data.h"
#include "core/quant/weight_error.h"

#include <cstddef>
#include <limits>

namespace quantscope {

/// What the tables say of one quantized matrix.
struct MatrixReport {
    WeightError error;
    double bits = 0;            ///< of storage a weight, with scales, zero points and indices
    double activationBits = 16; ///< that the matrix's input is rounded to; 16: it is not
    double basisMisfit =
        std::numeric_limits<double>::quiet_NaN(); ///< of the module's input, see RecoveredBasis
};

/// "/weights/…" of one block: a row for every quantized lane, whatever its kind. Different rows may
/// be set from different threads.
class WeightsTable {
public:
    /// @param lanes    quantized lanes of the session
    /// @param modules  the session's dimension "module"; matrices of others are not told
    WeightsTable(std::size_t lanes, std::vector<Module> modules);

    /// @param lane  from 0: the position in the session's dimension "method"
    void set(std::size_t lane, Module module, const MatrixReport& report);

    /// The model's own weights that the lanes' changes are of.
    void setReference(const BlockWeights& reference);

    /// [method, layer, module] with one layer
    const SessionData& part() const { return m_part; }

private:
    std::vector<Module> m_modules;
    SessionData m_part;
};

} // namespace quantscope
