#include "app/cli/command.h"
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/study/study.h"
#include "core/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <sstream>

namespace quantscope::cli {

namespace {

struct TokenizeArguments {
    std::string model;
    std::string text;
    std::string format = "lines";
    bool noSpecial = false;
};

int tokenize(const TokenizeArguments& arguments) {
    const std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(arguments.model);
    TextSource source;
    source.path = arguments.text.empty() ? "/dev/stdin" : arguments.text;
    source.format = parseTextFormat(arguments.format);
    if (source.format != TextFormat::Lines && source.format != TextFormat::Paragraphs &&
        source.format != TextFormat::Whole)
        throw Error(ErrorKind::Usage, "tokenize takes --text-format lines, paragraphs or whole.");
    for (const Document& document : readDocuments(source)) {
        std::string line = "[";
        for (const std::int32_t id : tokenizer->encode(document.text, !arguments.noSpecial))
            line += fmt::format("{}{}", line.size() > 1 ? ", " : "", id);
        std::cout << line << "]\n";
    }
    std::cout.flush();
    return std::cout ? 0 : static_cast<int>(ErrorKind::Output);
}

int methods() {
    for (const MethodInfo& method : methodList()) {
        fmt::print("{}  {}\n    source: {}\n    needs: {}\n    cost: {}\n", method.name,
                   method.title, method.source, method.needs, method.cost);
        for (const OptionInfo& option : method.options)
            fmt::print("    {}={}  ({})  {}\n", option.name, option.defaultValue, option.values,
                       option.help);
    }
    return 0;
}

} // namespace

void addTokenizeCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<TokenizeArguments>();
    CLI::App* command =
        app.add_subcommand("tokenize", "Token ids, one JSON array a text, one a line");
    command->add_option("--model", arguments->model, "Folder with the tokenizer, or .gguf")->required();
    command->add_option("--text", arguments->text, "File (default: standard input)");
    command->add_option("--text-format", arguments->format, "lines, paragraphs or whole")
        ->capture_default_str();
    command->add_flag("--no-special", arguments->noSpecial, "Without start and end tokens");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return tokenize(*arguments); }; });
}

void addMethodsCommand(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("methods", "Every method, its options and defaults");
    command->callback([&chosen] { chosen = methods; });
}

} // namespace quantscope::cli
