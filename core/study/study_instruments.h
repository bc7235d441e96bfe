#pragma once

#include "core/engine/block_instrument.h"
#include "core/study/study_inputs.h"

namespace quantscope {

/// Sites of which the plan wants the reference's means by channel.
std::vector<Site> channelSites(const StudyPlan& plan, const ModelConfig& config);

/// Where the instrument activations looks: the inputs of matrices and the blocks' output, as far as
/// every layer has them, of one width. Single experts' inputs are none of them.
std::vector<Site> activationSitesOf(const ModelConfig& config);

/// Whether influence and updates of units are measured, which their removal needs too.
bool measuresDepth(const StudyPlan& plan);

/// Examples, the first ones, that units are left out for.
std::int64_t removalExamples(const StudyPlan& plan, const StudyInputs& inputs);

/// Fresh instruments of one block, as the plan asks for them, for a share of the examples.
BlockInstruments makeInstruments(const StudyPlan& plan, const StudyInputs& inputs,
                                 const ExampleShare& share, std::int64_t layer);

/// What the instruments cost beside the walk.
struct InstrumentCost {
    double operations = 0;         ///< of all layers, lanes and tokens
    std::uint64_t bytes = 0;       ///< held while a block is walked
    std::uint64_t resultBytes = 0; ///< of all layers, in the session
};

InstrumentCost instrumentCost(const StudyPlan& plan, const StudyInputs& inputs, int threads);

} // namespace quantscope
