#include "core/checkpoint/stored_tensor.h"

#include "core/checkpoint/number_conversion.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace quantscope {

std::string_view storedTypeName(StoredType type) {
    switch (type) {
    case StoredType::F32:
        return "f32";
    case StoredType::F16:
        return "f16";
    case StoredType::BF16:
        return "bf16";
    case StoredType::Quantized:
        return "quantized";
    }
    return "unknown";
}

std::int64_t StoredTensor::elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

double StoredTensor::bitsPerWeight() const {
    const std::int64_t count = elements();
    return count == 0 ? 0 : 8.0 * static_cast<double>(bytes) / static_cast<double>(count);
}

TensorExtent extentOf(const StoredTensor& tensor) {
    const std::int64_t rows = tensor.shape.size() < 2 ? 1 : tensor.shape.front();
    return {rows, rows == 0 ? 0 : tensor.elements() / rows};
}

void requireRows(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
                 std::size_t values) {
    const TensorExtent all = extentOf(tensor);
    if (firstRow < 0 || rows < 0 || firstRow > all.rows || rows > all.rows - firstRow ||
        values != static_cast<std::size_t>(rows * all.columns))
        throw Error(ErrorKind::Internal,
                    fmt::format("Rows {} to {} of the tensor {} were asked for into {} values, but "
                                "it has {} rows of {}.",
                                firstRow, firstRow + rows, tensor.name, values, all.rows,
                                all.columns));
}

void requireFinite(const StoredTensor& tensor, std::uint64_t firstElement,
                   std::span<const float> values) {
    if (!hasNonFinite(values))
        return;
    const std::size_t index = findNonFinite(values).value_or(0);
    const std::uint64_t flat = firstElement + index;
    const auto width = static_cast<std::uint64_t>(extentOf(tensor).columns);
    const bool isPart = !tensor.fileName.empty() && tensor.fileName != tensor.name;
    throw Error(ErrorKind::Input,
                fmt::format("{}: the tensor {} holds {} at {}{}; the checkpoint is damaged.",
                            tensor.file.string(), isPart ? tensor.fileName : tensor.name,
                            values[index],
                            tensor.shape.size() < 2
                                ? fmt::format("index {}", flat)
                                : fmt::format("row {}, column {}", flat / width, flat % width),
                            isPart ? " of what is read as " + tensor.name : ""));
}

} // namespace quantscope
