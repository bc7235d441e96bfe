#include "core/checkpoint/gptq_format.h"

#include "core/checkpoint/bit_stream.h"
#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/group_scheme.h"
#include "core/checkpoint/module_tensors.h"
#include "core/checkpoint/transpose.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace quantscope {

namespace {

/// Of how the codes were found or of which kernels ran them, not of how they are stored.
constexpr std::array harmlessKeys = {
    "act_group_aware",
    "amp",
    "autoround_version",
    "backend",
    "batch_size",
    "block_name_to_quantize",
    "cache_block_outputs",
    "cache_examples_on_gpu",
    "damp_auto_increment",
    "damp_percent",
    "dataset",
    "enable_minmax_tuning",
    "enable_quanted_input",
    "exllama_config",
    "gradient_accumulate_steps",
    "iters",
    "low_gpu_mem_usage",
    "lr",
    "max_input_length",
    "meta",
    "minmax_lr",
    "model_file_base_name",
    "model_name_or_path",
    "model_seqlen",
    "module_name_preceding_first_block",
    "modules_in_block_to_quantize",
    "modules_to_not_convert",
    "mse",
    "nsamples",
    "pad_token_id",
    "scale_dtype",
    "seqlen",
    "static_groups",
    "sym",
    "tokenizer",
    "true_sequential",
    "use_cuda_fp16",
    "use_exllama",
};

struct GptqConfig {
    std::vector<GroupScheme> schemes; ///< the usual one, then those of single modules
    bool actOrder = false;
    bool zeroMinusOne = true; ///< format "gptq", not "gptq_v2"
};

GroupScheme readScheme(ConfigReader& reader, const GroupScheme& usual) {
    GroupScheme scheme = usual;
    if (const auto bits = reader.integer("bits", 0, 64)) {
        if (*bits != 2 && *bits != 3 && *bits != 4 && *bits != 8)
            reader.refuse("bits", "2, 3, 4 or 8");
        scheme.bits = static_cast<int>(*bits);
    }
    scheme.groupSize = readGroupSize(reader, "group_size", usual.groupSize);
    return scheme;
}

void readOverrides(const nlohmann::json& dynamic, const std::string& place, GptqConfig& config) {
    // Which module a pattern means is not asked: the shapes of its tensors tell the scheme.
    for (const auto& [pattern, values] : dynamic.items()) {
        if (pattern.starts_with('-') || !values.is_object())
            continue;
        ConfigReader reader(values, fmt::format("{}, in dynamic, in {}", place, pattern));
        config.schemes.push_back(readScheme(reader, config.schemes.front()));
    }
}

GptqConfig readGptqConfig(const QuantizationConfig& source) {
    ConfigReader reader(source.object, source.place);
    reader.take("quant_method");
    GptqConfig config;
    if (!reader.take("bits"))
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no bits; expected 2, 3, 4 or 8.", source.place));
    config.schemes.push_back(readScheme(reader, {}));
    config.actOrder = reader.boolean("desc_act").value_or(false);
    for (const std::string key : {"checkpoint_format", "format"})
        if (const auto format = reader.text(key)) {
            if (*format != "gptq" && *format != "gptq_v2")
                reader.refuse(key, "gptq or gptq_v2");
            config.zeroMinusOne = *format == "gptq";
        }
    if (const auto type = reader.text("pack_dtype"); type && *type != "int32")
        reader.refuse("pack_dtype", "int32");
    if (const auto type = reader.text("data_type"); type && *type != "int")
        reader.refuse("data_type", "int");
    // lm_head = true says that the output matrix is quantized too; its tensors tell.
    reader.boolean("lm_head");
    if (const nlohmann::json* dynamic = reader.take("dynamic")) {
        if (!dynamic->is_object())
            reader.refuse("dynamic", "an object of patterns");
        readOverrides(*dynamic, source.place, config);
    }
    refuseUntaken(reader, source.object, harmlessKeys);
    return config;
}

/// The places of one matrix' tensors and how to read them.
struct GptqTensors {
    TensorPlace codes;  ///< [in · bits / 32, out]
    TensorPlace zeros;  ///< [groups, out · bits / 32]
    TensorPlace scales; ///< [groups, out]
};

class GptqMatrix : public UniformMatrix {
public:
    GptqMatrix(const GptqTensors& tensors, const GroupScheme& scheme,
               std::vector<std::int32_t> groupIndex, bool zeroMinusOne)
        : m_tensors(tensors)
        , m_scheme(scheme)
        , m_groupIndex(std::move(groupIndex))
        , m_zeroMinusOne(zeroMinusOne) {}

    std::string description() const override {
        const bool ordered = std::is_sorted(m_groupIndex.begin(), m_groupIndex.end());
        return describe("GPTQ", m_scheme, !ordered);
    }

protected:
    PackedMatrix unpack(std::int64_t firstRow, std::int64_t rows) const override;

private:
    GptqTensors m_tensors;
    GroupScheme m_scheme;
    std::vector<std::int32_t> m_groupIndex;
    bool m_zeroMinusOne;
};

PackedMatrix GptqMatrix::unpack(std::int64_t firstRow, std::int64_t rows) const {
    PackedMatrix matrix = emptyMatrix(m_scheme, rows, m_groupIndex);
    const TensorPlace& codes = m_tensors.codes;
    const auto words = codes.read<std::uint32_t>(codes.someColumns(firstRow, rows));
    unpackLines(transposed<std::uint32_t>(words, codes.rows()), m_scheme.bits, BitLayout::Dense,
                rows, matrix.codes);
    const TensorPlace& zeros = m_tensors.zeros;
    const auto zeroWords = zeros.read<std::uint32_t>(zeros.whole());
    const std::int64_t out = codes.columns();
    std::vector<std::uint8_t> allZeros(static_cast<std::size_t>(matrix.groups * out));
    unpackLines(zeroWords, m_scheme.bits, BitLayout::Dense, matrix.groups, allZeros);
    const float shift = m_zeroMinusOne ? 1 : 0;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t group = 0; group < matrix.groups; ++group)
            matrix.zeros[static_cast<std::size_t>(row * matrix.groups + group)] =
                shift + static_cast<float>(
                            allZeros[static_cast<std::size_t>(group * out + firstRow + row)]);
    const TensorPlace& scales = m_tensors.scales;
    matrix.scales =
        transposed<float>(scales.readNumbers(scales.someColumns(firstRow, rows)), matrix.groups);
    return matrix;
}

class GptqFormat : public QuantizedFormat {
public:
    explicit GptqFormat(GptqConfig config) : m_config(std::move(config)) {}

    std::string description() const override {
        return describe("GPTQ", m_config.schemes.front(), m_config.actOrder);
    }

    std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const override;

private:
    GptqConfig m_config;

    GroupScheme schemeOf(const ModuleTensors& module, const TensorPlace& codes) const;
    std::vector<std::int32_t> readGroupIndex(ModuleTensors& module,
                                             const GroupScheme& scheme) const;
};

/// The scheme that the shape of a module's codes asks for; the usual one where none fits.
GroupScheme GptqFormat::schemeOf(const ModuleTensors& module, const TensorPlace& codes) const {
    for (const GroupScheme& scheme : m_config.schemes)
        if (codes.tensor->shape ==
                std::vector{bitStreamWords(module.in(), scheme.bits), module.out()} &&
            module.shapeOf("scales") == std::vector{scheme.groups(module.in()), module.out()})
            return scheme;
    return m_config.schemes.front();
}

std::vector<std::int32_t> GptqFormat::readGroupIndex(ModuleTensors& module,
                                                     const GroupScheme& scheme) const {
    if (!module.has("g_idx") && !m_config.actOrder)
        return consecutiveGroups(module.in(), scheme.sizeFor(module.in()));
    const TensorPlace place = module.take("g_idx", {"I32"}, {module.in()});
    std::vector<std::int32_t> groupIndex = place.read<std::int32_t>(place.whole());
    requireGroups(place, groupIndex, scheme.groups(module.in()));
    return groupIndex;
}

std::unique_ptr<QuantizedMatrix> GptqFormat::open(ModuleTensors& module) const {
    if (!module.has("qweight"))
        return nullptr;
    GptqTensors tensors;
    tensors.codes = module.take("qweight");
    const GroupScheme scheme = schemeOf(module, tensors.codes);
    const std::int64_t groups = scheme.groups(module.in());
    const std::int64_t out = module.out();
    module.check(tensors.codes, {"I32"}, {bitStreamWords(module.in(), scheme.bits), out});
    if (module.in() * scheme.bits % 32 != 0)
        tensors.codes.refuse(fmt::format("would hold {} codes of {} bits in a column, which do "
                                         "not fill words of 32 bits as the format asks",
                                         module.in(), scheme.bits));
    tensors.zeros = module.take("qzeros", {"I32"}, {groups, bitStreamWords(out, scheme.bits)});
    tensors.scales = module.take("scales", {"F16", "BF16", "F32"}, {groups, out});
    return std::make_unique<GptqMatrix>(tensors, scheme, readGroupIndex(module, scheme),
                                        m_config.zeroMinusOne);
}

} // namespace

std::unique_ptr<QuantizedFormat> makeGptqFormat(const QuantizationConfig& config) {
    return std::make_unique<GptqFormat>(readGptqConfig(config));
}

} // namespace quantscope
