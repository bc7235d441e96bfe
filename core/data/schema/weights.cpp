#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addWeights(std::vector<ArrayDescription>& all) {
    const Names byModule = {"method", "layer", "module"};
    all.push_back({"/weights/relative_error", byModule, f8, "1",
                   "Frobenius norm of the error over that of the matrix"});
    all.push_back({"/weights/sqnr", byModule, f8, "dB", "signal to quantization noise"});
    all.push_back({"/weights/cosine", byModule, f8, "1", "cosine of the flattened matrices"});
    all.push_back(
        {"/weights/bits", byModule, f8, "bit", "bits per weight with scales, zeros and indices"});
    all.push_back({"/weights/activation_bits", byModule, f8, "bit",
                   "bits that the matrix's input is rounded to in the forward pass; 16: it is not "
                   "rounded"});
    all.push_back({"/weights/sampled_weight",
                   {"layer", "module", "sampled"},
                   f4,
                   "1",
                   "weights of the model drawn evenly from each matrix"});
    all.push_back({"/weights/sampled_change",
                   {"method", "layer", "module", "sampled"},
                   f4,
                   "1",
                   "what the method changed of them"});
    all.push_back({"/weights/basis_misfit", byModule, f8, "1",
                   "root mean square over channels of the logarithm by which the scale recovered "
                   "for a module's input differs from what its weights show; imported lanes only"});
    all.push_back({"/weights/bits_per_weight",
                   {"method"},
                   f8,
                   "bit",
                   "bits per quantized weight over all layers"});
}

} // namespace quantscope::schema
