#pragma once

#include "core/allocation/allocation_problem.h"

#include <cstdint>

namespace quantscope {

// Assignments that a solved one is measured beside. All of them are valid.

/// One candidate for all matrices; those that must have another have it.
Assignment uniformAssignment(const AllocationProblem& problem, std::size_t candidate);

/// Candidates drawn at random: matrices in random order get a random one of those with more bits
/// that still fit, until none fits.
/// @param bits  of the whole model, that it may have
Assignment randomAssignment(const AllocationProblem& problem, double bits, std::uint64_t seed);

/// From a uniform assignment, the bits that are left go to the largest matrices first, each the
/// most that fits; among equals to the earlier layers.
Assignment largestAssignment(const AllocationProblem& problem, const Assignment& uniform,
                             double bits);

} // namespace quantscope
