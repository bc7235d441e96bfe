#include "core/engine/method_owners.h"

#include "core/quant/quantizer.h"

#include <algorithm>
#include <memory>
#include <numeric>

namespace quantscope {

std::vector<int> shareMethods(const std::vector<MethodSpec>& methods, int ranks) {
    std::vector<double> cost; // in passes over the calibration text
    for (const MethodSpec& method : methods) {
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(method);
        const double chain = quantizer->needsQuantizedChain() ? 1 : 0;
        cost.push_back(0.1 + quantizer->calibrationPasses() + chain);
    }
    std::vector<std::size_t> order(methods.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&cost](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
    std::vector<int> owners(methods.size());
    std::vector<double> work(static_cast<std::size_t>(ranks));
    for (const std::size_t method : order) {
        const auto least = std::min_element(work.begin(), work.end());
        owners[method] = static_cast<int>(least - work.begin());
        *least += cost[method];
    }
    return owners;
}

} // namespace quantscope
