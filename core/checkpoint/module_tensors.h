#pragma once

#include "core/checkpoint/shards.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A tensor in its file.
struct TensorPlace {
    const SafetensorsFile* file = nullptr;
    const SafetensorsTensor* tensor = nullptr;

    /// Bytes [first, first + out.size()) of it.
    void read(std::uint64_t first, std::span<std::byte> out) const;

    /// @throws Error (Input): "FILE: the tensor NAME WHAT."
    [[noreturn]] void refuse(std::string_view what) const;
};

/// The tensors that make up one quantized matrix, MODULE.qweight, MODULE.scales and so on, taken
/// one after another; what has been taken is kept for whoever looks for tensors without a place.
class ModuleTensors {
public:
    /// `name`: without a suffix, "model.layers.0.mlp.up_proj". The matrix is [out, in].
    ModuleTensors(const Shards& shards, std::string name, std::int64_t out, std::int64_t in);

    const std::string& name() const { return m_name; }
    std::int64_t out() const { return m_out; }
    std::int64_t in() const { return m_in; }

    bool has(std::string_view suffix) const;

    /// Takes MODULE.SUFFIX. @throws Error (Input) when it is missing, naming what it belongs to.
    TensorPlace take(std::string_view suffix);

    /// … and checks it. `dtypes` as in safetensors: "I32", "F16".
    TensorPlace take(std::string_view suffix, const std::vector<std::string_view>& dtypes,
                     const std::vector<std::int64_t>& shape);

    /// What has been taken, in order; the first is taken to be the codes.
    const std::vector<TensorPlace>& taken() const { return m_taken; }

private:
    const Shards& m_shards;
    std::string m_name;
    std::int64_t m_out;
    std::int64_t m_in;
    std::vector<TensorPlace> m_taken;
};

} // namespace quantscope
