#include "core/quant/awq_search.h"

#include "core/model/row_products.h"
#include "core/quant/folding.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace quantscope {

namespace {

/// Weights W · s rounded to the grid and divided by s again: what the folded layer computes.
torch::Tensor roundScaled(const torch::Tensor& weight, const torch::Tensor& scale,
                          const AwqOptions& options, const Job& job) {
    return fakeQuantize(weight * scale, options.grid, job).div_(scale);
}

torch::Tensor linear(const torch::Tensor& rows, const LinearWeights& layer) {
    return rowProduct(rows, layer.weight, layer.bias);
}

torch::Tensor gatedMlp(const torch::Tensor& rows, const BlockWeights& weights) {
    torch::Tensor gate = linear(rows, weights.linear(Module::Gate));
    at::silu_(gate);
    gate.mul_(linear(rows, weights.linear(Module::Up)));
    return linear(gate, weights.linear(Module::Down));
}

/// A few batches with their inputs in full precision; every candidate is rounded once for all.
struct Chunk {
    struct Batch {
        torch::Tensor hidden;  // [examples, tokens, hidden]
        CapturedInputs inputs; ///< and AttnOut and Down among its sites
    };
    std::vector<Batch> batches;
    /// xᵀx of inputs with fewer channels than tokens, the same for all candidates. f32 [in, in]
    std::map<ModuleInput, torch::Tensor> squares;
    std::int64_t tokens = 0;
};

/// Matrices that one scale is multiplied into, and what tells how good it is.
struct ScaleGroup {
    ModuleInput input;
    std::vector<Module> modules;
    std::string name; ///< in diagnostics
};

std::vector<Module> readersOf(const BlockWeights& weights, Site site) {
    std::vector<Module> modules;
    for (const Module module : weights.modules())
        if (inputSite(module) == site && (expertOf(module) < 0 || site == Site::Ln2))
            modules.push_back(module);
    return modules;
}

/// Where scales can be folded in a block of this family.
std::vector<ScaleGroup> scaleGroups(const BlockTask& task) {
    const BlockWeights& weights = task.weights;
    const bool isShared = task.config.order == BlockOrder::ParallelShared;
    std::vector<ScaleGroup> groups;
    if (foldsIntoNorm(task.config, Site::Ln1)) {
        ScaleGroup& group = groups.emplace_back();
        group = {{Site::Ln1}, readersOf(weights, Site::Ln1), "qkv"};
        if (isShared)
            for (const Module module : readersOf(weights, Site::Ln2))
                group.modules.push_back(module);
    }
    if (weights.linear(Module::V).weight.sizes() == weights.linear(Module::O).weight.sizes())
        groups.push_back({{Site::OInput}, {Module::O}, "o"});
    if (foldsIntoNorm(task.config, Site::Ln2) && !isShared)
        groups.push_back({{Site::Ln2}, readersOf(weights, Site::Ln2), "gate_up"});
    if (!foldsThroughMlp(task.config))
        return groups;
    for (const Module module : weights.modules())
        if (kindOf(module) == Module::Down)
            groups.push_back({moduleInput(module), {module}, moduleName(module)});
    return groups;
}

class BlockSearch {
public:
    BlockSearch(const BlockTask& task, const std::map<ModuleInput, InputStatistics>& statistics,
                const AwqOptions& options)
        : m_task(task)
        , m_options(options)
        , m_isPlain(task.config.gatedMlp && task.config.activation == Activation::Silu &&
                    !task.weights.router.defined()) {
        for (ScaleGroup& group : scaleGroups(task)) {
            const auto found = statistics.find(group.input);
            if (found == statistics.end()) // an expert that no token reached
                continue;
            searches.emplace(group.input,
                             ScaleSearch(found->second.meanMagnitude, options.gridPoints));
            groups.push_back(std::move(group));
        }
    }

    void add(Chunk& chunk) {
        for (const ScaleGroup& group : groups)
            if (isLayer(group))
                addSquares(chunk, group.input);
        for (int point = 0; point < m_options.gridPoints; ++point)
            for (const ScaleGroup& group : groups)
                add(chunk, group, point);
    }

    std::vector<ScaleGroup> groups;
    std::map<ModuleInput, ScaleSearch> searches;

private:
    /// Whether a scale is judged by its layer's own output.
    static bool isLayer(const ScaleGroup& group) {
        return group.input.site != Site::Ln1 && group.input.site != Site::Ln2;
    }

    static void addSquares(Chunk& chunk, const ModuleInput& input) {
        std::vector<torch::Tensor> inputs;
        std::int64_t tokens = 0;
        for (const Chunk::Batch& batch : chunk.batches)
            if (const torch::Tensor rows = batch.inputs.of(input); rows.defined()) {
                inputs.push_back(rows);
                tokens += rows.size(0);
            }
        if (inputs.empty() || inputs.front().size(1) >= tokens)
            return;
        torch::Tensor& sum = chunk.squares[input];
        for (const torch::Tensor& rows : inputs)
            sum = sum.defined() ? sum.addmm_(rows.t(), rows) : at::mm(rows.t(), rows);
    }

    void add(const Chunk& chunk, const ScaleGroup& group, int point) {
        if (group.input.site == Site::Ln1)
            addAttention(chunk, group, point);
        else if (group.input.site == Site::Ln2)
            addMlp(chunk, group, point);
        else
            addLayer(chunk, group, point);
    }

    /// The block with the group's modules rounded under the candidate's scale.
    BlockWeights rounded(const ScaleGroup& group, int point) const {
        BlockWeights weights = m_task.weights;
        const torch::Tensor scale = searches.at(group.input).scale(point);
        for (Module module : group.modules)
            weights.linear(module).weight =
                roundScaled(weights.linear(module).weight, scale, m_options, m_task.job);
        return weights;
    }

    void addAttention(const Chunk& chunk, const ScaleGroup& group, int point) {
        const BlockWeights weights = rounded(group, point);
        std::vector<Site> outputs = {Site::AttnOut};
        if (m_task.config.order == BlockOrder::ParallelShared)
            outputs.push_back(Site::Down);
        for (const Chunk::Batch& batch : chunk.batches) {
            const auto output = captureSites(m_task, weights, batch.hidden, outputs);
            for (const Site site : outputs)
                searches.at(group.input)
                    .addError(point, output.at(site), batch.inputs.sites.at(site));
        }
    }

    void addMlp(const Chunk& chunk, const ScaleGroup& group, int point) {
        const BlockWeights weights = rounded(group, point);
        for (const Chunk::Batch& batch : chunk.batches) {
            m_task.job.throwIfStopped();
            const torch::Tensor& rows = batch.inputs.sites.at(Site::Ln2);
            const torch::Tensor output =
                m_isPlain
                    ? gatedMlp(rows, weights)
                    : mlpForwardInference(m_task.config, m_task.layer, weights, rows.unsqueeze(0))
                          .squeeze(0);
            searches.at(group.input).addError(point, output, batch.inputs.sites.at(Site::Down));
        }
    }

    /// ‖x (W~ − W)ᵀ‖²
    void addLayer(const Chunk& chunk, const ScaleGroup& group, int point) {
        const Module module = group.modules.front();
        const torch::Tensor difference =
            rounded(group, point).linear(module).weight.sub_(m_task.weights.linear(module).weight);
        const auto squares = chunk.squares.find(group.input);
        double error = 0;
        std::int64_t tokens = 0;
        for (const Chunk::Batch& batch : chunk.batches) {
            m_task.job.throwIfStopped();
            const torch::Tensor input = batch.inputs.of(group.input);
            if (!input.defined())
                continue;
            tokens += input.size(0);
            if (squares == chunk.squares.end())
                error += rowProduct(input.contiguous(), difference)
                             .square_()
                             .sum(torch::kFloat64)
                             .item<double>();
        }
        if (squares != chunk.squares.end())
            error = at::mm(difference, squares->second)
                        .mul_(difference)
                        .sum(torch::kFloat64)
                        .item<double>();
        searches.at(group.input).addSquaredError(point, error, tokens * difference.size(0));
    }

    const BlockTask& m_task;
    const AwqOptions& m_options;
    bool m_isPlain; ///< a SiLU-gated MLP without experts
};

/// A batch with everything that candidates are compared by.
Chunk::Batch makeBatch(const BlockTask& task, torch::Tensor hidden) {
    Chunk::Batch batch{std::move(hidden), {}};
    std::vector<ModuleInput> wanted = moduleInputs(task.weights.modules());
    wanted.erase(std::remove(wanted.begin(), wanted.end(), ModuleInput{Site::Ln1}), wanted.end());
    for (const Site site : {Site::AttnOut, Site::Ln2, Site::Down})
        if (std::find(wanted.begin(), wanted.end(), ModuleInput{site}) == wanted.end())
            wanted.push_back({site});
    batch.inputs = captureInputs(task, task.weights, batch.hidden, wanted);
    return batch;
}

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
    addSquaredError(point, (output - wanted).square_().sum(torch::kFloat64).item<double>(),
                    wanted.numel());
}

void ScaleSearch::addSquaredError(int point, double error, std::int64_t values) {
    m_errors[static_cast<std::size_t>(point)] += error;
    if (point == 0)
        m_values += values;
}

int ScaleSearch::best() const {
    return static_cast<int>(std::min_element(m_errors.begin(), m_errors.end()) - m_errors.begin());
}

double ScaleSearch::objective(int point) const {
    return m_errors[static_cast<std::size_t>(point)] /
           static_cast<double>(std::max<std::int64_t>(1, m_values));
}

std::map<ModuleInput, InputStatistics> gatherInputStatistics(const BlockTask& task,
                                                             const BlockWeights& weights,
                                                             const CalibrationStream& stream) {
    constexpr std::int64_t sampled = 512;
    struct Gathered {
        torch::Tensor sum;
        std::vector<torch::Tensor> samples;
        std::int64_t tokens = 0;
    };
    std::vector<ModuleInput> inputs = moduleInputs(weights.modules());
    // What all experts read together decides the scale of the norm before them.
    if (weights.router.defined() &&
        std::find(inputs.begin(), inputs.end(), ModuleInput{Site::Ln2}) == inputs.end())
        inputs.push_back({Site::Ln2});
    std::map<ModuleInput, Gathered> all;
    std::int64_t distance = 1; // between sampled tokens
    for (std::int64_t index = 0; index < stream.batches(); ++index) {
        const torch::Tensor hidden = stream.batch(index);
        if (index == 0)
            distance = std::max<std::int64_t>(
                1, (hidden.size(0) * hidden.size(1) * stream.batches() + sampled - 1) / sampled);
        const CapturedInputs captured = captureInputs(task, weights, hidden, inputs);
        for (const ModuleInput& input : inputs) {
            const torch::Tensor rows = captured.of(input);
            if (!rows.defined())
                continue;
            Gathered& gathered = all[input];
            const std::int64_t here = rows.size(0);
            const std::int64_t first = (distance - gathered.tokens % distance) % distance;
            const torch::Tensor sum = rows.abs().sum(0, false, torch::kFloat64);
            gathered.sum = gathered.sum.defined() ? gathered.sum + sum : sum;
            if (first < here)
                gathered.samples.push_back(rows.slice(0, first, here, distance).clone());
            gathered.tokens += here;
        }
    }
    std::map<ModuleInput, InputStatistics> statistics;
    for (auto& [input, gathered] : all)
        statistics[input] = {
            (gathered.sum / static_cast<double>(gathered.tokens)).to(torch::kFloat32),
            torch::cat(gathered.samples, 0)};
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
        return windows.index_select(0, torch::tensor(rows, torch::kInt64).to(windows.device()));
    }

private:
    std::int64_t m_all = 0;
    std::int64_t m_wanted = 0;
    std::int64_t m_seen = 0;
};

} // namespace

namespace {

/// A scale at the input of matrices, and where its division is folded in.
void addTo(Basis& basis, const BlockTask& task, const ModuleInput& input,
           const torch::Tensor& scale) {
    if (input.expert >= 0) {
        basis.experts[input.expert] = scale;
        return;
    }
    basis.scale[input.site] = scale;
    const bool isShared = task.config.order == BlockOrder::ParallelShared;
    if (input.site == Site::OInput)
        basis.scale[Site::V] = scale;
    if (input.site == Site::Ln1 && isShared)
        basis.scale[Site::Ln2] = scale;
    if (input.site == Site::Ln2 || (input.site == Site::Ln1 && isShared))
        if (task.weights.has(Module::Gate))
            basis.scale[Site::GateInput] = scale;
    if (input.site == Site::DownInput)
        basis.scale[Site::Up] = scale;
}

} // namespace

Basis searchScales(const BlockTask& task, const CalibrationStream& stream,
                   const std::map<ModuleInput, InputStatistics>& statistics,
                   const AwqOptions& options, std::map<std::string, double>& diagnostics) {
    constexpr std::int64_t chunkBytes = 96 << 20;
    const std::int64_t tokenBytes =
        4 * (4 * task.config.hiddenSize + task.config.heads * task.config.headDimension +
             task.config.intermediateSize);
    BlockSearch search(task, statistics, options);
    WindowChoice choice(stream, options.searchTokens);
    Chunk chunk;
    for (std::int64_t index = 0; index < stream.batches(); ++index) {
        torch::Tensor windows = choice.next(stream.batch(index));
        if (windows.size(0) > 0) {
            chunk.tokens += windows.size(0) * windows.size(1);
            chunk.batches.push_back(makeBatch(task, std::move(windows)));
        }
        if (chunk.tokens * tokenBytes >= chunkBytes || index + 1 == stream.batches()) {
            search.add(chunk);
            chunk = {};
        }
    }
    Basis basis;
    for (const ScaleGroup& group : search.groups) {
        const ScaleSearch& found = search.searches.at(group.input);
        addTo(basis, task, group.input, found.scale(found.best()));
        diagnostics["awq.alpha." + group.name] = found.alpha(found.best());
        diagnostics["awq.objective." + group.name] = found.objective(found.best());
        diagnostics["awq.objective_unscaled." + group.name] = found.objective(0);
    }
    return basis;
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
