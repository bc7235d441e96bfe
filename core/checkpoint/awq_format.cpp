#include "core/checkpoint/awq_format.h"

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/group_scheme.h"
#include "core/checkpoint/module_tensors.h"
#include "core/checkpoint/transpose.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace quantscope {

namespace {

constexpr std::int64_t codesPerWord = 8;
/// The nibble that holds each of the eight columns of a word.
constexpr std::array<unsigned, 8> nibbleOfColumn = {0, 4, 1, 5, 2, 6, 3, 7};

/// Of how the codes were found or of which kernels ran them, not of how they are stored. Newer
/// transformers write the keys of GPTQ as well.
constexpr std::array harmlessKeys = {
    "act_group_aware",
    "backend",
    "batch_size",
    "block_name_to_quantize",
    "cache_block_outputs",
    "damp_percent",
    "dataset",
    "desc_act",
    "exllama_config",
    "fuse_max_seq_len",
    "max_input_length",
    "meta",
    "model_seqlen",
    "module_name_preceding_first_block",
    "modules_in_block_to_quantize",
    "modules_to_fuse",
    "modules_to_not_convert",
    "pad_token_id",
    "sym",
    "tokenizer",
    "true_sequential",
};

GroupScheme readAwqConfig(const QuantizationConfig& source) {
    ConfigReader reader(source.object, source.place);
    reader.take("quant_method");
    for (const std::string key : {"version", "format", "checkpoint_format"})
        if (auto version = reader.text(key)) {
            std::transform(version->begin(), version->end(), version->begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if (*version != "gemm")
                reader.refuse(key, "gemm, the only version of AWQ that is read");
        }
    GroupScheme scheme;
    // AutoAWQ's own file has other names than transformers' configuration.
    for (const std::string key : {"bits", "w_bit"})
        if (const auto bits = reader.integer(key, 0, 64)) {
            if (*bits != 4)
                reader.refuse(key, "4, as AWQ's GEMM version packs no other codes");
            scheme.bits = 4;
        }
    if (scheme.bits == 0)
        throw Error(ErrorKind::Input, fmt::format("{} has no bits; expected 4.", source.place));
    for (const std::string key : {"group_size", "q_group_size"})
        scheme.groupSize = readGroupSize(reader, key, scheme.groupSize);
    // Without zero points the middle of the range is stored as zero; the tensors tell.
    reader.boolean("zero_point");
    reader.boolean("do_fuse");
    if (const auto type = reader.text("pack_dtype"); type && *type != "int32")
        reader.refuse("pack_dtype", "int32");
    refuseUntaken(reader, source.object, harmlessKeys);
    return scheme;
}

struct AwqTensors {
    TensorPlace codes;  ///< [in, out / 8]
    TensorPlace zeros;  ///< [groups, out / 8]
    TensorPlace scales; ///< [groups, out]
};

class AwqMatrix : public UniformMatrix {
public:
    AwqMatrix(const AwqTensors& tensors, const GroupScheme& scheme)
        : m_tensors(tensors)
        , m_scheme(scheme) {}

    std::string description() const override { return describe("AWQ", m_scheme, false); }

protected:
    PackedMatrix unpack(std::int64_t firstRow, std::int64_t rows) const override;

private:
    AwqTensors m_tensors;
    GroupScheme m_scheme;
};

/// The codes of the outputs [firstRow, firstRow + rows), [in or groups, rows], of words
/// [in or groups, out / 8].
std::vector<std::uint8_t> unpackNibbles(const TensorPlace& place, std::int64_t firstRow,
                                        std::int64_t rows) {
    const std::int64_t firstWord = firstRow / codesPerWord;
    const std::int64_t words = (firstRow + rows + codesPerWord - 1) / codesPerWord - firstWord;
    const auto packed = place.read<std::uint32_t>(place.someColumns(firstWord, words));
    // All eight outputs of every word, then those that are asked for.
    std::vector<std::uint8_t> all(packed.size() * codesPerWord);
    for (std::size_t word = 0; word < packed.size(); ++word)
        for (std::size_t i = 0; i < codesPerWord; ++i)
            all[word * codesPerWord + i] = (packed[word] >> (4 * nibbleOfColumn[i])) & 0xf;
    if (rows == words * codesPerWord)
        return all;
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(place.rows() * rows));
    for (std::int64_t line = 0; line < place.rows(); ++line)
        std::copy_n(all.begin() + line * words * codesPerWord + firstRow % codesPerWord, rows,
                    codes.begin() + line * rows);
    return codes;
}

PackedMatrix AwqMatrix::unpack(std::int64_t firstRow, std::int64_t rows) const {
    const std::int64_t columns = m_tensors.codes.rows();
    PackedMatrix matrix =
        emptyMatrix(m_scheme, rows, consecutiveGroups(columns, m_scheme.sizeFor(columns)));
    matrix.codes =
        transposed<std::uint8_t>(unpackNibbles(m_tensors.codes, firstRow, rows), columns);
    const std::vector<std::uint8_t> zeros = unpackNibbles(m_tensors.zeros, firstRow, rows);
    transposeInto<std::uint8_t, float>(zeros, matrix.groups, matrix.zeros);
    const TensorPlace& scales = m_tensors.scales;
    matrix.scales =
        transposed<float>(scales.readNumbers(scales.someColumns(firstRow, rows)), matrix.groups);
    return matrix;
}

class AwqFormat : public QuantizedFormat {
public:
    explicit AwqFormat(const GroupScheme& scheme) : m_scheme(scheme) {}

    std::string description() const override { return describe("AWQ", m_scheme, false); }

    std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const override {
        if (!module.has("qweight"))
            return nullptr;
        AwqTensors tensors;
        tensors.codes = module.take("qweight");
        const std::int64_t words = module.out() / codesPerWord;
        if (module.out() % codesPerWord != 0)
            tensors.codes.refuse(fmt::format("would hold {} outputs, but the format packs "
                                             "multiples of {}",
                                             module.out(), codesPerWord));
        const std::int64_t groups = m_scheme.groups(module.in());
        module.check(tensors.codes, {"I32"}, {module.in(), words});
        tensors.zeros = module.take("qzeros", {"I32"}, {groups, words});
        tensors.scales = module.take("scales", {"F16", "BF16", "F32"}, {groups, module.out()});
        return std::make_unique<AwqMatrix>(tensors, m_scheme);
    }

private:
    GroupScheme m_scheme;
};

} // namespace

std::unique_ptr<QuantizedFormat> makeAwqFormat(const QuantizationConfig& config) {
    return std::make_unique<AwqFormat>(readAwqConfig(config));
}

} // namespace quantscope
