#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/figure.h"

#include <string>

namespace quantscope {

struct LayerMapOptions {
    std::string columnTitle;
    std::string valueTitle;
    bool logarithmic = false; ///< colours
};

/// An array [layer, …] as a map of colours, a row a layer; empty where it is not there.
Figure layerMap(const SessionView& view, const std::string& path, const std::string& name,
                Caption caption, const LayerMapOptions& options);

} // namespace quantscope
