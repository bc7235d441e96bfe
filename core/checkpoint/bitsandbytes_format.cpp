#include "core/checkpoint/bitsandbytes_format.h"

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/group_scheme.h"
#include "core/checkpoint/json_file.h"
#include "core/checkpoint/module_tensors.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

constexpr std::int64_t largestState = 1 << 16;
constexpr std::int64_t smallestBlock = 32;
constexpr std::int64_t largestBlock = 4096;

/// Of what the tool computes in, or of its other method; the tensors tell the rest.
constexpr std::array harmlessKeys = {
    "bnb_4bit_compute_dtype",   "bnb_4bit_quant_storage", "llm_int8_enable_fp32_cpu_offload",
    "llm_int8_has_fp16_weight", "llm_int8_skip_modules",  "llm_int8_threshold",
};

std::string describeKind(const std::string& quantType) {
    return quantType == "nf4" ? "bitsandbytes NF4" : "bitsandbytes FP4";
}

std::string readQuantType(ConfigReader& reader, const std::string& key, const std::string& absent) {
    const std::string type = reader.text(key).value_or(absent);
    if (type != "nf4" && type != "fp4")
        reader.refuse(key, "nf4 or fp4");
    return type;
}

std::string readBitsandbytesConfig(const QuantizationConfig& source) {
    ConfigReader reader(source.object, source.place);
    reader.take("quant_method");
    for (const std::string key : {"load_in_8bit", "_load_in_8bit"})
        if (reader.boolean(key).value_or(false))
            reader.refuse(key, "false: LLM.int8() quantizes activations as well, which is not "
                               "computed; 4 bit checkpoints are read");
    const bool fourBit = reader.boolean("load_in_4bit").value_or(false) ||
                         reader.boolean("_load_in_4bit").value_or(false);
    reader.take("_load_in_4bit");
    if (!fourBit)
        reader.refuse("load_in_4bit", "true, as 4 bit checkpoints are read");
    const std::string type = readQuantType(reader, "bnb_4bit_quant_type", "fp4");
    const bool nested = reader.boolean("bnb_4bit_use_double_quant").value_or(false);
    refuseUntaken(reader, source.object, harmlessKeys);
    return describeKind(type) + (nested ? ", double quantization" : "");
}

/// What the JSON of one matrix says.
struct QuantState {
    std::string quantType;
    std::int64_t blockSize = 0;
    std::int64_t nestedBlockSize = 0; ///< 0: scales are not quantized
    float nestedOffset = 0;
};

std::int64_t readBlockSize(ConfigReader& reader, const std::string& key) {
    const std::int64_t size = reader.requireInteger(key, smallestBlock, largestBlock);
    if ((size & (size - 1)) != 0)
        reader.refuse(key,
                      fmt::format("a power of two from {} to {}", smallestBlock, largestBlock));
    return size;
}

QuantState readQuantState(const TensorPlace& place, const ModuleTensors& module, bool nested) {
    if (place.tensor->dtype != "U8" || place.tensor->elements() > largestState)
        place.refuse(fmt::format("has the dtype {} and {} elements; expected a JSON object in U8",
                                 place.tensor->dtype, place.tensor->elements()));
    const auto bytes = place.read<char>({0, 1, 0, place.tensor->elements()});
    const std::string name =
        fmt::format("{}: the tensor {}", place.file->path().string(), place.tensor->name);
    const nlohmann::json object = parseJsonObject({bytes.begin(), bytes.end()}, name);
    ConfigReader reader(object, name);
    QuantState state;
    state.quantType = readQuantType(reader, "quant_type", "");
    if (!place.tensor->name.ends_with(state.quantType))
        reader.refuse("quant_type", "the type that its name ends with");
    state.blockSize = readBlockSize(reader, "blocksize");
    if (const nlohmann::json* shape = reader.take("shape");
        !shape || *shape != nlohmann::json{module.out(), module.in()})
        reader.refuse("shape", fmt::format("[{}, {}], which config.json asks for", module.out(),
                                           module.in()));
    if (const std::string dtype = reader.text("dtype").value_or("");
        dtype != "float16" && dtype != "bfloat16" && dtype != "float32")
        reader.refuse("dtype", "float16, bfloat16 or float32");
    if (nested) {
        state.nestedBlockSize = readBlockSize(reader, "nested_blocksize");
        if (reader.text("nested_dtype").value_or("") != "float32")
            reader.refuse("nested_dtype", "float32");
        const nlohmann::json* offset = reader.take("nested_offset");
        if (!offset || !offset->is_number() || !std::isfinite(offset->get<float>()))
            reader.refuse("nested_offset", "a number");
        state.nestedOffset = offset->get<float>();
    }
    refuseUntaken(reader, object, {});
    return state;
}

struct BitsandbytesTensors {
    TensorPlace codes;
    TensorPlace scales;       ///< absmax
    TensorPlace quantMap;     ///< f32 [16]
    TensorPlace nestedScales; ///< set where the state has nested blocks
    TensorPlace nestedMap;    ///< f32 [256]
};

class BitsandbytesMatrix : public QuantizedMatrix {
public:
    BitsandbytesMatrix(const BitsandbytesTensors& tensors, QuantState state, std::int64_t columns)
        : m_tensors(tensors)
        , m_state(std::move(state))
        , m_columns(columns) {}

    std::string description() const override {
        return fmt::format("{}, block {}{}", describeKind(m_state.quantType), m_state.blockSize,
                           m_state.nestedBlockSize > 0 ? ", double quantization" : "");
    }

    void read(std::int64_t firstRow, std::int64_t rows, std::span<float> out) const override;

    std::optional<PackedMatrix> packed(std::int64_t, std::int64_t) const override {
        return std::nullopt;
    }

private:
    BitsandbytesTensors m_tensors;
    QuantState m_state;
    std::int64_t m_columns;

    std::vector<float> readScales(std::int64_t first, std::int64_t count) const;
};

/// Scales of the blocks [first, first + count).
std::vector<float> BitsandbytesMatrix::readScales(std::int64_t first, std::int64_t count) const {
    const TensorBlock blocks{0, 1, first, count};
    if (m_state.nestedBlockSize == 0)
        return m_tensors.scales.readNumbers(blocks);
    const auto codes = m_tensors.scales.read<std::uint8_t>(blocks);
    const std::vector<float> map = m_tensors.nestedMap.readNumbers(m_tensors.nestedMap.whole());
    const std::vector<float> nested =
        m_tensors.nestedScales.readNumbers(m_tensors.nestedScales.whole());
    std::vector<float> scales(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto block = static_cast<std::size_t>(first) + i;
        // The product is rounded on its own, as the tool does: no fused multiplication here.
        const double product = static_cast<double>(map[codes[i]]) *
                               nested[block / static_cast<std::size_t>(m_state.nestedBlockSize)];
        scales[i] = static_cast<float>(product) + m_state.nestedOffset;
    }
    return scales;
}

void BitsandbytesMatrix::read(std::int64_t firstRow, std::int64_t rows,
                              std::span<float> out) const {
    const std::int64_t first = firstRow * m_columns;
    const std::int64_t end = first + rows * m_columns;
    if (first == end)
        return;
    const std::int64_t firstByte = first / 2;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>((end + 1) / 2 - firstByte));
    m_tensors.codes.file->readBytes(*m_tensors.codes.tensor, static_cast<std::uint64_t>(firstByte),
                                    std::as_writable_bytes(std::span(bytes)));
    const std::int64_t firstBlock = first / m_state.blockSize;
    const std::vector<float> scales =
        readScales(firstBlock, (end - 1) / m_state.blockSize + 1 - firstBlock);
    const std::vector<float> map = m_tensors.quantMap.readNumbers(m_tensors.quantMap.whole());
    for (std::int64_t i = first; i < end; ++i) {
        const std::uint8_t byte = bytes[static_cast<std::size_t>(i / 2 - firstByte)];
        const unsigned code = i % 2 == 0 ? byte >> 4 : byte & 0xf;
        out[static_cast<std::size_t>(i - first)] =
            map[code] * scales[static_cast<std::size_t>(i / m_state.blockSize - firstBlock)];
    }
}

class BitsandbytesFormat : public QuantizedFormat {
public:
    explicit BitsandbytesFormat(std::string description) : m_description(std::move(description)) {}

    std::string description() const override { return m_description; }

    std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const override;

private:
    std::string m_description;
};

std::unique_ptr<QuantizedMatrix> BitsandbytesFormat::open(ModuleTensors& module) const {
    const std::string_view state4 = "weight.quant_state.bitsandbytes__nf4";
    const std::string_view stateF4 = "weight.quant_state.bitsandbytes__fp4";
    if (!module.has("weight.absmax") && !module.has(state4) && !module.has(stateF4))
        return nullptr;
    BitsandbytesTensors tensors;
    tensors.codes = module.take("weight");
    const bool nested = module.has("weight.nested_absmax");
    const QuantState state =
        readQuantState(module.take(module.has(stateF4) ? stateF4 : state4), module, nested);
    const std::int64_t elements = module.out() * module.in();
    const SafetensorsTensor& codes = *tensors.codes.tensor;
    // Stored under a wider dtype, the bytes are filled up to whole elements of it.
    const std::uint64_t itemSize = safetensorsItemSize(codes.dtype).value_or(1);
    const auto bytes = static_cast<std::uint64_t>((elements + 1) / 2);
    if (codes.bytes != (bytes + itemSize - 1) / itemSize * itemSize)
        tensors.codes.refuse(fmt::format("has {} bytes; the {} codes of a matrix of {} rows and {} "
                                         "columns take {}",
                                         codes.bytes, elements, module.out(), module.in(), bytes));
    const std::int64_t blocks = (elements + state.blockSize - 1) / state.blockSize;
    tensors.scales = module.take("weight.absmax", {nested ? "U8" : "F32"}, {blocks});
    tensors.quantMap = module.take("weight.quant_map", {"F32"}, {16});
    if (nested) {
        tensors.nestedScales =
            module.take("weight.nested_absmax", {"F32"},
                        {(blocks + state.nestedBlockSize - 1) / state.nestedBlockSize});
        tensors.nestedMap = module.take("weight.nested_quant_map", {"F32"}, {256});
    }
    return std::make_unique<BitsandbytesMatrix>(tensors, state, module.in());
}

} // namespace

std::unique_ptr<QuantizedFormat> makeBitsandbytesFormat(const QuantizationConfig& config) {
    return std::make_unique<BitsandbytesFormat>(readBitsandbytesConfig(config));
}

} // namespace quantscope
