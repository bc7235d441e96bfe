#pragma once

#include "core/checkpoint/packed_matrix.h"
#include "core/checkpoint/quantization_config.h"
#include "core/checkpoint/stored_tensor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace quantscope {

class ModuleTensors;

/// A matrix [out, in] of a checkpoint, stored as codes. Reading is safe from several threads.
class QuantizedMatrix {
public:
    virtual ~QuantizedMatrix() = default;

    /// For a person: "GPTQ 4 bit, group 128, act order".
    virtual std::string description() const = 0;

    /// Rows [firstRow, firstRow + rows) as numbers, out = rows × in.
    /// @throws Error (Input) naming file, tensor, expected and found.
    virtual void read(std::int64_t firstRow, std::int64_t rows, std::span<float> out) const = 0;

    /// Rows [firstRow, firstRow + rows) as codes, scales and zeros; nothing where the format is not
    /// uniform. @throws Error (Input).
    virtual std::optional<PackedMatrix> packed(std::int64_t firstRow, std::int64_t rows) const = 0;
};

/// A matrix whose numbers follow from uniform codes.
class UniformMatrix : public QuantizedMatrix {
public:
    void read(std::int64_t firstRow, std::int64_t rows, std::span<float> out) const final {
        dequantize(unpack(firstRow, rows), out);
    }

    std::optional<PackedMatrix> packed(std::int64_t firstRow, std::int64_t rows) const final {
        return unpack(firstRow, rows);
    }

protected:
    virtual PackedMatrix unpack(std::int64_t firstRow, std::int64_t rows) const = 0;
};

/// How one quantization method stores matrices.
class QuantizedFormat {
public:
    virtual ~QuantizedFormat() = default;

    /// What most matrices are stored as, for a person: "GPTQ 4 bit, group 128, act order".
    virtual std::string description() const = 0;

    /// Checks the tensors of a module, MODULE.qweight and the like, and takes them. Nothing where
    /// the module is stored unquantized. @throws Error (Input).
    virtual std::unique_ptr<QuantizedMatrix> open(ModuleTensors& module) const = 0;
};

/// The format that a quantization configuration describes.
/// @throws Error (Input) naming the key and its value where something is not understood.
std::unique_ptr<QuantizedFormat> makeQuantizedFormat(const QuantizationConfig& config);

} // namespace quantscope
