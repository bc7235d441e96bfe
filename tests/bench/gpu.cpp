// What a GPU does with a block of a model: tokens a second of the reference and of a pair with and
// without statistics, beside what products alone reach in bf16 and f32, and how long methods take
// to quantize it.
//
//     bench-gpu [HIDDEN [WIDTH [HEADS [TOKENS [WINDOWS [ROUNDS]]]]]]
//
// Without more: the shape of a model of 7 billion parameters, windows of 2,048 tokens, 32 of them
// to calibrate on, three rounds. States come from host memory and go back there, as in a study.

#include "core/engine/walk.h"
#include "core/kernels/cuda_kernels.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"
#include "core/study/compute_device.h"
#include "core/study/process_environment.h"
#include "tests/core/quant/fixture.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace quantscope;

namespace {

constexpr std::int64_t blocksOfModel = 32;

struct Sizes {
    std::int64_t hidden = 4096;
    std::int64_t width = 11008;
    std::int64_t heads = 32;
    std::int64_t tokens = 2048;
    std::int64_t windows = 32;
    int rounds = 3;

    /// Windows of a batch, as studies choose them.
    std::int64_t batch() const {
        return std::clamp<std::int64_t>(8192 / tokens, 1, std::max<std::int64_t>(windows, 1));
    }
};

Sizes sizesOf(int argc, char** argv) {
    Sizes sizes;
    std::int64_t rounds = sizes.rounds;
    std::int64_t* const all[] = {&sizes.hidden, &sizes.width,   &sizes.heads,
                                 &sizes.tokens, &sizes.windows, &rounds};
    for (int i = 1; i < argc && i <= int(std::size(all)); ++i)
        *all[i - 1] = std::stoll(argv[i]);
    sizes.rounds = static_cast<int>(rounds);
    return sizes;
}

ModelConfig oneBlock(const Sizes& sizes) {
    ModelConfig config = namedShape("tinyllama");
    config.layers = 1;
    config.hiddenSize = sizes.hidden;
    config.intermediateSize = sizes.width;
    config.heads = config.keyValueHeads = sizes.heads;
    config.headDimension = sizes.hidden / sizes.heads;
    config.vocabularySize = 512;
    config.maxPositions = std::max(config.maxPositions, sizes.tokens);
    return config;
}

void waitForGpu() { torch::zeros({1}, torch::kCUDA).item<float>(); }

/// The shortest of some rounds, after one that sets things up.
template <typename Work>
double seconds(const Sizes& sizes, const Work& work) {
    double best = 0;
    for (int round = 0; round <= sizes.rounds; ++round) {
        waitForGpu();
        const auto start = std::chrono::steady_clock::now();
        work();
        waitForGpu();
        const double taken =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (round == 1 || (round > 1 && taken < best))
            best = taken;
    }
    return best;
}

/// Operations a second of the block's largest product.
double productRate(const Sizes& sizes, at::ScalarType type) {
    const std::int64_t rows = sizes.batch() * sizes.tokens;
    const torch::Tensor x =
        torch::ones({rows, sizes.hidden}, torch::dtype(type).device(torch::kCUDA));
    const torch::Tensor w =
        torch::ones({sizes.width, sizes.hidden}, torch::dtype(type).device(torch::kCUDA));
    constexpr int products = 10;
    const double taken = seconds(sizes, [&] {
        for (int i = 0; i < products; ++i)
            at::mm(x, w.t());
    });
    return products * 2.0 * double(rows) * double(sizes.hidden) * double(sizes.width) / taken;
}

/// Hidden states in host memory.
class HostStates final : public CalibrationStream {
public:
    explicit HostStates(const Sizes& sizes)
        : m_states(torch::randn({sizes.windows, sizes.tokens, sizes.hidden}))
        , m_batch(sizes.batch()) {}

    std::int64_t batches() const override { return (m_states.size(0) + m_batch - 1) / m_batch; }
    torch::Tensor batch(std::int64_t index) const override {
        const std::int64_t first = index * m_batch;
        return m_states.slice(0, first, std::min(first + m_batch, m_states.size(0)))
            .to(torch::kCUDA);
    }

private:
    torch::Tensor m_states; // [windows, tokens, hidden]
    std::int64_t m_batch;
};

class Walks {
public:
    Walks(const Checkpoint& checkpoint, const Sizes& sizes)
        : m_checkpoint(checkpoint)
        , m_block(loadBlock(checkpoint, 0)) {
        const std::int64_t batch = sizes.batch();
        m_examples.positions = sizes.tokens;
        m_examples.lengths.assign(static_cast<std::size_t>(4 * batch), sizes.tokens);
        for (std::int64_t i = 0; i < 4 * batch * sizes.tokens; ++i)
            m_examples.ids.push_back(static_cast<std::int32_t>(i * 7919 % 500));
        m_options.batchExamples = batch;
        m_options.threads = static_cast<int>(std::thread::hardware_concurrency());
        m_options.device = torch::kCUDA;
    }

    double tokens() const { return double(m_examples.ids.size()); }

    /// Through the block, from host memory to host memory.
    double seconds(const Sizes& sizes, std::size_t lanes, bool probes) const {
        WalkOptions options = m_options;
        if (probes)
            options.probedSites = {probedSites.begin(), probedSites.end()};
        std::vector<Lane> all(lanes);
        for (std::size_t lane = 1; lane < lanes; ++lane)
            all[lane].weights = all[lane].base = lane;
        Walk walk(m_checkpoint, m_examples, all, options, std::filesystem::temp_directory_path());
        const Job job;
        walk.embed([&](std::size_t) -> const Checkpoint& { return m_checkpoint; }, job);
        const BlockWeights there = onDevice(m_block, torch::kCUDA);
        return ::seconds(sizes, [&] {
            walk.walkBlock(
                0, there,
                [&](std::size_t) {
                    return MethodBlock{there, {}};
                },
                {}, job);
        });
    }

private:
    const Checkpoint& m_checkpoint;
    BlockWeights m_block;
    ExampleIds m_examples;
    WalkOptions m_options;
};

void walkThroughBlock(const Checkpoint& checkpoint, const Sizes& sizes) {
    const double bf16 = productRate(sizes, torch::kBFloat16);
    const double f32 = productRate(sizes, torch::kFloat32);
    std::printf("products alone: %.1f TFLOP/s in bf16, %.1f in f32\n", bf16 / 1e12, f32 / 1e12);
    double operations = 0; // of the matrices, one token
    const BlockWeights block = loadBlock(checkpoint, 0);
    for (const Module module : block.modules())
        operations += 2 * double(block.linear(module).weight.numel());
    const Walks walks(checkpoint, sizes);
    const auto print = [&](const char* what, double taken, double lanes) {
        const double rate = walks.tokens() * lanes * operations / taken;
        std::printf("%-34s %9.0f tokens/s through %lld such blocks; %.3f of the products in bf16, "
                    "%.3f of those in f32\n",
                    what, walks.tokens() / taken / double(blocksOfModel),
                    static_cast<long long>(blocksOfModel), rate / bf16, rate / f32);
    };
    print("reference lane", walks.seconds(sizes, 1, false), 1);
    const double without = walks.seconds(sizes, 2, false);
    const double with = walks.seconds(sizes, 2, true);
    print("reference and one method", without, 2);
    print("the same, statistics of all sites", with, 2);
    std::printf("statistics: %.1f %%\n", 100 * (with / without - 1));
}

void quantizeBlock(const Sizes& sizes) {
    torch::manual_seed(1);
    test::SmallBlock block =
        test::makeSmallBlock(sizes.hidden, sizes.width, sizes.heads, sizes.heads, sizes.tokens);
    block.weights = onDevice(block.weights, torch::kCUDA);
    block.rotary = onDevice(block.rotary, torch::kCUDA);
    const HostStates states(sizes);
    for (const char* method : {"rtn:bits=4,group=128", "nf4:block=64", "gptq:bits=4,group=128",
                               "awq:bits=4,group=128"}) {
        const double taken = seconds(sizes, [&] { block.quantize(method, states); });
        std::printf("%-22s %8.3f s a block, %8.1f s for %lld\n", method, taken,
                    taken * double(blocksOfModel), static_cast<long long>(blocksOfModel));
    }
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    const Sizes sizes = sizesOf(argc, argv);
    if (const std::string obstacle = cudaObstacle(); !obstacle.empty()) {
        std::fprintf(stderr, "%s\n", obstacle.c_str());
        return 1;
    }
    std::printf("%s; hidden %lld, MLP %lld, %lld heads, windows of %lld tokens, %lld to calibrate "
                "on\n",
                kernels::cuda::availability().device.c_str(), static_cast<long long>(sizes.hidden),
                static_cast<long long>(sizes.width), static_cast<long long>(sizes.heads),
                static_cast<long long>(sizes.tokens), static_cast<long long>(sizes.windows));
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "quantscope-bench-gpu";
    RandomCheckpointOptions random;
    random.config = oneBlock(sizes);
    writeRandomCheckpoint(folder, random);
    walkThroughBlock(*Checkpoint::open(folder), sizes);
    std::filesystem::remove_all(folder);
    quantizeBlock(sizes);
    return 0;
}
