#include "core/checkpoint/dense_bits.h"
#include "core/checkpoint/export_helpers.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

constexpr std::int64_t wordBits = 32;

/// Tensors as gptq_format.h describes them.
class GptqExport : public ExportFormat {
public:
    explicit GptqExport(bool zeroMinusOne) : m_zeroMinusOne(zeroMinusOne) {}

    nlohmann::json configuration(const ExportSchemes& schemes) const override {
        const std::vector<ExportSchemes::Group> groups = schemes.groups();
        const ExportScheme& scheme = groups.front().scheme;
        nlohmann::json overrides; // of single matrices, as GPTQModel reads them
        for (std::size_t group = 1; group < groups.size(); ++group)
            for (const std::string& module : groups[group].modules)
                overrides["+:" + exactPattern(module)] = {
                    {"bits", groups[group].scheme.bits},
                    {"group_size", groups[group].scheme.groupSize},
                    {"desc_act", groups[group].scheme.actOrder},
                    {"sym", groups[group].scheme.symmetric}};
        for (const std::string& module : schemes.left()) // a match that is skipped
            overrides["-:" + exactPattern(module)] = nlohmann::json::object();
        nlohmann::json configuration = usual(scheme);
        if (!overrides.is_null())
            configuration["dynamic"] = std::move(overrides);
        return configuration;
    }

    nlohmann::json usual(const ExportScheme& scheme) const {
        return {{"quant_method", "gptq"},
                {"bits", scheme.bits},
                {"group_size", scheme.groupSize},
                {"desc_act", scheme.actOrder},
                {"sym", scheme.symmetric},
                {"lm_head", false},
                {"checkpoint_format", m_zeroMinusOne ? "gptq" : "gptq_v2"},
                {"pack_dtype", "int32"},
                {"meta", {{"quantizer", {std::string("quantscope:") + QUANTSCOPE_VERSION}}}}};
    }

    void check(const std::string& module, const PackedMatrix& matrix,
               const ExportScheme& scheme) const override {
        if (matrix.bits != 2 && matrix.bits != 3 && matrix.bits != 4 && matrix.bits != 8)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has {} bits, but gptq holds 2, 3, 4 or 8; change the "
                                    "method's option bits, or use --format compressed-tensors.",
                                    module, matrix.bits));
        if (matrix.columns % wordBits != 0 || matrix.rows % wordBits != 0)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} is [{}, {}], but gptq holds matrices whose sizes are "
                                    "multiples of 32; use --format compressed-tensors.",
                                    module, matrix.rows, matrix.columns));
        const auto most = static_cast<float>(1 << matrix.bits);
        if (m_zeroMinusOne)
            requireZeros(module, matrix, 1, most, "gptq",
                         "use --format gptq_v2 or compressed-tensors, or the method's option "
                         "grid=symmetric");
        else
            requireZeros(module, matrix, 0, most - 1, "gptq_v2",
                         "use the method's option grid=asymmetric or symmetric");
        requireScales(module, matrix, scheme.scaleType);
    }

    std::vector<ExportTensor> tensors(const std::string& module, std::int64_t out, std::int64_t in,
                                      const ExportScheme& scheme) const override {
        const std::int64_t groups =
            scheme.groupSize < 0 ? 1 : (in + scheme.groupSize - 1) / scheme.groupSize;
        const std::int64_t bits = scheme.bits;
        const ScaleType scaleType = scheme.scaleType;
        const bool minusOne = m_zeroMinusOne;
        return {{{module + ".qweight", "I32", {in * bits / wordBits, out}}, packCodes},
                {{module + ".qzeros", "I32", {groups, out * bits / wordBits}},
                 [minusOne](const PackedMatrix& matrix) { return packZeros(matrix, minusOne); }},
                {{module + ".g_idx", "I32", {in}},
                 [](const PackedMatrix& matrix) { return bytesOf(matrix.groupIndex); }},
                {{module + ".scales", scaleDtype(scaleType), {groups, out}},
                 [scaleType](const PackedMatrix& matrix) {
                     return scaleBytes(matrix, scaleType, /*transposed=*/true);
                 }}};
    }

private:
    /// Each row of the matrix is a stream along the columns; the streams lie beside each other.
    static std::vector<std::byte> packCodes(const PackedMatrix& matrix) {
        const auto rows = static_cast<std::size_t>(matrix.rows);
        const auto columns = static_cast<std::size_t>(matrix.columns);
        const auto bits = static_cast<unsigned>(matrix.bits);
        std::vector<std::uint32_t> words(columns * bits / wordBits * rows);
        for (std::size_t row = 0; row < rows; ++row) {
            const DenseBits stream{words.data() + row, rows, bits};
            for (std::size_t column = 0; column < columns; ++column)
                stream.put(column, matrix.codes[row * columns + column]);
        }
        return bytesOf(words);
    }

    /// Each group has a stream along the rows.
    static std::vector<std::byte> packZeros(const PackedMatrix& matrix, bool minusOne) {
        const auto rows = static_cast<std::size_t>(matrix.rows);
        const auto groups = static_cast<std::size_t>(matrix.groups);
        const auto bits = static_cast<unsigned>(matrix.bits);
        const std::size_t wordsAGroup = rows * bits / wordBits;
        std::vector<std::uint32_t> words(groups * wordsAGroup);
        for (std::size_t group = 0; group < groups; ++group) {
            const DenseBits stream{words.data() + group * wordsAGroup, 1, bits};
            for (std::size_t row = 0; row < rows; ++row)
                stream.put(row, static_cast<std::uint32_t>(matrix.zeros[row * groups + group]) -
                                    (minusOne ? 1u : 0u));
        }
        return bytesOf(words);
    }

    bool m_zeroMinusOne;
};

} // namespace

std::unique_ptr<ExportFormat> makeGptqExport(bool zeroMinusOne) {
    return std::make_unique<GptqExport>(zeroMinusOne);
}

} // namespace quantscope
