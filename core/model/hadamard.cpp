#include "core/model/hadamard.h"

#include "core/data/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

namespace {

/// Larger powers of two are split: two products of 64 columns cost less than one of 4096.
constexpr std::int64_t largestSylvester = 64;
/// A factor that is no power of two is multiplied with as a whole.
constexpr std::int64_t largestConstructed = 2048;

/// First rows of four symmetric circulant matrices with A² + B² + C² + D² = 4n I (Williamson 1944),
/// found by searching rows that are constant on orbits of a few multipliers.
struct WilliamsonRows {
    std::int64_t order; ///< n
    std::array<std::string_view, 4> rows;
};

constexpr std::array<WilliamsonRows, 3> williamsonRows = {{
    {13, {"+-+-++--++-+-", "++--+-++-+--+", "++-++----++-+", "++----------+"}},
    {23,
     {"+++---++--++++--++---++", "+--++-+-+-++++-+-+-++--", "+--+--+++------+++--+--",
      "+--+-+-++++++++++-+-+--"}},
    {43,
     {"+--+++--+----+-+--++-++-++--+-+----+--+++--", "+-+-++--+-+-++++++-+----+-++++++-+-+--++-+-",
      "+-+++----+-++-++--++++++++--++-++-+----+++-",
      "++++-++++---+++---+--++--+---+++---++++-+++"}},
}};

bool isPrime(std::int64_t number) {
    if (number < 2)
        return false;
    for (std::int64_t factor = 2; factor * factor <= number; ++factor)
        if (number % factor == 0)
            return false;
    return true;
}

bool isPowerOfTwo(std::int64_t number) { return number > 0 && (number & (number - 1)) == 0; }

enum class Construction { PaleyFirst, PaleySecond, Williamson };

/// How an order that is no power of two is built; nothing where none of the ways leads there.
std::optional<Construction> constructionOf(std::int64_t order) {
    if (order % 4 != 0 || order > largestConstructed)
        return std::nullopt;
    if (isPrime(order - 1) && (order - 1) % 4 == 3)
        return Construction::PaleyFirst;
    if (isPrime(order / 2 - 1) && (order / 2 - 1) % 4 == 1)
        return Construction::PaleySecond;
    for (const WilliamsonRows& known : williamsonRows)
        if (order == 4 * known.order)
            return Construction::Williamson;
    return std::nullopt;
}

/// The order of the factor that is no power of two, 1 where there is none; nothing where the whole
/// order cannot be built.
std::optional<std::int64_t> oddFactorOrder(std::int64_t order) {
    if (order < 1)
        return std::nullopt;
    if (isPowerOfTwo(order))
        return 1;
    std::int64_t factor = order;
    while (factor % 2 == 0)
        factor /= 2;
    for (factor *= 4; factor <= order && order % factor == 0; factor *= 2)
        if (constructionOf(factor))
            return factor;
    return std::nullopt;
}

/// χ(j − i): whether the difference is a square modulo the prime q. [q, q]
torch::Tensor jacobsthal(std::int64_t q) {
    torch::Tensor symbol = torch::full({q}, -1.0F);
    for (std::int64_t i = 1; i < q; ++i)
        symbol[i * i % q] = 1;
    symbol[0] = 0;
    const torch::Tensor index = torch::arange(q);
    const torch::Tensor difference = (index.unsqueeze(0) - index.unsqueeze(1)).remainder(q);
    return symbol.index_select(0, difference.reshape({-1})).view({q, q});
}

torch::Tensor bordered(const torch::Tensor& inner, float below) {
    const std::int64_t size = inner.size(0) + 1;
    torch::Tensor matrix = torch::zeros({size, size});
    matrix[0].slice(0, 1).fill_(1);
    matrix.select(1, 0).slice(0, 1).fill_(below);
    matrix.slice(0, 1).slice(1, 1).copy_(inner);
    return matrix;
}

torch::Tensor paleyFirst(std::int64_t order) {
    return bordered(jacobsthal(order - 1), -1) + torch::eye(order);
}

torch::Tensor paleySecond(std::int64_t order) {
    const std::int64_t half = order / 2;
    const torch::Tensor conference = bordered(jacobsthal(half - 1), 1);
    const torch::Tensor one = torch::tensor({1.0F, 1.0F, 1.0F, -1.0F}).view({2, 2});
    const torch::Tensor other = torch::tensor({1.0F, -1.0F, -1.0F, -1.0F}).view({2, 2});
    return torch::kron(conference, one) + torch::kron(torch::eye(half), other);
}

torch::Tensor circulant(std::string_view row) {
    const auto size = static_cast<std::int64_t>(row.size());
    torch::Tensor first = torch::empty({size});
    for (std::int64_t i = 0; i < size; ++i)
        first[i] = row[static_cast<std::size_t>(i)] == '+' ? 1.0F : -1.0F;
    std::vector<torch::Tensor> rows;
    for (std::int64_t i = 0; i < size; ++i)
        rows.push_back(first.roll(i));
    return torch::stack(rows);
}

torch::Tensor williamson(std::int64_t order) {
    for (const WilliamsonRows& known : williamsonRows) {
        if (order != 4 * known.order)
            continue;
        const torch::Tensor a = circulant(known.rows[0]);
        const torch::Tensor b = circulant(known.rows[1]);
        const torch::Tensor c = circulant(known.rows[2]);
        const torch::Tensor d = circulant(known.rows[3]);
        return torch::cat({torch::cat({a, b, c, d}, 1), torch::cat({-b, a, -d, c}, 1),
                           torch::cat({-c, d, a, -b}, 1), torch::cat({-d, -c, b, a}, 1)});
    }
    throw Error(ErrorKind::Internal, "There are no rows for a Hadamard matrix of this order.");
}

/// Of an order with constructionOf(). ±1
torch::Tensor constructed(std::int64_t order) {
    switch (*constructionOf(order)) {
    case Construction::PaleyFirst:
        return paleyFirst(order);
    case Construction::PaleySecond:
        return paleySecond(order);
    case Construction::Williamson:
        return williamson(order);
    }
    return {};
}

torch::Tensor sylvester(std::int64_t order) {
    torch::Tensor matrix = torch::ones({1, 1});
    const torch::Tensor two = torch::tensor({1.0F, 1.0F, 1.0F, -1.0F}).view({2, 2});
    for (; order > 1; order /= 2)
        matrix = torch::kron(matrix, two);
    return matrix;
}

} // namespace

bool hasHadamard(std::int64_t order) { return oddFactorOrder(order).has_value(); }

std::int64_t hadamardOrder(std::int64_t width) {
    for (std::int64_t parts = 1; parts <= width; ++parts)
        if (width % parts == 0 && hasHadamard(width / parts))
            return width / parts;
    return 1;
}

std::vector<torch::Tensor> hadamardFactors(std::int64_t order) {
    const at::NoGradGuard noGradients;
    const std::optional<std::int64_t> odd = oddFactorOrder(order);
    if (!odd)
        throw Error(ErrorKind::Internal, "A Hadamard matrix of order " + std::to_string(order) +
                                             " was asked for, which is not known here.");
    std::vector<torch::Tensor> factors;
    const auto add = [&factors](const torch::Tensor& matrix) {
        factors.push_back(matrix / std::sqrt(double(matrix.size(0))));
    };
    if (*odd > 1)
        add(constructed(*odd));
    for (std::int64_t left = order / *odd; left > 1;) {
        const std::int64_t part = std::min(left, largestSylvester);
        add(sylvester(part));
        left /= part;
    }
    return factors;
}

torch::Tensor hadamardTransform(const torch::Tensor& x, const std::vector<torch::Tensor>& factors,
                                std::int64_t stride, bool transposed) {
    torch::Tensor value = x;
    std::int64_t after = stride; // channels behind the factor's own that go along unchanged
    for (auto factor = factors.rbegin(); factor != factors.rend(); ++factor) {
        const std::int64_t size = factor->size(0);
        const torch::Tensor matrix = transposed ? factor->t() : *factor;
        const torch::Tensor grouped = value.reshape({-1, size, after});
        value = after == 1 ? at::matmul(grouped.squeeze(2), matrix)
                           : at::matmul(matrix.t(), grouped); // [runs, size, after]
        after *= size;
    }
    return value.reshape(x.sizes());
}

} // namespace quantscope
