#include "core/checkpoint/tensor_place.h"

#include "core/checkpoint/number_conversion.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

std::int64_t TensorPlace::rows() const {
    return tensor->shape.size() < 2 ? 1 : tensor->shape.front();
}

std::int64_t TensorPlace::columns() const { return rows() == 0 ? 0 : tensor->elements() / rows(); }

void TensorPlace::readColumnBytes(std::int64_t first, std::int64_t count,
                                  std::span<std::byte> out) const {
    const std::uint64_t itemSize = safetensorsItemSize(tensor->dtype).value_or(1);
    const auto rowBytes = static_cast<std::uint64_t>(columns()) * itemSize;
    const auto partBytes = static_cast<std::uint64_t>(count) * itemSize;
    if (partBytes == rowBytes) {
        file->readBytes(*tensor, 0, out);
        return;
    }
    for (std::int64_t row = 0; row < rows(); ++row)
        file->readBytes(*tensor,
                        static_cast<std::uint64_t>(row) * rowBytes +
                            static_cast<std::uint64_t>(first) * itemSize,
                        out.subspan(static_cast<std::size_t>(row) * partBytes, partBytes));
}

std::vector<float> TensorPlace::readNumbers() const { return readNumberColumns(0, columns()); }

std::vector<float> TensorPlace::readNumberColumns(std::int64_t first, std::int64_t count) const {
    std::vector<float> values;
    if (tensor->dtype == "F32") {
        values = readColumns<float>(first, count);
    } else if (tensor->dtype == "F16" || tensor->dtype == "BF16") {
        const std::vector<std::uint16_t> halves = readColumns<std::uint16_t>(first, count);
        values.resize(halves.size());
        if (tensor->dtype == "F16")
            convertF16(halves, values);
        else
            convertBf16(halves, values);
    } else {
        refuse(fmt::format("has the dtype {}; expected F32, F16 or BF16", tensor->dtype));
    }
    if (const auto bad = findNonFinite(values)) {
        const auto flat = static_cast<std::int64_t>(*bad);
        refuse(fmt::format("holds {} at row {}, column {}; the checkpoint is damaged", values[*bad],
                           flat / count, first + flat % count));
    }
    return values;
}

void TensorPlace::refuse(std::string_view what) const {
    throw Error(ErrorKind::Input,
                fmt::format("{}: the tensor {} {}.", file->path().string(), tensor->name, what));
}

} // namespace quantscope
