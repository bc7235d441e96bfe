#include "core/analysis/session_view.h"

#include "core/analysis/question_answering.h"
#include "core/analysis/sets.h"
#include "core/data/array_source.h"
#include "core/data/noise_floor.h"
#include "core/data/session_schema.h"
#include "core/data/site.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <type_traits>

namespace quantscope {

namespace {

constexpr double mostResamples = 100000;
constexpr std::size_t countedTogether = 1u << 20; ///< token ids read at a time, to count them
constexpr const char* labelGroup = "/text/labels/";

template <typename T>
double asNumber(T value) {
    if constexpr (std::is_same_v<T, std::int32_t>)
        return value == NamedArray::integerFill ? notMeasured : value;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
        return value == std::numeric_limits<std::uint8_t>::max() ? notMeasured : value;
    else
        return static_cast<double>(value);
}

std::vector<std::string> textsOf(const SessionData& session, const std::string& path) {
    const NamedArray* array = findLayout(session, path);
    const auto* texts = array ? std::get_if<std::vector<std::string>>(&array->values) : nullptr;
    return texts ? *texts : std::vector<std::string>{};
}

/// Some of an array's values; nothing where it is text or has not as many.
std::vector<double> numbers(const NamedArray& array, std::size_t first, std::size_t count) {
    return std::visit(
        [&](const auto& values) -> std::vector<double> {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_same_v<T, std::string>) {
                return {};
            } else {
                if (first + count > values.size())
                    return {};
                std::vector<double> result(count);
                const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
                std::transform(begin, begin + static_cast<std::ptrdiff_t>(count), result.begin(),
                               asNumber<T>);
                return result;
            }
        },
        array.values);
}

/// @param ids  [example, position] of the examples from `first` on
void countTokens(const NamedArray& ids, std::size_t first, std::vector<double>& counts) {
    const auto* values = std::get_if<std::vector<std::int32_t>>(&ids.values);
    if (!values)
        return;
    const std::size_t positions = ids.shape[1];
    for (std::size_t example = 0; example < ids.shape[0]; ++example) {
        const auto begin = values->begin() + static_cast<std::ptrdiff_t>(example * positions);
        const auto tokens = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(positions),
                                          [](std::int32_t id) { return id >= 0; });
        counts[first + example] = static_cast<double>(std::max<std::ptrdiff_t>(tokens, 1) - 1);
    }
}

/// A stretch of examples at a time where the ids lie in a file.
void countTokens(const SessionData& session, std::vector<double>& counts) {
    const char* path = "/text/token_ids";
    const NamedArray* ids = findLayout(session, path);
    if (!ids || ids->shape.size() != 2 || ids->shape[0] != counts.size())
        return;
    if (!isLeftOut(*ids)) {
        countTokens(*ids, 0, counts);
        return;
    }
    const std::size_t together = std::max<std::size_t>(1, countedTogether / ids->shape[1]);
    for (std::size_t first = 0; first < counts.size(); first += together)
        countTokens(sourceOf(session).slab(path, {first},
                                           {std::min(together, counts.size() - first)}),
                    first, counts);
}

/// Examples whose flag is 1; nothing when the lane's flags were not set.
std::optional<std::vector<std::size_t>> flagged(const SessionView& view, const std::string& path,
                                                const std::string& lane) {
    const std::vector<double> flags = view.row(path, lane);
    if (std::all_of(flags.begin(), flags.end(), [](double flag) { return std::isnan(flag); }))
        return std::nullopt;
    std::vector<std::size_t> examples;
    for (std::size_t example = 0; example < flags.size(); ++example)
        if (flags[example] == 1)
            examples.push_back(example);
    return examples;
}

} // namespace

SessionView::SessionView(const SessionData& session, AnalysisOptions options)
    : m_session(&session)
    , m_options(options)
    , m_lanes(textsOf(session, "/lane"))
    , m_examples(session.extent("example"))
    , m_layers(session.extent("layer")) {
    std::copy_if(
        m_lanes.begin(), m_lanes.end(), std::back_inserter(m_methodLanes),
        [](const std::string& lane) { return lane != referenceLane && lane != noiseFloorLane; });
    m_documents = integers("/text/document");
    if (m_documents.size() != m_examples) {
        m_documents.resize(m_examples);
        std::iota(m_documents.begin(), m_documents.end(), 0);
    }
    m_tokenCounts.assign(m_examples, 1);
    countTokens(session, m_tokenCounts);
}

std::optional<std::size_t> SessionView::laneIndex(const std::string& lane) const {
    const auto found = std::find(m_lanes.begin(), m_lanes.end(), lane);
    if (found == m_lanes.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_lanes.begin());
}

std::string SessionView::methodLane(const std::string& lane) const {
    const auto isMethod = [this](const std::string& name) {
        return std::find(m_methodLanes.begin(), m_methodLanes.end(), name) != m_methodLanes.end();
    };
    if (isMethod(lane))
        return lane;
    const std::string pair = attribute(quantscope::attribute::pairMethod);
    if (isMethod(pair))
        return pair;
    return m_methodLanes.empty() ? std::string() : m_methodLanes.front();
}

std::string SessionView::attribute(const std::string& name) const {
    const auto found = m_session->attributes.find(name);
    return found == m_session->attributes.end() ? std::string() : found->second;
}

std::optional<double> SessionView::number(const std::string& name) const {
    const std::string text = attribute(name);
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::uint64_t SessionView::seed() const {
    const std::string text = attribute(quantscope::attribute::seed);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::size_t SessionView::resampleCount() const {
    if (m_options.resamples)
        return *m_options.resamples;
    // A session may say anything: what is no sensible count is not followed.
    const double stated = number(quantscope::attribute::resamples).value_or(1000);
    return stated >= 1 && stated <= mostResamples ? static_cast<std::size_t>(stated) : 1000;
}

Resamples SessionView::resamples() const {
    return Resamples(m_documents, resampleCount(), analysisSeed());
}

std::vector<double> SessionView::slice(const std::string& path,
                                       const std::vector<std::size_t>& leading) const {
    const NamedArray* array = findLayout(*m_session, path);
    if (!array || leading.size() > array->shape.size())
        return {};
    std::size_t place = 0;
    for (std::size_t axis = 0; axis < leading.size(); ++axis) {
        if (leading[axis] >= array->shape[axis])
            return {};
        place = place * array->shape[axis] + leading[axis];
    }
    const std::size_t count =
        std::accumulate(array->shape.begin() + static_cast<std::ptrdiff_t>(leading.size()),
                        array->shape.end(), std::size_t{1}, std::multiplies<>());
    if (!isLeftOut(*array))
        return numbers(*array, place * count, count);
    const ArraySource::Block block = sourceOf(*m_session).at(path, leading);
    return numbers(*block.array, block.begin, count);
}

std::vector<double> SessionView::row(const std::string& path, std::size_t lane) const {
    std::vector<double> values = slice(path, {lane});
    return values.size() == m_examples ? values : std::vector<double>{};
}

std::vector<double> SessionView::row(const std::string& path, std::size_t lane,
                                     std::size_t layer) const {
    std::vector<double> values = slice(path, {lane, layer});
    return values.size() == m_examples ? values : std::vector<double>{};
}

std::vector<double> SessionView::row(const std::string& path, const std::string& lane) const {
    const auto index = laneIndex(lane);
    return index ? row(path, *index) : std::vector<double>{};
}

std::vector<double> SessionView::row(const std::string& path, const std::string& lane,
                                     std::size_t layer) const {
    const auto index = laneIndex(lane);
    return index ? row(path, *index, layer) : std::vector<double>{};
}

std::vector<std::int32_t> SessionView::integers(const std::string& path) const {
    const NamedArray* array = m_session->find(path);
    const auto* values = array ? std::get_if<std::vector<std::int32_t>>(&array->values) : nullptr;
    return values && array->shape.size() == 1 ? *values : std::vector<std::int32_t>{};
}

std::vector<std::string> SessionView::texts(const std::string& path) const {
    return textsOf(*m_session, path);
}

std::vector<std::string> SessionView::labelNames() const {
    const std::string group = labelGroup;
    return members(group.substr(0, group.size() - 1));
}

std::vector<std::string> SessionView::label(const std::string& name) const {
    std::vector<std::string> values = texts(labelGroup + name);
    return values.size() == m_examples ? values : std::vector<std::string>{};
}

std::vector<std::string> SessionView::members(const std::string& group) const {
    std::vector<std::string> names;
    const std::string start = group + "/";
    for (auto entry = m_session->arrays.lower_bound(start);
         entry != m_session->arrays.end() && entry->first.starts_with(start); ++entry) {
        const std::string name = entry->first.substr(start.size());
        if (name.find('/') == std::string::npos)
            names.push_back(name);
    }
    return names;
}

std::vector<std::string> SessionView::sites(const std::string& group) const {
    std::vector<std::string> names;
    std::set<std::string> found;
    const std::string start = group + "/";
    for (auto entry = m_session->arrays.lower_bound(start);
         entry != m_session->arrays.end() && entry->first.starts_with(start); ++entry) {
        const std::size_t end = entry->first.find('/', start.size());
        if (end != std::string::npos)
            found.insert(entry->first.substr(start.size(), end - start.size()));
    }
    for (const Site site : allSites)
        if (found.erase(std::string(siteName(site))) > 0)
            names.emplace_back(siteName(site));
    names.insert(names.end(), found.begin(), found.end());
    return names;
}

std::vector<double> valuesAt(const std::vector<double>& values,
                             const std::vector<std::size_t>& places) {
    std::vector<double> picked;
    if (values.empty())
        return picked;
    picked.reserve(places.size());
    for (const std::size_t place : places)
        picked.push_back(values[place]);
    return picked;
}

std::vector<std::int32_t> documentsAt(const SessionView& view,
                                      const std::vector<std::size_t>& examples) {
    std::vector<std::int32_t> documents;
    for (const std::size_t example : examples)
        documents.push_back(view.documents()[example]);
    return documents;
}

double bitsPerWeight(const SessionView& view, const std::string& lane) {
    const auto methods = view.texts("/method");
    const auto found = std::find(methods.begin(), methods.end(), lane);
    if (found == methods.end())
        return notMeasured;
    const std::vector<double> bits =
        view.slice("/weights/bits_per_weight", {static_cast<std::size_t>(found - methods.begin())});
    return bits.size() == 1 ? bits.front() : notMeasured;
}

ExampleSets exampleSets(const SessionView& view, const std::string& lane) {
    ExampleSets sets;
    const auto large = flagged(view, "/sets/d_large", lane);
    const auto control = flagged(view, "/sets/d_ctrl", lane);
    if (large && control) {
        sets.large = *large;
        sets.control = *control;
        sets.matched = flagged(view, "/sets/d_matched", lane).value_or(std::vector<std::size_t>{});
        return sets;
    }
    const std::vector<double> errors = view.row("/examples/error", lane);
    if (errors.empty() || lane == referenceLane)
        return sets;
    std::vector<std::int32_t> offsets = view.integers("/text/offset");
    offsets.resize(view.examples());
    sets.large = largeSet(errors, view.number(attribute::setFraction).value_or(.1));
    const double share = view.number(attribute::controlShare).value_or(bottomHalf);
    sets.control =
        controlSet(errors, view.documents(), offsets, view.seed(), sets.large.size(), share);
    const std::vector<double> nll = view.row("/examples/nll", std::string(referenceLane));
    const std::vector<std::string> names = view.labelNames();
    if (!nll.empty())
        sets.matched = matchedSet(
            errors, sets.large, nll,
            names.empty() ? std::vector<std::string>{} : view.label(names.front()), share);
    return sets;
}

std::vector<ExampleColumn> exampleColumns(const SessionView& view) {
    std::vector<ExampleColumn> columns;
    const auto add = [&](const std::string& name, const char* path, const std::string& lane) {
        if (std::vector<double> values = view.row(path, lane); !values.empty())
            columns.push_back({name, "nat", std::move(values)});
    };
    add("nll_reference", "/examples/nll", std::string(referenceLane));
    for (const std::string& lane : view.methodLanes()) {
        add("nll[" + lane + "]", "/examples/nll", lane);
        add("error[" + lane + "]", "/examples/error", lane);
        add("kl[" + lane + "]", "/examples/kl", lane);
        if (std::vector<double> first = firstDifferences(view, lane); !first.empty())
            columns.push_back({"first_difference[" + lane + "]", "position", std::move(first)});
    }
    if (view.methodLanes().size() < 2)
        return columns;
    ExampleColumn large{"in_d_large", "methods", std::vector<double>(view.examples(), 0)};
    ExampleColumn control{"in_d_ctrl", "methods", std::vector<double>(view.examples(), 0)};
    for (const std::string& lane : view.methodLanes()) {
        const ExampleSets sets = exampleSets(view, lane);
        for (const std::size_t example : sets.large)
            ++large.values[example];
        for (const std::size_t example : sets.control)
            ++control.values[example];
    }
    const bool anyChosen = std::any_of(large.values.begin(), large.values.end(),
                                       [](double methods) { return methods > 0; });
    if (anyChosen) {
        columns.push_back(std::move(large));
        columns.push_back(std::move(control));
    }
    return columns;
}

} // namespace quantscope
