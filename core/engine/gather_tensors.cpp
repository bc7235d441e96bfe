#include "core/engine/gather_tensors.h"

#include <cstring>
#include <string>

namespace quantscope {

namespace {

// Type, number of dimensions, extents, elements. An undefined tensor is no bytes at all.

std::string toBytes(const torch::Tensor& tensor) {
    if (!tensor.defined())
        return {};
    const torch::Tensor plain = tensor.detach().cpu().contiguous();
    std::vector<std::int64_t> head = {static_cast<std::int64_t>(plain.scalar_type()), plain.dim()};
    head.insert(head.end(), plain.sizes().begin(), plain.sizes().end());
    std::string bytes(reinterpret_cast<const char*>(head.data()), head.size() * sizeof head[0]);
    return bytes.append(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
}

torch::Tensor fromBytes(const std::string& bytes) {
    if (bytes.empty())
        return {};
    const char* from = bytes.data();
    const auto next = [&from] {
        std::int64_t value = 0;
        std::memcpy(&value, from, sizeof value);
        from += sizeof value;
        return value;
    };
    const auto type = static_cast<torch::ScalarType>(next());
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(next()));
    for (std::int64_t& size : sizes)
        size = next();
    torch::Tensor tensor = torch::empty(sizes, type);
    if (tensor.nbytes() > 0)
        std::memcpy(tensor.data_ptr(), from, tensor.nbytes());
    return tensor;
}

} // namespace

std::vector<torch::Tensor> gatherTensors(Ranks& ranks, const torch::Tensor& own) {
    std::vector<torch::Tensor> all;
    for (const std::string& bytes : ranks.gather(toBytes(own)))
        all.push_back(fromBytes(bytes));
    return all;
}

double gatherSum(Ranks& ranks, double own) {
    const std::vector<torch::Tensor> shares =
        gatherTensors(ranks, torch::tensor({own}, torch::kFloat64));
    if (!ranks.isFirst())
        return own;
    double sum = 0;
    for (const torch::Tensor& share : shares)
        sum += share.item<double>();
    return sum;
}

} // namespace quantscope
