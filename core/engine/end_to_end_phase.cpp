#include "core/engine/end_to_end_phase.h"

#include "core/data/error.h"
#include "core/engine/end_to_end_training.h"
#include "core/model/block_loader.h"
#include "core/quant/packed_storage.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>

namespace quantscope {

namespace {

constexpr const char* lossFile = "end-to-end.json";

/// A method of the phase, and its place among all.
struct Member {
    MethodSpec spec;
    std::size_t index = 0; ///< from 1, as in lanes
    EndToEndOptions options;
};

std::vector<Member> unfinishedMembers(const EndToEndPhase& phase,
                                      const std::vector<MethodSpec>& methods) {
    std::vector<Member> members;
    for (std::size_t index = 1; index <= methods.size(); ++index) {
        const MethodSpec& spec = methods[index - 1];
        const Ranks* ranks = phase.chain.ranks;
        if (ranks && phase.chain.owners.at(index - 1) != ranks->rank())
            continue;
        const auto options = makeQuantizer(spec)->endToEnd();
        if (options && endToEndLosses(phase.codes / QuantizationChain::slug(spec, index)).empty())
            members.push_back({spec, index, *options});
    }
    return members;
}

/// The file says that the phase is over, so it comes last and appears whole.
void writeLosses(const std::filesystem::path& folder, const std::vector<double>& losses) {
    const std::filesystem::path file = folder / lossFile;
    const std::filesystem::path temporary = file.string() + ".new";
    std::ofstream out(temporary);
    out << nlohmann::json{{"nll", losses}}.dump(1);
    out.close();
    std::error_code failed;
    if (out)
        std::filesystem::rename(temporary, file, failed);
    if (!out || failed)
        throw Error(ErrorKind::Output,
                    fmt::format("{}: the losses of training could not be written.", file.string()));
}

} // namespace

std::vector<double> endToEndLosses(const std::filesystem::path& codes) {
    std::ifstream in(codes / lossFile);
    if (!in)
        return {};
    const nlohmann::json content = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
    std::vector<double> losses;
    if (content.is_object() && content.contains("nll") && content["nll"].is_array())
        for (const nlohmann::json& value : content["nll"])
            losses.push_back(value.is_number() ? value.get<double>()
                                               : std::numeric_limits<double>::quiet_NaN());
    if (losses.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{}: expected an object with an array \"nll\" of losses. Run the "
                                "study anew.",
                                (codes / lossFile).string()));
    return losses;
}

void runEndToEndPhase(const EndToEndPhase& phase, const std::vector<MethodSpec>& methods) {
    const std::vector<Member> members = unfinishedMembers(phase, methods);
    if (members.empty())
        return;
    std::filesystem::create_directories(phase.scratch); // states may have to lie there
    const std::int64_t layers = phase.checkpoint.config().layers;
    const auto tell = [&](const std::string& stage, double share) {
        if (phase.progress)
            phase.progress(stage, share);
    };
    constexpr double blocksShare = 0.5;
    std::vector<MethodSpec> specs;
    for (const Member& member : members)
        specs.push_back(member.spec);
    ChainOptions alone = phase.chain;
    alone.ranks = nullptr;
    QuantizationChain chain(phase.checkpoint, specs, phase.calibration, alone, phase.scratch,
                            phase.codesBefore);
    chain.embed(phase.job);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const std::string stage = fmt::format("preparing layer {} of {}", layer + 1, layers);
        const auto share = [&](double done) {
            return blocksShare * (double(layer) + done) / double(layers);
        };
        tell(stage, share(0));
        WeightsTable weights(specs.size(), {}); // the main walk tells of errors
        TrainingCurves training(specs.size(), 0);
        chain.quantizeBlock(layer, loadBlock(phase.checkpoint, layer),
                            {weights, training, [&](double done) { tell(stage, share(done)); }},
                            phase.job);
    }
    chain.discard();
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string stage = "training all blocks of " + members[i].spec.lane;
        const ExampleIds& text = phase.calibration.of(members[i].spec).ids;
        const EndToEndTask task{phase.checkpoint, text, phase.job, [&](double done) {
                                    tell(stage, blocksShare + (1 - blocksShare) *
                                                                  (double(i) + done) /
                                                                  double(members.size()));
                                }};
        std::vector<QuantizedBlock> blocks;
        for (std::int64_t layer = 0; layer < layers; ++layer)
            blocks.push_back(chain.load(i + 1, layer));
        const std::vector<double> losses = trainEndToEnd(task, blocks, members[i].options);
        const std::filesystem::path folder =
            phase.codes / QuantizationChain::slug(members[i].spec, members[i].index);
        std::filesystem::create_directories(folder);
        for (std::int64_t layer = 0; layer < layers; ++layer)
            savePackedBlock(QuantizationChain::blockFile(folder, layer),
                            blocks[static_cast<std::size_t>(layer)]);
        writeLosses(folder, losses);
    }
}

} // namespace quantscope
