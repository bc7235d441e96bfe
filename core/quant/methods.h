#pragma once

#include "core/checkpoint/model_shape.h"
#include "core/quant/method_options.h"

#include <memory>

namespace quantscope {

/// A line of the registry: what a method is, and how it is made from checked options.
struct Method {
    MethodDescription description;
    std::unique_ptr<Quantizer> (*make)(const MethodOptions& options);
};

Method roundToNearestMethod();
Method normalFloatMethod();
Method float4Method();
Method halfQuadraticMethod();
Method cubeRootMethod();
Method perturbationMethod();
Method gptqMethod();
Method awqMethod();
Method naiveIntegerMethod();
Method smoothQuantMethod();
Method quaRotMethod();
Method duQuantMethod();
Method prefixQuantMethod();
Method omniQuantMethod();
Method efficientQatMethod();
Method singularIncrementMethod();
Method singularExpansionMethod();
Method mixedMethod();

} // namespace quantscope
