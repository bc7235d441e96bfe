#include "core/checkpoint/tensor_place.h"

#include "core/checkpoint/number_conversion.h"
#include "core/data/error.h"
#include "core/data/shown_text.h"

#include <fmt/format.h>

namespace quantscope {

std::int64_t TensorPlace::rows() const {
    return tensor->shape.size() < 2 ? 1 : tensor->shape.front();
}

std::int64_t TensorPlace::columns() const { return rows() == 0 ? 0 : tensor->elements() / rows(); }

void TensorPlace::readBytes(const TensorBlock& block, std::span<std::byte> out) const {
    const std::uint64_t itemSize = safetensorsItemSize(tensor->dtype).value_or(1);
    const auto rowBytes = static_cast<std::uint64_t>(columns()) * itemSize;
    const auto partBytes = static_cast<std::uint64_t>(block.columns) * itemSize;
    const std::uint64_t first = static_cast<std::uint64_t>(block.firstRow) * rowBytes +
                                static_cast<std::uint64_t>(block.firstColumn) * itemSize;
    if (partBytes == rowBytes) {
        file->readBytes(*tensor, first, out);
        return;
    }
    for (std::uint64_t row = 0; row < static_cast<std::uint64_t>(block.rows); ++row)
        file->readBytes(*tensor, first + row * rowBytes, out.subspan(row * partBytes, partBytes));
}

std::vector<float> TensorPlace::readNumbers(const TensorBlock& block) const {
    std::vector<float> values;
    if (tensor->dtype == "F32") {
        values = read<float>(block);
    } else if (tensor->dtype == "F16" || tensor->dtype == "BF16") {
        const auto halves = read<std::uint16_t>(block);
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
                           block.firstRow + flat / block.columns,
                           block.firstColumn + flat % block.columns));
    }
    return values;
}

void TensorPlace::refuse(std::string_view what) const {
    throw Error(ErrorKind::Input,
                fmt::format("{}: the tensor {} {}.", file->path().string(), shownText(tensor->name),
                            shownText(what))); // it may quote what the file holds
}

} // namespace quantscope
