#pragma once

#include "core/data/job.h"
#include "core/data/study_plan.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quantscope {

/// One text of a file, with its labels in the order of TextSource::labelFields.
struct Document {
    std::string text;
    std::vector<std::string> labels;
    std::uint64_t index = 0;      ///< number of the document in its file
    std::uint64_t byteOffset = 0; ///< of its text in the (decompressed) file
};

/// Examples ready to be walked: ids [examples, tokens + 1], padded with −1.
struct TokenWindows {
    std::int64_t tokens =
        0; ///< T; a row has T + 1 ids, the first the start token where there is one
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> lengths;    ///< valid ids a row, the first included
    std::vector<std::uint64_t> documents; ///< document index of each row
    std::vector<std::int64_t> offsets;    ///< first predicted token's index in its document
    std::vector<std::string> labelNames;
    std::vector<std::vector<std::string>> labels; ///< [label][example]
    std::vector<std::uint8_t> nearDuplicate;      ///< 1: dropped from D_large (mode paper)
    std::vector<std::string> excerpts;            ///< first ~80 characters, for tables

    std::int64_t examples() const { return static_cast<std::int64_t>(lengths.size()); }
};

/// @throws Error (Input) for a missing, empty or undecodable file, with the byte offset.
std::vector<Document> readDocuments(const TextSource& source);

/// Documents → windows → deduplication → seeded sample, in document order.
/// @throws Error (Input) when no window is long enough, saying how long the longest text is.
TokenWindows makeWindows(const std::vector<Document>& documents, const Tokenizer& tokenizer,
                         const TextSource& source, const WindowOptions& options, std::uint64_t seed,
                         Job& job);

/// Windows to calibrate on: full windows of the documents, sampled with the seed, without those
/// that the study itself looks at. Fewer than asked for where there are no more: the result's size
/// says how many.
/// @param tokens   T where the options name none
/// @param exclude  (document, offset) of windows that must not be taken
/// @throws Error (Input) when no window is left.
TokenWindows makeCalibrationWindows(const std::vector<Document>& documents,
                                    const Tokenizer& tokenizer, const TextSource& source,
                                    const CalibrationOptions& options, std::int64_t tokens,
                                    std::uint64_t seed,
                                    const std::set<std::pair<std::uint64_t, std::int64_t>>& exclude,
                                    Job& job);

/// Hash of a file's bytes, hexadecimal (XXH3, 128 bits).
std::string fileHash(const std::string& path);

} // namespace quantscope
