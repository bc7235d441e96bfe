#include "app/cli/command.h"
#include "core/analysis/tables.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/study/study.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

namespace quantscope::cli {

namespace {

std::string joined(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t extent : shape)
        text += (text.empty() ? "" : " × ") + std::to_string(extent);
    return text;
}

int info(const std::string& file, bool json) {
    const std::shared_ptr<const SessionData> session = openSession(file);
    if (json) {
        nlohmann::json out = {{"attributes", session->attributes}};
        for (const auto& [path, array] : session->arrays)
            out["arrays"][path] = {{"dimensions", array.dimensions},
                                   {"shape", array.shape},
                                   {"units", array.units},
                                   {"long_name", array.longName}};
        std::cout << out.dump(1) << "\n";
        return 0;
    }
    for (const auto& [name, value] : session->attributes)
        if (name != attribute::plan && name != attribute::modelConfig)
            fmt::print("{}: {}\n", name, value);
    for (const std::string& lane : session->names("lane"))
        fmt::print("lane: {}\n", lane);
    for (const auto& [path, array] : session->arrays)
        fmt::print("{:<36} {:<28} {}\n", path, joined(array.shape), array.longName);
    return 0;
}

struct TableArguments {
    std::string file;
    std::string name;
    std::string output;
    TableOptions options;
};

int table(const TableArguments& arguments) {
    const std::shared_ptr<const SessionData> session = openSession(arguments.file);
    const Table result = sessionTable(*session, arguments.name, arguments.options);
    if (arguments.output.empty()) {
        writeCsv(std::cout, result);
        return std::cout ? 0 : static_cast<int>(ErrorKind::Output);
    }
    std::ofstream out(arguments.output);
    writeCsv(out, result);
    out.flush();
    if (!out)
        throw Error(ErrorKind::Output,
                    fmt::format("{}: the table could not be written.", arguments.output));
    return 0;
}

} // namespace

void addInfoCommand(CLI::App& app, Action& chosen) {
    struct Arguments {
        std::string file;
        bool json = false;
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("info", "What a session holds");
    command->add_option("file", arguments->file, "NAME.qscope.h5")->required();
    command->add_flag("--json", arguments->json, "As JSON");
    command->callback([arguments, &chosen] {
        chosen = [arguments] { return info(arguments->file, arguments->json); };
    });
}

void addTableCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<TableArguments>();
    std::string names;
    for (const TableDescription& description : sessionTables())
        names += fmt::format("\n  {:<14} {}", description.name, description.help);
    CLI::App* command = app.add_subcommand("table", "A table of a session as CSV");
    command->footer("Tables:" + names);
    command->add_option("file", arguments->file, "NAME.qscope.h5")->required();
    command->add_option("name", arguments->name, "Which table")->required();
    command->add_option("-o,--output", arguments->output, "CSV file (default: standard output)");
    command->add_option("--example", arguments->options.example,
                        "Example, for the tables tokens and budget");
    command
        ->add_option("--resamples", arguments->options.analysis.resamples,
                     "Resamples of documents that intervals are made of (default: 1000)")
        ->check(CLI::Range(1, 100000));
    command->add_option("--bootstrap-seed", arguments->options.analysis.seed,
                        "Seed of resamples, permutations and folds (default: the study's)");
    command->callback([arguments, &chosen] { chosen = [arguments] { return table(*arguments); }; });
}

} // namespace quantscope::cli
