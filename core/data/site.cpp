#include "core/data/site.h"

#include <cstddef>

namespace quantscope {

namespace {

constexpr std::array<std::string_view, allSites.size()> siteNames = {
    "resid_pre", "ln1",        "q",    "k",  "v",          "o_input", "attn_out",  "resid_mid",
    "ln2",       "gate_input", "gate", "up", "down_input", "down",    "resid_post"};

constexpr std::array<std::string_view, allModules.size()> moduleNames = {"q",    "k",  "v",   "o",
                                                                         "gate", "up", "down"};

} // namespace

std::string_view siteName(Site site) { return siteNames[static_cast<std::size_t>(site)]; }

std::optional<Site> findSite(std::string_view name) {
    for (Site site : allSites)
        if (siteName(site) == name)
            return site;
    return std::nullopt;
}

std::string_view moduleName(Module module) { return moduleNames[static_cast<std::size_t>(module)]; }

std::optional<Module> findModule(std::string_view name) {
    for (Module module : allModules)
        if (moduleName(module) == name)
            return module;
    return std::nullopt;
}

Site inputSite(Module module) {
    switch (module) {
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
