// A file of questions: JSON lines, or an array of objects.

#include "core/dataset/questions.h"
#include "tests/fuzz/fuzz.h"

using namespace quantscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFolder folder;
    QuestionOptions options;
    options.path = folder.write("questions.jsonl", fuzz::asText(data, size)).string();
    fuzz::readOrRefuse([&] {
        for (const Question& question : readQuestions(options))
            for (const AnswerCriterion criterion : {AnswerCriterion::Contains, AnswerCriterion::Exact})
                matchesAnswer(criterion, question.text, question.answers);
    });
    return 0;
}
