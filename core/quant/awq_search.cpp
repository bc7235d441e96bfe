#include "core/quant/awq_search.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// Weights W · s rounded to the grid and divided by s again: what the folded layer computes.
torch::Tensor roundScaled(const torch::Tensor& weight, const torch::Tensor& scale,
                          const AwqOptions& options, const Job& job) {
    return fakeQuantize(weight * scale, options.grid, job).div_(scale);
}

torch::Tensor linear(const torch::Tensor& rows, const LinearWeights& layer) {
    return layer.bias.defined() ? at::addmm(layer.bias, rows, layer.weight.t())
                                : at::mm(rows, layer.weight.t());
}

torch::Tensor gatedMlp(const torch::Tensor& rows, const BlockWeights& weights) {
    torch::Tensor gate = linear(rows, weights.linear(Module::Gate));
    at::silu_(gate);
    gate.mul_(linear(rows, weights.linear(Module::Up)));
    return linear(gate, weights.linear(Module::Down));
}

/// A few batches with their sites in full precision; every candidate is rounded once for all.
struct Chunk {
    struct Batch {
        torch::Tensor hidden; // [examples, tokens, hidden]
        std::map<Site, torch::Tensor> sites;
    };
    std::vector<Batch> batches;
    std::int64_t tokens = 0;
};

class BlockSearch {
public:
    BlockSearch(const BlockTask& task, const std::map<Site, InputStatistics>& statistics,
                const AwqOptions& options)
        : m_task(task)
        , m_options(options) {
        const bool scaleValues = task.weights.linear(Module::V).weight.sizes() ==
                                 task.weights.linear(Module::O).weight.sizes();
        for (Site site : layerInputSites)
            if (site != Site::OInput || scaleValues)
                searches.emplace(
                    site, ScaleSearch(statistics.at(site).meanMagnitude, options.gridPoints));
    }

    void add(const Chunk& chunk) {
        for (int point = 0; point < m_options.gridPoints; ++point) {
            addAttention(chunk, point);
            addMlp(chunk, point);
            addLayer(chunk, point, Module::O);
            addLayer(chunk, point, Module::Down);
        }
    }

    std::map<Site, ScaleSearch> searches;

private:
    /// The block with the given modules rounded under the candidate's scale.
    BlockWeights rounded(Site site, int point, std::initializer_list<Module> modules) const {
        BlockWeights weights = m_task.weights;
        const torch::Tensor scale = searches.at(site).scale(point);
        for (Module module : modules)
            weights.linear(module).weight =
                roundScaled(weights.linear(module).weight, scale, m_options, m_task.job);
        return weights;
    }

    void addAttention(const Chunk& chunk, int point) {
        const BlockWeights weights = rounded(Site::Ln1, point, {Module::Q, Module::K, Module::V});
        for (const Chunk::Batch& batch : chunk.batches) {
            const auto output = captureSites(m_task, weights, batch.hidden, {Site::AttnOut});
            searches.at(Site::Ln1).addError(point, output.at(Site::AttnOut),
                                            batch.sites.at(Site::AttnOut));
        }
    }

    void addMlp(const Chunk& chunk, int point) {
        const BlockWeights weights = rounded(Site::Ln2, point, {Module::Gate, Module::Up});
        for (const Chunk::Batch& batch : chunk.batches) {
            m_task.job.throwIfStopped();
            searches.at(Site::Ln2).addError(point, gatedMlp(batch.sites.at(Site::Ln2), weights),
                                            batch.sites.at(Site::Down));
        }
    }

    void addLayer(const Chunk& chunk, int point, Module module) {
        const Site site = inputSite(module);
        const auto search = searches.find(site);
        if (search == searches.end())
            return;
        LinearWeights layer = rounded(site, point, {module}).linear(module);
        const Site output = module == Module::O ? Site::AttnOut : Site::Down;
        for (const Chunk::Batch& batch : chunk.batches) {
            m_task.job.throwIfStopped();
            search->second.addError(point, linear(batch.sites.at(site), layer),
                                    batch.sites.at(output));
        }
    }

    const BlockTask& m_task;
    const AwqOptions& m_options;
};

} // namespace

ScaleSearch::ScaleSearch(const torch::Tensor& meanMagnitude, int points)
    : m_mean(meanMagnitude)
    , m_errors(static_cast<std::size_t>(points)) {}

torch::Tensor ScaleSearch::scale(int point) const {
    constexpr double smallest = 1e-4;
    const torch::Tensor scale = m_mean.pow(alpha(point)).clamp_min_(smallest);
    return scale / (scale.max() * scale.min()).sqrt();
}

void ScaleSearch::addError(int point, const torch::Tensor& output, const torch::Tensor& wanted) {
    m_errors[static_cast<std::size_t>(point)] +=
        (output - wanted).square_().sum(torch::kFloat64).item<double>();
    if (point == 0)
        m_values += wanted.numel();
}

int ScaleSearch::best() const {
    return static_cast<int>(std::min_element(m_errors.begin(), m_errors.end()) - m_errors.begin());
}

double ScaleSearch::objective(int point) const {
    return m_errors[static_cast<std::size_t>(point)] /
           static_cast<double>(std::max<std::int64_t>(1, m_values));
}

std::map<Site, InputStatistics> gatherInputStatistics(const BlockTask& task,
                                                      const BlockWeights& weights,
                                                      const CalibrationStream& stream) {
    constexpr std::int64_t sampled = 512;
    std::map<Site, torch::Tensor> sums;
    std::map<Site, std::vector<torch::Tensor>> samples;
    std::int64_t tokens = 0;
    std::int64_t distance = 1; // between sampled tokens
    for (std::int64_t index = 0; index < stream.batches(); ++index) {
        const torch::Tensor hidden = stream.batch(index);
        const std::int64_t here = hidden.size(0) * hidden.size(1);
        if (index == 0)
            distance = std::max<std::int64_t>(1, (here * stream.batches() + sampled - 1) / sampled);
        const std::int64_t first = (distance - tokens % distance) % distance;
        for (const auto& [site, rows] :
             captureLayerInputs(task, weights, hidden, layerInputSites)) {
            const torch::Tensor sum = rows.abs().sum(0, false, torch::kFloat64);
            sums[site] = sums.count(site) != 0 ? sums[site] + sum : sum;
            if (first < here)
                samples[site].push_back(rows.slice(0, first, here, distance).clone());
        }
        tokens += here;
    }
    std::map<Site, InputStatistics> statistics;
    for (auto& [site, sum] : sums)
        statistics[site] = {(sum / static_cast<double>(tokens)).to(torch::kFloat32),
                            torch::cat(samples[site], 0)};
    return statistics;
}

namespace {

/// Windows at even distances, the first among them, of so many tokens as are wanted.
class WindowChoice {
public:
    WindowChoice(const CalibrationStream& stream, std::int64_t tokens) {
        const torch::Tensor first = stream.batch(0);
        m_all = first.size(0) * stream.batches();
        m_wanted = tokens > 0 ? std::max<std::int64_t>(1, tokens / first.size(1)) : m_all;
    }

    /// The chosen ones of the next windows. [≤ examples, tokens, hidden]
    torch::Tensor next(const torch::Tensor& windows) {
        if (m_wanted >= m_all)
            return windows;
        std::vector<std::int64_t> rows;
        for (std::int64_t row = 0; row < windows.size(0); ++row, ++m_seen)
            if (m_seen * m_wanted % m_all < m_wanted)
                rows.push_back(row);
        return windows.index_select(0, torch::tensor(rows, torch::kInt64));
    }

private:
    std::int64_t m_all = 0;
    std::int64_t m_wanted = 0;
    std::int64_t m_seen = 0;
};

} // namespace

std::map<Site, torch::Tensor> searchScales(const BlockTask& task, const CalibrationStream& stream,
                                           const std::map<Site, InputStatistics>& statistics,
                                           const AwqOptions& options,
                                           std::map<std::string, double>& diagnostics) {
    constexpr std::int64_t chunkBytes = 96 << 20;
    const std::int64_t tokenBytes =
        4 * (4 * task.config.hiddenSize + task.config.heads * task.config.headDimension +
             task.config.intermediateSize);
    BlockSearch search(task, statistics, options);
    WindowChoice choice(stream, options.searchTokens);
    Chunk chunk;
    for (std::int64_t index = 0; index < stream.batches(); ++index) {
        Chunk::Batch batch{choice.next(stream.batch(index)), {}};
        if (batch.hidden.size(0) > 0) {
            batch.sites =
                captureSites(task, task.weights, batch.hidden,
                             {Site::OInput, Site::AttnOut, Site::Ln2, Site::DownInput, Site::Down});
            chunk.tokens += batch.hidden.size(0) * batch.hidden.size(1);
            chunk.batches.push_back(std::move(batch));
        }
        if (chunk.tokens * tokenBytes >= chunkBytes || index + 1 == stream.batches()) {
            search.add(chunk);
            chunk = {};
        }
    }
    std::map<Site, torch::Tensor> scales;
    for (const auto& [site, found] : search.searches) {
        scales[site] = found.scale(found.best());
        const std::string name = site == Site::Ln1      ? "qkv"
                                 : site == Site::OInput ? "o"
                                 : site == Site::Ln2    ? "gate_up"
                                                        : "down";
        diagnostics["awq.alpha." + name] = found.alpha(found.best());
        diagnostics["awq.objective." + name] = found.objective(found.best());
        diagnostics["awq.objective_unscaled." + name] = found.objective(0);
    }
    return scales;
}

torch::Tensor clipToBestRange(const torch::Tensor& weight, const torch::Tensor& inputs,
                              const GridOptions& options, const Job& job) {
    constexpr int steps = 10;
    constexpr double stepsToZero = 20;
    constexpr std::int64_t chunkElements = 1 << 19;
    GridOptions whole = options;
    whole.group = -1; // groups stand as rows of their own below
    torch::Tensor clipped = torch::empty_like(weight);
    const std::int64_t width = groupColumns(weight.size(1), options.group);
    const std::int64_t rows = std::max<std::int64_t>(1, chunkElements / weight.size(1));
    forEvenAndLastGroups(inputs, width, [&](const torch::Tensor& part, std::int64_t first) {
        const torch::Tensor x = part.transpose(0, 1).contiguous(); // [groups, tokens, g]
        const std::int64_t groups = x.size(0);
        const std::int64_t columns = x.size(2);
        // ‖x d‖² through xᵀx where that is the smaller matrix.
        const bool byGram = columns < x.size(1);
        const torch::Tensor gram = byGram ? at::bmm(x.transpose(1, 2), x) : torch::Tensor();
        const std::int64_t begin = first * width;
        for (std::int64_t row = 0; row < weight.size(0); row += rows) {
            job.throwIfStopped();
            const std::int64_t end = std::min(weight.size(0), row + rows);
            const torch::Tensor w = weight.slice(0, row, end)
                                        .slice(1, begin, begin + groups * columns)
                                        .reshape({end - row, groups, columns})
                                        .transpose(0, 1)
                                        .contiguous(); // [groups, rows, g]
            const torch::Tensor largest = w.abs().amax(-1, true);
            torch::Tensor bestRange = largest;
            torch::Tensor leastError;
            for (int step = 0; step < steps; ++step) {
                const torch::Tensor range = largest * (1 - step / stepsToZero);
                const torch::Tensor cut = torch::minimum(torch::maximum(w, -range), range);
                const torch::Tensor difference =
                    fakeQuantize(cut.view({-1, columns}), whole, job).view(w.sizes()).sub_(w);
                const torch::Tensor error =
                    byGram ? at::bmm(difference, gram).mul_(difference).sum(-1, true)
                           : at::bmm(difference, x.transpose(1, 2)).square_().sum(-1, true);
                if (step == 0) {
                    leastError = error;
                    continue;
                }
                const torch::Tensor better = error < leastError;
                bestRange = torch::where(better, range, bestRange);
                leastError = torch::where(better, error, leastError);
            }
            clipped.slice(0, row, end)
                .slice(1, begin, begin + groups * columns)
                .copy_(torch::minimum(torch::maximum(w, -bestRange), bestRange)
                           .transpose(0, 1)
                           .reshape({end - row, -1}));
        }
    });
    return clipped;
}

} // namespace quantscope
