#include "core/checkpoint/family_notes.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

std::string_view activationName(Activation activation) {
    switch (activation) {
    case Activation::Silu:
        return "SiLU";
    case Activation::Relu:
        return "ReLU";
    case Activation::Gelu:
    case Activation::GeluTanh:
        return "GELU";
    }
    return "";
}

} // namespace

std::vector<std::string> familyNotes(const ModelConfig& config) {
    std::vector<std::string> notes;
    if (!config.gatedMlp)
        notes.push_back(fmt::format("MLPs of {} have no gate: there is no site gate and no matrix "
                                    "of that name; up is told before its activation ({}).",
                                    familyName(config.family), activationName(config.activation)));
    if (config.order != BlockOrder::Sequential)
        notes.push_back(fmt::format("Attention and MLP of {} read the same residual stream: there "
                                    "is none between them, no site resid_mid.",
                                    familyName(config.family)));
    if (config.order == BlockOrder::ParallelShared)
        notes.emplace_back("One norm stands before attention and MLP: ln1 and ln2 are the same.");
    if (config.normPlacement == NormPlacement::After)
        notes.emplace_back("Norms stand behind attention and MLP: ln1 and ln2 are the residual "
                           "stream as it is read, attn_out and down are told before their norm.");
    if (config.normPlacement == NormPlacement::BeforeAndAfter)
        notes.emplace_back("Attention and MLP have a norm behind them too: attn_out and down are "
                           "told before it.");
    if (config.normPlacement == NormPlacement::OnStream)
        notes.emplace_back("Norms stand on the residual stream after attention and after the MLP: "
                           "resid_mid and resid_post are told behind them, ln1 and ln2 are the "
                           "stream as it is read.");
    if (config.experts.count > 0)
        notes.push_back(fmt::format(
            "MLPs are {} experts, {} for each token: their gate, up and down are told by expert; "
            "down is what all of them together add.{}",
            config.experts.count, config.experts.chosen,
            config.experts.sharedSize > 0 ? " The sites gate and up are of the expert that sees "
                                            "every token."
                                          : " There are no sites gate and up of the whole block."));
    return notes;
}

} // namespace quantscope
