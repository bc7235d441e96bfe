#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// When an answer counts as correct.
enum class AnswerCriterion {
    /// An accepted answer occurs in the prediction as it is, in lower case, or capitalised: PopQA's
    /// own evaluation (Mallen et al., ACL 2023, arXiv 2212.10511).
    Contains,
    /// Prediction and an accepted answer are equal after SQuAD's normalisation: lower case, no
    /// ASCII punctuation, no articles, single spaces (Rajpurkar et al., EMNLP 2016).
    Exact,
};

std::string_view answerCriterionName(AnswerCriterion criterion);
AnswerCriterion parseAnswerCriterion(std::string_view name); ///< @throws Error (Usage)

/// Where "{question}" stands in a prompt.
inline constexpr std::string_view questionPlaceholder = "{question}";

/// Questions that every lane answers, and how they are asked.
struct QuestionOptions {
    std::string path; ///< JSON lines or an array of objects; plain, .gz or .zst; empty: none asked

    std::string questionField = "question";
    std::string answersField = "answers"; ///< a list, a text, or a list in a text (PopQA)
    std::string popularityField = "popularity";
    std::string choicesField = "choices"; ///< a list of texts
    std::string goldField = "gold";       ///< index of the right choice, from 0

    std::int64_t shots = 5;                     ///< questions shown with their answers; not asked
    std::string promptTemplate = "Q: {question} A:"; ///< the answer follows after a space
    std::optional<std::int64_t> questions;      ///< drawn with the seed; absent: all
    std::int64_t answerTokens = 16;             ///< longest answer
    AnswerCriterion criterion = AnswerCriterion::Contains;
    double bucketWidth = 1; ///< of log10 popularity

    bool asked() const { return !path.empty(); }

    bool operator==(const QuestionOptions&) const = default;
};

} // namespace quantscope
