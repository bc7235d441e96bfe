#include "core/checkpoint/compressed_tensors_format.h"

#include "core/checkpoint/compressed_tensors_config.h"
#include "core/checkpoint/module_tensors.h"
#include "core/checkpoint/transpose.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

std::string describe(const CompressedTensorsScheme& scheme, bool actOrder) {
    if (scheme.strategy == ScaleStrategy::Tensor)
        return fmt::format("compressed-tensors {} bit, per tensor", scheme.group.bits);
    return describe("compressed-tensors", scheme.group, actOrder);
}

struct CompressedTensors {
    TensorPlace codes;                ///< [out, words]
    TensorPlace scales;               ///< [out, groups] or [1]
    std::optional<TensorPlace> zeros; ///< [words, groups] or [1]
    BitLayout layout = BitLayout::Dense;
};

class CompressedMatrix : public UniformMatrix {
public:
    CompressedMatrix(const CompressedTensors& tensors, const CompressedTensorsScheme& scheme,
                     std::vector<std::int32_t> groupIndex)
        : m_tensors(tensors)
        , m_scheme(scheme)
        , m_groupIndex(std::move(groupIndex)) {}

    std::string description() const override {
        return describe(m_scheme, !std::is_sorted(m_groupIndex.begin(), m_groupIndex.end()));
    }

protected:
    PackedMatrix unpack(std::int64_t firstRow, std::int64_t rows) const override;

private:
    CompressedTensors m_tensors;
    CompressedTensorsScheme m_scheme;
    std::vector<std::int32_t> m_groupIndex;

    /// What is added to codes and zeros before they are packed.
    float offset() const { return static_cast<float>(1 << (m_scheme.group.bits - 1)); }
    void fillZeros(PackedMatrix& matrix, std::int64_t firstRow) const;
};

void CompressedMatrix::fillZeros(PackedMatrix& matrix, std::int64_t firstRow) const {
    std::fill(matrix.zeros.begin(), matrix.zeros.end(), offset());
    if (!m_tensors.zeros)
        return;
    const TensorPlace& place = *m_tensors.zeros;
    if (place.tensor->dtype == "I8") {
        const float zero = offset() + place.read<std::int8_t>(place.whole()).front();
        std::fill(matrix.zeros.begin(), matrix.zeros.end(), zero);
        return;
    }
    const auto words = place.read<std::uint32_t>(place.whole());
    const std::int64_t out = m_tensors.codes.rows();
    std::vector<std::uint8_t> zeros(static_cast<std::size_t>(matrix.groups * out)); // [groups, out]
    unpackLines(transposed<std::uint32_t>(words, place.rows()), matrix.bits, m_tensors.layout,
                matrix.groups, zeros);
    for (std::int64_t row = 0; row < matrix.rows; ++row)
        for (std::int64_t group = 0; group < matrix.groups; ++group)
            matrix.zeros[static_cast<std::size_t>(row * matrix.groups + group)] =
                zeros[static_cast<std::size_t>(group * out + firstRow + row)];
}

PackedMatrix CompressedMatrix::unpack(std::int64_t firstRow, std::int64_t rows) const {
    PackedMatrix matrix = emptyMatrix(m_scheme.group, rows, m_groupIndex);
    const TensorPlace& codes = m_tensors.codes;
    const auto words = codes.read<std::uint32_t>(codes.someRows(firstRow, rows));
    unpackLines(words, matrix.bits, m_tensors.layout, rows, matrix.codes);
    const TensorPlace& scales = m_tensors.scales;
    if (m_scheme.strategy == ScaleStrategy::Tensor)
        std::fill(matrix.scales.begin(), matrix.scales.end(),
                  scales.readNumbers(scales.whole()).front());
    else
        matrix.scales = scales.readNumbers(scales.someRows(firstRow, rows));
    fillZeros(matrix, firstRow);
    return matrix;
}

/// A scheme together with how its words are filled.
struct Candidate {
    CompressedTensorsScheme scheme;
    BitLayout layout = BitLayout::Dense;
};

class CompressedTensorsFormat : public QuantizedFormat {
public:
    explicit CompressedTensorsFormat(CompressedTensorsConfig config)
        : m_config(std::move(config)) {}

    std::string description() const override {
        const CompressedTensorsScheme& scheme = m_config.schemes.front();
        return describe(scheme, scheme.actOrder);
    }

    std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const override;

private:
    CompressedTensorsConfig m_config;

    Candidate chooseScheme(const ModuleTensors& module, const TensorPlace& codes) const;
    void takeScales(ModuleTensors& module, const Candidate& chosen,
                    CompressedTensors& tensors) const;
    std::vector<std::int32_t> takeGroupIndex(ModuleTensors& module,
                                             const GroupScheme& scheme) const;
};

std::vector<std::int64_t> scaleShape(const CompressedTensorsScheme& scheme,
                                     const ModuleTensors& module) {
    if (scheme.strategy == ScaleStrategy::Tensor)
        return {1};
    return {module.out(), scheme.group.groups(module.in())};
}

/// The shape of packed zeros; empty where there are none or they are not packed.
std::vector<std::int64_t> zeroShape(const Candidate& candidate, const ModuleTensors& module) {
    const GroupScheme& group = candidate.scheme.group;
    if (candidate.scheme.symmetric || candidate.scheme.strategy == ScaleStrategy::Tensor)
        return {};
    return {bitStreamWords(module.out(), group.bits, candidate.layout), group.groups(module.in())};
}

/// Whether two candidates read the same numbers from the same words.
bool sameReading(const Candidate& left, const Candidate& right, const ModuleTensors& module) {
    const std::int64_t longest = std::max(module.in(), module.out());
    const std::int64_t perWord = 32 / left.scheme.group.bits;
    return left.scheme == right.scheme &&
           (left.layout == right.layout || 32 % left.scheme.group.bits == 0 || longest <= perWord);
}

Candidate CompressedTensorsFormat::chooseScheme(const ModuleTensors& module,
                                                const TensorPlace& codes) const {
    std::vector<Candidate> fitting;
    for (const CompressedTensorsScheme& scheme : m_config.schemes)
        for (const BitLayout layout : {BitLayout::PerWord, BitLayout::Dense}) {
            const Candidate candidate{scheme, layout};
            const std::vector<std::int64_t> words = {
                module.out(), bitStreamWords(module.in(), scheme.group.bits, layout)};
            const std::vector<std::int64_t> zeros = zeroShape(candidate, module);
            if (codes.tensor->shape == words &&
                module.shapeOf("weight_scale") == scaleShape(scheme, module) &&
                (zeros.empty() || module.shapeOf("weight_zero_point") == zeros) &&
                scheme.symmetric == !module.has("weight_zero_point"))
                fitting.push_back(candidate);
        }
    if (fitting.empty())
        return {m_config.schemes.front(), m_config.layout.value_or(BitLayout::PerWord)};
    const auto bySameVersion = [&](const Candidate& candidate) {
        return candidate.layout == m_config.layout;
    };
    if (std::any_of(fitting.begin(), fitting.end(), bySameVersion))
        std::erase_if(fitting, std::not_fn(bySameVersion));
    for (const Candidate& candidate : fitting)
        if (!sameReading(candidate, fitting.front(), module))
            codes.refuse("fits more than one way of packing, and the configuration does not tell "
                         "which (a version, or config groups of other widths, would)");
    return fitting.front();
}

void CompressedTensorsFormat::takeScales(ModuleTensors& module, const Candidate& chosen,
                                         CompressedTensors& tensors) const {
    tensors.scales =
        module.take("weight_scale", {"F16", "BF16", "F32"}, scaleShape(chosen.scheme, module));
    if (chosen.scheme.symmetric && module.has("weight_zero_point"))
        module.take("weight_zero_point")
            .refuse("holds zero points, but the configuration says symmetric = true");
    if (chosen.scheme.symmetric)
        return;
    if (chosen.scheme.strategy == ScaleStrategy::Tensor)
        tensors.zeros = module.take("weight_zero_point", {"I8"}, {1});
    else
        tensors.zeros = module.take("weight_zero_point", {"I32"}, zeroShape(chosen, module));
}

std::vector<std::int32_t> CompressedTensorsFormat::takeGroupIndex(ModuleTensors& module,
                                                                  const GroupScheme& scheme) const {
    std::vector<std::int32_t> consecutive =
        consecutiveGroups(module.in(), scheme.sizeFor(module.in()));
    if (!module.has("weight_g_idx"))
        return consecutive;
    const TensorPlace place = module.take("weight_g_idx", {"I32"}, {module.in()});
    std::vector<std::int32_t> groupIndex = place.read<std::int32_t>(place.whole());
    // −1 marks an index that was never set, which the tool takes for none.
    if (std::find(groupIndex.begin(), groupIndex.end(), -1) != groupIndex.end())
        return consecutive;
    const std::int64_t groups = scheme.groups(module.in());
    requireGroups(place, groupIndex, groups);
    // The tool counts the groups that occur, which are the scales' only where none is missing.
    std::vector<bool> seen(static_cast<std::size_t>(groups));
    for (const std::int32_t group : groupIndex)
        seen[static_cast<std::size_t>(group)] = true;
    if (const auto missing = std::find(seen.begin(), seen.end(), false); missing != seen.end())
        place.refuse(
            fmt::format("puts no column into group {} of {}", missing - seen.begin(), groups));
    return groupIndex;
}

void requireShape(ModuleTensors& module) {
    const TensorPlace place = module.take("weight_shape", {"I64", "I32"}, {2});
    std::vector<std::int64_t> shape;
    if (place.tensor->dtype == "I64")
        shape = place.read<std::int64_t>(place.whole());
    else
        for (const std::int32_t extent : place.read<std::int32_t>(place.whole()))
            shape.push_back(extent);
    if (shape != std::vector{module.out(), module.in()})
        place.refuse(fmt::format("says that the matrix is [{}]; its config.json asks for [{}, {}]",
                                 fmt::join(shape, ", "), module.out(), module.in()));
}

std::unique_ptr<QuantizedMatrix> CompressedTensorsFormat::open(ModuleTensors& module) const {
    if (!module.has("weight_packed"))
        return nullptr;
    CompressedTensors tensors;
    tensors.codes = module.take("weight_packed");
    requireShape(module);
    const Candidate chosen = chooseScheme(module, tensors.codes);
    const GroupScheme& group = chosen.scheme.group;
    tensors.layout = chosen.layout;
    module.check(tensors.codes, {"I32"},
                 {module.out(), bitStreamWords(module.in(), group.bits, chosen.layout)});
    takeScales(module, chosen, tensors);
    return std::make_unique<CompressedMatrix>(tensors, chosen.scheme,
                                              takeGroupIndex(module, group));
}

} // namespace

std::unique_ptr<QuantizedFormat> makeCompressedTensorsFormat(const QuantizationConfig& config) {
    return std::make_unique<CompressedTensorsFormat>(readCompressedTensorsConfig(config));
}

} // namespace quantscope
