#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// A named place in a transformer block where a value can be read or replaced.
enum class Site {
    ResidPre,  ///< residual stream entering the block, z of the block before
    Ln1,       ///< output of the norm before attention
    Q,         ///< query projection with bias, before q norm and rotation
    K,         ///< key projection with bias, before k norm and rotation
    V,         ///< value projection with bias
    OInput,    ///< concatenated heads, the input of the o projection
    AttnOut,   ///< output of the attention module
    ResidMid,  ///< residual stream after attention, the paper's r(l)
    Ln2,       ///< output of the norm before the MLP, the paper's h(l)
    GateInput, ///< the same value as seen by the gate projection alone
    Gate,      ///< gate projection after its activation
    Up,        ///< up projection
    DownInput, ///< gate ⊙ up, the input of the down projection
    Down,      ///< output of the MLP, the paper's o(l)
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

/// A matrix of a block that methods quantize.
enum class Module { Q, K, V, O, Gate, Up, Down };

inline constexpr std::array allModules = {Module::Q,    Module::K,  Module::V,   Module::O,
                                          Module::Gate, Module::Up, Module::Down};

std::string_view moduleName(Module module);
std::optional<Module> findModule(std::string_view name);

/// The site whose value is the input of a module.
Site inputSite(Module module);

} // namespace quantscope
