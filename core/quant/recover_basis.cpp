#include "core/quant/recover_basis.h"

#include "core/quant/folding.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// A scale is folded where what rows and columns agree on is that many times what they differ by.
constexpr double signalOverNoise = 3;
/// Differences in scale below this are rounding of the stored numbers.
constexpr double leastScaling = 1e-3;

/// Sums of a · b and a · a by row or by column, f64: b = scale · a has scale = product / square.
struct LeastSquares {
    torch::Tensor product;
    torch::Tensor square;

    void add(const LeastSquares& other) {
        product = product.defined() ? product + other.product : other.product;
        square = square.defined() ? square + other.square : other.square;
    }

    /// ln(scale); NaN where there is no positive one.
    torch::Tensor logarithm() const { return (product / square).log(); }
};

/// @param dimension  that is summed over: 0 gives a sum a column, 1 a sum a row
LeastSquares compare(const torch::Tensor& original, const torch::Tensor& lane,
                     std::int64_t dimension) {
    constexpr std::int64_t chunkElements = 1 << 20; // bounds the copies in f64
    const std::int64_t step =
        std::max<std::int64_t>(1, chunkElements / std::max<std::int64_t>(1, original.size(1)));
    LeastSquares sums;
    std::vector<torch::Tensor> products;
    std::vector<torch::Tensor> squares;
    for (std::int64_t row = 0; row < original.size(0); row += step) {
        const std::int64_t end = std::min(original.size(0), row + step);
        const torch::Tensor a = original.slice(0, row, end).to(torch::kFloat64);
        const torch::Tensor b = lane.slice(0, row, end).to(torch::kFloat64);
        const LeastSquares part{(a * b).sum(dimension), a.square().sum(dimension)};
        if (dimension == 0) {
            sums.add(part);
        } else {
            products.push_back(part.product);
            squares.push_back(part.square);
        }
    }
    return dimension == 0 ? sums : LeastSquares{torch::cat(products), torch::cat(squares)};
}

/// Root mean square of the values that are finite; NaN where none is.
double rootMeanSquare(const torch::Tensor& values) {
    const torch::Tensor finite = values.masked_select(at::isfinite(values));
    return std::sqrt(finite.square().mean().item<double>());
}

/// γ / γ of the lane; 1 where one of them is 0.
torch::Tensor normRatio(const torch::Tensor& reference, const torch::Tensor& lane) {
    const torch::Tensor usable = (reference != 0) & (lane != 0);
    return torch::where(usable, reference / lane, torch::ones_like(reference));
}

class Recovery {
public:
    Recovery(const BlockWeights& reference, const BlockWeights& lane)
        : m_reference(reference)
        , m_lane(lane) {}

    /// What was divided out of a norm and multiplied into the matrices behind it.
    /// @param behind  those whose rows tell of nothing else, where there are any
    void recoverNorm(Site site, const torch::Tensor& reference, const torch::Tensor& lane,
                     const std::vector<Module>& behind) {
        LeastSquares columns;
        for (const Module module : behind)
            columns.add(compare(m_reference.linear(module).weight, m_lane.linear(module).weight,
                                /*dimension=*/0));
        const torch::Tensor shown = columns.logarithm();
        const double asItIs = rootMeanSquare(shown);
        result.misfit[site] = asItIs;
        if (!reference.defined())
            return;
        const torch::Tensor ratio = normRatio(reference, lane);
        const double asFolded = rootMeanSquare(ratio.to(torch::kFloat64).abs().log() - shown);
        const bool folded = !at::equal(ratio, torch::ones_like(ratio)) && !(asFolded > asItIs);
        if (folded)
            result.basis.scale[site] = ratio;
        result.misfit[site] = folded ? asFolded : asItIs;
    }

    /// The scale between the rows of one matrix and the columns of the next.
    struct Pair {
        torch::Tensor rows; // undefined: nothing is folded
        torch::Tensor columns;
        double misfit = 0;
    };

    /// What was divided out of the rows of one matrix and multiplied into the columns of the next.
    /// @param share     columns behind each row: heads that read the same values
    /// @param canFold   whether the two are neighbours at all
    Pair recoverPair(Module before, Module behind, std::int64_t share, std::int64_t width,
                     bool canFold) const {
        LeastSquares columns = compare(m_reference.linear(behind).weight,
                                       m_lane.linear(behind).weight, /*dimension=*/0);
        const torch::Tensor shown = columns.logarithm();
        Pair pair;
        torch::Tensor used = torch::zeros_like(shown);
        if (canFold) {
            torch::Tensor expected = m_reference.linear(before).weight;
            if (const torch::Tensor* input = inputScale(result.basis, before))
                expected = expected * *input;
            const torch::Tensor byRows =
                -compare(expected, m_lane.linear(before).weight, /*dimension=*/1).logarithm();
            for (torch::Tensor* sums : {&columns.product, &columns.square})
                *sums = sums->view({-1, share, width}).sum(1).view({-1}); // heads that share values
            const torch::Tensor byColumns = columns.logarithm();
            const torch::Tensor agreed = (byColumns + byRows) / 2;
            const double noise = rootMeanSquare((byColumns - byRows) / 2);
            const double signal = rootMeanSquare(agreed);
            if (signal > leastScaling && !(signal < signalOverNoise * noise)) {
                // A dead row or column leaves the other's word.
                torch::Tensor scale = torch::where(at::isfinite(agreed), agreed, byColumns);
                scale = torch::where(at::isfinite(scale), scale, byRows);
                scale = torch::where(at::isfinite(scale), scale, torch::zeros_like(scale));
                used = scale.view({-1, 1, width}).expand({-1, share, width}).reshape({-1});
                pair.rows = scale.exp().to(torch::kFloat32);
                pair.columns = used.exp().to(torch::kFloat32);
            }
        }
        pair.misfit = rootMeanSquare(used - shown);
        return pair;
    }

    RecoveredBasis result;

private:
    const BlockWeights& m_reference;
    const BlockWeights& m_lane;
};

/// The matrices behind a norm whose rows were scaled by nothing else: not v, nor up beside a gate.
std::vector<Module> tellingReaders(const BlockWeights& weights, Site site) {
    std::vector<Module> modules;
    for (const Module module : weights.modules()) {
        const bool isScaled =
            module == Module::V ||
            (kindOf(module) == Module::Up && (weights.has(Module::Gate) || expertOf(module) >= 0));
        if (inputSite(module) == site && !isScaled)
            modules.push_back(module);
    }
    return modules;
}

} // namespace

double RecoveredBasis::misfitOf(Module module) const {
    const int expert = expertOf(module);
    return expert >= 0 && kindOf(module) == Module::Down ? expertMisfit.at(expert)
                                                         : misfit.at(inputSite(module));
}

RecoveredBasis recoverBasis(const ModelConfig& config, const BlockWeights& reference,
                            const BlockWeights& lane) {
    const at::NoGradGuard noGradients;
    Recovery recovery(reference, lane);
    RecoveredBasis& result = recovery.result;
    // The rows of v and up may be scaled themselves, so they tell nothing of their columns.
    recovery.recoverNorm(Site::Ln1, reference.ln1, lane.ln1, tellingReaders(reference, Site::Ln1));
    const bool isShared = config.order == BlockOrder::ParallelShared;
    recovery.recoverNorm(Site::Ln2, isShared ? reference.ln1 : reference.ln2,
                         isShared ? lane.ln1 : lane.ln2, tellingReaders(reference, Site::Ln2));
    const auto values =
        recovery.recoverPair(Module::V, Module::O, config.heads / config.keyValueHeads,
                             config.headDimension, /*canFold=*/true);
    result.misfit[Site::OInput] = values.misfit;
    if (values.rows.defined()) {
        result.basis.scale[Site::V] = values.rows;
        result.basis.scale[Site::OInput] = values.columns;
    }
    for (const Module down : reference.modules()) {
        if (kindOf(down) != Module::Down)
            continue;
        const int expert = expertOf(down);
        const Module up = expert < 0 ? Module::Up : expertModule(expert, Module::Up);
        const auto inner = recovery.recoverPair(up, down, 1, reference.linear(down).weight.size(1),
                                                foldsThroughMlp(config));
        (expert < 0 ? result.misfit[Site::DownInput] : result.expertMisfit[expert]) = inner.misfit;
        if (!inner.rows.defined())
            continue;
        if (expert >= 0) {
            result.basis.experts[expert] = inner.columns;
        } else {
            result.basis.scale[Site::Up] = inner.rows;
            result.basis.scale[Site::DownInput] = inner.columns;
        }
    }
    return result;
}

} // namespace quantscope
