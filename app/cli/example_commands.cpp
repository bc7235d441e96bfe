#include "app/cli/command.h"
#include "app/cli/progress_printer.h"
#include "core/data/table.h"
#include "core/study/example_questions.h"
#include "core/study/later_patches.h"
#include "core/study/study.h"
#include "core/study/super_weight.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <memory>
#include <utility>

namespace quantscope::cli {

namespace {

SessionModels openModels(const std::string& file) { return {openSession(file), file}; }

struct ExamineArguments {
    std::string file;
    ExamineRequest request;
};

int examine(const ExamineArguments& arguments) {
    InterruptibleJob job(false);
    const SessionModels models = openModels(arguments.file);
    std::vector<std::string> lane, tick, piece;
    std::vector<double> layer, entropy, rank, order, id, probability;
    for (const LayerGuesses& found : examineExample(models, arguments.request, job.job()))
        for (std::size_t i = 0; i < found.top.size(); ++i) {
            lane.push_back(found.lane);
            layer.push_back(double(found.layer));
            tick.emplace_back(siteName(found.site));
            entropy.push_back(found.entropy);
            rank.push_back(found.rank ? double(*found.rank)
                                      : std::numeric_limits<double>::quiet_NaN());
            order.push_back(double(i + 1));
            id.push_back(double(found.top[i].id));
            piece.push_back(found.top[i].piece);
            probability.push_back(found.top[i].probability);
        }
    writeCsv(std::cout, {{{"lane", lane},
                          {"layer", layer},
                          {"site", tick},
                          {"entropy", entropy},
                          {"true_token_rank", rank},
                          {"order", order},
                          {"token_id", id},
                          {"piece", piece},
                          {"probability", probability}}});
    return 0;
}

struct PatchArguments {
    std::string file;
    PatchRunRequest run;
    std::string kind = "down";
    std::string layers = "upper-half";
    std::string positions = "all";
    std::string control;
    bool discard = false;
};

int patch(PatchArguments& arguments) {
    PatchRequest& request = arguments.run.patch;
    request.kind = parsePatchKind(arguments.kind);
    request.layers = parseLayerSet(arguments.layers);
    request.positions = parsePositionSet(arguments.positions);
    if (!arguments.control.empty())
        request.control = parsePatchControl(arguments.control);
    InterruptibleJob job(false);
    const std::shared_ptr<const SessionData> session = openSession(arguments.file);
    const SessionModels models(session, arguments.file);
    if (request.base.empty() && models.lanes().size() > 1)
        request.base = models.lanes()[1];
    std::vector<double> example, position, id, before, after;
    std::vector<std::string> piece;
    std::vector<KeptPatch> kept;
    double meanBefore = 0, meanAfter = 0;
    for (const std::size_t asked : arguments.run.examples) {
        request.example = asked;
        const PatchAnswer answer = patchExample(models, request, job.job());
        for (std::size_t t = 0; t < answer.ids.size(); ++t) {
            example.push_back(double(asked));
            position.push_back(double(t));
            id.push_back(double(answer.ids[t]));
            piece.push_back(models.tokenizer().piece(answer.ids[t]));
        }
        before.insert(before.end(), answer.before.begin(), answer.before.end());
        after.insert(after.end(), answer.after.begin(), answer.after.end());
        meanBefore += answer.meanBefore() / double(arguments.run.examples.size());
        meanAfter += answer.meanAfter() / double(arguments.run.examples.size());
        kept.push_back({0, {}, request, answer.before, answer.after});
    }
    writeCsv(std::cout, {{{"example", example},
                          {"position", position},
                          {"token_id", id},
                          {"piece", piece},
                          {"nll_before", before},
                          {"nll_after", after}}});
    fmt::print(stderr, "mean NLL {:.6f} before, {:.6f} after\n", meanBefore, meanAfter);
    if (!arguments.discard)
        fmt::print(stderr, "kept as run {} (table patch-history)\n",
                   keepPatches(*session, arguments.file, std::move(kept)).back().run);
    return 0;
}

struct SuperWeightArguments {
    std::string file;
    SuperWeightRequest request;
    std::int64_t layer = -1; ///< below 0: found
};

int superWeight(SuperWeightArguments& arguments) {
    if (arguments.layer >= 0)
        arguments.request.layer = arguments.layer;
    InterruptibleJob job(false);
    const SessionModels models = openModels(arguments.file);
    const SuperWeightAnswer answer = tryoutSuperWeight(models, arguments.request, job.job());
    std::vector<std::string> lane, change;
    std::vector<double> layer, row, column, weight, nll, perplexity, rise;
    for (const SuperWeightOutcome& outcome : answer.outcomes) {
        const bool isControl = outcome.change == "control weight 0";
        lane.push_back(outcome.lane);
        change.push_back(outcome.change);
        layer.push_back(double(answer.chosen.layer));
        row.push_back(double(answer.chosen.row));
        column.push_back(double(isControl ? answer.controlColumn : answer.chosen.column));
        weight.push_back(outcome.weight);
        nll.push_back(outcome.meanNll());
        perplexity.push_back(std::exp(outcome.meanNll()));
        const auto untouched = std::find_if(
            answer.outcomes.begin(), answer.outcomes.end(), [&](const SuperWeightOutcome& other) {
                return other.lane == outcome.lane && other.change == "as it is";
            });
        rise.push_back(outcome.meanNll() - untouched->meanNll());
    }
    writeCsv(std::cout, {{{"lane", lane},
                          {"change", change},
                          {"layer", layer},
                          {"row", row},
                          {"column", column},
                          {"weight", weight},
                          {"nll", nll},
                          {"perplexity", perplexity},
                          {"nll_increase", rise}}});
    for (const SuperWeight& candidate : answer.candidates)
        fmt::print(stderr,
                   "layer {}: row {}, column {}, weight {:.4g}; input {:.4g}, output {:.4g}{}\n",
                   candidate.layer, candidate.row, candidate.column, candidate.weight,
                   candidate.input, candidate.output, candidate.sameToken ? ", in one token" : "");
    return 0;
}

} // namespace

void addExamineCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<ExamineArguments>();
    CLI::App* command = app.add_subcommand(
        "examine", "What every layer would predict at one position of one example, as CSV");
    command->add_option("session", arguments->file, "NAME.qscope.h5, finished")->required();
    command->add_option("--example", arguments->request.example, "Example, from 0")->required();
    command
        ->add_option("--position", arguments->request.position,
                     "Position whose next token is predicted")
        ->required();
    command->add_option("--top-k", arguments->request.topK, "Tokens listed")->capture_default_str();
    command->add_option("--lane", arguments->request.lanes, "Lanes (repeat; default: all)")
        ->expected(1)
        ->take_all();
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return examine(*arguments); }; });
}

void addPatchCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<PatchArguments>();
    CLI::App* command = app.add_subcommand(
        "patch", "Patch examples of a finished session: NLL by token before and after, as CSV");
    command->add_option("session", arguments->file, "NAME.qscope.h5, finished")->required();
    command
        ->add_option("--example", arguments->run.examples, "Example, from 0 (repeat for several)")
        ->required()
        ->expected(1)
        ->take_all();
    command->add_option("--kind", arguments->kind, "As run --patch")->capture_default_str();
    command->add_option("--layers", arguments->layers, "upper-half, all, 7 or 3-5")
        ->capture_default_str();
    command->add_option("--positions", arguments->positions, "all, or 0 or 1-4,7")
        ->capture_default_str();
    command->add_option("--base", arguments->run.patch.base,
                        "Lane that is patched (default: the first quantized one)");
    command->add_option("--donor", arguments->run.patch.donor, "Lane that the values are from")
        ->capture_default_str();
    command->add_option("--control", arguments->control, "Instead of its values: zero or random");
    command->add_flag("--discard", arguments->discard,
                      "Do not keep the run in the history of the session");
    command->callback([arguments, &chosen] { chosen = [arguments] { return patch(*arguments); }; });
}

void addSuperWeightCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<SuperWeightArguments>();
    CLI::App* command = app.add_subcommand(
        "super-weight", "Find the super weight of a finished session's model, leave it out and put "
                        "it back: mean NLL before and after, as CSV");
    command->add_option("session", arguments->file, "NAME.qscope.h5, finished")->required();
    command->add_option("--layer", arguments->layer,
                        "Layer whose candidate is tried (default: where the spikes are largest)");
    command->add_option("--examples", arguments->request.examples, "The session's first examples")
        ->capture_default_str();
    command->add_option("--lane", arguments->request.lane,
                        "A quantized lane in which it is left out and restored too");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return superWeight(*arguments); }; });
}

} // namespace quantscope::cli
