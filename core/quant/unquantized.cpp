#include "core/quant/unquantized.h"

#include "core/quant/matrix_quantizer.h"

#include <string_view>
#include <utility>
#include <vector>

namespace quantscope {

namespace {

enum class NumberType { Checkpoint, Float16, BFloat16 };

const std::vector<std::string_view> typeNames = {"checkpoint", "f16", "bf16"};

torch::Tensor rounded(const torch::Tensor& weight, torch::ScalarType type) {
    return weight.to(type).to(torch::kFloat32);
}

/// Whether a 16-bit type holds the numbers as they are, as it does where they were read from one.
bool fitsSixteenBits(const torch::Tensor& weight) {
    return at::equal(rounded(weight, torch::kBFloat16), weight) ||
           at::equal(rounded(weight, torch::kFloat16), weight);
}

QuantizedLinear leave(const torch::Tensor& weight, NumberType type) {
    QuantizedLinear linear;
    linear.kind = QuantizedLinear::Kind::Values;
    linear.rows = weight.size(0);
    linear.columns = weight.size(1);
    linear.groupSize = weight.size(1);
    linear.values = type == NumberType::Float16    ? rounded(weight, torch::kFloat16)
                    : type == NumberType::BFloat16 ? rounded(weight, torch::kBFloat16)
                                                   : weight;
    linear.bits = fitsSixteenBits(linear.values) ? 16 : 32;
    return linear;
}

} // namespace

Method unquantizedMethod() {
    return {{"none",
             "Not quantized",
             "no paper; the matrix as it is",
             "nothing",
             {{"type", "checkpoint", "checkpoint, f16, bf16",
               "as the checkpoint has it, or rounded to a 16-bit type"}},
             "nothing; 16 bits a weight (32 where the checkpoint's numbers need them)"},
            [](const MethodOptions& options) -> std::unique_ptr<Quantizer> {
                const auto type = static_cast<NumberType>(options.choice("type", typeNames));
                return std::make_unique<MatrixQuantizer>(
                    [type](const torch::Tensor& weight, const Job&) {
                        return leave(weight, type);
                    });
            }};
}

} // namespace quantscope
