#include "core/study/super_weight_table.h"

#include "core/study/super_weight.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

namespace quantscope {

TableFigure superWeightOutcomes(std::shared_ptr<const SessionData> session,
                                const std::filesystem::path& file, const std::string& lane,
                                Job& job) {
    const SessionModels models(std::move(session), file);
    SuperWeightRequest request;
    request.lane = lane;
    const SuperWeightAnswer answer = tryoutSuperWeight(models, request, job);
    const SuperWeight& chosen = answer.chosen;
    TableFigure table;
    table.caption = {
        "The super weight left out and put back",
        fmt::format("Layer {}, row {}, column {} of the down projection, where the input's and the "
                    "output's spikes of the full-precision run meet; the control is the weight of "
                    "the same row that is nearest in magnitude (column {}). {} examples",
                    chosen.layer, chosen.row, chosen.column, answer.controlColumn,
                    answer.outcomes.front().nll.size()),
        "mean NLL; increase over the same model as it is", "Yu et al. 2024, arXiv 2411.07191"};
    table.columns = {"model", "change", "weight", "mean NLL", "perplexity", "NLL increase"};
    std::map<std::string, double> untouched;
    for (const SuperWeightOutcome& outcome : answer.outcomes) {
        const double nll = outcome.meanNll();
        untouched.try_emplace(outcome.lane, nll); // the first of each model is as it is
        table.rows.push_back({outcome.lane, outcome.change, outcome.weight, nll, std::exp(nll),
                              nll - untouched.at(outcome.lane)});
    }
    return table;
}

} // namespace quantscope
