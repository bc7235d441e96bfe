#pragma once

#include "core/model/block.h"

#include <utility>

namespace quantscope {

/// Passes a site's value through the watcher, if there is one that wants it.
inline torch::Tensor announce(SiteWatcher* watcher, Site site, torch::Tensor value) {
    if (watcher && watcher->wants(site))
        return watcher->at(site, value);
    return value;
}

} // namespace quantscope
