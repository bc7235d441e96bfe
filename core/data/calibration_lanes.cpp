#include "core/data/calibration_lanes.h"

#include <algorithm>
#include <string>

namespace quantscope {

std::vector<MethodSpec> withoutCalibrationSets(const std::vector<MethodSpec>& lanes) {
    std::vector<MethodSpec> methods;
    for (MethodSpec method : lanes) {
        if (method.calibration) {
            const std::string draw = "@" + method.calibration->set + "-" +
                                     std::to_string(method.calibration->draw + 1);
            if (method.lane.ends_with(draw))
                method.lane.resize(method.lane.size() - draw.size());
            method.calibration.reset();
        }
        if (std::find(methods.begin(), methods.end(), method) == methods.end())
            methods.push_back(std::move(method));
    }
    return methods;
}

} // namespace quantscope
