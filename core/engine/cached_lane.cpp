#include "core/engine/cached_lane.h"

#include "core/engine/lane_watcher.h"
#include "core/engine/workers.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"
#include "core/model/tensor_kernels.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace quantscope {

/// Rows that walk together, with what they leave for their next tokens.
struct CachedLane::Batch {
    std::vector<std::size_t> rows;                  ///< which ones
    std::vector<std::vector<std::int32_t>> reading; ///< ids that they read in the next pass
    std::vector<std::int64_t> past;                 ///< own tokens of each that were read before
    std::vector<KeyValueCache> caches;              ///< by layer
    torch::Tensor states;                           // [rows, longest reading, hidden]

    void advance() {
        for (std::size_t row = 0; row < rows.size(); ++row)
            past[row] += static_cast<std::int64_t>(reading[row].size());
    }
};

namespace {

std::int64_t longestOf(const std::vector<std::vector<std::int32_t>>& rows) {
    std::size_t longest = 0;
    for (const std::vector<std::int32_t>& row : rows)
        longest = std::max(longest, row.size());
    return static_cast<std::int64_t>(longest);
}

} // namespace

std::size_t commonPrefix(const std::vector<const std::vector<std::int32_t>*>& rows,
                         const std::vector<std::int64_t>& needed) {
    if (rows.empty())
        return 0;
    auto common = static_cast<std::size_t>(*std::min_element(needed.begin(), needed.end()));
    for (const std::vector<std::int32_t>* row : rows) {
        common = std::min(common, row->size());
        const auto end = row->begin() + static_cast<std::ptrdiff_t>(common);
        common = static_cast<std::size_t>(
            std::mismatch(row->begin(), end, rows.front()->begin()).first - row->begin());
    }
    return common;
}

CachedLane::CachedLane(LaneModel model, std::vector<std::int32_t> prefix, std::int64_t positions,
                       ReadingOptions options, const Job& job)
    : m_model(std::move(model))
    , m_prefix(std::move(prefix))
    , m_options(options)
    , m_job(job)
    , m_rotary(onDevice(makeRotaryTables(m_model.config, positions), options.device))
    , m_blocks(static_cast<std::size_t>(m_model.config.layers)) {
    readPrefix();
}

torch::Tensor CachedLane::embedded(const Batch& batch) const {
    const std::int64_t longest = longestOf(batch.reading);
    const auto shared = static_cast<std::int64_t>(m_prefixCaches.empty() ? 0 : m_prefix.size());
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> positions;
    for (std::size_t row = 0; row < batch.reading.size(); ++row) {
        const std::vector<std::int32_t>& own = batch.reading[row];
        for (std::size_t i = 0; i < own.size(); ++i) {
            ids.push_back(own[i]);
            positions.push_back(shared + batch.past[row] + static_cast<std::int64_t>(i));
        }
        ids.resize((row + 1) * static_cast<std::size_t>(longest), 0); // padding
        positions.resize(ids.size(), 0);
    }
    return embedTokensAt(m_model.embedding, ids, std::move(positions))
        .view({static_cast<std::int64_t>(batch.reading.size()), longest, -1})
        .to(m_options.device);
}

const MethodBlock& CachedLane::block(std::int64_t layer) {
    std::optional<MethodBlock>& held =
        m_options.holdBlocks ? m_blocks[static_cast<std::size_t>(layer)] : m_passing;
    if (!held || !m_options.holdBlocks) {
        held.reset(); // the old one's room is the new one's
        held.emplace(m_model.block(layer));
        held->weights = onDevice(held->weights, m_options.device);
    }
    return *held;
}

void CachedLane::readPrefix() {
    if (m_prefix.empty())
        return;
    const auto tokens = static_cast<std::int64_t>(m_prefix.size());
    Batch batch;
    batch.rows = {0};
    batch.reading = {m_prefix};
    batch.past = {0};
    for (std::int64_t layer = 0; layer < m_model.config.layers; ++layer)
        batch.caches.push_back(makeCache(m_model.config, 1, tokens, m_options.device));
    batch.states = embedded(batch);
    pass({&batch});
    m_prefixCaches = std::move(batch.caches);
}

/// Takes what the batches read through all blocks.
void CachedLane::pass(std::vector<Batch*> batches) {
    for (std::int64_t layer = 0; layer < m_model.config.layers; ++layer) {
        m_job.throwIfStopped();
        const MethodBlock& weights = block(layer);
        const auto at = static_cast<std::size_t>(layer);
        parallelFor(static_cast<std::int64_t>(batches.size()), m_options.threads, m_job,
                    [&](int, std::int64_t index) {
                        Batch& batch = *batches[static_cast<std::size_t>(index)];
                        LaneWatch watch;
                        watch.job = &m_job;
                        watch.basis = &weights.basis;
                        watch.roundToBf16 = m_model.roundToBf16;
                        std::vector<std::int64_t> lengths; // padding is no part of any range
                        for (const std::vector<std::int32_t>& row : batch.reading)
                            lengths.push_back(static_cast<std::int64_t>(row.size()));
                        watch.lengths = lengths;
                        LaneWatcher watcher(watch);
                        const CachedRows rows{m_prefixCaches.empty() ? nullptr
                                                                     : &m_prefixCaches[at],
                                              &batch.caches[at], batch.past};
                        batch.states = blockForwardCached(m_model.config, layer, weights.weights,
                                                          m_rotary, batch.states, rows, &watcher);
                    });
    }
}

/// @param order  the rows of one wave
/// @param extra  tokens that each row may go on with
std::vector<CachedLane::Batch>
CachedLane::makeBatches(const std::vector<std::vector<std::int32_t>>& rows,
                        const std::vector<std::size_t>& order, std::int64_t extra) const {
    std::vector<Batch> batches;
    for (std::size_t begin = 0; begin < order.size();) {
        const std::size_t end =
            std::min(begin + static_cast<std::size_t>(m_options.rowsPerBatch), order.size());
        Batch& batch = batches.emplace_back();
        for (std::size_t place = begin; place < end; ++place) {
            batch.rows.push_back(order[place]);
            batch.reading.push_back(rows[order[place]]);
        }
        batch.past.assign(batch.rows.size(), 0);
        for (std::int64_t layer = 0; layer < m_model.config.layers; ++layer)
            batch.caches.push_back(makeCache(m_model.config,
                                             static_cast<std::int64_t>(batch.rows.size()),
                                             longestOf(batch.reading) + extra, m_options.device));
        batch.states = embedded(batch);
        begin = end;
    }
    return batches;
}

/// Rows of like length together, as many at a time as their caches have room.
template <typename Read>
void CachedLane::inWaves(const std::vector<std::vector<std::int32_t>>& rows, std::int64_t extra,
                         const Read& read) {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rows[a].size() > rows[b].size(); });
    for (std::size_t begin = 0; begin < order.size();) {
        const std::size_t end =
            std::min(begin + static_cast<std::size_t>(m_options.rowsAtOnce), order.size());
        const std::vector<std::size_t> wave(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                            order.begin() + static_cast<std::ptrdiff_t>(end));
        std::vector<Batch> batches = makeBatches(rows, wave, extra);
        std::vector<Batch*> all;
        for (Batch& batch : batches)
            all.push_back(&batch);
        read(all, double(begin) / double(order.size()), double(end) / double(order.size()));
        begin = end;
    }
    progress(1);
}

torch::Tensor CachedLane::logitsAt(const torch::Tensor& states) const {
    return m_model.head.logits(states.contiguous());
}

std::vector<std::vector<std::int32_t>>
CachedLane::decode(const std::vector<std::vector<std::int32_t>>& prompts, std::int64_t longest,
                   const std::function<bool(const std::vector<std::int32_t>&)>& isFinished) {
    std::vector<std::vector<std::int32_t>> answers(prompts.size());
    std::vector<std::uint8_t> finished(prompts.size(), 0);
    const auto choose = [&](Batch& batch) {
        torch::Tensor last =
            torch::empty({static_cast<std::int64_t>(batch.rows.size()), m_model.config.hiddenSize},
                         batch.states.options());
        for (std::size_t row = 0; row < batch.rows.size(); ++row)
            last[static_cast<std::int64_t>(row)].copy_(batch.states[static_cast<std::int64_t>(
                row)][static_cast<std::int64_t>(batch.reading[row].size()) - 1]);
        const torch::Tensor best = logitsAt(last).argmax(1).cpu();
        batch.advance();
        for (std::size_t row = 0; row < batch.rows.size(); ++row) {
            const std::size_t which = batch.rows[row];
            const auto id = static_cast<std::int32_t>(best.data_ptr<std::int64_t>()[row]);
            batch.reading[row] = {id}; // of finished rows as well: a batch keeps its shape
            if (finished[which])
                continue;
            answers[which].push_back(id);
            finished[which] = isFinished(answers[which]) ||
                              static_cast<std::int64_t>(answers[which].size()) == longest;
        }
    };
    inWaves(prompts, longest - 1, [&](std::vector<Batch*> batches, double from, double to) {
        for (std::int64_t step = 0; step < longest && !batches.empty(); ++step) {
            if (step > 0)
                for (Batch* batch : batches)
                    batch->states = embedded(*batch);
            pass(batches);
            for (Batch* batch : batches)
                choose(*batch);
            std::erase_if(batches, [&](const Batch* batch) {
                return std::all_of(batch->rows.begin(), batch->rows.end(),
                                   [&](std::size_t row) { return finished[row] != 0; });
            });
            progress(from + (to - from) * double(step + 1) / double(longest));
        }
    });
    return answers;
}

std::vector<double> CachedLane::logLikelihoods(const std::vector<Scored>& rows) {
    std::vector<double> sums(rows.size(), 0.0);
    std::vector<std::vector<std::int32_t>> ids;
    for (const Scored& row : rows) // the last token is weighed, but nothing is read after it
        ids.emplace_back(row.ids.begin(), row.ids.end() - 1);
    constexpr std::int64_t chunk = 128; // tokens whose logits exist at a time
    inWaves(ids, 0, [&](const std::vector<Batch*>& batches, double, double to) {
        pass(batches);
        for (const Batch* batch : batches)
            for (std::size_t row = 0; row < batch->rows.size(); ++row) {
                const Scored& scored = rows[batch->rows[row]];
                const auto end = static_cast<std::int64_t>(scored.ids.size());
                for (std::int64_t from = scored.start; from < end; from += chunk) {
                    const std::int64_t until = std::min(from + chunk, end);
                    torch::Tensor logits =
                        logitsAt(batch->states[static_cast<std::int64_t>(row)].slice(0, from - 1,
                                                                                     until - 1));
                    std::vector<float> nll(static_cast<std::size_t>(until - from));
                    kernels::TokenScores out;
                    out.nll = nll.data();
                    kernels::tokenScores(logits, nullptr, scored.ids.data() + from, out);
                    for (const float one : nll)
                        sums[batch->rows[row]] -= double(one);
                }
            }
        progress(to);
    });
    return sums;
}

} // namespace quantscope
