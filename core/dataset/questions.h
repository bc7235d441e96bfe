#pragma once

#include "core/data/job.h"
#include "core/data/question_options.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// A record of a file of questions: with accepted answers, with choices, or with both.
struct Question {
    std::string text;
    std::vector<std::string> answers; ///< accepted; empty: only the choices are weighed
    std::optional<double> popularity; ///< finite
    std::vector<std::string> choices; ///< two or more, or none
    std::int32_t gold = -1;           ///< index of the right choice; −1 without choices
    std::size_t record = 0;           ///< number in the file, from 0
};

/// The records of a file of JSON lines (or one JSON array of objects). Accepted answers are a list
/// of texts and numbers, one text, or a list written in a text, as PopQA keeps them. Popularity is
/// a number or a number in a text, in every record or in none.
/// @throws Error (Input) naming file, line and field.
std::vector<Question> readQuestions(const QuestionOptions& options);

/// A continuation whose likelihood is weighed: ids of the whole row, and where it begins in them.
struct Continuation {
    std::vector<std::int32_t> ids;
    std::int64_t start = 0;      ///< ≥ 1
    std::int64_t characters = 0; ///< of the choice's text, for the normalised likelihood
};

/// Questions as lanes read them.
struct PreparedQuestions {
    std::vector<Question> questions;  ///< asked, in the order of the file
    std::string answerShots;          ///< text before every prompt that is answered
    std::string choiceShots;          ///< text before every prompt whose choices are weighed
    std::vector<std::string> prompts; ///< of each question, without the shots

    /// Ids of start token, shots and prompt, by question; empty where it has no accepted answers.
    std::vector<std::vector<std::int32_t>> promptIds;
    std::vector<std::vector<Continuation>> continuations; ///< by question and choice
};

/// Draws shots and questions with the seed and encodes them. Shots are questions with an accepted
/// answer (the first is shown) for those that are answered, with choices (the right one is shown)
/// for those whose choices are weighed; whatever is a shot is not asked. A choice is encoded
/// together with its prompt, and the ids after as many as the prompt has by itself are its own, as
/// EleutherAI's lm-evaluation-harness has it.
/// @throws Error (Input) where too few questions are left.
PreparedQuestions prepareQuestions(std::vector<Question> all, const Tokenizer& tokenizer,
                                   const QuestionOptions& options, std::uint64_t seed, Job& job);

/// Whether a prediction is correct. Case is that of Unicode, letter by letter.
bool matchesAnswer(AnswerCriterion criterion, const std::string& prediction,
                   const std::vector<std::string>& accepted);

/// SQuAD's normalisation: lower case, no ASCII punctuation, no articles, single spaces.
std::string normalizedAnswer(const std::string& text);

} // namespace quantscope
