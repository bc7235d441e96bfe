#include "core/model/cached_attention.h"

#include "core/model/tensor_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantscope {

namespace {

/// [rows, tokens, heads · dimension] → [rows, heads, tokens, dimension], a view
torch::Tensor byHead(const torch::Tensor& x, std::int64_t heads) {
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

/// Own tokens of each row before the new ones. [rows, 1]
torch::Tensor pastOf(const CachedRows& rows, torch::Device device) {
    return torch::tensor(rows.past, torch::kInt64).unsqueeze(1).to(device);
}

/// Which keys a query may not look at. @param keys  their positions, [keys]
/// @param queries  their positions, [rows, tokens] @return [rows, 1, 1, tokens, keys]
torch::Tensor hiddenKeys(const torch::Tensor& queries, const torch::Tensor& keys,
                         std::int64_t window) {
    const torch::Tensor distance = queries.unsqueeze(2) - keys; // [rows, tokens, keys]
    torch::Tensor hidden = distance < 0;
    if (window > 0)
        hidden = hidden.logical_or(distance >= window);
    return hidden.unsqueeze(1).unsqueeze(1);
}

/// Keys or values of a method's prefix as rows of a cache. [1, prefix, keyValueHeads · dimension]
torch::Tensor prefixRow(const torch::Tensor& prefix) {
    return prefix.transpose(0, 1).reshape({1, prefix.size(1), -1});
}

torch::Tensor withPrefix(const torch::Tensor& prefix, const torch::Tensor& x) {
    return torch::cat({prefixRow(prefix).expand({x.size(0), -1, -1}), x}, 1);
}

/// What stands before the rows' own tokens: a method's prefix, then the tokens that all share.
/// [1, prefix + shared, keyValueHeads · dimension]
KeyValueCache beforeOwn(const CachedRows& rows, const AttentionPrefix& prefix) {
    if (prefix.empty())
        return *rows.prefix;
    KeyValueCache before{prefixRow(prefix.keys), prefixRow(prefix.values)};
    if (rows.prefix) {
        before.keys = torch::cat({before.keys, rows.prefix->keys}, 1);
        before.values = torch::cat({before.values, rows.prefix->values}, 1);
    }
    return before;
}

} // namespace

KeyValueCache makeCache(const ModelConfig& config, std::int64_t rows, std::int64_t capacity,
                        torch::Device device) {
    const std::int64_t width = config.keyValueHeads * config.headDimension;
    const auto options = torch::TensorOptions().dtype(torch::kFloat32).device(device);
    // Zeros, since what is masked is multiplied by zero all the same: it must be a number.
    return {torch::zeros({rows, capacity, width}, options),
            torch::zeros({rows, capacity, width}, options)};
}

torch::Tensor nextPositions(const CachedRows& rows, std::int64_t tokens, torch::Device device) {
    const torch::Tensor next = torch::arange(tokens, torch::kInt64).to(device);
    return (pastOf(rows, device) + next + rows.prefixTokens()).reshape({-1});
}

torch::Tensor wholeAttention(const kernels::AttentionShape& shape, const torch::Tensor& q,
                             const torch::Tensor& k, const torch::Tensor& v,
                             const AttentionPrefix& prefix) {
    if (prefix.empty())
        return kernels::causalAttention(shape, q, k, v);
    return kernels::causalAttention(shape, q, withPrefix(prefix.keys, k),
                                    withPrefix(prefix.values, v));
}

torch::Tensor cachedAttention(const kernels::AttentionShape& shape, const torch::Tensor& q,
                              const torch::Tensor& k, const torch::Tensor& v,
                              const CachedRows& rows, const AttentionPrefix& prefix, double cap) {
    const std::int64_t count = shape.examples;
    const std::int64_t tokens = shape.tokens;
    const std::int64_t groups = shape.keyValueHeads;
    const std::int64_t share = shape.heads / groups;
    const std::int64_t dimension = shape.dimension;
    const std::int64_t shared = rows.prefixTokens();
    const std::int64_t before = prefix.tokens() + shared;
    const std::int64_t oldest = *std::max_element(rows.past.begin(), rows.past.end());
    const torch::Tensor positions =
        nextPositions(rows, tokens, q.device()).view({count, tokens}); // [rows, tokens]

    const torch::Tensor places = (positions - shared).unsqueeze(2).expand_as(k);
    rows.own->keys.scatter_(1, places, k);
    rows.own->values.scatter_(1, places, v);
    if (shared == 0 && oldest == 0 && cap == 0) // whole rows: no matrix of all scores is needed
        return wholeAttention(shape, q, k, v, prefix);
    const std::int64_t longest = oldest + tokens; // own keys looked at
    const torch::Tensor keys = byHead(rows.own->keys.slice(1, 0, longest), groups);
    const torch::Tensor values = byHead(rows.own->values.slice(1, 0, longest), groups);

    // Heads that share keys stand below one another: [rows, groups, share · tokens, dimension]
    const torch::Tensor queries = (byHead(q, shape.heads) / std::sqrt(double(dimension)))
                                      .reshape({count, groups, share * tokens, dimension});
    const std::vector<std::int64_t> split = {count, groups, share, tokens, -1};
    const std::vector<std::int64_t> joined = {count, groups, share * tokens, -1};
    const auto mask = [&](torch::Tensor scores, std::int64_t firstKey) {
        const torch::Tensor positionsOfKeys =
            torch::arange(firstKey, firstKey + scores.size(3), torch::kInt64).to(q.device());
        if (cap > 0)
            scores = torch::tanh(scores / cap) * cap;
        return scores.view(split)
            .masked_fill_(hiddenKeys(positions, positionsOfKeys, shape.window),
                          -std::numeric_limits<double>::infinity())
            .view(joined);
    };
    torch::Tensor scores = mask(torch::matmul(queries, keys.transpose(2, 3)), shared);
    torch::Tensor mixed;
    if (before == 0) {
        mixed = torch::matmul(torch::softmax(scores, 3), values);
    } else {
        const KeyValueCache ofAll = beforeOwn(rows, prefix);
        const torch::Tensor sharedKeys = byHead(ofAll.keys, groups);     // [1, groups, …]
        const torch::Tensor sharedValues = byHead(ofAll.values, groups); // [1, groups, …]
        // One product for all rows: [groups, rows · share · tokens, before]
        const torch::Tensor together =
            queries.transpose(0, 1).reshape({groups, count * share * tokens, dimension});
        const auto apart = [&](const torch::Tensor& x) {
            return x.view({groups, count, share * tokens, -1}).transpose(0, 1).contiguous();
        };
        torch::Tensor toPrefix =
            mask(apart(torch::bmm(together, sharedKeys[0].transpose(1, 2))), -prefix.tokens());
        const torch::Tensor weights = torch::softmax(torch::cat({toPrefix, scores}, 3), 3);
        const torch::Tensor onPrefix = weights.slice(3, 0, before)
                                           .transpose(0, 1)
                                           .reshape({groups, count * share * tokens, before});
        mixed = torch::matmul(weights.slice(3, before), values) +
                apart(torch::bmm(onPrefix, sharedValues[0]));
    }
    return mixed.view({count, shape.heads, tokens, dimension})
        .transpose(1, 2)
        .reshape({count, tokens, shape.heads * dimension});
}

} // namespace quantscope
