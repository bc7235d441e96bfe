#include "core/data/question_options.h"

#include "core/data/name_table.h"

namespace quantscope {

namespace {

constexpr NameTable<AnswerCriterion, 2> criteria = {
    {{AnswerCriterion::Contains, "contains"}, {AnswerCriterion::Exact, "exact"}}};

} // namespace

std::string_view answerCriterionName(AnswerCriterion criterion) {
    return nameIn(criteria, criterion);
}

AnswerCriterion parseAnswerCriterion(std::string_view name) {
    return valueIn(criteria, name, "criterion of answers");
}

} // namespace quantscope
