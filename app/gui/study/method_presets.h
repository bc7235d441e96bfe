#pragma once

#include "core/data/method_spec.h"

#include <QString>

#include <vector>

namespace quantscope {

/// Methods that belong together, chosen with one click.
struct MethodPreset {
    QString title;
    QString explanation;
    std::vector<MethodSpec> methods;
};

std::vector<MethodPreset> methodPresets();

} // namespace quantscope
