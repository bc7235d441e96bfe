#include "core/checkpoint/hqq_format.h"

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/group_scheme.h"
#include "core/checkpoint/module_tensors.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace quantscope {

namespace {

constexpr std::int64_t longestText = 64;

/// Of how the codes were found, or of the tool's own loading: W_q and its meta tell the rest.
constexpr std::array harmlessKeys = {"skip_modules"};
constexpr std::array harmlessParameters = {"channel_wise", "optimize", "round_zero",
                                           "view_as_float"};
constexpr std::array ignoredTensors = {"channel_wise",     "compute_dtype", "encoded_state_dict",
                                       "optimize",         "round_zero",    "stores_quant_config",
                                       "unpack_view_dtype"};

GroupScheme readParameters(const nlohmann::json& object, const std::string& place) {
    ConfigReader reader(object, place);
    GroupScheme scheme;
    scheme.bits = static_cast<int>(reader.requireInteger("nbits", 1, 8));
    scheme.groupSize = readGroupSize(reader, "group_size", -1);
    reader.integer("axis", 0, 1);
    refuseUntaken(reader, object, harmlessParameters);
    return scheme;
}

/// The parameters that most layers share; those of each layer stand beside its codes.
std::string readHqqConfig(const QuantizationConfig& source) {
    ConfigReader reader(source.object, source.place);
    reader.take("quant_method");
    const nlohmann::json* layers = reader.take("quant_config");
    if (!layers || !layers->is_object() || layers->empty())
        reader.refuse("quant_config", "an object with weight_quant_params");
    refuseUntaken(reader, source.object, harmlessKeys);
    // One object for all layers, or one for each kind: {"self_attn.q_proj": {…}, …}.
    const bool shared = layers->contains("weight_quant_params");
    const nlohmann::json& first = shared ? *layers : *layers->begin();
    const std::string place = source.place + ", in quant_config";
    if (!first.is_object() || !first.contains("weight_quant_params") ||
        !first.at("weight_quant_params").is_object())
        throw Error(ErrorKind::Input,
                    fmt::format("{}, has no weight_quant_params; expected nbits and group_size "
                                "there.",
                                place));
    return describe(
        "HQQ", readParameters(first.at("weight_quant_params"), place + ", in weight_quant_params"),
        false);
}

/// A scalar saved as a tensor.
std::int64_t readScalar(const TensorPlace& place) {
    const SafetensorsTensor& tensor = *place.tensor;
    if (tensor.elements() != 1)
        place.refuse(
            fmt::format("has {} elements; expected a single whole number", tensor.elements()));
    if (tensor.dtype == "U8")
        return place.read<std::uint8_t>(place.whole()).front();
    if (tensor.dtype == "I32")
        return place.read<std::int32_t>(place.whole()).front();
    if (tensor.dtype == "I64")
        return place.read<std::int64_t>(place.whole()).front();
    place.refuse(
        fmt::format("has the dtype {}; expected a whole number in U8, I32 or I64", tensor.dtype));
}

std::int64_t takeScalar(ModuleTensors& module, std::string_view name, std::int64_t least,
                        std::int64_t most) {
    const TensorPlace place = module.take(name);
    const std::int64_t value = readScalar(place);
    if (value < least || value > most)
        place.refuse(fmt::format("is {}; expected {} to {}", value, least, most));
    return value;
}

std::string takeText(ModuleTensors& module, std::string_view name) {
    const TensorPlace place = module.take(name);
    if (place.tensor->dtype != "U8" || place.tensor->elements() > longestText)
        place.refuse(fmt::format("has the dtype {} and {} elements; expected a short text in U8",
                                 place.tensor->dtype, place.tensor->elements()));
    const auto bytes = place.read<char>(place.whole());
    return {bytes.begin(), bytes.end()};
}

/// How codes lie in the elements of W_q.
struct Packing {
    std::string_view name;
    std::string_view dtype;
    unsigned bits = 0;
    std::int64_t codes = 0; ///< in an element
};

constexpr std::array<Packing, 5> packings = {{{"8bit_u8", "U8", 8, 1},
                                              {"4bit_u8", "U8", 4, 2},
                                              {"3bit_32", "I32", 3, 10},
                                              {"2bit_u8", "U8", 2, 4},
                                              {"1bit_u8", "U8", 1, 8}}};

struct HqqLayout {
    GroupScheme scheme;
    Packing packing;
    std::int64_t axis = 0;
    std::int64_t out = 0;
    std::int64_t in = 0;

    std::int64_t groups() const { return out * in / scheme.groupSize; }
    /// Extents of the matrix of groups.
    std::int64_t height() const { return axis == 1 ? groups() : scheme.groupSize; }
    std::int64_t width() const { return axis == 1 ? scheme.groupSize : groups(); }
    /// Rows of W_q; 3 bit is filled up to a multiple of ten.
    std::int64_t packedHeight() const { return (height() + packing.codes - 1) / packing.codes; }
    std::int64_t group(std::int64_t element) const {
        return axis == 1 ? element / scheme.groupSize : element % groups();
    }
    /// Whether groups are consecutive columns of a row.
    bool groupsAreColumns() const { return axis == 1 && in % scheme.groupSize == 0; }
};

struct HqqTensors {
    TensorPlace codes;
    TensorPlace scales; ///< [groups]
    TensorPlace zeros;  ///< [groups]
};

class HqqMatrix : public QuantizedMatrix {
public:
    HqqMatrix(const HqqTensors& tensors, const HqqLayout& layout)
        : m_tensors(tensors)
        , m_layout(layout) {}

    std::string description() const override {
        return fmt::format("{}{}", describe("HQQ", m_layout.scheme, false),
                           m_layout.axis == 0 ? ", axis 0" : "");
    }

    void read(std::int64_t firstRow, std::int64_t rows, std::span<float> out) const override;
    std::optional<PackedMatrix> packed(std::int64_t firstRow, std::int64_t rows) const override;

private:
    HqqTensors m_tensors;
    HqqLayout m_layout;

    std::vector<std::uint8_t> readCodes(std::int64_t firstRow, std::int64_t rows) const;
};

/// The codes of the elements from `first` on, a row of the matrix of groups after another.
template <typename Element>
void unpackCodes(std::span<const Element> packed, const HqqLayout& layout, std::int64_t first,
                 std::span<std::uint8_t> codes) {
    const std::int64_t width = layout.width();
    const std::int64_t part = layout.packedHeight();
    const std::uint32_t mask = (1u << layout.packing.bits) - 1;
    const std::int64_t end = first + static_cast<std::int64_t>(codes.size());
    for (std::int64_t element = first; element < end;) {
        const std::int64_t row = element / width;
        const std::int64_t rowEnd = std::min(end, (row + 1) * width);
        const auto shift =
            static_cast<unsigned>(layout.packing.codes - 1 - row / part) * layout.packing.bits;
        const Element* source = packed.data() + row % part * width;
        for (; element < rowEnd; ++element)
            codes[static_cast<std::size_t>(element - first)] =
                static_cast<std::uint8_t>((source[element - row * width] >> shift) & mask);
    }
}

std::vector<std::uint8_t> HqqMatrix::readCodes(std::int64_t firstRow, std::int64_t rows) const {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(rows * m_layout.in));
    const std::int64_t first = firstRow * m_layout.in;
    // Neighbouring rows lie all over W_q: its bytes as a whole, under whatever dtype.
    const SafetensorsTensor& tensor = *m_tensors.codes.tensor;
    if (m_layout.packing.dtype == "I32") {
        const auto words = m_tensors.codes.file->readAll<std::uint32_t>(tensor);
        unpackCodes<std::uint32_t>(words, m_layout, first, codes);
    } else {
        const auto bytes = m_tensors.codes.file->readAll<std::uint8_t>(tensor);
        unpackCodes<std::uint8_t>(bytes, m_layout, first, codes);
    }
    const int largest = (1 << m_layout.scheme.bits) - 1;
    const auto bad =
        std::find_if(codes.begin(), codes.end(), [&](std::uint8_t code) { return code > largest; });
    if (bad != codes.end())
        m_tensors.codes.refuse(
            fmt::format("holds the code {} for row {}, column {}; the largest of {} bits is {}",
                        *bad, firstRow + (bad - codes.begin()) / m_layout.in,
                        (bad - codes.begin()) % m_layout.in, m_layout.scheme.bits, largest));
    return codes;
}

void HqqMatrix::read(std::int64_t firstRow, std::int64_t rows, std::span<float> out) const {
    const std::vector<std::uint8_t> codes = readCodes(firstRow, rows);
    const std::vector<float> scales = m_tensors.scales.readNumbers(m_tensors.scales.whole());
    const std::vector<float> zeros = m_tensors.zeros.readNumbers(m_tensors.zeros.whole());
    const std::int64_t first = firstRow * m_layout.in;
    const std::int64_t end = first + rows * m_layout.in;
    // Along a row of the matrix of groups the group stays (axis 1) or counts up with the columns.
    for (std::int64_t element = first; element < end;) {
        const std::int64_t rowEnd =
            std::min(end, (element / m_layout.width() + 1) * m_layout.width());
        const auto step = static_cast<std::size_t>(m_layout.axis == 0);
        auto group = static_cast<std::size_t>(m_layout.group(element));
        for (; element < rowEnd; ++element, group += step) {
            const auto i = static_cast<std::size_t>(element - first);
            out[i] = (static_cast<float>(codes[i]) - zeros[group]) * scales[group];
        }
    }
}

std::optional<PackedMatrix> HqqMatrix::packed(std::int64_t firstRow, std::int64_t rows) const {
    if (!m_layout.groupsAreColumns())
        return std::nullopt;
    PackedMatrix matrix = emptyMatrix(m_layout.scheme, rows,
                                      consecutiveGroups(m_layout.in, m_layout.scheme.groupSize));
    matrix.codes = readCodes(firstRow, rows);
    const TensorBlock groups{firstRow * matrix.groups, rows * matrix.groups, 0, 1};
    matrix.scales = m_tensors.scales.readNumbers(groups);
    matrix.zeros = m_tensors.zeros.readNumbers(groups);
    return matrix;
}

class HqqFormat : public QuantizedFormat {
public:
    explicit HqqFormat(std::string description) : m_description(std::move(description)) {}

    std::string description() const override { return m_description; }

    std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const override;

private:
    std::string m_description;
};

HqqLayout takeLayout(ModuleTensors& module) {
    HqqLayout layout;
    layout.out = module.out();
    layout.in = module.in();
    const TensorPlace shape = module.take("shape", {"I64"}, {2});
    if (const auto extents = shape.read<std::int64_t>(shape.whole());
        extents != std::vector{layout.out, layout.in})
        shape.refuse(fmt::format("says that the matrix is [{}]; its config.json asks for [{}, {}]",
                                 fmt::join(extents, ", "), layout.out, layout.in));
    layout.scheme.bits = static_cast<int>(takeScalar(module, "nbits", 1, 8));
    layout.axis = takeScalar(module, "axis", 0, 1);
    for (const char* quantized : {"quant_scale", "quant_zero", "offload_meta"})
        if (module.has(quantized) && takeScalar(module, quantized, 0, 1) == 1)
            module.taken().back().refuse("is 1; quantized scales and zeros are not read");
    const std::string packing = takeText(module, "packing");
    const auto found =
        std::find_if(packings.begin(), packings.end(),
                     [&](const Packing& candidate) { return candidate.name == packing; });
    if (found == packings.end() || static_cast<int>(found->bits) < layout.scheme.bits)
        module.taken().back().refuse(
            fmt::format("is \"{}\", which is no packing of {} bits", packing, layout.scheme.bits));
    layout.packing = *found;
    const std::int64_t elements = layout.out * layout.in;
    layout.scheme.groupSize = takeScalar(module, "group_size", 1, elements);
    if (elements % layout.scheme.groupSize != 0)
        module.taken().back().refuse(fmt::format("is {}, which does not divide the {} weights of "
                                                 "the matrix",
                                                 layout.scheme.groupSize, elements));
    if (packing != "3bit_32" && layout.height() % layout.packing.codes != 0)
        module.taken().front().refuse(fmt::format("would pack {} rows of groups {} to an element",
                                                  layout.height(), layout.packing.codes));
    return layout;
}

std::unique_ptr<QuantizedMatrix> HqqFormat::open(ModuleTensors& module) const {
    if (!module.has("W_q"))
        return nullptr;
    HqqTensors tensors;
    tensors.codes = module.take("W_q");
    const HqqLayout layout = takeLayout(module);
    const std::vector<std::int64_t> shape = {layout.packedHeight(), layout.width()};
    if (module.has("view_as_float") && takeScalar(module, "view_as_float", 0, 1) == 1) {
        // The same bytes under the dtype that the tool computes in.
        const auto bytes = static_cast<std::uint64_t>(shape[0] * shape[1]) *
                           *safetensorsItemSize(layout.packing.dtype);
        if (tensors.codes.tensor->bytes != bytes)
            tensors.codes.refuse(fmt::format("has {} bytes; {} codes of {} bits take {}",
                                             tensors.codes.tensor->bytes, layout.out * layout.in,
                                             layout.scheme.bits, bytes));
    } else {
        module.check(tensors.codes, {layout.packing.dtype}, shape);
    }
    const std::vector<std::int64_t> groups = layout.axis == 1
                                                 ? std::vector<std::int64_t>{layout.groups(), 1}
                                                 : std::vector<std::int64_t>{1, layout.groups()};
    tensors.scales = module.take("scale", {"F16", "BF16", "F32"}, groups);
    tensors.zeros = module.take("zero", {"F16", "BF16", "F32"}, groups);
    for (const char* ignored : ignoredTensors)
        if (module.has(ignored))
            module.take(ignored);
    return std::make_unique<HqqMatrix>(tensors, layout);
}

} // namespace

std::unique_ptr<QuantizedFormat> makeHqqFormat(const QuantizationConfig& config) {
    return std::make_unique<HqqFormat>(readHqqConfig(config));
}

} // namespace quantscope
