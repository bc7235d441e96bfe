#include "core/checkpoint/bit_stream.h"
#include "core/checkpoint/dense_bits.h"
#include "core/checkpoint/export_helpers.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

/// The first versions packed whole values a word; from 0.18 on the tool fills words densely, which
/// is the same for 2, 4 and 8 bits. The version tells readers which.
constexpr const char* toolVersion = "0.20.0";

/// Tensors as compressed_tensors_format.h describes them.
class CompressedTensorsExport : public ExportFormat {
public:
    nlohmann::json configuration(const ExportSchemes& schemes) const override {
        const std::vector<ExportSchemes::Group> groups = schemes.groups();
        nlohmann::json described = nlohmann::json::object();
        for (std::size_t group = 0; group < groups.size(); ++group) {
            nlohmann::json targets = {"Linear"};
            if (groups.size() > 1) {
                targets = nlohmann::json::array();
                for (const std::string& module : groups[group].modules)
                    targets.push_back("re:" + exactPattern(module));
            }
            described[fmt::format("group_{}", group)] = {
                {"targets", std::move(targets)},
                {"weights", weightsOf(groups[group].scheme)},
                {"input_activations", nullptr},
                {"output_activations", nullptr}};
        }
        nlohmann::json ignored = {"lm_head"};
        for (const std::string& module : schemes.left())
            ignored.push_back(module);
        return {{"quant_method", "compressed-tensors"},
                {"format", "pack-quantized"},
                {"quantization_status", "compressed"},
                {"version", toolVersion},
                {"config_groups", std::move(described)},
                {"ignore", std::move(ignored)},
                {"kv_cache_scheme", nullptr}};
    }

    static nlohmann::json weightsOf(const ExportScheme& scheme) {
        const bool grouped = scheme.groupSize > 0;
        nlohmann::json weights = {
            {"num_bits", scheme.bits},       {"type", "int"},
            {"symmetric", scheme.symmetric}, {"strategy", grouped ? "group" : "channel"},
            {"group_size", nullptr},         {"actorder", nullptr},
            {"block_structure", nullptr},    {"dynamic", false},
            {"observer", "minmax"}};
        if (grouped)
            weights["group_size"] = scheme.groupSize;
        return weights;
    }

    void check(const std::string& module, const PackedMatrix& matrix,
               const ExportScheme& scheme) const override {
        if (scheme.groupSize > 0 && matrix.columns % scheme.groupSize != 0)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has {} columns, which groups of {} do not divide: "
                                    "compressed-tensors holds no shorter last group. Change the "
                                    "method's option group, e.g. to -1 for whole rows.",
                                    module, matrix.columns, scheme.groupSize));
        // Versions up to 0.17 had a tensor for it; those from 0.18 on refuse the checkpoint.
        if (scheme.actOrder)
            throw Error(ErrorKind::Usage,
                        fmt::format("{} has groups of columns that do not follow one another "
                                    "(act_order), which compressed-tensors holds no more; use the "
                                    "method's option static_groups=true, or --format gptq.",
                                    module));
        requireZeros(module, matrix, 0, static_cast<float>((1 << matrix.bits) - 1),
                     "compressed-tensors", "use the method's option grid=asymmetric or symmetric");
        requireScales(module, matrix, scheme.scaleType);
    }

    std::vector<ExportTensor> tensors(const std::string& module, std::int64_t out, std::int64_t in,
                                      const ExportScheme& scheme) const override {
        const std::int64_t groups = scheme.groupSize < 0 ? 1 : in / scheme.groupSize;
        const ScaleType scaleType = scheme.scaleType;
        std::vector<ExportTensor> tensors = {
            {{module + ".weight_shape", "I64", {2}},
             [](const PackedMatrix& matrix) {
                 return bytesOf(std::vector<std::int64_t>{matrix.rows, matrix.columns});
             }},
            {{module + ".weight_packed", "I32", {out, bitStreamWords(in, scheme.bits)}}, packCodes},
            {{module + ".weight_scale", scaleDtype(scaleType), {out, groups}},
             [scaleType](const PackedMatrix& matrix) {
                 return scaleBytes(matrix, scaleType, /*transposed=*/false);
             }}};
        if (!scheme.symmetric)
            tensors.push_back(
                {{module + ".weight_zero_point", "I32", {bitStreamWords(out, scheme.bits), groups}},
                 packZeros});
        return tensors;
    }

private:
    /// A stream a row.
    static std::vector<std::byte> packCodes(const PackedMatrix& matrix) {
        const auto columns = static_cast<std::size_t>(matrix.columns);
        const auto rowWords = static_cast<std::size_t>(bitStreamWords(matrix.columns, matrix.bits));
        std::vector<std::uint32_t> words(static_cast<std::size_t>(matrix.rows) * rowWords);
        for (std::size_t row = 0; row < static_cast<std::size_t>(matrix.rows); ++row) {
            const DenseBits stream{words.data() + row * rowWords, 1,
                                   static_cast<unsigned>(matrix.bits)};
            for (std::size_t column = 0; column < columns; ++column)
                stream.put(column, matrix.codes[row * columns + column]);
        }
        return bytesOf(words);
    }

    /// A stream a group, along the rows; the streams lie beside each other.
    static std::vector<std::byte> packZeros(const PackedMatrix& matrix) {
        const auto groups = static_cast<std::size_t>(matrix.groups);
        std::vector<std::uint32_t> words(
            static_cast<std::size_t>(bitStreamWords(matrix.rows, matrix.bits)) * groups);
        for (std::size_t group = 0; group < groups; ++group) {
            const DenseBits stream{words.data() + group, groups,
                                   static_cast<unsigned>(matrix.bits)};
            for (std::size_t row = 0; row < static_cast<std::size_t>(matrix.rows); ++row)
                stream.put(row, static_cast<std::uint32_t>(matrix.zeros[row * groups + group]));
        }
        return bytesOf(words);
    }
};

} // namespace

std::unique_ptr<ExportFormat> makeCompressedTensorsExport() {
    return std::make_unique<CompressedTensorsExport>();
}

} // namespace quantscope
