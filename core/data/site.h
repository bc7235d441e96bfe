#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// A named place in a transformer block where a value can be read or replaced. Families may lack
/// some: see hasSite() in core/checkpoint/model_shape.h.
enum class Site {
    ResidPre,  ///< residual stream entering the block, z of the block before
    Ln1,       ///< what q, k and v read: output of the norm before attention, where there is one
    Q,         ///< query projection with bias, before q norm and rotation
    K,         ///< key projection with bias, before k norm and rotation
    V,         ///< value projection with bias
    OInput,    ///< concatenated heads, the input of the o projection
    AttnOut,   ///< output of the attention module, before a norm of it
    ResidMid,  ///< residual stream after attention, the paper's r(l); not in parallel blocks
    Ln2,       ///< what the MLP reads, the paper's h(l): output of the norm before it, if any
    GateInput, ///< the same value as seen by the gate projection alone
    Gate,      ///< gate projection after its activation
    Up,        ///< up projection; where there is no gate, before its activation
    DownInput, ///< gate ⊙ up, or the activation of up: the input of the down projection
    Down,      ///< output of the MLP, the paper's o(l), before a norm of it
    ResidPost, ///< residual stream leaving the block, z(l)
};

inline constexpr std::array allSites = {
    Site::ResidPre, Site::Ln1,     Site::Q,         Site::K,    Site::V,
    Site::OInput,   Site::AttnOut, Site::ResidMid,  Site::Ln2,  Site::GateInput,
    Site::Gate,     Site::Up,      Site::DownInput, Site::Down, Site::ResidPost,
};

/// The sites whose statistics a study keeps; the others repeat a neighbour or serve patches.
inline constexpr std::array probedSites = {
    Site::ResidPre, Site::Ln1, Site::Q,    Site::K,  Site::V,    Site::AttnOut,
    Site::ResidMid, Site::Ln2, Site::Gate, Site::Up, Site::Down, Site::ResidPost,
};

/// Where the distribution of values is looked at: the inputs of qkv, o, gate and up, down, and what
/// leaves the block.
inline constexpr std::array activationSites = {Site::Ln1, Site::OInput, Site::Ln2, Site::DownInput,
                                               Site::ResidPost};

/// The name in sessions and on the command line, e.g. "resid_mid".
std::string_view siteName(Site site);
std::optional<Site> findSite(std::string_view name);

/// A matrix of a block that methods quantize. Beyond the seven, numbers name those of experts:
/// see expertModule().
enum class Module : std::int32_t { Q, K, V, O, Gate, Up, Down };

inline constexpr std::array allModules = {Module::Q,    Module::K,  Module::V,   Module::O,
                                          Module::Gate, Module::Up, Module::Down};

/// Experts a block may have at most.
inline constexpr int mostExperts = 1024;

/// The gate, up or down projection of an expert, counted from 0.
constexpr Module expertModule(int expert, Module kind) {
    return static_cast<Module>(static_cast<int>(allModules.size()) + 3 * expert +
                               static_cast<int>(kind) - static_cast<int>(Module::Gate));
}

/// The expert that a matrix belongs to; −1: none.
constexpr int expertOf(Module module) {
    const int beyond = static_cast<int>(module) - static_cast<int>(allModules.size());
    return beyond < 0 ? -1 : beyond / 3;
}

/// Gate, Up or Down of an expert's matrix; any other module itself.
constexpr Module kindOf(Module module) {
    const int beyond = static_cast<int>(module) - static_cast<int>(allModules.size());
    return beyond < 0 ? module : static_cast<Module>(static_cast<int>(Module::Gate) + beyond % 3);
}

/// "q", …; of experts "experts.3.gate".
std::string moduleName(Module module);
std::optional<Module> findModule(std::string_view name);

/// The site whose value is the input of a module; experts read the rows of it that are routed to
/// them.
Site inputSite(Module module);

} // namespace quantscope
