#include "core/checkpoint/gguf_types.h"

#include "core/checkpoint/gguf_blocks.h"

#include <algorithm>
#include <array>

namespace quantscope {

namespace {

constexpr std::array types = {
    GgufType{0, "F32", 1, 4, dequantizeF32},
    GgufType{1, "F16", 1, 2, dequantizeF16},
    GgufType{2, "Q4_0", 32, 18, dequantizeQ4_0},
    GgufType{3, "Q4_1", 32, 20, dequantizeQ4_1},
    GgufType{6, "Q5_0", 32, 22, dequantizeQ5_0},
    GgufType{7, "Q5_1", 32, 24, dequantizeQ5_1},
    GgufType{8, "Q8_0", 32, 34, dequantizeQ8_0},
    GgufType{9, "Q8_1"},
    GgufType{10, "Q2_K", 256, 84, dequantizeQ2_K},
    GgufType{11, "Q3_K", 256, 110, dequantizeQ3_K},
    GgufType{12, "Q4_K", 256, 144, dequantizeQ4_K},
    GgufType{13, "Q5_K", 256, 176, dequantizeQ5_K},
    GgufType{14, "Q6_K", 256, 210, dequantizeQ6_K},
    GgufType{15, "Q8_K"},
    GgufType{16, "IQ2_XXS"},
    GgufType{17, "IQ2_XS"},
    GgufType{18, "IQ3_XXS"},
    GgufType{19, "IQ1_S"},
    GgufType{20, "IQ4_NL", 32, 18, dequantizeIQ4_NL},
    GgufType{21, "IQ3_S"},
    GgufType{22, "IQ2_S"},
    GgufType{23, "IQ4_XS", 256, 136, dequantizeIQ4_XS},
    GgufType{24, "I8"},
    GgufType{25, "I16"},
    GgufType{26, "I32"},
    GgufType{27, "I64"},
    GgufType{28, "F64"},
    GgufType{29, "IQ1_M"},
    GgufType{30, "BF16", 1, 2, dequantizeBf16},
    GgufType{31, "Q4_0_4_4"},
    GgufType{32, "Q4_0_4_8"},
    GgufType{33, "Q4_0_8_8"},
    GgufType{34, "TQ1_0"},
    GgufType{35, "TQ2_0"},
    GgufType{39, "MXFP4"},
    GgufType{40, "NVFP4"},
    GgufType{41, "Q1_0"},
};

} // namespace

const GgufType* findGgufType(std::uint32_t id) {
    const auto found = std::find_if(types.begin(), types.end(),
                                    [id](const GgufType& type) { return type.id == id; });
    return found == types.end() ? nullptr : &*found;
}

std::string_view supportedGgufTypes() {
    return "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL "
           "and IQ4_XS";
}

} // namespace quantscope
