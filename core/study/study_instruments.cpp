#include "core/study/study_instruments.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"
#include "core/engine/activation_statistics.h"
#include "core/engine/attention_map.h"
#include "core/engine/channel_means.h"
#include "core/engine/cka.h"
#include "core/engine/depth_statistics.h"
#include "core/engine/drift.h"
#include "core/engine/error_budget.h"
#include "core/engine/lane_builder.h"
#include "core/engine/local_error.h"
#include "core/engine/outliers.h"
#include "core/engine/sampled_cka.h"
#include "core/model/block_loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

/// The terms of an MLP's error are those of a gate times up, with one down projection behind.
bool hasErrorBudget(const ModelConfig& config) {
    return config.gatedMlp && config.experts.count == 0;
}

} // namespace

std::vector<Site> channelSites(const StudyPlan& plan, const ModelConfig& config) {
    SiteSet sites;
    if (plan.instruments.has(InstrumentGroup::Channels))
        sites.add(hasSite(config, Site::ResidMid) ? Site::ResidMid : Site::ResidPost);
    if (plan.instruments.patching.has(PatchControl::Mean))
        for (const PatchKind kind : plan.instruments.patching.kinds)
            sites.add(SiteSet(patchedSites(kind)));
    std::vector<Site> chosen;
    for (const Site site : allSites)
        if (sites.has(site) && hasSite(config, site))
            chosen.push_back(site);
    return chosen;
}

std::vector<Site> activationSitesOf(const ModelConfig& config) {
    std::vector<Site> sites;
    for (const Site site : activationSites) {
        bool everywhere = true;
        for (std::int64_t layer = 0; layer < config.layers && everywhere; ++layer)
            everywhere = hasSite(config, layer, site) &&
                         siteWidth(config, layer, site) == siteWidth(config, site);
        if (everywhere)
            sites.push_back(site);
    }
    return sites;
}

bool measuresDepth(const StudyPlan& plan) {
    return plan.instruments.has(InstrumentGroup::Depth) || plan.instruments.removalExamples > 0;
}

std::int64_t removalExamples(const StudyPlan& plan, const StudyInputs& inputs) {
    return std::min(plan.instruments.removalExamples, inputs.examples.examples());
}

BlockInstruments makeInstruments(const StudyPlan& plan, const StudyInputs& inputs,
                                 const ExampleShare& share, std::int64_t layer) {
    BlockInstruments instruments;
    if (const std::vector<Site> sites = channelSites(plan, inputs.checkpoint->config());
        !sites.empty())
        instruments.push_back(std::make_unique<ChannelInstrument>(share.ids, sites));
    const MeasuredExamples examples{share.ids, plainLanes(plan).size(),
                                    plan.instruments.countStartPosition ? 0 : 1, share.first};
    const auto add = [&]<typename Instrument>(InstrumentGroup group, const auto&... before) {
        if (plan.instruments.has(group))
            instruments.push_back(std::make_unique<Instrument>(before..., examples));
    };
    const ModelConfig& config = inputs.checkpoint->config();
    add.template operator()<LocalErrorInstrument>(InstrumentGroup::Local, config, layer);
    add.template operator()<DriftInstrument>(InstrumentGroup::Drift, config, layer);
    add.template operator()<AttentionInstrument>(InstrumentGroup::Attention, config, layer);
    add.template operator()<OutlierInstrument>(InstrumentGroup::Outliers, config, layer);
    const std::int64_t hidden = config.hiddenSize;
    if (hidden <= CkaInstrument::largestHidden)
        add.template operator()<CkaInstrument>(InstrumentGroup::Cka);
    else
        add.template operator()<SampledCkaInstrument>(InstrumentGroup::Cka, hidden, plan.seed);
    add.template operator()<ErrorBudgetInstrument>(InstrumentGroup::Budget,
                                                   plan.instruments.tokenMaps);
    add.template operator()<ActivationInstrument>(InstrumentGroup::Activations,
                                                  activationSitesOf(config));
    if (measuresDepth(plan)) {
        const std::int64_t mapped = std::clamp<std::int64_t>(
            removalExamples(plan, inputs) - share.first, 0, share.ids.examples());
        instruments.push_back(
            std::make_unique<DepthInstrument>(hasSite(config, Site::ResidMid), mapped, examples));
    }
    return instruments;
}

InstrumentCost instrumentCost(const StudyPlan& plan, const StudyInputs& inputs, int threads) {
    const ModelConfig& config = inputs.checkpoint->config();
    const Instruments& chosen = plan.instruments;
    InstrumentCost cost;
    const double hidden = double(config.hiddenSize);
    const double inner = double(config.intermediateSize);
    double perToken = 0;     // multiplications of one lane in one layer
    std::int64_t values = 0; // results by lane, layer and example
    std::int64_t sites = 0;  // widths that are captured beside those of an ordinary study
    if (chosen.has(InstrumentGroup::Local)) {
        // Every matrix once more, the MLP's twice: by itself, within the MLP, within the block.
        perToken += 2 * double(blockElements(config)) + 3 * hidden * inner +
                    2 * double(inputs.examples.positions) * double(config.heads) *
                        double(config.headDimension);
        values += 35;
    }
    if (chosen.has(InstrumentGroup::Drift)) {
        perToken += 40 * hidden + 4 * inner;
        values += 11;
    }
    if (chosen.has(InstrumentGroup::Attention)) {
        // Maps are made by example and head: far from the rate of large products.
        perToken += 2 * double(inputs.examples.positions) * double(config.heads) *
                    double(config.headDimension + 60);
        values += 3;
    }
    if (chosen.has(InstrumentGroup::Outliers)) {
        perToken += 8 * (2 * hidden + inner);
        values += 1;
    }
    if (chosen.has(InstrumentGroup::Cka)) {
        const auto plain = static_cast<std::int64_t>(plainLanes(plan).size());
        if (config.hiddenSize <= CkaInstrument::largestHidden) {
            perToken += 4 * hidden * hidden;
            cost.bytes += CkaInstrument::bytes(config.hiddenSize, plain, threads);
        } else {
            cost.operations += 2 * double(config.layers) *
                               SampledCkaInstrument::multiplications(config.hiddenSize, plain);
            cost.bytes += SampledCkaInstrument::bytes(config.hiddenSize, plain);
        }
    }
    if (chosen.has(InstrumentGroup::Budget) && !hasErrorBudget(config))
        throw Error(ErrorKind::Usage,
                    fmt::format("--instruments budget tells what the error of a gate times up is "
                                "made of; the MLPs of the family {} have {}. Leave it out.",
                                familyName(config.family),
                                config.gatedMlp ? "experts" : "no gate"));
    if (chosen.has(InstrumentGroup::Budget)) {
        perToken += 4 * hidden * inner;
        values += 9;
        if (chosen.tokenMaps)
            values += ErrorBudgetInstrument::valuesOfToken * inputs.examples.positions;
    }
    if (chosen.has(InstrumentGroup::Activations)) {
        // Values are looked at one by one, a dozen times each, and partly sorted: far from the
        // rate of products.
        for (const Site site : activationSitesOf(config))
            perToken += 400 * double(siteWidth(config, site));
        constexpr auto trims = std::int64_t(ActivationInstrument::trims.size());
        constexpr auto sigmas = std::int64_t(ActivationInstrument::sigmas.size());
        values += std::int64_t(activationSitesOf(config).size()) *
                  (5 + sigmas + 2 * trims + std::int64_t(ActivationInstrument::magnitudeBins));
    }
    if (measuresDepth(plan)) {
        perToken += 40 * hidden;
        values += 9;
    }
    if (!chosen.groups.empty() || chosen.removalExamples > 0)
        for (const Site site : allSites)
            sites += hasSite(config, site) ? siteWidth(config, site) : 0;
    const auto lanes = double(plainLanes(plan).size());
    const double tokens = double(inputs.examples.examples()) * double(inputs.examples.positions);
    cost.operations += 2 * perToken * lanes * tokens * double(config.layers);
    cost.resultBytes = static_cast<std::uint64_t>(
        4 * double(values) * lanes * double(inputs.examples.examples()) * double(config.layers));
    cost.bytes += cost.resultBytes / static_cast<std::uint64_t>(config.layers);
    // Two lanes' captures and the instruments' own temporaries, of one batch a thread.
    constexpr std::int64_t batchTokens = 2048;
    cost.bytes += static_cast<std::uint64_t>(4 * 4 * sites * batchTokens * threads);
    return cost;
}

} // namespace quantscope
