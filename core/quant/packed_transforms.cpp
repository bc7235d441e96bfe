#include "core/quant/packed_transforms.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <optional>

namespace quantscope {

namespace {

using Json = nlohmann::json;
using Step = OrthogonalMap::Step;
using Scope = ActivationRounding::Scope;

constexpr std::array<std::string_view, 4> stepNames = {"signs", "hadamard", "blocks",
                                                       "permutation"};
constexpr std::array<std::string_view, 3> scopeNames = {"tensor", "token", "group"};
constexpr std::size_t mostSteps = 16;
constexpr std::int64_t largestExtent = std::int64_t(1) << 24;

std::string inputName(Site site) { return "input." + std::string(siteName(site)); }
std::string outputName(Module module) { return "output." + std::string(moduleName(module)); }

Json stepsJson(const OrthogonalMap& map) {
    Json steps = Json::array();
    for (const Step& step : map.steps()) {
        Json entry{{"kind", stepNames[static_cast<std::size_t>(step.kind)]}};
        if (step.kind == Step::Kind::Hadamard) {
            entry["order"] = step.order;
            entry["stride"] = step.stride;
        }
        steps.push_back(std::move(entry));
    }
    return steps;
}

void addSteps(const OrthogonalMap& map, const std::string& name, const AddTensor& add) {
    for (std::size_t i = 0; i < map.steps().size(); ++i)
        if (map.steps()[i].values.defined())
            add(fmt::format("{}.map.{}", name, i), map.steps()[i].values);
}

/// Channels of a site or output by the block's own matrices; nothing where none is there.
std::optional<std::int64_t> inputWidth(const QuantizedBlock& block, Site site) {
    for (const auto& [module, linear] : block.linears)
        if (inputSite(module) == site)
            return linear.columns;
    return std::nullopt;
}

/// Reads numbers of a manifest strictly.
class Reader {
public:
    Reader(const Json& object, std::string where, const Refuse& refuse)
        : m_object(object)
        , m_where(std::move(where))
        , m_refuse(refuse) {
        if (!object.is_object())
            wrong("the whole");
    }

    std::int64_t integer(const char* key, std::int64_t low, std::int64_t high) const {
        const auto value = m_object.find(key);
        if (value == m_object.end() || !value->is_number_integer() ||
            value->get<double>() < double(low) || value->get<double>() > double(high))
            wrong(key);
        return value->get<std::int64_t>();
    }

    double number(const char* key, double low, double high) const {
        const auto value = m_object.find(key);
        if (value == m_object.end() || !value->is_number() || !(value->get<double>() >= low) ||
            !(value->get<double>() <= high))
            wrong(key);
        return value->get<double>();
    }

    bool flag(const char* key) const {
        const auto value = m_object.find(key);
        if (value == m_object.end() || !value->is_boolean())
            wrong(key);
        return value->get<bool>();
    }

    std::size_t choice(const char* key, std::span<const std::string_view> names) const {
        const auto value = m_object.find(key);
        if (value != m_object.end() && value->is_string())
            for (std::size_t i = 0; i < names.size(); ++i)
                if (*value == names[i])
                    return i;
        wrong(key);
    }

    OrthogonalMap::Step step() const {
        Step step;
        step.kind = static_cast<Step::Kind>(choice("kind", stepNames));
        if (step.kind == Step::Kind::Hadamard) {
            step.order = integer("order", 1, largestExtent);
            step.stride = integer("stride", 1, largestExtent);
        }
        return step;
    }

    std::vector<Step> steps() const {
        const auto list = m_object.find("map");
        if (list == m_object.end() || !list->is_array() || list->size() > mostSteps)
            wrong("map");
        std::vector<Step> steps;
        for (const Json& entry : *list)
            steps.push_back(Reader(entry, m_where + ".map", m_refuse).step());
        return steps;
    }

private:
    [[noreturn]] void wrong(const char* key) const {
        m_refuse(fmt::format("in its manifest, {} of {} is missing or cannot be.", key, m_where));
        std::abort(); // a refusal throws
    }

    const Json& m_object;
    std::string m_where;
    const Refuse& m_refuse;
};

ActivationRounding readRounding(const Reader& reader) {
    ActivationRounding rounding;
    rounding.bits = static_cast<int>(reader.integer("bits", 2, ActivationRounding::unrounded));
    rounding.symmetric = reader.flag("symmetric");
    rounding.scope = static_cast<Scope>(reader.choice("scope", scopeNames));
    rounding.group = reader.integer("group", rounding.scope == Scope::Group ? 1 : 0, largestExtent);
    rounding.clip = reader.number("clip", 1e-3, 1);
    if (reader.flag("static"))
        rounding.scale = torch::zeros({1}); // filled in from the file's tensors
    return rounding;
}

void readStep(Step& step, const std::string& name, std::int64_t width, const ReadTensor& read) {
    switch (step.kind) {
    case Step::Kind::Signs:
        step.values = read(name, torch::kFloat32, {width});
        break;
    case Step::Kind::Blocks:
        step.values = read(name, torch::kFloat32, {-1, -1, -1});
        break;
    case Step::Kind::Permutation:
        step.values = read(name, torch::kInt32, {width});
        break;
    case Step::Kind::Hadamard:
        break;
    }
}

OrthogonalMap readMap(std::vector<Step> steps, const std::string& name, std::int64_t width,
                      const ReadTensor& read, const Refuse& refuse) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        readStep(steps[i], fmt::format("{}.map.{}", name, i), width, read);
        if (!OrthogonalMap::fits(steps[i], width))
            refuse(
                fmt::format("step {} of {} is no orthogonal map of {} channels.", i, name, width));
    }
    return OrthogonalMap::of(std::move(steps), width);
}

} // namespace

void addTransforms(const QuantizedBlock& block, const AddTensor& add) {
    for (const auto& [site, input] : block.inputs) {
        addSteps(input.map, inputName(site), add);
        add(inputName(site) + ".scale", input.rounding.scale);
        add(inputName(site) + ".zero", input.rounding.zero);
    }
    for (const auto& [module, map] : block.outputs)
        addSteps(map, outputName(module), add);
}

void writeTransforms(const QuantizedBlock& block, Json& manifest) {
    for (const auto& [site, input] : block.inputs) {
        const ActivationRounding& rounding = input.rounding;
        manifest["inputs"][std::string(siteName(site))] = {
            {"bits", rounding.bits},
            {"symmetric", rounding.symmetric},
            {"scope", scopeNames[static_cast<std::size_t>(rounding.scope)]},
            {"group", rounding.group},
            {"clip", rounding.clip},
            {"static", rounding.isStatic()},
            {"map", stepsJson(input.map)}};
    }
    for (const auto& [module, map] : block.outputs)
        manifest["outputs"][std::string(moduleName(module))] = {{"map", stepsJson(map)}};
}

void readTransforms(const Json& manifest, QuantizedBlock& block, const Refuse& refuse) {
    const auto each = [&](const char* key, const auto& visit) {
        if (!manifest.contains(key))
            return;
        if (!manifest[key].is_object())
            refuse(fmt::format("its manifest's {} are not an object.", key));
        for (const auto& [name, value] : manifest[key].items())
            visit(name.substr(0, 60), Reader(value, name.substr(0, 60), refuse));
    };
    each("inputs", [&](const std::string& name, const Reader& reader) {
        const auto site = findSite(name);
        if (!site || !inputWidth(block, *site))
            refuse(fmt::format("its manifest says how \"{}\" is read, which no matrix of it does.",
                               name));
        block.inputs[*site] = {OrthogonalMap::described(reader.steps()), readRounding(reader)};
    });
    each("outputs", [&](const std::string& name, const Reader& reader) {
        const auto module = findModule(name);
        if (!module || !block.linears.count(*module))
            refuse(fmt::format("its manifest says how the output of \"{}\" is turned, which it "
                               "does not hold.",
                               name));
        block.outputs[*module] = OrthogonalMap::described(reader.steps());
    });
}

void readTransformTensors(QuantizedBlock& block, const ReadTensor& read, const Refuse& refuse) {
    for (auto& [site, input] : block.inputs) {
        const std::string name = inputName(site);
        input.map = readMap(input.map.steps(), name, *inputWidth(block, site), read, refuse);
        if (!input.rounding.isStatic())
            continue;
        input.rounding.scale = read(name + ".scale", torch::kFloat32, {1});
        if (!(input.rounding.scale > 0).all().item<bool>())
            refuse(fmt::format("{}.scale is not above 0.", name));
        if (!input.rounding.symmetric)
            input.rounding.zero = read(name + ".zero", torch::kFloat32, {1});
    }
    for (auto& [module, map] : block.outputs)
        map = readMap(map.steps(), outputName(module), block.linears.at(module).rows, read, refuse);
}

} // namespace quantscope
