// How near quantizing and dequantizing come to a pass over the memory, and GPTQ and AWQ to their
// matrix products, as ratios measured in one run.
//
//     bench-methods [THREADS [ROUNDS [HIDDEN]]]
//
// Each piece of work is timed in turn with its yardstick, and the medians of both are compared. The
// products are those of a block with HIDDEN channels in TinyLlama's proportions.

#include "core/engine/workers.h"
#include "core/kernels/bit_packing.h"
#include "core/kernels/parallel.h"
#include "core/kernels/quantization.h"
#include "core/quant/awq_search.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/levels.h"
#include "core/study/process_environment.h"
#include "tests/core/quant/fixture.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace quantscope;

namespace {

int threads = 2;
int rounds = 5;
std::int64_t hidden = 2048;

using Work = std::function<void()>;

/// Wall time, and processor time of all threads, which other programs on the machine change less.
struct Seconds {
    double wall = 0;
    double processor = 0;
};

Seconds timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t clock = std::clock();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            double(std::clock() - clock) / CLOCKS_PER_SEC};
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// What takes so much time, and what at least as much must take at best.
struct Piece {
    std::string name;
    Work work;
    Work yardstick;
    double parts = 1; ///< of the yardstick's time that the work is held against
    int rounds = 0;   ///< 0: as many as were asked for
};

void compare(const Piece& piece) {
    std::vector<double> wall, processor, wallBest, processorBest;
    piece.work(); // memory is taken from the system once
    piece.yardstick();
    for (int round = 0; round < (piece.rounds > 0 ? piece.rounds : rounds); ++round) {
        const Seconds own = timed(piece.work);
        const Seconds best = timed(piece.yardstick);
        wall.push_back(own.wall);
        processor.push_back(own.processor);
        wallBest.push_back(best.wall * piece.parts);
        processorBest.push_back(best.processor * piece.parts);
    }
    std::printf("%-46s %9.2f ms %9.2f ms  x %5.2f  (processor time x %5.2f)\n", piece.name.c_str(),
                median(wall) * 1e3, median(wallBest) * 1e3, median(wall) / median(wallBest),
                median(processor) / median(processorBest));
    std::fflush(stdout);
}

/// As many bytes read and written, each half, by all threads.
class Copy {
public:
    explicit Copy(std::int64_t bytes)
        : m_from(static_cast<std::size_t>(bytes / 2), 1)
        , m_to(m_from.size()) {}

    void operator()() {
        const auto count = static_cast<std::int64_t>(m_from.size());
        kernels::inParallel(count, count, [&](std::int64_t first, std::int64_t last) {
            std::memcpy(m_to.data() + first, m_from.data() + first,
                        static_cast<std::size_t>(last - first));
        });
    }

private:
    std::vector<char> m_from;
    std::vector<char> m_to;
};

void compareWithMemory(std::int64_t rows, std::int64_t columns) {
    std::printf("\n%lld x %lld weights, against a copy of the bytes that are read and written\n",
                static_cast<long long>(rows), static_cast<long long>(columns));
    const torch::Tensor weight = torch::randn({rows, columns});
    const std::int64_t count = weight.numel();
    Copy quantizing(count * 5);
    Copy packing(count + count / 2);
    const Work copy = [&] { quantizing(); };
    const Job job;
    const GridOptions grid{4, 128, GridKind::Asymmetric};
    const torch::Tensor levels = normalFloatLevels(4);

    QuantizedLinear uniform = roundToNearest(weight, grid, job);
    const kernels::GroupShape shape{rows, columns, 128};
    const kernels::GroupResults results{uniform.scales.data_ptr<float>(),
                                        uniform.zeros.data_ptr<float>(),
                                        uniform.codes.data_ptr<std::uint8_t>(), nullptr};
    compare({"RTN, 4 bits, groups of 128, the kernel",
             [&] { kernels::quantizeGroups(weight.data_ptr<float>(), shape, {}, results); }, copy});
    compare({"the same with the memory for its results", [&] { roundToNearest(weight, grid, job); },
             copy});
    QuantizedLinear normal = quantizeToLevels(weight, levels, {}, job);
    const kernels::LevelShape blocks{count, 64, 4};
    compare({"NF4, blocks of 64, the kernel",
             [&] {
                 kernels::quantizeToLevels(
                     weight.data_ptr<float>(), blocks, levels.data_ptr<float>(),
                     normal.scales.data_ptr<float>(), normal.codes.data_ptr<std::uint8_t>());
             },
             copy});
    compare({"the same with the memory for its results",
             [&] { quantizeToLevels(weight, levels, {}, job); }, copy});
    torch::Tensor out = torch::empty_like(weight);
    compare({"RTN dequantized, the kernel",
             [&] {
                 kernels::dequantizeGroups(results.codes, shape, {results.scales, results.zeros},
                                           nullptr, out.data_ptr<float>());
             },
             copy});
    compare({"NF4 dequantized, the kernel",
             [&] {
                 kernels::dequantizeLevels(normal.codes.data_ptr<std::uint8_t>(), blocks,
                                           levels.data_ptr<float>(),
                                           normal.scales.data_ptr<float>(), out.data_ptr<float>());
             },
             copy});
    compare({"RTN dequantized, with the memory", [&] { uniform.dequantize(); }, copy});
    compare({"NF4 dequantized, with the memory", [&] { normal.dequantize(); }, copy});
    std::vector<std::uint8_t> packed(static_cast<std::size_t>((count + 1) / 2));
    compare({"4-bit codes packed",
             [&] { kernels::packBits(results.codes, count, 4, packed.data()); },
             [&] { packing(); }});
    compare({"4-bit codes unpacked",
             [&] { kernels::unpackBits(packed.data(), count, 4, results.codes); },
             [&] { packing(); }});
}

/// GPTQ of one matrix, stage by stage, against a plain product of the same number of operations.
void compareGptq(std::int64_t outputs, std::int64_t inputs) {
    constexpr std::int64_t tokens = 8192;
    std::printf("\nGPTQ of %lld x %lld weights, %lld tokens, against plain products of as many "
                "operations\n",
                static_cast<long long>(outputs), static_cast<long long>(inputs),
                static_cast<long long>(tokens));
    const torch::Tensor weight = torch::randn({outputs, inputs}) * 0.02;
    const torch::Tensor rows = torch::randn({tokens, inputs}) * torch::randn({inputs}).exp();
    HessianSum kept(inputs);
    kept.add(rows);
    const torch::Tensor hessian = kept.take();
    const Job job;
    GptqOptions options;
    options.grid = {4, 128, GridKind::Asymmetric};
    const HessianFactor factor = factorHessian(hessian.clone(), options.damping, false, job);

    const torch::Tensor all = torch::empty({inputs, inputs});
    // Half of a symmetric product; a Cholesky factor and a triangular inverse are a third of one.
    const Work square = [&] { at::mm_out(const_cast<torch::Tensor&>(all), rows.t(), rows); };
    const Work cube = [&] { at::mm(hessian, hessian); };
    const Work update = [&] { at::mm(weight, hessian); };
    HessianSum sum(inputs);
    compare({"sum of x xT", [&] { sum.add(rows); }, square, 0.5});
    compare({"factor of the inverse",
             [&] { factorHessian(hessian.clone(), options.damping, false, job); }, cube, 1.0 / 3});
    compare({"columns, with the updates of later ones",
             [&] { solveGptq(weight, factor, options, job); }, update, 0.5});
    compare({"all of it",
             [&] {
                 HessianSum own(inputs);
                 own.add(rows);
                 solveGptq(weight, factorHessian(own.take(), options.damping, false, job), options,
                           job);
             },
             [&] {
                 square();
                 cube();
                 update();
             },
             1});
    std::printf("(the last is held against whole products: what a solver that uses no symmetry "
                "would multiply)\n");
}

/// AWQ's search for scales against the products of its candidates alone.
void compareAwq(std::int64_t width, std::int64_t mlp, std::int64_t heads, std::int64_t tokens) {
    std::printf("\nAWQ's search in a block of %lld channels, %lld in the MLP, %lld tokens\n",
                static_cast<long long>(width), static_cast<long long>(mlp),
                static_cast<long long>(tokens));
    constexpr std::int64_t window = 256;
    const test::SmallBlock block = test::makeSmallBlock(width, mlp, heads, heads, window);
    std::vector<torch::Tensor> windows;
    for (std::int64_t i = 0; i < tokens / window; ++i)
        windows.push_back(torch::randn({1, window, width}));
    const test::Batches stream(windows);
    Job job;
    const BlockTask task{block.config, 0, block.weights, block.rotary, &stream, &stream, job};
    AwqOptions options;
    options.grid = {4, 128, GridKind::Asymmetric};
    options.searchTokens = tokens;
    const auto statistics = gatherInputStatistics(task, task.weights, stream);
    const torch::Tensor x = torch::randn({tokens, width});
    const torch::Tensor y = torch::randn({tokens, mlp});
    const auto product = [&](Module module) {
        const torch::Tensor& weight = block.weights.linear(module).weight;
        at::mm(weight.size(1) == width ? x : y, weight.t());
    };
    compare({"20 candidates of each scale",
             [&] {
                 std::map<std::string, double> diagnostics;
                 searchScales(task, stream, statistics, options, diagnostics);
             },
             [&] {
                 for (int point = 0; point < options.gridPoints; ++point)
                     for (const Module module :
                          {Module::Q, Module::K, Module::V, Module::O, Module::O, Module::Gate,
                           Module::Up, Module::Down, Module::Down})
                         product(module);
             },
             1, 3});
}

} // namespace

int main(int count, char** arguments) {
    prepareProcess();
    threads =
        count > 1 ? std::atoi(arguments[1]) : static_cast<int>(std::thread::hardware_concurrency());
    rounds = count > 2 ? std::max(1, std::atoi(arguments[2])) : 7;
    hidden = count > 3 ? std::max(256, std::atoi(arguments[3])) / 256 * 256 : 2048;
    setProductThreads(threads);
    const at::NoGradGuard noGradients;
    torch::manual_seed(1);
    std::printf("%d threads, medians of %d rounds\n%-46s %12s %12s\n", threads, rounds, "", "takes",
                "yardstick");
    compareWithMemory(4096, 4096);
    compareWithMemory(11008, 4096);
    compareGptq(hidden, hidden);
    compareGptq(hidden, hidden * 11 / 4);
    compareAwq(hidden / 2, hidden * 11 / 8, hidden / 128, 2048);
    compareAwq(256, 704, 4, 2048);
    return 0;
}
