#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/dataset/questions.h"
#include "core/dataset/records.h"
#include "core/dataset/text_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace quantscope {

namespace {

using nlohmann::json;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t mostChoices = 1000;

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", place, shownText(what)));
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

const json* field(const json& record, const std::string& name) {
    const auto found = record.find(name);
    return found == record.end() || found->is_null() ? nullptr : &*found;
}

/// Texts of a list; numbers in it as JSON writes them.
std::vector<std::string> texts(const json& list, const std::string& place,
                               const std::string& name) {
    std::vector<std::string> all;
    for (const json& item : list) {
        if (!item.is_string() && !item.is_number())
            refuse(place, fmt::format("\"{}\" holds {} at index {}; expected a text.", name,
                                      item.type_name(), all.size()));
        all.push_back(item.is_string() ? item.get<std::string>() : item.dump());
        if (isBlank(all.back()))
            refuse(place,
                   fmt::format("\"{}\" holds an empty text at index {}.", name, all.size() - 1));
    }
    return all;
}

std::vector<std::string> readAnswers(const json& value, const std::string& place,
                                     const std::string& name) {
    std::vector<std::string> answers;
    if (value.is_array()) {
        answers = texts(value, place, name);
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const json inside = text.starts_with('[') ? json::parse(text, nullptr, false) : json();
        answers = texts(inside.is_array() ? inside : json::array({text}), place, name);
    } else {
        refuse(place, fmt::format("\"{}\" is {}; expected a list of accepted answers.", name,
                                  value.type_name()));
    }
    if (answers.empty())
        refuse(place, fmt::format("\"{}\" is an empty list; expected accepted answers.", name));
    return answers;
}

double readPopularity(const json& value, const std::string& place, const std::string& name) {
    double number = std::nan("");
    if (value.is_number()) {
        number = value.get<double>();
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failed != std::errc() || end != text.data() + text.size())
            number = std::nan("");
    }
    if (!std::isfinite(number))
        refuse(place, fmt::format("\"{}\" is {}; expected a finite number.", name,
                                  value.dump(-1, ' ', false, json::error_handler_t::replace)));
    return number;
}

void readChoices(const json& record, const json& value, const std::string& place,
                 const QuestionOptions& options, Question& question) {
    if (!value.is_array())
        refuse(place, fmt::format("\"{}\" is {}; expected a list of texts.", options.choicesField,
                                  value.type_name()));
    question.choices = texts(value, place, options.choicesField);
    if (question.choices.size() < 2 || question.choices.size() > mostChoices)
        refuse(place, fmt::format("\"{}\" holds {} choices; expected 2 to {}.",
                                  options.choicesField, question.choices.size(), mostChoices));
    const json* gold = field(record, options.goldField);
    const bool isIndex =
        gold && gold->is_number_integer() && *gold >= 0 && *gold < question.choices.size();
    if (!isIndex)
        refuse(place, fmt::format("\"{}\" is {}; expected the index of the right choice, 0 to {}.",
                                  options.goldField, gold ? gold->dump() : "missing",
                                  question.choices.size() - 1));
    question.gold = gold->get<std::int32_t>();
}

Question readQuestion(const json& record, const std::string& place,
                      const QuestionOptions& options) {
    Question question;
    const json* text = field(record, options.questionField);
    if (!text || !text->is_string() || isBlank(text->get_ref<const std::string&>()))
        refuse(place, fmt::format("the question \"{}\" {}. Name another key with "
                                  "--question-field.",
                                  options.questionField,
                                  !text               ? "is missing"
                                  : text->is_string() ? "is empty"
                                                      : "is no text"));
    question.text = text->get<std::string>();
    if (const json* answers = field(record, options.answersField))
        question.answers = readAnswers(*answers, place, options.answersField);
    if (const json* choices = field(record, options.choicesField))
        readChoices(record, *choices, place, options, question);
    if (question.answers.empty() && question.choices.empty())
        refuse(place, fmt::format("the question has neither accepted answers (\"{}\") nor choices "
                                  "(\"{}\"). Name their keys with --answers-field or "
                                  "--choices-field.",
                                  options.answersField, options.choicesField));
    if (const json* popularity = field(record, options.popularityField))
        question.popularity = readPopularity(*popularity, place, options.popularityField);
    return question;
}

} // namespace

std::vector<Question> readQuestions(const QuestionOptions& options) {
    const std::string content = readUtf8File(options.path);
    std::vector<Question> questions;
    const std::string_view text = std::string_view(content).substr(byteOrderMarkLength(content));
    visitJsonRecords(
        text, options.path, [&](const json& record, const std::string& place, std::size_t) {
            Question question = readQuestion(record, place, options);
            question.record = questions.size();
            if (!questions.empty() &&
                questions.front().popularity.has_value() != question.popularity.has_value())
                refuse(place, fmt::format("\"{}\" is {} here, but not in the records before; a "
                                          "popularity belongs to every question or to none.",
                                          options.popularityField,
                                          question.popularity ? "given" : "missing"));
            questions.push_back(std::move(question));
        });
    if (questions.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the file holds no question. Write one JSON object a line.",
                                options.path));
    return questions;
}

} // namespace quantscope
