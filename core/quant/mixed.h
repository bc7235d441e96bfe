#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// One block put together from blocks that different methods made of it: each matrix from the
/// block named for it, with its codes as they are. What methods have folded into neighbours is made
/// consistent: the scale of an input is that of the matrices that read it, and the rows of a matrix
/// before it are multiplied accordingly, by its scales.
/// @param weights  the full-precision block
/// @param made     by candidate
/// @param choice   candidate of each matrix; all matrices that the candidates have
/// @throws Error (Usage) where matrices that read the same input would need it in different scales,
/// or rows cannot be multiplied because their scales are shared with other rows.
QuantizedBlock mixBlocks(const BlockWeights& weights,
                         const std::map<std::size_t, QuantizedBlock>& made,
                         const std::map<Module, std::size_t>& choice);

} // namespace quantscope
