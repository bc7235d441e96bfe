#include "core/checkpoint/gguf_names.h"

#include "core/checkpoint/model_tensors.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace quantscope {

namespace {

using Names = std::pair<std::string_view, std::string_view>;

constexpr std::array<Names, 3> modelNames = {{{embeddingTensorName, "token_embd.weight"},
                                              {finalNormTensorName, "output_norm.weight"},
                                              {outputTensorName, "output.weight"}}};

constexpr std::array<Names, 11> blockNames = {{{"input_layernorm", "attn_norm"},
                                               {"self_attn.q_proj", "attn_q"},
                                               {"self_attn.k_proj", "attn_k"},
                                               {"self_attn.v_proj", "attn_v"},
                                               {"self_attn.o_proj", "attn_output"},
                                               {"self_attn.q_norm", "attn_q_norm"},
                                               {"self_attn.k_norm", "attn_k_norm"},
                                               {"post_attention_layernorm", "ffn_norm"},
                                               {"mlp.gate_proj", "ffn_gate"},
                                               {"mlp.up_proj", "ffn_up"},
                                               {"mlp.down_proj", "ffn_down"}}};

constexpr std::string_view blockPrefix = "model.layers.";

} // namespace

std::string ggufTensorName(std::string_view name) {
    for (const auto& [ours, theirs] : modelNames)
        if (name == ours)
            return std::string(theirs);
    if (name.starts_with(blockPrefix)) {
        const std::string_view rest = name.substr(blockPrefix.size());
        const std::size_t layerEnd = rest.find('.');
        const std::size_t moduleEnd = rest.rfind('.');
        for (const auto& [ours, theirs] : blockNames)
            if (layerEnd < moduleEnd && rest.substr(layerEnd + 1, moduleEnd - layerEnd - 1) == ours)
                return fmt::format("blk.{}.{}{}", rest.substr(0, layerEnd), theirs,
                                   rest.substr(moduleEnd));
    }
    throw Error(ErrorKind::Internal, fmt::format("GGUF has no name for the tensor {}.", name));
}

bool hasInterleavedHeads(std::string_view name) {
    return name.find(".self_attn.q_proj.") != std::string_view::npos ||
           name.find(".self_attn.k_proj.") != std::string_view::npos;
}

} // namespace quantscope
