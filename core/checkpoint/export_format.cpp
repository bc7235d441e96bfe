#include "core/checkpoint/export_format.h"

#include "core/checkpoint/export_helpers.h"
#include "core/checkpoint/number_conversion.h"
#include "core/data/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

bool fits(const ExportSchemes::Group& group, const PackedMatrix& matrix) {
    const std::int64_t size = group.scheme.groupSize;
    if (matrix.bits != group.scheme.bits)
        return false;
    if (matrix.groups == 1)
        return size < 0 || matrix.columns <= size;
    return size < 0 ? group.widestSingleGroup <= matrix.groupSize : size == matrix.groupSize;
}

} // namespace

void ExportSchemes::add(const std::string& module, const PackedMatrix& matrix) {
    auto group = std::find_if(m_groups.begin(), m_groups.end(),
                              [&](const Group& each) { return fits(each, matrix); });
    if (group == m_groups.end()) {
        m_groups.push_back({{matrix.bits, -1, true, false, m_scaleType}, {}, 0});
        group = m_groups.end() - 1;
    }
    if (matrix.groups == 1)
        group->widestSingleGroup = std::max(group->widestSingleGroup, matrix.columns);
    else
        group->scheme.groupSize = matrix.groupSize;
    const auto middle = static_cast<float>(1 << (matrix.bits - 1));
    group->scheme.symmetric =
        group->scheme.symmetric && std::all_of(matrix.zeros.begin(), matrix.zeros.end(),
                                               [middle](float zero) { return zero == middle; });
    group->scheme.actOrder = group->scheme.actOrder ||
                             !std::is_sorted(matrix.groupIndex.begin(), matrix.groupIndex.end());
    group->modules.push_back(module);
    m_groupOf[module] = static_cast<std::size_t>(group - m_groups.begin());
}

std::vector<ExportSchemes::Group> ExportSchemes::groups() const {
    std::vector<Group> sorted = m_groups;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
        return a.modules.size() > b.modules.size();
    });
    return sorted;
}

const ExportScheme& ExportSchemes::of(const std::string& module) const {
    return m_groups.at(m_groupOf.at(module)).scheme;
}

std::string exactPattern(const std::string& name) {
    std::string pattern = "^";
    for (const char c : name)
        pattern += c == '.' ? std::string("\\.") : std::string(1, c);
    return pattern + "$";
}

std::vector<std::string_view> exportFormatNames() {
    return {"gptq", "gptq_v2", "compressed-tensors"};
}

std::unique_ptr<ExportFormat> makeExportFormat(std::string_view name) {
    if (name == "gptq" || name == "gptq_v2")
        return makeGptqExport(/*zeroMinusOne=*/name == "gptq");
    if (name == "compressed-tensors")
        return makeCompressedTensorsExport();
    throw Error(ErrorKind::Usage, fmt::format("There is no format \"{}\" to export to; the formats "
                                              "are {}.",
                                              name, fmt::join(exportFormatNames(), ", ")));
}

std::vector<std::byte> scaleBytes(const PackedMatrix& matrix, ScaleType type, bool transposed) {
    std::vector<float> scales(matrix.scales.size());
    const auto rows = static_cast<std::size_t>(matrix.rows);
    const auto groups = static_cast<std::size_t>(matrix.groups);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t group = 0; group < groups; ++group)
            scales[transposed ? group * rows + row : row * groups + group] =
                matrix.scales[row * groups + group];
    if (type == ScaleType::F32)
        return bytesOf(scales);
    std::vector<std::uint16_t> halves(scales.size());
    std::transform(scales.begin(), scales.end(), halves.begin(), nearestF16);
    return bytesOf(halves);
}

std::string scaleDtype(ScaleType type) { return type == ScaleType::F16 ? "F16" : "F32"; }

void requireScales(const std::string& module, const PackedMatrix& matrix, ScaleType type) {
    if (type == ScaleType::F32)
        return;
    constexpr float lastPlace = 1.0f / 2048; // half a unit of 11 significant bits
    for (const float scale : matrix.scales) {
        const std::uint16_t half = nearestF16(scale);
        float rounded = 0;
        convertF16(std::span(&half, 1), std::span(&rounded, 1));
        if (!(std::abs(rounded - scale) <= lastPlace * std::abs(scale)))
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has a scale of {:.3g}, which f16 holds as {:.3g}; write "
                                    "scales exactly with --scales f32.",
                                    module, scale, rounded));
    }
}

void requireZeros(const std::string& module, const PackedMatrix& matrix, float least, float most,
                  std::string_view format, std::string_view advice) {
    for (const float zero : matrix.zeros) {
        if (zero != std::round(zero))
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has a zero point of {:.4g}, but {} holds whole ones; "
                                    "export a method that rounds them, such as rtn or gptq, or "
                                    "use --format f32.",
                                    module, zero, format));
        if (!(zero >= least && zero <= most))
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has a zero point of {}, but {} holds whole ones from {} to "
                                    "{} with {} bits; {}.",
                                    module, zero, format, least, most, matrix.bits, advice));
    }
}

} // namespace quantscope
