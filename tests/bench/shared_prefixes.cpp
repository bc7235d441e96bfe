// What patching each layer with each kind costs, as a share of walking every patched lane through
// all layers, in processor time. A lane forks from its base at its first patched layer, so
// (L + 1) / 2L is expected.

#include "core/engine/walk.h"
#include "core/model/block_loader.h"
#include "core/study/process_environment.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

using namespace quantscope;

namespace {

constexpr std::int64_t layers = 16;
constexpr double slack = 0.05; ///< beyond (L + 1) / 2L

ModelConfig smallModel() {
    ModelConfig config = namedShape("tiny");
    config.layers = layers;
    config.hiddenSize = 256;
    config.intermediateSize = 688;
    config.heads = 8;
    config.keyValueHeads = 4;
    config.headDimension = 32;
    return config;
}

ExampleIds someExamples() {
    ExampleIds examples;
    examples.positions = 128;
    examples.lengths.assign(8, examples.positions);
    for (std::int64_t i = 0; i < 8 * examples.positions; ++i)
        examples.ids.push_back(static_cast<std::int32_t>(i * 7919 % 500));
    return examples;
}

std::vector<Lane> plainPair() {
    std::vector<Lane> lanes(2);
    lanes[1].weights = lanes[1].base = 1;
    return lanes;
}

void addPatch(std::vector<Lane>& lanes, PatchKind kind, std::int64_t layer) {
    Lane lane;
    lane.weights = lane.base = 1;
    lane.patch = LanePatch{kind, 0, {layer}};
    lanes.push_back(lane);
}

/// Processor time of all threads, which other programs on the machine change less than wall time.
double processorSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

/// Seconds of a walk through all blocks.
double walkSeconds(const Checkpoint& checkpoint, const std::vector<Lane>& lanes,
                   const std::vector<BlockWeights>& blocks) {
    const ExampleIds examples = someExamples();
    WalkOptions options;
    options.batchExamples = 4;
    options.threads = 2;
    const Job job;
    Walk walk(checkpoint, examples, lanes, options, std::filesystem::temp_directory_path());
    walk.embed([&](std::size_t) -> const Checkpoint& { return checkpoint; }, job);
    const double start = processorSeconds();
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const BlockWeights& block = blocks[static_cast<std::size_t>(layer)];
        walk.walkBlock(
            layer, block,
            [&](std::size_t) {
                return MethodBlock{block, {}};
            },
            {}, job);
    }
    return processorSeconds() - start;
}

} // namespace

int main() {
    prepareProcess();
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "quantscope-shared-prefixes";
    RandomCheckpointOptions random;
    random.config = smallModel();
    writeRandomCheckpoint(folder, random);
    const auto checkpoint = Checkpoint::open(folder);
    std::vector<BlockWeights> blocks;
    for (std::int64_t layer = 0; layer < layers; ++layer)
        blocks.push_back(loadBlock(*checkpoint, layer));

    const std::vector<PatchKind> kinds = {PatchKind::Down, PatchKind::Gate, PatchKind::Up,
                                          PatchKind::Attention};
    std::vector<Lane> shared = plainPair();
    std::vector<Lane> whole = plainPair(); // every patched lane from the first layer on
    for (const PatchKind kind : kinds) {
        for (std::int64_t layer = 0; layer < layers; ++layer)
            addPatch(shared, kind, layer);
        for (int repeat = 0; repeat < 4; ++repeat)
            addPatch(whole, kind, 0);
    }
    std::vector<double> shares;
    for (int round = 0; round < 3; ++round) {
        const double alone = walkSeconds(*checkpoint, plainPair(), blocks);
        const double oneLane =
            (walkSeconds(*checkpoint, whole, blocks) - alone) / double(whole.size() - 2);
        const double all = walkSeconds(*checkpoint, shared, blocks) - alone;
        shares.push_back(all / (oneLane * double(shared.size() - 2)));
        std::printf("%zu patched lanes %.2f s, one lane through all layers %.3f s: share %.3f\n",
                    shared.size() - 2, all, oneLane, shares.back());
    }
    std::sort(shares.begin(), shares.end());
    const double expected = double(layers + 1) / double(2 * layers);
    std::printf("median share %.3f; (L + 1) / 2L = %.3f, at most %.3f\n", shares[1], expected,
                expected + slack);
    std::filesystem::remove_all(folder);
    return shares[1] <= expected + slack ? 0 : 1;
}
