#include "core/comparison/session_comparer.h"

#include "core/analysis/group_errors.h"
#include "core/analysis/resampled_sums.h"
#include "core/comparison/example_matching.h"
#include "core/comparison/lane_pairs.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace quantscope {

namespace {

/// Differences of the references' NLL above this are more than rounding.
constexpr double referenceTolerance = 1e-3;

ComparedSession describeSession(const SessionView& view) {
    ComparedSession session;
    session.model = view.attribute(attribute::modelName);
    session.text = view.attribute(attribute::textSource);
    session.status = view.attribute(attribute::status);
    session.examples = view.examples();
    session.lanes = view.lanes();
    return session;
}

std::vector<std::size_t> sideOf(const std::vector<ExamplePair>& pairs,
                                std::size_t ExamplePair::*side) {
    std::vector<std::size_t> examples(pairs.size());
    std::transform(pairs.begin(), pairs.end(), examples.begin(),
                   [side](const ExamplePair& pair) { return pair.*side; });
    return examples;
}

/// Numbers of units in which examples hang together that share a document in either session.
std::vector<std::int32_t> commonUnits(const std::vector<std::int32_t>& documentsA,
                                      const std::vector<std::int32_t>& documentsB) {
    std::vector<std::int32_t> parent(documentsA.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto rootOf = [&parent](std::int32_t unit) {
        while (parent[static_cast<std::size_t>(unit)] != unit)
            unit = parent[static_cast<std::size_t>(unit)] =
                parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(unit)])];
        return unit;
    };
    for (const auto* documents : {&documentsA, &documentsB}) {
        std::map<std::int32_t, std::int32_t> first;
        for (std::size_t example = 0; example < documents->size(); ++example) {
            const auto own = static_cast<std::int32_t>(example);
            const std::int32_t other = first.emplace((*documents)[example], own).first->second;
            const std::int32_t root = rootOf(own);
            parent[static_cast<std::size_t>(root)] = rootOf(other);
        }
    }
    std::vector<std::int32_t> units(parent.size());
    for (std::size_t example = 0; example < units.size(); ++example)
        units[example] = rootOf(static_cast<std::int32_t>(example));
    return units;
}

std::string noCommonExamples(const SessionView& a, const SessionView& b, MatchedBy by) {
    const std::string how =
        by == MatchedBy::TokenIds
            ? "in their tokens: the studies are of other texts or of windows of other lengths"
            : "in their text, and they were made with different tokenizers: windows hold the "
              "same text only where they hold whole documents. Study the same texts with "
              "--min-tokens 1 and enough --tokens";
    return fmt::format("The sessions have no example in common: none of {} and {} examples agree {}.",
                       a.examples(), b.examples(), how);
}

/// Metrics that are read from sorted values of resampled examples.
bool isRanked(MetricKind kind) {
    using enum MetricKind;
    return kind == KlPercentile || kind == KlMaximum || kind == WorstDecileError ||
           kind == WorstDecileKl;
}

double rankedValue(const RankedValues& ranked, const Metric& metric,
                   std::span<const std::uint16_t> weights) {
    switch (metric.kind) {
    case MetricKind::KlPercentile:
        return ranked.quantile(metric.percent, weights);
    case MetricKind::KlMaximum:
        return ranked.quantile(100, weights);
    default:
        return ranked.worstTenth(weights);
    }
}

void compareRanked(ComparedMetric& compared, const Metric& metric, const RankedValues& a,
                   const RankedValues& b, const Resamples& resamples) {
    const std::size_t count =
        affordableResamples(resamples.count(), a.values.size() + b.values.size(), 1);
    const std::vector<std::uint16_t> once(resamples.examples(), 1);
    const double valueA = rankedValue(a, metric, once);
    const double valueB = rankedValue(b, metric, once);
    std::vector<double> drawnA, drawnB, differences;
    for (std::size_t resample = 0; resample < std::min(count, resamples.count()); ++resample) {
        drawnA.push_back(rankedValue(a, metric, resamples.weights(resample)));
        drawnB.push_back(rankedValue(b, metric, resamples.weights(resample)));
        differences.push_back(drawnB.back() - drawnA.back());
    }
    compared.a = percentileInterval(valueA, drawnA);
    compared.b = percentileInterval(valueB, drawnB);
    compared.difference = percentileInterval(valueB - valueA, differences);
}

void clearOthers(std::vector<double>& values, const std::vector<bool>& members) {
    for (std::size_t example = 0; example < values.size(); ++example)
        if (!members[example])
            values[example] = 0;
}

/// Ratio metrics of one pair of lanes, resampled together.
class RatioBatch {
public:
    /// Both sides of the metric at `place`, of the members.
    void add(std::size_t place, const std::optional<RatioColumns>& a,
             const std::optional<RatioColumns>& b, const std::vector<bool>& members) {
        Entry entry{place, std::nullopt, std::nullopt, nullptr};
        entry.a = put(a, members, entry);
        entry.b = put(b, members, entry);
        m_entries.push_back(entry);
    }

    void fill(std::vector<ComparedMetric>& metrics, const Resamples& resamples) const {
        const ResampledSums sums(resamples, m_columns);
        for (const Entry& entry : m_entries) {
            ComparedMetric& metric = metrics[entry.place];
            const auto value = [&entry](std::optional<std::size_t> column,
                                        std::span<const double> sum) {
                if (!column || !(sum[*column + 1] > 0))
                    return notMeasured;
                const double ratio = sum[*column] / sum[*column + 1];
                return entry.map ? entry.map(ratio) : ratio;
            };
            metric.a = sums.interval([&](auto sum) { return value(entry.a, sum); });
            metric.b = sums.interval([&](auto sum) { return value(entry.b, sum); });
            metric.difference =
                sums.interval([&](auto sum) { return value(entry.b, sum) - value(entry.a, sum); });
        }
    }

private:
    struct Entry {
        std::size_t place;
        std::optional<std::size_t> a; ///< column of the numerator; the denominator follows
        std::optional<std::size_t> b;
        double (*map)(double);
    };

    std::optional<std::size_t> put(const std::optional<RatioColumns>& columns,
                                   const std::vector<bool>& members, Entry& entry) {
        if (!columns)
            return std::nullopt;
        entry.map = columns->map;
        for (const auto* values : {&columns->numerators, &columns->denominators}) {
            m_columns.push_back(*values);
            clearOthers(m_columns.back(), members);
        }
        return m_columns.size() - 2;
    }

    std::vector<Entry> m_entries;
    std::vector<std::vector<double>> m_columns;
};

} // namespace

SessionComparer::SessionComparer(const SessionData& a, const SessionData& b,
                                 const ComparisonOptions& options)
    : m_a(a, options.analysis)
    , m_b(b, options.analysis) {
    LanePairs lanes = pairLanes(m_a, m_b, options.lanes);
    describeSessions();
    m_summary.matching = matchExamples(m_a, m_b);
    if (m_summary.matching.pairs.empty())
        throw Error(ErrorKind::Input, noCommonExamples(m_a, m_b, m_summary.matching.by));
    m_examplesA = sideOf(m_summary.matching.pairs, &ExamplePair::a);
    m_examplesB = sideOf(m_summary.matching.pairs, &ExamplePair::b);
    m_resamples = std::make_unique<Resamples>(
        commonUnits(documentsAt(m_a, m_examplesA), documentsAt(m_b, m_examplesB)),
        m_a.resampleCount(), m_a.analysisSeed());
    m_summary.pairs = std::move(lanes.pairs);
    m_summary.onlyInA = std::move(lanes.onlyInA);
    m_summary.onlyInB = std::move(lanes.onlyInB);
    m_summary.resamples = m_resamples->count();
    m_summary.seed = m_a.analysisSeed();
    m_summary.units = m_resamples->units().count;
    m_summary.byDocument = m_resamples->isByDocument();
    noteModels();
    noteReferences();
    notePairing(lanes.byBeingAlone);
    noteUnmatched();
    findGroups();
    listUsualMetrics();
}

void SessionComparer::describeSessions() {
    m_summary.a = describeSession(m_a);
    m_summary.b = describeSession(m_b);
    for (const auto& [name, session] :
         {std::pair{"first", &m_summary.a}, std::pair{"second", &m_summary.b}})
        if (session->status != "complete")
            m_summary.notes.push_back(fmt::format(
                "The {} session is not complete: what it lacks is not compared.", name));
}

void SessionComparer::noteModels() {
    const std::string a = m_a.attribute(attribute::modelHash);
    const std::string b = m_b.attribute(attribute::modelHash);
    if (a.empty() || b.empty())
        m_summary.notes.emplace_back(
            "Whether the sessions are of one model is not known: not both keep its hash.");
    else if (a != b)
        m_summary.notes.push_back(
            fmt::format("The sessions are of different models: {} and {}. Errors and divergences "
                        "are each against the model's own reference.",
                        m_summary.a.model, m_summary.b.model));
    if (m_summary.matching.by == MatchedBy::Text)
        m_summary.notes.emplace_back(
            "The sessions were made with different tokenizers, so examples are matched by their "
            "text. Values by token are of different tokens: compare bits_per_byte.");
}

void SessionComparer::noteReferences() {
    if (m_a.attribute(attribute::modelHash) != m_b.attribute(attribute::modelHash) ||
        m_summary.matching.by != MatchedBy::TokenIds)
        return;
    const std::string reference(referenceLane);
    const auto a = valuesAt(m_a.row("/examples/nll", reference), m_examplesA);
    const auto b = valuesAt(m_b.row("/examples/nll", reference), m_examplesB);
    double largest = 0;
    for (std::size_t place = 0; place < std::min(a.size(), b.size()); ++place)
        if (const double difference = std::fabs(a[place] - b[place]); difference > largest)
            largest = difference;
    if (largest > referenceTolerance)
        m_summary.notes.push_back(
            fmt::format("The references differ by up to {:.3g} nat in an example's NLL: the "
                        "sessions were made with other precision or another program.",
                        largest));
}

void SessionComparer::notePairing(bool byBeingAlone) {
    if (byBeingAlone)
        m_summary.notes.push_back(fmt::format(
            "No lanes have one name; {} and {} are compared, the only quantized lanes there are.",
            m_summary.pairs.front().a, m_summary.pairs.front().b));
    for (const auto& [name, lanes] :
         {std::pair{"first", &m_summary.onlyInA}, std::pair{"second", &m_summary.onlyInB}})
        if (!lanes->empty())
            m_summary.notes.push_back(
                fmt::format("Lanes of the {} session without a partner, not compared: {}.", name,
                            fmt::join(*lanes, ", ")));
}

void SessionComparer::noteUnmatched() {
    const ExampleMatching& matching = m_summary.matching;
    if (matching.unmatchedA + matching.unmatchedB > 0)
        m_summary.notes.push_back(
            fmt::format("{} examples are in both sessions; {} of the first and {} of the second "
                        "have no partner and count nowhere.",
                        matching.pairs.size(), matching.unmatchedA, matching.unmatchedB));
    if (!m_summary.byDocument)
        m_summary.notes.emplace_back(
            "All examples are of one document: intervals draw its windows.");
}

void SessionComparer::findGroups() {
    std::vector<std::string> columns = m_a.labelNames();
    for (const std::string& name : m_b.labelNames())
        if (std::find(columns.begin(), columns.end(), name) == columns.end())
            columns.push_back(name);
    for (const std::string& column : columns) {
        std::vector<std::string> labels = m_a.label(column);
        const bool ofA = !labels.empty();
        if (!ofA)
            labels = m_b.label(column);
        if (labels.empty())
            continue;
        std::map<std::string, Group> byValue;
        const auto& examples = ofA ? m_examplesA : m_examplesB;
        for (std::size_t place = 0; place < examples.size(); ++place) {
            Group& group = byValue[labels[examples[place]]];
            group.members.resize(examples.size());
            group.members[place] = true;
            ++group.size;
        }
        std::vector<Group> own;
        for (auto& [value, group] : byValue) {
            group.column = column;
            group.value = value;
            own.push_back(std::move(group));
        }
        std::stable_sort(own.begin(), own.end(),
                         [](const Group& x, const Group& y) { return x.size > y.size; });
        std::move(own.begin(), own.end(), std::back_inserter(m_groups));
    }
}

void SessionComparer::listUsualMetrics() {
    for (const MetricDescription& metric : comparisonMetrics())
        m_usual.push_back({"", metric.metric});
    std::map<std::string, std::size_t> listed;
    for (const Group& group : m_groups)
        if (!group.value.empty() && ++listed[group.column] <= mostGroups)
            for (const MetricKind kind : {MetricKind::Error, MetricKind::Kl})
                m_usual.push_back({group.column + "-" + group.value, {kind}});
}

std::vector<bool> SessionComparer::membersOf(const std::string& selector) const {
    if (selector.empty())
        return std::vector<bool>(m_examplesA.size(), true);
    std::vector<const Group*> found;
    for (const Group& group : m_groups)
        if (group.column + "-" + group.value == selector)
            found.push_back(&group);
    if (found.empty())
        for (const Group& group : m_groups)
            if (group.value == selector)
                found.push_back(&group);
    if (found.size() == 1)
        return found.front()->members;
    std::string known;
    constexpr std::size_t mostNamed = 12;
    const auto name = [&known](const Group& group) {
        known += (known.empty() ? "" : ", ") + group.column + "-" + group.value;
    };
    if (!found.empty()) {
        for (const Group* group : found)
            name(*group);
        throw Error(ErrorKind::Usage, fmt::format("The group \"{}\" is ambiguous: write one of {}.",
                                                  selector, known));
    }
    for (std::size_t place = 0; place < std::min(mostNamed, m_groups.size()); ++place)
        name(m_groups[place]);
    throw Error(
        ErrorKind::Usage,
        fmt::format("No example that both sessions have is of the group \"{}\"; {}.", selector,
                    m_groups.empty()
                        ? "the sessions have no label columns"
                        : "there are " + known + (m_groups.size() > mostNamed ? ", …" : "")));
}

bool SessionComparer::isOfOneUnit(const std::vector<bool>& members) const {
    const std::vector<std::size_t>& unitOf = m_resamples->units().unitOf;
    const auto first = std::find(members.begin(), members.end(), true) - members.begin();
    for (auto place = static_cast<std::size_t>(first); place < members.size(); ++place)
        if (members[place] && unitOf[place] != unitOf[static_cast<std::size_t>(first)])
            return false;
    return true;
}

std::vector<ComparedMetric>
SessionComparer::metrics(const LanePair& lanes, std::span<const MetricReference> wanted) const {
    const LaneValues a(m_a, lanes.a, m_examplesA);
    const LaneValues b(m_b, lanes.b, m_examplesB);
    std::vector<ComparedMetric> metrics;
    std::vector<bool> ofOneUnit; // resamples of a group in one document are all alike
    RatioBatch ratios;
    for (const MetricReference& reference : wanted) {
        const MetricDescription description = describe(reference.metric);
        ComparedMetric compared{reference.name(), description.title, reference.group,
                                description.unit, description.worse};
        const MetricKind kind = reference.metric.kind;
        const std::vector<bool> members = membersOf(reference.group);
        ofOneUnit.push_back(isOfOneUnit(members));
        if (kind == MetricKind::BitsPerWeight) {
            if (reference.group.empty()) {
                compared.a.value = bitsPerWeight(m_a, lanes.a);
                compared.b.value = bitsPerWeight(m_b, lanes.b);
                compared.difference.value = compared.b.value - compared.a.value;
            }
        } else if (isRanked(kind)) {
            compareRanked(compared, reference.metric, a.ranked(reference.metric, members),
                          b.ranked(reference.metric, members), *m_resamples);
        } else {
            ratios.add(metrics.size(), a.ratio(reference.metric), b.ratio(reference.metric),
                       members);
        }
        metrics.push_back(std::move(compared));
    }
    ratios.fill(metrics, *m_resamples);
    for (std::size_t place = 0; place < metrics.size(); ++place)
        if (ofOneUnit[place])
            for (Interval* interval :
                 {&metrics[place].a, &metrics[place].b, &metrics[place].difference})
                interval->low = interval->high = notMeasured;
    return metrics;
}

ComparisonValues compareSessions(const SessionComparer& comparer) {
    ComparisonValues values = comparer.summary();
    for (const LanePair& pair : values.pairs)
        values.lanes.push_back({pair, comparer.metrics(pair, comparer.usualMetrics())});
    return values;
}

} // namespace quantscope
