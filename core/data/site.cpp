#include "core/data/site.h"

#include <charconv>
#include <cstddef>

namespace quantscope {

namespace {

constexpr std::array<std::string_view, allSites.size()> siteNames = {
    "resid_pre", "ln1",        "q",    "k",  "v",          "o_input", "attn_out",  "resid_mid",
    "ln2",       "gate_input", "gate", "up", "down_input", "down",    "resid_post"};

constexpr std::array<std::string_view, allModules.size()> moduleNames = {"q",    "k",  "v",   "o",
                                                                         "gate", "up", "down"};
constexpr std::string_view expertPrefix = "experts.";

} // namespace

std::string_view siteName(Site site) { return siteNames[static_cast<std::size_t>(site)]; }

std::optional<Site> findSite(std::string_view name) {
    for (Site site : allSites)
        if (siteName(site) == name)
            return site;
    return std::nullopt;
}

std::string moduleName(Module module) {
    const std::string kind(moduleNames[static_cast<std::size_t>(kindOf(module))]);
    const int expert = expertOf(module);
    return expert < 0 ? kind : std::string(expertPrefix) + std::to_string(expert) + "." + kind;
}

std::optional<Module> findModule(std::string_view name) {
    for (Module module : allModules)
        if (moduleNames[static_cast<std::size_t>(module)] == name)
            return module;
    if (!name.starts_with(expertPrefix))
        return std::nullopt;
    name.remove_prefix(expertPrefix.size());
    int expert = -1;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), expert);
    if (failed != std::errc() || expert < 0 || expert >= mostExperts)
        return std::nullopt;
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    for (const Module kind : {Module::Gate, Module::Up, Module::Down}) {
        const Module module = expertModule(expert, kind);
        if (name == "." + std::string(moduleNames[static_cast<std::size_t>(kind)]))
            return module;
    }
    return std::nullopt;
}

Site inputSite(Module module) {
    switch (kindOf(module)) {
    case Module::Q:
    case Module::K:
    case Module::V:
        return Site::Ln1;
    case Module::O:
        return Site::OInput;
    case Module::Gate:
    case Module::Up:
        return Site::Ln2;
    case Module::Down:
        return Site::DownInput;
    }
    return Site::Ln1;
}

} // namespace quantscope
