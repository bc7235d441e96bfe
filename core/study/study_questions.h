#pragma once

#include "core/data/session_data.h"
#include "core/study/study_inputs.h"

#include <cstddef>
#include <vector>

namespace quantscope {

/// Reads, draws and encodes the questions of a plan; nothing where it asks none.
/// @throws Error where a row is longer than the model was made for.
AskedQuestions loadQuestions(const StudyPlan& plan, const StudyInputs& inputs, Job& job);

/// What questions cost; zeros where none are asked.
QuestionSizes questionSizes(const StudyPlan& plan, const AskedQuestions& questions);

/// The part of "/questions/…" that is known before a lane is asked, with its coordinates.
SessionData questionsHead(const StudyPlan& plan, const AskedQuestions& questions);

/// Rows of one kind without what all of them begin with.
struct SharedRows {
    std::vector<std::int32_t> prefix;
    std::vector<std::vector<std::int32_t>> own;
    std::int64_t longest = 0; ///< own ids of the longest
};

/// Prompts of the questions that are answered, and which questions they are.
SharedRows answerRows(const AskedQuestions& questions, std::vector<std::size_t>& which);
/// Choices of the questions that have any, in the order of questions and choices.
SharedRows choiceRows(const AskedQuestions& questions, std::vector<std::int64_t>& starts);

/// What the lanes have answered so far; the reference goes first, since it is compared with.
class QuestionResults {
public:
    QuestionResults(const StudyPlan& plan, const StudyInputs& inputs, std::size_t lanes);

    std::size_t lanesAsked() const { return m_lanesAsked; }

    /// Takes up what an interrupted study had.
    void restore(const SessionData& part);

    /// @param answers         new tokens of each row of answerRows
    /// @param logLikelihoods  of each row of choiceRows
    void addLane(const std::vector<std::vector<std::int32_t>>& answers,
                 const std::vector<double>& logLikelihoods);

    SessionData part() const;

    /// Whether an answer is over: an end token, or a line break in its text.
    bool isFinished(const std::vector<std::int32_t>& tokens) const;

private:
    void addAnswer(std::size_t lane, std::size_t question, const std::vector<std::int32_t>& tokens);
    void compare(std::size_t lane, std::size_t question, const std::vector<std::int32_t>& tokens);
    std::vector<std::int32_t> referenceTokens(std::size_t question) const;
    NamedArray& array(const char* name);

    const AskedQuestions& m_questions;
    const Tokenizer& m_tokenizer;
    std::size_t m_count;
    std::size_t m_longest; ///< tokens of the longest answer
    std::size_t m_choices; ///< of the question with most
    std::size_t m_lanesAsked = 0;
    SessionData m_data;
};

} // namespace quantscope
