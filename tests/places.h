#pragma once

#include <string>

namespace quantscope::testing {

/// tests/data of the sources.
std::string testData();
/// Real models and texts (the CMake variable QUANTSCOPE_SHARED_DATA); may be missing.
std::string sharedData();
/// Where the programs that tests start are built.
std::string binaryFolder();

} // namespace quantscope::testing
