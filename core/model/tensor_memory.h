#pragma once

#include "core/data/error.h"

#include <torch/types.h>

namespace quantscope {

/// The memory, of the processor or of a GPU, in which the tensors of one call of a kernel lie: what
/// takes bare pointers cannot tell.
class TensorMemory {
public:
    explicit TensorMemory(const torch::Tensor& first) : m_device(first.device()) {}

    bool isCuda() const { return m_device.is_cuda(); }

    /// Where the elements of a tensor lie, one after the other; null where it is undefined.
    /// @throws Error (Internal) where they do not, are fewer than said, or lie in another memory.
    template <typename T = float>
    T* of(const torch::Tensor& tensor, std::int64_t elements = 0) const {
        if (!tensor.defined())
            return nullptr;
        if (tensor.device() != m_device || !tensor.is_contiguous() || tensor.numel() < elements)
            throw Error(ErrorKind::Internal, "Tensors that are computed with each other lie in "
                                             "different memories, or are not of their shape.");
        return tensor.data_ptr<T>();
    }

private:
    torch::Device m_device;
};

} // namespace quantscope
