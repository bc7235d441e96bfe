#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addSensitivity(std::vector<ArrayDescription>& all) {
    const std::string root = "/sensitivity/";
    const Names byModule = {"candidate", "layer", "module"};
    const Names examples = {"calibration_example"};
    const Names byMatrix = {"candidate", "layer", "module", "calibration_example"};
    const Names whole = {"candidate", "calibration_example"};
    all.push_back({root + "bits", byModule, f8, "bit",
                   "bits per weight of the matrix, with scales, zeros and indices"});
    all.push_back({root + "elements", {"layer", "module"}, f8, "1", "weights of the matrix"});
    all.push_back({root + "folds",
                   {"candidate", "module"},
                   u1,
                   "1",
                   "1 where the candidate folds scales into the input of this kind of matrix"});
    all.push_back({root + "rescalable",
                   {"candidate"},
                   u1,
                   "1",
                   "1 where the rows of a matrix can be multiplied exactly, by their scales"});
    const std::string alone = " of the reference with this matrix alone quantized";
    const std::string restored = " of the candidate's model with this matrix alone restored";
    all.push_back(
        {root + "kl_quantized", byMatrix, f4, "nat", "mean KL(reference || model)" + alone});
    all.push_back({root + "nll_quantized", byMatrix, f4, "nat", "mean NLL" + alone});
    all.push_back(
        {root + "kl_restored", byMatrix, f4, "nat", "mean KL(reference || model)" + restored});
    all.push_back({root + "nll_restored", byMatrix, f4, "nat", "mean NLL" + restored});
    all.push_back({root + "kl_layer",
                   {"candidate", "layer", "calibration_example"},
                   f4,
                   "nat",
                   "mean KL(reference || reference with all matrices of this layer quantized)"});
    all.push_back({root + "kl_kind",
                   {"candidate", "module", "calibration_example"},
                   f4,
                   "nat",
                   "mean KL(reference || reference with this matrix of all layers quantized)"});
    all.push_back({root + "kl", whole, f4, "nat", "mean KL(reference || candidate's model)"});
    all.push_back({root + "nll", whole, f4, "nat", "mean NLL of the candidate's model"});
    all.push_back({root + "nll_reference", examples, f4, "nat", "mean NLL of the reference"});
    all.push_back({root + "document", examples, i4, "1", "document that the example is from"});
    all.push_back({root + "excerpt", examples, text, "", "beginning of the example's text"});
    all.push_back({root + "labels/*", examples, text, "", "label column *"});
}

} // namespace quantscope::schema
