#include "core/quant/site_capture.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

/// Thrown once all sites are seen: what follows in the block would be computed for nobody.
struct AllSitesSeen {};

class Capture : public SiteWatcher {
public:
    Capture(const std::vector<Site>& sites, const Job& job) : m_sites(sites), m_job(job) {}

    bool wants(Site site) const override {
        m_job.throwIfStopped();
        return std::find(m_sites.begin(), m_sites.end(), site) != m_sites.end();
    }

    torch::Tensor at(Site site, const torch::Tensor& value) override {
        values[site] = asRows(value);
        if (values.size() == m_sites.size())
            throw AllSitesSeen();
        return value;
    }

    std::map<Site, torch::Tensor> values;

private:
    const std::vector<Site>& m_sites;
    const Job& m_job;
};

/// Keeps what experts read, beside some sites of the block.
class InputCapture final : public SiteWatcher {
public:
    InputCapture(std::vector<Site> sites, const Job& job) : m_sites(std::move(sites)), m_job(job) {}

    bool wants(Site site) const override {
        m_job.throwIfStopped();
        return std::find(m_sites.begin(), m_sites.end(), site) != m_sites.end();
    }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        captured.sites[site] = asRows(value);
        return value;
    }
    bool wantsExperts() const override { return true; }
    torch::Tensor atExpert(const ExpertRows& rows, Site site, const torch::Tensor& value) override {
        ExpertInput& input = captured.experts[rows.expert];
        input.rows = rows.rows;
        if (site == Site::Ln2)
            input.ln2 = value;
        if (site == Site::DownInput)
            input.downInput = value;
        return value;
    }

    CapturedInputs captured;

private:
    std::vector<Site> m_sites;
    const Job& m_job;
};

} // namespace

std::map<Site, torch::Tensor> captureSites(const BlockTask& task, const BlockWeights& weights,
                                           const torch::Tensor& hidden,
                                           const std::vector<Site>& sites) {
    Capture capture(sites, task.job);
    try {
        blockForwardInference(task.config, task.layer, weights, task.rotary, hidden, &capture);
    } catch (const AllSitesSeen&) {
        return std::move(capture.values);
    }
    throw Error(ErrorKind::Internal,
                fmt::format("The forward pass of block {} did not announce every site asked for.",
                            task.layer));
}

std::map<Site, torch::Tensor> captureLayerInputs(const BlockTask& task, const BlockWeights& weights,
                                                 const torch::Tensor& hidden,
                                                 const std::vector<Site>& sites) {
    std::map<Site, torch::Tensor> inputs = captureSites(task, weights, hidden, sites);
    for (auto& [site, rows] : inputs)
        for (const Module module : weights.modules())
            if (inputSite(module) == site) {
                rows = LayerInput(rows).as(weights.linear(module));
                break; // the others read it alike
            }
    return inputs;
}

ModuleInput moduleInput(Module module) { return {inputSite(module), expertOf(module)}; }

std::vector<ModuleInput> moduleInputs(const std::vector<Module>& modules) {
    std::vector<ModuleInput> inputs;
    for (const Module module : modules)
        if (const ModuleInput input = moduleInput(module);
            std::find(inputs.begin(), inputs.end(), input) == inputs.end())
            inputs.push_back(input);
    return inputs;
}

torch::Tensor CapturedInputs::of(const ModuleInput& input) const {
    if (input.expert < 0)
        return sites.at(input.site);
    const auto found = experts.find(input.expert);
    if (found == experts.end())
        return {};
    return input.site == Site::Ln2 ? found->second.ln2 : found->second.downInput;
}

CapturedInputs captureInputs(const BlockTask& task, const BlockWeights& weights,
                             const torch::Tensor& hidden, const std::vector<ModuleInput>& inputs) {
    std::vector<Site> sites;
    bool experts = false;
    for (const ModuleInput& input : inputs) {
        experts = experts || input.expert >= 0;
        if (input.expert < 0)
            sites.push_back(input.site);
    }
    if (!experts)
        return {captureLayerInputs(task, weights, hidden, sites), {}};
    InputCapture capture(std::move(sites), task.job);
    blockForwardInference(task.config, task.layer, weights, task.rotary, hidden, &capture);
    return std::move(capture.captured);
}

torch::Tensor asRows(const torch::Tensor& values) { return values.reshape({-1, values.size(-1)}); }

const CalibrationStream& requireStream(const CalibrationStream* stream, std::string_view method) {
    if (stream == nullptr || stream->batches() < 1)
        throw Error(ErrorKind::Internal,
                    fmt::format("The method {} was started without calibration text.", method));
    return *stream;
}

} // namespace quantscope
