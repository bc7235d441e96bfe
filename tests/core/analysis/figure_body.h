#pragma once

#include "core/data/pages/figure.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace quantscope {

/// What the figure of that name is made of.
template <typename Body>
const Body& bodyOf(const std::vector<Figure>& figures, const std::string& name) {
    for (const Figure& figure : figures)
        if (figure.name == name)
            return std::get<Body>(figure.body);
    throw std::runtime_error("no figure " + name);
}

} // namespace quantscope
