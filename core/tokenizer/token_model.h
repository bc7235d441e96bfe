#pragma once

#include "core/tokenizer/json_place.h"
#include "core/tokenizer/vocabulary.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace quantscope {

/// The "model" of tokenizer.json: turns words into ids. Safe to use from several threads.
class TokenModel {
public:
    virtual ~TokenModel() = default;

    /// Adds the ids of one word.
    virtual void encode(std::string_view word, std::vector<std::int32_t>& ids) const = 0;

    virtual const Vocabulary& vocabulary() const = 0;

    /// For a person: "BPE".
    virtual std::string_view name() const = 0;
};

/// @throws Error (Input) naming file and JSON path for what is not understood.
std::unique_ptr<TokenModel> makeTokenModel(const JsonPlace& place);

/// An object of pieces and their ids, as most models have it. @throws Error (Input).
Vocabulary readVocabulary(const JsonPlace& place);

} // namespace quantscope
