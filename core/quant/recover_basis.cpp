#include "core/quant/recover_basis.h"

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
    void recoverNorm(Site site, const torch::Tensor& reference, const torch::Tensor& lane,
                     std::initializer_list<Module> behind) {
        const torch::Tensor ratio = normRatio(reference, lane);
        LeastSquares columns;
        for (const Module module : behind)
            columns.add(compare(m_reference.linear(module).weight, m_lane.linear(module).weight,
                                /*dimension=*/0));
        const torch::Tensor shown = columns.logarithm();
        const double asFolded = rootMeanSquare(ratio.to(torch::kFloat64).abs().log() - shown);
        const double asItIs = rootMeanSquare(shown);
        const bool folded = !at::equal(ratio, torch::ones_like(ratio)) && !(asFolded > asItIs);
        if (folded)
            result.basis.scale[site] = ratio;
        result.misfit[site] = folded ? asFolded : asItIs;
    }

    /// What was divided out of the rows of one matrix and multiplied into the columns of the next.
    /// @param share  columns behind each row: heads that read the same values
    void recoverPair(Module before, Module behind, std::int64_t share, std::int64_t width) {
        torch::Tensor expected = m_reference.linear(before).weight;
        const auto input = result.basis.scale.find(inputSite(before));
        if (input != result.basis.scale.end())
            expected = expected * input->second;
        const torch::Tensor byRows =
            -compare(expected, m_lane.linear(before).weight, /*dimension=*/1).logarithm();
        LeastSquares columns = compare(m_reference.linear(behind).weight,
                                       m_lane.linear(behind).weight, /*dimension=*/0);
        const torch::Tensor shown = columns.logarithm();
        for (torch::Tensor* sums : {&columns.product, &columns.square})
            *sums = sums->view({-1, share, width}).sum(1).view({-1}); // heads that share values
        const torch::Tensor byColumns = columns.logarithm();

        const torch::Tensor agreed = (byColumns + byRows) / 2;
        const double noise = rootMeanSquare((byColumns - byRows) / 2);
        const double signal = rootMeanSquare(agreed);
        const bool folded = signal > leastScaling && !(signal < signalOverNoise * noise);
        torch::Tensor used = torch::zeros_like(shown);
        if (folded) {
            // A dead row or column leaves the other's word.
            torch::Tensor scale = torch::where(at::isfinite(agreed), agreed, byColumns);
            scale = torch::where(at::isfinite(scale), scale, byRows);
            scale = torch::where(at::isfinite(scale), scale, torch::zeros_like(scale));
            used = scale.view({-1, 1, width}).expand({-1, share, width}).reshape({-1});
            result.basis.scale[before == Module::V ? Site::V : Site::Up] =
                scale.exp().to(torch::kFloat32);
            result.basis.scale[inputSite(behind)] = used.exp().to(torch::kFloat32);
        }
        result.misfit[inputSite(behind)] = rootMeanSquare(used - shown);
    }

    RecoveredBasis result;

private:
    const BlockWeights& m_reference;
    const BlockWeights& m_lane;
};

} // namespace

RecoveredBasis recoverBasis(const ModelConfig& config, const BlockWeights& reference,
                            const BlockWeights& lane) {
    const at::NoGradGuard noGradients;
    Recovery recovery(reference, lane);
    // The rows of v and up may be scaled themselves, so they tell nothing of their columns.
    recovery.recoverNorm(Site::Ln1, reference.ln1, lane.ln1, {Module::Q, Module::K});
    recovery.recoverNorm(Site::Ln2, reference.ln2, lane.ln2, {Module::Gate});
    recovery.recoverPair(Module::V, Module::O, config.heads / config.keyValueHeads,
                         config.headDimension);
    recovery.recoverPair(Module::Up, Module::Down, 1, config.intermediateSize);
    return recovery.result;
}

} // namespace quantscope
