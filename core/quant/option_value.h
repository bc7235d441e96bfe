#pragma once

#include "core/data/method_spec.h"

#include <optional>
#include <string>

namespace quantscope {

/// The value of a method's option, its default where it is not given; nothing where the method has
/// no such option.
std::optional<std::string> optionValue(const MethodSpec& spec, const std::string& name);

} // namespace quantscope
