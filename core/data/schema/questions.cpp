#include "core/data/schema/groups.h"

namespace quantscope::schema {

void addQuestions(std::vector<ArrayDescription>& all) {
    const Names question = {"question"};
    const Names byLane = {"lane", "question"};
    all.push_back({"/questions/record", question, i4, "1", "number of the record in the file"});
    all.push_back({"/questions/text", question, text, "", "question"});
    all.push_back({"/questions/prompt", question, text, "", "what is read after the shots"});
    all.push_back({"/questions/answers", question, text, "", "accepted answers, a JSON list"});
    all.push_back({"/questions/popularity", question, f8, "1", "popularity of the subject"});
    all.push_back({"/questions/choices", {"question", "choice"}, text, "", "text of each choice"});
    all.push_back({"/questions/gold", question, i4, "1", "index of the right choice"});
    all.push_back({"/questions/choice_characters",
                   {"question", "choice"},
                   i4,
                   "1",
                   "characters of the choice, by which its log-likelihood is normalised"});
    all.push_back({"/questions/prediction", byLane, text, "",
                   "greedy answer up to its first line break, without white space around it"});
    all.push_back({"/questions/token_ids",
                   {"lane", "question", "answer_token"},
                   i4,
                   "1",
                   "greedy tokens of the answer, padded with -1"});
    all.push_back({"/questions/contains_answer", byLane, u1, "1",
                   "1: an accepted answer occurs in the prediction as it is, in lower case or "
                   "capitalised (PopQA)"});
    all.push_back({"/questions/exact_match", byLane, u1, "1",
                   "1: prediction and an accepted answer are equal after SQuAD's normalisation"});
    all.push_back({"/questions/first_difference", byLane, i4, "1",
                   "index of the first greedy token that differs from the reference's; the number "
                   "of tokens where none does"});
    all.push_back({"/questions/differs", byLane, u1, "1",
                   "1: some greedy token differs from the reference's"});
    all.push_back({"/questions/differing_token", byLane, text, "",
                   "the lane's token there; empty where it has ended or none differs"});
    all.push_back({"/questions/reference_token", byLane, text, "",
                   "the reference's token there; empty where it has ended or none differs"});
    all.push_back({"/questions/choice_log_likelihood",
                   {"lane", "question", "choice"},
                   f8,
                   "nat",
                   "sum of log p over the tokens of the choice given the prompt"});
}

} // namespace quantscope::schema
