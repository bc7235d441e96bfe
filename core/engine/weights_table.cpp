#include "core/engine/weights_table.h"

#include "core/data/session_schema.h"

#include <algorithm>
#include <string>

namespace quantscope {

namespace {

constexpr const char* changePath = "/weights/sampled_change";

} // namespace

WeightsTable::WeightsTable(std::size_t lanes) {
    for (const char* name :
         {"relative_error", "sqnr", "cosine", "bits", "activation_bits", "basis_misfit"}) {
        const std::string path = std::string("/weights/") + name;
        m_part.arrays.emplace(path, makeSessionArray(path, {lanes, 1, allModules.size()}));
    }
    m_part.arrays.emplace(
        changePath, makeSessionArray(changePath, {lanes, 1, allModules.size(), weightSamples}));
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
    const std::vector<float>& change = report.error.sampledChange;
    std::copy(change.begin(), change.end(),
              std::get<std::vector<float>>(m_part.arrays.at(changePath).values).begin() +
                  static_cast<std::ptrdiff_t>(at * weightSamples));
}

void WeightsTable::setReference(const BlockWeights& reference) {
    std::vector<float> all;
    for (const Module module : allModules) {
        const std::vector<float> sampled = sampledWeights(reference.linear(module).weight);
        all.insert(all.end(), sampled.begin(), sampled.end());
    }
    const std::string path = "/weights/sampled_weight";
    NamedArray array = makeSessionArray(path, {1, allModules.size(), weightSamples});
    array.values = std::move(all);
    m_part.arrays.insert_or_assign(path, std::move(array));
}

} // namespace quantscope
