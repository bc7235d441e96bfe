#include "core/engine/weights_table.h"

#include "core/data/session_schema.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* changePath = "/weights/sampled_change";

} // namespace

WeightsTable::WeightsTable(std::size_t lanes, std::vector<Module> modules)
    : m_modules(std::move(modules)) {
    for (const char* name :
         {"relative_error", "sqnr", "cosine", "bits", "activation_bits", "basis_misfit"}) {
        const std::string path = std::string("/weights/") + name;
        m_part.arrays.emplace(path, makeSessionArray(path, {lanes, 1, m_modules.size()}));
    }
    m_part.arrays.emplace(
        changePath, makeSessionArray(changePath, {lanes, 1, m_modules.size(), weightSamples}));
}

void WeightsTable::set(std::size_t lane, Module module, const MatrixReport& report) {
    const auto place = std::find(m_modules.begin(), m_modules.end(), module);
    if (place == m_modules.end())
        return;
    const std::size_t at =
        lane * m_modules.size() + static_cast<std::size_t>(place - m_modules.begin());
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
    for (const Module module : m_modules) {
        if (!reference.has(module)) {
            all.insert(all.end(), weightSamples, std::numeric_limits<float>::quiet_NaN());
            continue;
        }
        const std::vector<float> sampled = sampledWeights(reference.linear(module).weight);
        all.insert(all.end(), sampled.begin(), sampled.end());
    }
    const std::string path = "/weights/sampled_weight";
    NamedArray array = makeSessionArray(path, {1, m_modules.size(), weightSamples});
    array.values = std::move(all);
    m_part.arrays.insert_or_assign(path, std::move(array));
}

} // namespace quantscope
