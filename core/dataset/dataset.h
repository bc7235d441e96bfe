#pragma once

#include "core/data/job.h"
#include "core/data/study_plan.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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

/// The documents of a file: plain, gzip or Zstandard. Lines and paragraphs that are blank are none;
/// white space around a separator belongs to no document; an empty field of a record is an empty
/// document. A .json array of objects is read as jsonl is; its byteOffset, like that of a line, is
/// the record's.
/// @throws Error (Input) for a missing, empty or undecodable file, with the byte offset.
std::vector<Document> readDocuments(const TextSource& source);

/// Documents → windows → deduplication → seeded sample, in document order. The draw is that of
/// core/dataset/sampling.h, the same on every machine. Near-duplicates (mode paper) are marked
/// among the examples drawn. Where fewer windows exist than examples are asked for, all are taken.
/// @throws Error (Input) when no window is long enough, saying how long the longest text is.
TokenWindows makeWindows(const std::vector<Document>& documents, const Tokenizer& tokenizer,
                         const TextSource& source, const WindowOptions& options, std::uint64_t seed,
                         Job& job);

/// Windows to calibrate on, full ones only, drawn from the windows of the documents with the seed;
/// fewer than asked for where there are no more (the result's size tells).
/// @param tokens window length where the options name none
/// @param studied windows of the same documents to keep off: none overlaps with them; may be null
/// @throws Error (Input) when no window is left, saying why.
TokenWindows makeCalibrationWindows(const std::vector<Document>& documents,
                                    const Tokenizer& tokenizer, const TextSource& source,
                                    const CalibrationOptions& options, std::int64_t tokens,
                                    std::uint64_t seed, const TokenWindows* studied, Job& job);

/// The same, several draws that share no window.
/// @throws Error (Input) where there are too few windows for more than one draw, with the numbers.
std::vector<TokenWindows> makeCalibrationDraws(const std::vector<Document>& documents,
                                               const Tokenizer& tokenizer, const TextSource& source,
                                               const CalibrationOptions& options,
                                               std::int64_t tokens, std::uint64_t seed,
                                               const TokenWindows* studied, std::int64_t draws,
                                               Job& job);

/// What a set's draws are cut to, where the set itself says nothing.
struct CalibrationDrawOptions {
    CalibrationOptions defaults; ///< windows, examples, tokens and draws
    std::int64_t tokens = 0;     ///< of a window where neither set nor defaults say any
    std::uint64_t seed = 0;
    std::string studiedPath; ///< text that is studied: its windows below are kept off
    const TokenWindows* studied = nullptr;
};

/// All draws of a calibration set: windows that no two draws of it share, drawn with the seed.
/// Draw 0 of a file holds the windows that makeCalibrationWindows draws. Of several files each
/// gives an equal share of every draw. Nonsense is drawn anew for each window: characters until
/// they make enough tokens, or tokens of the vocabulary (start token left out).
/// @throws Error (Input) where a source has too few windows for so many draws, with the numbers.
std::vector<TokenWindows> drawCalibrationSet(const CalibrationSet& set, const Tokenizer& tokenizer,
                                             const CalibrationDrawOptions& options, Job& job);

/// The first 80 characters on one line.
std::string makeExcerpt(std::string_view text);

/// Hash of a file's bytes, hexadecimal (XXH3, 128 bits).
std::string fileHash(const std::string& path);

/// Hash of token ids, as their little-endian bytes, hexadecimal (XXH3, 128 bits).
std::string idsHash(std::span<const std::int32_t> ids);

} // namespace quantscope
