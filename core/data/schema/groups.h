#pragma once

#include "core/data/session_schema.h"

#include <string>
#include <vector>

/// The arrays of the session format, a group a file; sessionArrays() puts them together.
namespace quantscope::schema {

inline constexpr auto f4 = ElementType::Float32;
inline constexpr auto f8 = ElementType::Float64;
inline constexpr auto i4 = ElementType::Int32;
inline constexpr auto u1 = ElementType::UInt8;
inline constexpr auto text = ElementType::Text;

using Names = std::vector<std::string>;

void addCoordinates(std::vector<ArrayDescription>& all);
/// What made each lane, and the model.
void addMethods(std::vector<ArrayDescription>& all);
/// Texts, predictions by token, values by example, sets.
void addExamples(std::vector<ArrayDescription>& all);
/// What is measured at each site of a block, and of early exit and channels there.
void addSites(std::vector<ArrayDescription>& all);
/// Arrays of the instruments that are off unless asked for.
void addInstruments(std::vector<ArrayDescription>& all);
/// Which of an MLP's matrices its error comes from.
void addErrorBudget(std::vector<ArrayDescription>& all);
/// How values are distributed where matrices read them and after each block.
void addActivations(std::vector<ArrayDescription>& all);
/// What blocks and their parts do to the residual stream, and the loss without them.
void addDepth(std::vector<ArrayDescription>& all);
/// What patches of the study did.
void addPatches(std::vector<ArrayDescription>& all);
void addWeights(std::vector<ArrayDescription>& all);
/// What was asked of a finished session.
void addLaterPatches(std::vector<ArrayDescription>& all);
/// What experts do, of models that have any.
void addExperts(std::vector<ArrayDescription>& all);
void addTraining(std::vector<ArrayDescription>& all);
void addQuestions(std::vector<ArrayDescription>& all);
/// What single matrices cost and gain; measured on examples of their own, which no other array is
/// about.
void addSensitivity(std::vector<ArrayDescription>& all);
/// Assignments of candidates to matrices, and how they fared.
void addAllocation(std::vector<ArrayDescription>& all);

} // namespace quantscope::schema
