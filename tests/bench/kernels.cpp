// Times the fused loops of core/kernels on one core, beside what they could reach at best: a copy
// of the same bytes.

#include "core/kernels/kernels.h"

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

using namespace quantscope;

namespace {

std::vector<float> randomValues(std::int64_t count) {
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = normal(generator);
    return values;
}

/// Rows of a site, as a batch of 2,048 tokens has them. Argument: width
void tokenStatistics(benchmark::State& state) {
    const std::int64_t rows = 2048;
    const std::int64_t width = state.range(0);
    const std::vector<float> x = randomValues(rows * width);
    const std::vector<float> y = randomValues(rows * width);
    std::vector<float> out(6 * rows);
    const kernels::TokenStatistics columns{&out[0],        &out[rows],     &out[2 * rows],
                                           &out[3 * rows], &out[4 * rows], &out[5 * rows]};
    for ([[maybe_unused]] auto _ : state) {
        kernels::tokenStatistics(x.data(), y.data(), rows, width, columns);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * rows);
    state.SetBytesProcessed(state.iterations() * rows * width * 8);
}
BENCHMARK(tokenStatistics)->Arg(64)->Arg(172)->Arg(2048)->Arg(5632);

/// The bytes that tokenStatistics reads. Argument: width
void copyOfTheSameBytes(benchmark::State& state) {
    const std::int64_t count = 2048 * state.range(0);
    const std::vector<float> x = randomValues(count);
    std::vector<float> out(x.size());
    for ([[maybe_unused]] auto _ : state) {
        std::memcpy(out.data(), x.data(), x.size() * sizeof(float));
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(state.iterations() * count * 8);
}
BENCHMARK(copyOfTheSameBytes)->Arg(64)->Arg(5632);

/// Queries of 128 tokens. Arguments: heads, dimension
void rotate(benchmark::State& state) {
    constexpr std::int64_t tokens = 128;
    std::vector<float> x = randomValues(tokens * state.range(0) * state.range(1));
    const std::int64_t half = state.range(1) / 2;
    const std::vector<float> angles = randomValues(tokens * half);
    std::vector<float> cosine, sine;
    for (std::int64_t i = 0; i < 2 * half * tokens; ++i) { // both halves turn alike
        const float angle = angles[static_cast<std::size_t>(i / (2 * half) * half + i % half)];
        cosine.push_back(std::cos(angle));
        sine.push_back(std::sin(angle));
    }
    for ([[maybe_unused]] auto _ : state) {
        kernels::rotate(x.data(), cosine.data(), sine.data(), 1, tokens, state.range(0),
                        state.range(1));
        benchmark::DoNotOptimize(x.data());
    }
    state.SetItemsProcessed(state.iterations() * tokens);
}
BENCHMARK(rotate)->Args({8, 8})->Args({32, 64});

/// Arguments: tokens, heads, heads of keys and values, dimension
void causalAttention(benchmark::State& state) {
    const kernels::AttentionShape shape{
        1, state.range(0), state.range(1), state.range(2), state.range(3), 0};
    const std::vector<float> q = randomValues(shape.tokens * shape.heads * shape.dimension);
    const std::vector<float> k = randomValues(shape.tokens * shape.keyValueHeads * shape.dimension);
    const std::vector<float> v = k;
    std::vector<float> out(q.size());
    for ([[maybe_unused]] auto _ : state) {
        kernels::causalAttention(shape, q.data(), k.data(), v.data(), out.data());
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * shape.tokens);
}
BENCHMARK(causalAttention)->Args({128, 8, 4, 8})->Args({512, 32, 4, 64});

/// Argument: vocabulary
void tokenScores(benchmark::State& state) {
    const std::int64_t rows = 32;
    const std::int64_t vocabulary = state.range(0);
    std::vector<float> logits = randomValues(rows * vocabulary);
    std::vector<float> reference = randomValues(rows * vocabulary);
    std::vector<float> probabilities(reference.size());
    kernels::logSoftmax(reference.data(), rows, vocabulary, probabilities.data());
    const std::vector<std::int32_t> targets(rows, 1);
    std::vector<float> out(5 * rows);
    std::vector<std::int32_t> rank(rows);
    std::vector<std::uint8_t> agrees(rows);
    const kernels::TokenScores columns{&out[0],        &out[rows],     rank.data(),  &out[2 * rows],
                                       &out[3 * rows], &out[4 * rows], agrees.data()};
    for ([[maybe_unused]] auto _ : state) {
        kernels::tokenScores(logits.data(), {reference.data(), probabilities.data()},
                             targets.data(), rows, vocabulary, columns);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK(tokenScores)->Arg(512)->Arg(32000);

} // namespace

BENCHMARK_MAIN();
