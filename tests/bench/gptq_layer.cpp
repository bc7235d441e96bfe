// Times GPTQ on one layer; compare_gptq_layer.py runs it beside the published algorithm.

#include "core/engine/workers.h"
#include "core/quant/gptq_solver.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

using namespace quantscope;

namespace {

constexpr std::int64_t outputs = 2048;
constexpr std::int64_t inputs = 5632;
constexpr std::int64_t windowTokens = 2048;

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace

/// gptq-layer-benchmark [WINDOWS] [THREADS]
int main(int count, char** arguments) {
    const std::int64_t windows = count > 1 ? std::atoll(arguments[1]) : 32;
    const int threads =
        count > 2 ? std::atoi(arguments[2]) : static_cast<int>(std::thread::hardware_concurrency());
    setProductThreads(threads);
    const at::NoGradGuard noGradients;
    torch::manual_seed(0);
    const torch::Tensor weight = torch::randn({outputs, inputs}) * 0.02;
    const torch::Tensor channels = torch::randn({inputs}).exp();
    const torch::Tensor common = torch::randn({64, inputs}); // what makes channels depend
    HessianSum sum(inputs);
    double hessian = 0;
    for (std::int64_t window = 0; window < windows; ++window) {
        const torch::Tensor rows = (torch::randn({windowTokens, inputs}) +
                                    at::mm(torch::randn({windowTokens, 64}), common))
                                       .mul_(channels);
        const Stopwatch watch;
        sum.add(rows);
        hessian += watch.seconds();
    }
    GptqOptions options;
    options.grid = {4, 128, GridKind::Asymmetric, false};
    const Job job;
    const torch::Tensor kept = sum.take();
    Stopwatch watch;
    const HessianFactor factor = factorHessian(kept.clone(), options.damping, false, job);
    const double factoring = watch.seconds();
    const QuantizedLinear linear = solveGptq(weight, factor, options, job);
    const double all = watch.seconds();
    const torch::Tensor lost = linear.dequantize() - weight;
    const double error = std::sqrt(
        ((at::mm(lost, kept) * lost).sum() / (at::mm(weight, kept) * weight).sum()).item<double>());
    fmt::print("{{\"hessian\": {:.2f}, \"factor\": {:.2f}, \"solve\": {:.2f}, \"seconds\": {:.2f}, "
               "\"output_error\": {:.5f}, \"threads\": {}}}\n",
               hessian, factoring, all - factoring, hessian + all, error, threads);
}
