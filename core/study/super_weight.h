#pragma once

#include "core/data/job.h"
#include "core/study/session_models.h"

#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// Where the spikes at the input and the output of a down projection meet in its matrix
/// (Yu et al. 2024, arXiv 2411.07191).
struct SuperWeight {
    std::int64_t layer = 0;
    std::int64_t row = 0;    ///< channel of the output's largest magnitude
    std::int64_t column = 0; ///< channel of the input's
    double weight = 0;
    double input = 0; ///< the values themselves
    double output = 0;
    bool sameToken = false; ///< whether both are of one token
};

struct SuperWeightRequest {
    std::optional<std::int64_t> layer; ///< absent: where input times output is largest
    std::size_t examples = 16;         ///< the session's first ones
    std::string lane;                  ///< a quantized one that is tried too; empty: none
};

/// The loss of one variant of a model.
struct SuperWeightOutcome {
    std::string lane;
    std::string change;      ///< "as it is", "super weight 0", "restored" or "control weight 0"
    double weight = 0;       ///< what stands in the changed place, in the checkpoint's basis
    std::vector<double> nll; ///< mean over an example's tokens, by example
    double meanNll() const;
};

struct SuperWeightAnswer {
    std::vector<SuperWeight> candidates; ///< of every layer of the full-precision model
    SuperWeight chosen;
    std::int64_t controlColumn = 0; ///< of the control: in the same row, nearest in magnitude
    std::vector<SuperWeightOutcome> outcomes;
};

/// Finds the candidates on the examples, then sets the chosen one to zero in the full-precision
/// model, beside a control; and in a quantized lane sets it to zero and back to its value in full
/// precision. @throws Error (Usage) for a layer or lane that is not.
SuperWeightAnswer tryoutSuperWeight(const SessionModels& models, const SuperWeightRequest& request,
                                    Job& job);

} // namespace quantscope
