#pragma once

#include "core/data/method_spec.h"
#include "core/data/session_data.h"

#include <cstddef>
#include <vector>

namespace quantscope {

/// Epochs of the longest training among the methods, of blocks or of all together; 0: none trains.
std::size_t trainingEpochs(const std::vector<MethodSpec>& methods);

/// "/training/…" of one block: the losses of every method that trains. Different rows may be set
/// from different threads.
class TrainingCurves {
public:
    /// @param lanes  quantized lanes of the session
    TrainingCurves(std::size_t lanes, std::size_t epochs);

    /// @param lane    from 0: the position in the session's dimension "method"
    /// @param losses  before training and after each epoch
    void set(std::size_t lane, const std::vector<double>& losses);

    /// [method, layer, epoch] with one layer; nothing where nobody trains
    const SessionData& part() const { return m_part; }

private:
    SessionData m_part;
};

} // namespace quantscope
