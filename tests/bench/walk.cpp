// How near the walk of lanes comes to what its matrix products alone take, what statistics of every
// site cost, and what it gains to put lanes with the same weights into common products, as ratios
// measured in one run.
//
//     bench-walk [MODEL [TOKENS [ROWS [ROUNDS]]]]
//
// Without a model, or with "-": four random blocks in TinyLlama's shape. Windows of 512 tokens,
// products of as many rows as studies choose.

#include "core/engine/walk.h"

#include "core/engine/workers.h"
#include "core/model/block_loader.h"
#include "core/model/row_products.h"
#include "core/study/process_environment.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

using namespace quantscope;

namespace {

constexpr int threads = 2;

ModelConfig fourBlocks() {
    ModelConfig config = namedShape("tinyllama");
    config.layers = 4;
    config.vocabularySize = 512;
    return config;
}

ExampleIds someExamples(std::int64_t count, std::int64_t tokens) {
    ExampleIds examples;
    examples.positions = tokens;
    examples.lengths.assign(static_cast<std::size_t>(count), tokens);
    for (std::int64_t i = 0; i < count * tokens; ++i)
        examples.ids.push_back(static_cast<std::int32_t>(i * 7919 % 500));
    return examples;
}

/// Wall time, and processor time of all threads, which other programs on the machine change less.
struct Seconds {
    double wall = 0;
    double processor = 0;
};

template <typename Work>
Seconds timed(Work work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t clock = std::clock();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            double(std::clock() - clock) / CLOCKS_PER_SEC};
}

struct Shape {
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::int64_t batchExamples = 0;
    std::int64_t batches() const { return examples / batchExamples; }
};

/// The products of all blocks and nothing else, as the walk arranges them.
void products(const std::vector<BlockWeights>& blocks, const Shape& shape) {
    const Job job;
    const std::int64_t rows = shape.batchExamples * shape.tokens;
    for (const BlockWeights& block : blocks) {
        parallelFor(shape.batches(), threads, job, [&](int, std::int64_t) {
            for (const Module module : block.modules()) {
                const torch::Tensor& weight = block.linear(module).weight;
                rowProduct(torch::full({rows, weight.size(1)}, 0.5), weight);
            }
        });
    }
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void printRatio(const char* what, const std::vector<Seconds>& a, const std::vector<Seconds>& b) {
    std::vector<double> wall, processor;
    for (std::size_t i = 0; i < a.size(); ++i) {
        wall.push_back(a[i].wall / b[i].wall);
        processor.push_back(a[i].processor / b[i].processor);
    }
    std::printf("%s: %.3f (processor time %.3f)\n", what, median(wall), median(processor));
}

/// What is walked: a reference, lanes with weights of their own beside it, and variants of the
/// reference that differ from it by a patch of the first block.
struct Lanes {
    std::size_t methods = 0;
    std::size_t variants = 0;
    std::size_t together = 1; ///< see WalkOptions::lanesTogether
    bool probes = false;
};

std::vector<Lane> makeLanes(const Lanes& wanted) {
    std::vector<Lane> lanes(1 + wanted.methods);
    for (std::size_t lane = 1; lane < lanes.size(); ++lane)
        lanes[lane].weights = lanes[lane].base = lane;
    for (std::size_t variant = 0; variant < wanted.variants; ++variant) {
        Lane lane;
        lane.patch = LanePatch{PatchKind::Down, 0, {0}};
        lane.patch->control = PatchControl::Zero;
        lanes.push_back(lane);
    }
    return lanes;
}

void walk(const Checkpoint& checkpoint, const std::vector<BlockWeights>& blocks,
          const std::vector<BlockWeights>& others, const ExampleIds& examples, const Shape& shape,
          const Lanes& wanted) {
    WalkOptions options;
    options.batchExamples = shape.batchExamples;
    options.threads = threads;
    options.methodsAtOnce = std::max<std::size_t>(wanted.methods, 1);
    options.lanesTogether = wanted.together;
    if (wanted.probes)
        options.probedSites = {probedSites.begin(), probedSites.end()};
    const Job job;
    Walk walk(checkpoint, examples, makeLanes(wanted), options,
              std::filesystem::temp_directory_path());
    walk.embed([&](std::size_t) -> const Checkpoint& { return checkpoint; }, job);
    for (std::size_t layer = 0; layer < blocks.size(); ++layer) {
        const auto block = [&](std::size_t) { return MethodBlock{others[layer], {}}; };
        walk.walkBlock(static_cast<std::int64_t>(layer), blocks[layer], block, {}, job);
    }
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    const bool own = argc < 2 || argv[1] == std::string("-");
    const std::filesystem::path folder =
        own ? std::filesystem::temp_directory_path() / "quantscope-bench-walk" : argv[1];
    Shape shape;
    shape.tokens = argc > 2 ? std::stoll(argv[2]) : 512;
    shape.batchExamples =
        std::max<std::int64_t>(1, (argc > 3 ? std::stoll(argv[3]) : 512) / shape.tokens);
    const int rounds = argc > 4 ? std::stoi(argv[4]) : 5;
    shape.examples = std::max<std::int64_t>(4096 / shape.tokens, threads * shape.batchExamples);
    if (own) {
        RandomCheckpointOptions random;
        random.config = fourBlocks();
        writeRandomCheckpoint(folder, random);
    }
    const auto checkpoint = Checkpoint::open(folder);
    std::vector<BlockWeights> blocks, others;
    for (std::int64_t layer = 0; layer < checkpoint->config().layers; ++layer) {
        blocks.push_back(loadBlock(*checkpoint, layer));
        others.push_back(loadBlock(*checkpoint, layer));
    }
    const ExampleIds examples = someExamples(shape.examples, shape.tokens);
    const ExampleIds few = someExamples(threads * shape.batchExamples, shape.tokens);
    double operations = 0; // of one token
    for (const BlockWeights& block : blocks)
        for (const Module module : block.modules())
            operations += 2 * double(block.linear(module).weight.numel());
    const double tokens = double(shape.examples * shape.tokens);

    std::vector<Seconds> plain, reference, pair, probed;
    for (int round = 0; round <= rounds; ++round) {
        const auto lanes = [&](const Lanes& wanted) {
            return timed([&] { walk(*checkpoint, blocks, others, examples, shape, wanted); });
        };
        const Seconds ownProducts = timed([&] { products(blocks, shape); });
        const Seconds ownReference = lanes({});
        // In short turns, there and back: the difference is small, and machines change their speed.
        Seconds without, with;
        for (std::int64_t turn = 0; turn < shape.batches() / threads; ++turn) {
            const auto walked = [&](bool probes, Seconds& sum) {
                const Seconds seconds = timed([&] {
                    walk(*checkpoint, blocks, others, few, shape, {.methods = 1, .probes = probes});
                });
                sum.wall += seconds.wall;
                sum.processor += seconds.processor;
            };
            const bool isFirst = turn % 2 == 0;
            walked(!isFirst, isFirst ? without : with);
            walked(isFirst, isFirst ? with : without);
        }
        if (round == 0) // sets things up
            continue;
        plain.push_back(ownProducts);
        reference.push_back(ownReference);
        pair.push_back(without);
        probed.push_back(with);
        std::printf("products %.0f tokens/s, %.0f GFLOP/s; reference lane %.0f tokens/s; "
                    "pair %.0f, with statistics %.0f\n",
                    tokens / ownProducts.wall, tokens * operations / ownProducts.wall / 1e9,
                    tokens / ownReference.wall, tokens / without.wall, tokens / with.wall);
    }
    printRatio("products over the reference lane", plain, reference);
    printRatio("pair with statistics over pair without", probed, pair);
    std::vector<Seconds> apart, together;
    for (int round = 0; round < rounds; ++round)
        for (const auto& [lanes, seconds] : {std::pair{1, &apart}, std::pair{5, &together}})
            seconds->push_back(timed([&] {
                walk(*checkpoint, blocks, others, few, shape,
                     {.variants = 5, .together = static_cast<std::size_t>(lanes)});
            }));
    printRatio("five variants of the reference in products of their own over common ones", apart,
               together);
    if (own)
        std::filesystem::remove_all(folder);
    return 0;
}
