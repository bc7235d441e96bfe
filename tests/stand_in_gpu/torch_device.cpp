// libtorch's device "cuda" where there is none: tensors in memory that only kernels may read, and
// operations that are the processor's own, on tensors of one device as a GPU wants them. Of a
// libtorch without CUDA, whose places for one are empty.

#include "core/data/error.h"
#include "tests/stand_in_gpu/device_memory.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/empty.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/format.h>
#include <torch/library.h>

#include <cstring>
#include <utility>
#include <vector>

namespace quantscope::testing {

namespace {

using c10::IValue;

const at::Device gpu(at::kCUDA, 0);

/// A tensor of the same shape in another place.
at::Tensor placed(at::DataPtr data, const at::Tensor& tensor) {
    const auto key = data.device().is_cuda() ? c10::DispatchKey::CUDA : c10::DispatchKey::CPU;
    at::Tensor alias = at::detail::make_tensor<at::TensorImpl>(
        at::Storage(at::Storage::use_byte_size_t(), tensor.storage().nbytes(), std::move(data),
                    /*allocator=*/nullptr, /*resizable=*/false),
        c10::DispatchKeySet(key), tensor.dtype());
    alias.unsafeGetTensorImpl()->set_sizes_and_strides(tensor.sizes(), tensor.strides(),
                                                       tensor.storage_offset());
    return alias;
}

/// The same bytes at another address, as long as they live.
at::DataPtr sameBytes(const at::Tensor& tensor, void* address, at::Device device) {
    return {address, new at::Storage(tensor.storage()),
            [](void* kept) { delete static_cast<at::Storage*>(kept); }, device};
}

/// A tensor of the GPU, as the processor sees it.
at::Tensor fromGpu(const at::Tensor& tensor) {
    return placed(sameBytes(tensor, DeviceMemory::onProcessor(tensor.storage().data()), at::kCPU),
                  tensor);
}

/// What the processor made, on the GPU: the same bytes where they lie there, as views do.
at::Tensor toGpu(const at::Tensor& tensor) {
    const at::Storage& storage = tensor.storage();
    if (void* const address = DeviceMemory::onDevice(storage.data()))
        return placed(sameBytes(tensor, address, gpu), tensor);
    void* const address = DeviceMemory::take(storage.nbytes());
    if (storage.nbytes() > 0)
        std::memcpy(DeviceMemory::onProcessor(address), storage.data(), storage.nbytes());
    return placed({address, address, &DeviceMemory::giveBack, gpu}, tensor);
}

/// A list of what each tensor becomes.
template <typename Turn>
c10::List<at::Tensor> turned(const IValue& tensors, const Turn& turn) {
    c10::List<at::Tensor> list;
    for (const at::Tensor& tensor : tensors.toTensorVector())
        list.push_back(turn(tensor));
    return list;
}

/// One call of an operation, its arguments turned into the processor's and its results back.
class Call {
public:
    Call(const c10::OperatorHandle& operation, torch::jit::Stack& stack)
        : m_operation(operation)
        , m_stack(stack)
        , m_begin(stack.size() - operation.schema().arguments().size()) {}

    void run() {
        const std::size_t count = m_operation.schema().arguments().size();
        m_given.assign(m_stack.begin() + std::ptrdiff_t(m_begin), m_stack.end());
        for (std::size_t i = 0; i < count; ++i)
            m_stack[m_begin + i] = here(m_given[i]);
        requireOneDevice();
        {
            const at::AutoDispatchBelowADInplaceOrView below;
            m_operation.callBoxed(&m_stack);
        }
        for (const auto& [given, alias] : m_tensors)
            resizeAs(given, alias);
        const std::vector<c10::Argument>& returns = m_operation.schema().returns();
        const std::size_t first = m_stack.size() - returns.size();
        for (std::size_t i = 0; i < returns.size(); ++i)
            m_stack[first + i] = there(m_stack[first + i], returns[i]);
    }

private:
    IValue here(const IValue& value) {
        if (value.isTensor() && value.toTensor().defined())
            return here(value.toTensor());
        if (value.isTensorList())
            return turned(value, [this](const at::Tensor& tensor) { return here(tensor); });
        if (value.isOptionalTensorList()) {
            c10::List<c10::optional<at::Tensor>> list;
            for (const c10::optional<at::Tensor>& tensor : value.toOptionalTensorVector())
                list.push_back(tensor && tensor->defined()
                                   ? c10::optional<at::Tensor>(here(*tensor))
                                   : tensor);
            return list;
        }
        if (value.isDevice())
            return at::Device(at::kCPU);
        return value;
    }

    at::Tensor here(const at::Tensor& tensor) {
        if (!tensor.is_cuda()) {
            m_onProcessor = m_onProcessor || tensor.dim() > 0;
            return tensor;
        }
        m_onGpu = true;
        // Without memory of its own it may be a result that the operation is to make room for.
        const at::Tensor alias = tensor.storage().nbytes() > 0
                                     ? fromGpu(tensor)
                                     : at::empty({0}, tensor.options().device(at::kCPU));
        m_tensors.emplace_back(tensor, alias);
        return alias;
    }

    /// What the operation made of an argument that had no memory, or another shape.
    static void resizeAs(const at::Tensor& given, const at::Tensor& alias) {
        if (alias.storage().data() != DeviceMemory::onProcessor(given.storage().data())) {
            const at::Tensor moved = toGpu(alias);
            given.unsafeGetTensorImpl()->set_storage_keep_dtype(moved.storage());
        } else if (alias.sizes() == given.sizes() && alias.strides() == given.strides()) {
            return;
        }
        given.unsafeGetTensorImpl()->set_sizes_and_strides(alias.sizes(), alias.strides(),
                                                           alias.storage_offset());
    }

    /// As libtorch's own operations of a GPU, but for copies and for indices.
    void requireOneDevice() const {
        const std::string& name = m_operation.schema().name();
        if (m_onGpu && m_onProcessor && name != "aten::copy_" && name != "aten::index.Tensor" &&
            name != "aten::index" && name != "aten::_index_put_impl_")
            throw Error(ErrorKind::Internal,
                        fmt::format("{} was given tensors of the GPU and of the processor.", name));
    }

    IValue there(const IValue& value, const c10::Argument& declared) const {
        if (declared.alias_info() && declared.alias_info()->isWrite())
            return argumentOf(*declared.alias_info());
        if (value.isTensor() && value.toTensor().defined())
            return toGpu(value.toTensor());
        if (value.isTensorList())
            return turned(value, toGpu);
        return value;
    }

    /// What an operation that writes into its argument gives back.
    const IValue& argumentOf(const c10::AliasInfo& alias) const {
        const std::vector<c10::Argument>& declared = m_operation.schema().arguments();
        for (std::size_t i = 0; i < declared.size(); ++i)
            if (declared[i].alias_info() && *declared[i].alias_info() == alias)
                return m_given[i];
        throw Error(ErrorKind::Internal, fmt::format("{} gives back what it was not given.",
                                                     m_operation.schema().name()));
    }

    const c10::OperatorHandle& m_operation;
    torch::jit::Stack& m_stack;
    const std::size_t m_begin;
    std::vector<IValue> m_given;
    std::vector<std::pair<at::Tensor, at::Tensor>> m_tensors; ///< of the GPU, and their aliases
    bool m_onGpu = false;
    bool m_onProcessor = false;
};

void onProcessor(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
    Call(operation, *stack).run();
}

at::Tensor pinned(const at::Tensor& tensor, c10::optional<at::Device>) { return tensor.clone(); }
bool isPinned(const at::Tensor&, c10::optional<at::Device>) { return false; }
void recordStream(at::Tensor&, at::Stream) {}

/// Streams that do all at once.
class Guard final : public c10::impl::DeviceGuardImplInterface {
public:
    at::DeviceType type() const override { return at::kCUDA; }
    at::Device exchangeDevice(at::Device) const override { return gpu; }
    at::Device getDevice() const override { return gpu; }
    void setDevice(at::Device) const override {}
    void uncheckedSetDevice(at::Device) const noexcept override {}
    c10::Stream getStream(at::Device) const noexcept override { return stream(0); }
    c10::Stream getDefaultStream(at::Device) const override { return stream(0); }
    c10::Stream getStreamFromGlobalPool(at::Device, bool) const override { return stream(1); }
    c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(0); }
    at::DeviceIndex deviceCount() const noexcept override { return 1; }
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream&) const override {}

private:
    static c10::Stream stream(c10::StreamId id) {
        return c10::Stream(c10::Stream::UNSAFE, gpu, id);
    }
};

struct Hooks : at::CUDAHooksInterface {
    explicit Hooks(at::CUDAHooksArgs) {}
    bool hasCUDA() const override { return true; }
    int getNumGPUs() const override { return 1; }
    std::int64_t current_device() const override { return 0; }
    void initCUDA() const override {}
    const at::Generator& getDefaultCUDAGenerator(at::DeviceIndex) const override {
        return at::detail::getDefaultCPUGenerator(); // seeded twice; draws are the processor's
    }
};

} // namespace

} // namespace quantscope::testing

namespace at {
C10_REGISTER_CLASS(CUDAHooksRegistry, CUDAHooks, quantscope::testing::Hooks)
} // namespace at

namespace c10::impl {
using quantscope::testing::Guard;
C10_REGISTER_GUARD_IMPL(CUDA, Guard)
} // namespace c10::impl

TORCH_LIBRARY_IMPL(_, CUDA, library) {
    library.fallback(
        torch::CppFunction::makeFromBoxedFunction<&quantscope::testing::onProcessor>());
}

// Those that libtorch has for all devices, and which ask for parts of the GPU's.
TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    for (const char* const name : {"copy_"})
        library.impl(
            name, torch::CppFunction::makeFromBoxedFunction<&quantscope::testing::onProcessor>());
    library.impl("_pin_memory", &quantscope::testing::pinned);
    library.impl("is_pinned", &quantscope::testing::isPinned);
    library.impl("record_stream", &quantscope::testing::recordStream);
}
