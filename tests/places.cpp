#include "tests/places.h"

namespace quantscope::testing {

std::string testData() { return QUANTSCOPE_TEST_DATA; }
std::string sharedData() { return QUANTSCOPE_SHARED_DATA; }
std::string binaryFolder() { return QUANTSCOPE_BINARY_FOLDER; }

} // namespace quantscope::testing
