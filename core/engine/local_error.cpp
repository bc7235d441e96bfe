#include "core/engine/local_error.h"

#include "core/checkpoint/model_shape.h"
#include "core/model/block_device.h"

#include <algorithm>
#include <string>

namespace quantscope {

namespace {

constexpr std::size_t statistics = 3; ///< of one comparison

Site siteAfter(Module module) {
    constexpr std::array sites = {Site::Q,    Site::K,  Site::V,   Site::AttnOut,
                                  Site::Gate, Site::Up, Site::Down};
    return sites[static_cast<std::size_t>(module)];
}

/// Matrices whose outputs are sites of their own: not those of experts, nor the shared one's down
/// projection, whose output is added to theirs.
bool isMeasured(const ModelConfig& config, std::int64_t layer, Module module) {
    return expertOf(module) < 0 && !(module == Module::Down && hasExperts(config, layer));
}

/// Of any layer: a table has the same rows in all of them.
std::vector<Module> measuredModules(const ModelConfig& config) {
    std::vector<Module> modules;
    for (const Module module : modelModules(config))
        for (std::int64_t layer = 0; layer < config.layers; ++layer)
            if (isMeasured(config, layer, module)) {
                modules.push_back(module);
                break;
            }
    return modules;
}

/// Three a module, three of the MLP, three of the block, then the accumulated ones.
std::vector<std::string> paths(const std::vector<Module>& modules, bool hasMlp) {
    std::vector<std::string> all;
    const auto addLocal = [&all](const std::string& prefix) {
        for (const char* name : {"local_mse", "local_normalised_mse", "local_relative_error"})
            all.push_back(prefix + name);
    };
    const std::string blockSite = "/sites/" + std::string(siteName(Site::ResidPost)) + "/";
    const auto site = [](Module module) {
        return "/sites/" + std::string(siteName(siteAfter(module))) + "/";
    };
    for (const Module module : modules)
        addLocal(site(module));
    if (hasMlp)
        addLocal(site(Module::Down) + "mlp_");
    addLocal(blockSite);
    for (const Module module : modules)
        all.push_back(site(module) + "normalised_mse");
    all.push_back(blockSite + "normalised_mse");
    return all;
}

/// What the module of the lane makes of an input that is in the lane's basis.
torch::Tensor output(const ModelConfig& config, const LaneBatch& batch, Module module,
                     const torch::Tensor& input) {
    LayerInput read(input, batch.lengths);
    const torch::Tensor out = applyLinear(batch.weights->linear(module), read);
    return module == Module::Gate ? activation(config, out) : out;
}

torch::Tensor referenceInput(const LaneBatch& batch, Module module) {
    const Site site = inputSite(module);
    return inLaneBasis(batch.reference(site), site, batch.basis);
}

} // namespace

LocalErrorInstrument::LocalErrorInstrument(const ModelConfig& config, std::int64_t layer,
                                           const MeasuredExamples& examples)
    : m_config(config)
    , m_layer(layer)
    , m_rotary(makeRotaryTables(config, examples.ids.positions))
    , m_modules(measuredModules(config))
    , m_hasMlp(m_modules.back() == Module::Down)
    , m_examples(examples)
    , m_table(paths(m_modules, m_hasMlp), examples) {}

SiteSet LocalErrorInstrument::sites() const {
    SiteSet set;
    set.add(Site::ResidPre);
    set.add(Site::ResidPost);
    for (const Module module : m_modules) {
        if (!has(module))
            continue;
        set.add(inputSite(module));
        set.add(siteAfter(module));
    }
    return set;
}

bool LocalErrorInstrument::has(Module module) const {
    const std::vector<Module> block = blockModules(m_config, m_layer);
    return isMeasured(m_config, m_layer, module) &&
           std::find(block.begin(), block.end(), module) != block.end();
}

void LocalErrorInstrument::add(const LaneBatch& batch) {
    if (batch.lane == 0)
        return;
    const std::size_t blockRow = m_modules.size() + (m_hasMlp ? 1 : 0);
    const std::size_t accumulated = statistics * (blockRow + 1);
    for (std::size_t index = 0; index < m_modules.size(); ++index) {
        const Module module = m_modules[index];
        if (!has(module))
            continue;
        const Site site = siteAfter(module);
        const torch::Tensor local = output(m_config, batch, module, referenceInput(batch, module));
        compare(statistics * index, batch, inCheckpointBasis(local, site, batch.basis),
                batch.reference(site), false);
        compare(accumulated + index, batch, batch.at(site), batch.reference(site), true);
    }
    addBlock(batch);
    compare(accumulated + m_modules.size(), batch, batch.at(Site::ResidPost),
            batch.reference(Site::ResidPost), true);
    if (!m_hasMlp || !has(Module::Down))
        return;
    const torch::Tensor input = referenceInput(batch, Module::Up);
    const torch::Tensor up = output(m_config, batch, Module::Up, input);
    const torch::Tensor product = m_config.gatedMlp
                                      ? output(m_config, batch, Module::Gate, input) * up
                                      : activation(m_config, up);
    compare(statistics * m_modules.size(), batch, output(m_config, batch, Module::Down, product),
            batch.reference(Site::Down), false);
}

/// The whole block of the lane on what the reference gave it.
void LocalErrorInstrument::addBlock(const LaneBatch& batch) {
    const torch::Tensor input =
        inLaneBasis(batch.reference(Site::ResidPre), Site::ResidPre, batch.basis);
    const torch::Tensor local = blockForwardInference(m_config, m_layer, *batch.weights,
                                                      onDevice(m_rotary, input.device()), input);
    compare(statistics * (m_modules.size() + (m_hasMlp ? 1 : 0)), batch,
            inCheckpointBasis(local, Site::ResidPost, batch.basis),
            batch.reference(Site::ResidPost), false);
}

void LocalErrorInstrument::compare(std::size_t path, const LaneBatch& batch,
                                   const torch::Tensor& value, const torch::Tensor& reference,
                                   bool normalisedAlone) {
    const auto squares = [](const torch::Tensor& x) {
        return x.square().sum(-1, false, torch::kFloat64); // [examples, positions]
    };
    const torch::Tensor errors = squares(value - reference);
    const torch::Tensor sizes = squares(reference);
    for (std::int64_t e = 0; e < value.size(0); ++e) {
        const std::int64_t example = batch.firstExample + e;
        const std::int64_t length = m_examples.length(example);
        const torch::Tensor error = errors[e].slice(0, m_examples.firstPosition, length);
        const torch::Tensor size = sizes[e].slice(0, m_examples.firstPosition, length);
        const double normalised = error.sum().item<double>() / size.sum().item<double>();
        if (normalisedAlone) {
            m_table.set(path, batch.lane, example, normalised);
            continue;
        }
        m_table.set(path, batch.lane, example, error.mean().item<double>() / double(value.size(2)));
        m_table.set(path + 1, batch.lane, example, normalised);
        m_table.set(path + 2, batch.lane, example, (error / size).sqrt().mean().item<double>());
    }
}

SessionData LocalErrorInstrument::part() const {
    SessionData data;
    m_table.addTo(data);
    return data;
}

} // namespace quantscope
