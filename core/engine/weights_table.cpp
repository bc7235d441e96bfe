#include "core/engine/weights_table.h"

#include "core/data/session_schema.h"

#include <string>

namespace quantscope {

WeightsTable::WeightsTable(std::size_t lanes) {
    for (const char* name :
         {"relative_error", "sqnr", "cosine", "bits", "activation_bits", "basis_misfit"}) {
        const std::string path = std::string("/weights/") + name;
        m_part.arrays.emplace(path, makeSessionArray(path, {lanes, 1, allModules.size()}));
    }
}

void WeightsTable::set(std::size_t lane, Module module, const MatrixReport& report) {
    const std::size_t at = lane * allModules.size() + static_cast<std::size_t>(module);
    const auto put = [this, at](const char* name, double value) {
        std::get<std::vector<double>>(
            m_part.arrays.at(std::string("/weights/") + name).values)[at] = value;
    };
    put("relative_error", report.error.relative);
    put("sqnr", report.error.sqnr);
    put("cosine", report.error.cosine);
    put("bits", report.bits);
    put("activation_bits", report.activationBits);
    put("basis_misfit", report.basisMisfit);
}

} // namespace quantscope
