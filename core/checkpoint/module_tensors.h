#pragma once

#include "core/checkpoint/shards.h"
#include "core/checkpoint/tensor_place.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

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

    /// The shape of MODULE.SUFFIX; empty where it is missing.
    std::vector<std::int64_t> shapeOf(std::string_view suffix) const;

    /// Takes MODULE.SUFFIX. @throws Error (Input) when it is missing, naming what it belongs to.
    TensorPlace take(std::string_view suffix);

    /// Checks what was taken. `dtypes` as in safetensors: "I32", "F16". @throws Error (Input).
    void check(const TensorPlace& place, const std::vector<std::string_view>& dtypes,
               const std::vector<std::int64_t>& shape) const;

    /// Both.
    TensorPlace take(std::string_view suffix, const std::vector<std::string_view>& dtypes,
                     const std::vector<std::int64_t>& shape) {
        const TensorPlace place = take(suffix);
        check(place, dtypes, shape);
        return place;
    }

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
