#include "core/engine/outliers.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/session_schema.h"
#include "core/engine/gather_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tuple>
#include <type_traits>

namespace quantscope {

namespace {

constexpr double massiveMagnitude = 100;
constexpr double massiveRatio = 1000; ///< to the median magnitude of the hidden state

/// The larger first; equal ones in the order of the data, whatever thread saw them first.
bool before(const Spike& a, const Spike& b) {
    const auto key = [](const Spike& spike) {
        return std::tuple(-std::abs(spike.value), spike.example, spike.position, spike.channel);
    };
    return key(a) < key(b);
}

/// The largest magnitude of an example's valid rows.
Spike largest(const torch::Tensor& rows, std::int64_t example) {
    const torch::Tensor flat = rows.reshape({-1});
    const auto at = flat.abs().argmax().item<std::int64_t>();
    return {flat[at].item<float>(), example, at / rows.size(1), at % rows.size(1)};
}

} // namespace

OutlierInstrument::OutlierInstrument(const ModelConfig& config, std::int64_t layer,
                                     const MeasuredExamples& examples)
    : m_hasDown(!hasExperts(config, layer))
    , m_examples(examples)
    , m_counts({"/massive_activations/count"}, examples)
    , m_lanes(examples.lanes) {}

SiteSet OutlierInstrument::sites() const {
    SiteSet set(std::array{Site::ResidPost, Site::Down});
    if (m_hasDown)
        set.add(Site::DownInput);
    return set;
}

void OutlierInstrument::addMassive(const LaneBatch& batch, std::vector<Spike>& found) {
    const torch::Tensor values = batch.at(Site::ResidPost);
    for (std::int64_t e = 0; e < values.size(0); ++e) {
        const std::int64_t example = batch.firstExample + e;
        const torch::Tensor rows = values[e].slice(0, 0, m_examples.length(example));
        const torch::Tensor magnitude = rows.abs();
        std::int64_t count = 0;
        for (std::int64_t t = 0; t < rows.size(0); ++t) {
            // The median is worth finding only where something is large at all.
            if (magnitude[t].max().item<double>() <= massiveMagnitude)
                continue;
            const double bound =
                std::max(massiveMagnitude, massiveRatio * magnitude[t].median().item<double>());
            const torch::Tensor channels =
                ((magnitude[t] > massiveMagnitude) & (magnitude[t] >= bound)).nonzero();
            for (std::int64_t i = 0; i < channels.size(0); ++i) {
                const auto channel = channels[i][0].item<std::int64_t>();
                found.push_back(
                    {rows[t][channel].item<float>(), m_examples.before + example, t, channel});
            }
            count += channels.size(0);
        }
        m_counts.set(0, batch.lane, example, double(count));
    }
}

void OutlierInstrument::add(const LaneBatch& batch) {
    LaneSpikes found;
    addMassive(batch, found.massive);
    const torch::Tensor outputs = batch.at(Site::Down);
    const torch::Tensor inputs = m_hasDown ? batch.at(Site::DownInput) : torch::Tensor();
    for (std::int64_t e = 0; m_hasDown && e < inputs.size(0); ++e) {
        const std::int64_t example = batch.firstExample + e;
        const std::int64_t length = m_examples.length(example);
        const auto take = [&](Spike& kept, const torch::Tensor& values) {
            const Spike spike = largest(values[e].slice(0, 0, length), m_examples.before + example);
            if (kept.example < 0 || before(spike, kept))
                kept = spike;
        };
        take(found.input, inputs);
        take(found.output, outputs);
    }
    if (m_hasDown) {
        found.row = plainWeightRow(batch.weights->linear(Module::Down), found.output.channel)
                        .clone(); // the matrix itself goes with its block
        if (batch.basis && batch.basis->scale.count(Site::DownInput))
            found.row = found.row / batch.basis->scale.at(Site::DownInput);
    }
    const std::lock_guard lock(m_mutex);
    keep(m_lanes[batch.lane], found);
}

/// What is largest of both. @pre `other` has seen an example
void OutlierInstrument::keep(LaneSpikes& lane, const LaneSpikes& other) const {
    lane.massive.insert(lane.massive.end(), other.massive.begin(), other.massive.end());
    std::sort(lane.massive.begin(), lane.massive.end(), before);
    lane.massive.resize(std::min(lane.massive.size(), listed));
    if (!m_hasDown)
        return;
    if (lane.input.example < 0 || before(other.input, lane.input))
        lane.input = other.input;
    if (lane.output.example < 0 || before(other.output, lane.output)) {
        lane.output = other.output;
        lane.row = other.row;
    }
}

void OutlierInstrument::gather(Ranks& ranks) {
    if (ranks.isAlone())
        return;
    static_assert(std::is_trivially_copyable_v<Spike>);
    for (LaneSpikes& lane : m_lanes) {
        std::vector<Spike> own = {lane.input, lane.output};
        own.insert(own.end(), lane.massive.begin(), lane.massive.end());
        const std::vector<std::string> spikes = ranks.gather(
            std::string(reinterpret_cast<const char*>(own.data()), own.size() * sizeof(Spike)));
        const std::vector<torch::Tensor> rows = gatherTensors(ranks, lane.row);
        for (std::size_t rank = 1; rank < spikes.size(); ++rank) {
            std::vector<Spike> theirs(spikes[rank].size() / sizeof(Spike));
            std::memcpy(theirs.data(), spikes[rank].data(), spikes[rank].size());
            keep(lane, {{theirs.begin() + 2, theirs.end()}, theirs[0], theirs[1], rows[rank]});
        }
    }
}

SessionData OutlierInstrument::part() const {
    SessionData data;
    m_counts.addTo(data);
    addMassiveTo(data);
    addSuperWeightsTo(data);
    return data;
}

void OutlierInstrument::addMassiveTo(SessionData& part) const {
    const std::vector<std::size_t> shape = {m_lanes.size(), 1, listed};
    NamedArray value = makeSessionArray("/massive_activations/value", shape);
    NamedArray example = makeSessionArray("/massive_activations/example_index", shape);
    NamedArray position = makeSessionArray("/massive_activations/position_index", shape);
    NamedArray channel = makeSessionArray("/massive_activations/channel_index", shape);
    const auto set = [](NamedArray& array, std::size_t at, std::int64_t number) {
        std::get<std::vector<std::int32_t>>(array.values)[at] = static_cast<std::int32_t>(number);
    };
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
        for (std::size_t i = 0; i < m_lanes[lane].massive.size(); ++i) {
            const Spike& spike = m_lanes[lane].massive[i];
            const std::size_t at = lane * listed + i;
            std::get<std::vector<float>>(value.values)[at] = spike.value;
            set(example, at, spike.example);
            set(position, at, spike.position);
            set(channel, at, spike.channel);
        }
    part.arrays.emplace("/massive_activations/value", std::move(value));
    part.arrays.emplace("/massive_activations/example_index", std::move(example));
    part.arrays.emplace("/massive_activations/position_index", std::move(position));
    part.arrays.emplace("/massive_activations/channel_index", std::move(channel));
}

void OutlierInstrument::addSuperWeightsTo(SessionData& part) const {
    const auto put = [&](const char* name, const auto& valueOf) {
        const std::string path = std::string("/super_weights/") + name;
        NamedArray array = makeSessionArray(path, {m_lanes.size(), 1});
        std::visit(
            [&](auto& values) {
                using Value = typename std::decay_t<decltype(values)>::value_type;
                if constexpr (std::is_arithmetic_v<Value>)
                    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
                        values[lane] = static_cast<Value>(valueOf(m_lanes[lane]));
            },
            array.values);
        part.arrays.emplace(path, std::move(array));
    };
    put("input_value", [](const LaneSpikes& lane) { return lane.input.value; });
    put("input_channel", [](const LaneSpikes& lane) { return lane.input.channel; });
    put("output_value", [](const LaneSpikes& lane) { return lane.output.value; });
    put("output_channel", [](const LaneSpikes& lane) { return lane.output.channel; });
    put("same_token", [](const LaneSpikes& lane) {
        return lane.input.example == lane.output.example &&
               lane.input.position == lane.output.position;
    });
    put("weight", [](const LaneSpikes& lane) {
        return lane.row.defined() ? lane.row[lane.input.channel].item<float>() : 0;
    });
}

} // namespace quantscope
