#include "core/study/study_inputs.h"

#include "core/checkpoint/family_notes.h"
#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/model_tensors.h"
#include "core/checkpoint/same_model.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/activation_statistics.h"
#include "core/engine/end_to_end_training.h"
#include "core/engine/imported_model.h"
#include "core/engine/lane_builder.h"
#include "core/engine/outliers.h"
#include "core/engine/quantization_chain.h"
#include "core/model/block_loader.h"
#include "core/quant/weight_error.h"
#include "core/study/compute_device.h"
#include "core/study/memory_room.h"
#include "core/study/removal.h"
#include "core/study/study.h"
#include "core/study/study_instruments.h"
#include "core/study/study_questions.h"
#include "core/study/utc_time.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace quantscope {

namespace {

ExampleIds exampleIds(const TokenWindows& windows) {
    return {windows.tokens + 1, windows.ids, windows.lengths};
}

CalibrationText calibrationText(const TokenWindows& windows, CalibrationProvenance provenance) {
    provenance.examples = windows.examples();
    provenance.tokens = windows.tokens;
    provenance.hash = idsHash(windows.ids);
    return {exampleIds(windows), std::move(provenance)};
}

/// The study's calibration text, where methods outside of calibration sets want one.
void loadOwnCalibration(const StudyPlan& plan, const std::vector<Document>& documents,
                        StudyInputs& inputs, Job& job) {
    std::vector<MethodSpec> methods = plan.methods;
    std::erase_if(methods, [](const MethodSpec& method) { return method.calibration.has_value(); });
    if (!QuantizationChain::needsCalibration(methods))
        return;
    const TextSource& source = plan.calibration.source ? *plan.calibration.source : plan.text;
    const TokenWindows windows =
        makeCalibrationWindows(plan.calibration.source ? readDocuments(source) : documents,
                               *inputs.tokenizer, source, plan.calibration, plan.windows.tokens,
                               plan.seed, plan.calibration.source ? nullptr : &inputs.windows, job);
    CalibrationProvenance provenance;
    provenance.source = source.path;
    provenance.seed = plan.seed;
    inputs.calibration.setOwn(calibrationText(windows, std::move(provenance)));
}

void loadCalibrationSets(const StudyPlan& plan, StudyInputs& inputs, Job& job) {
    CalibrationDrawOptions options;
    options.defaults = plan.calibration;
    options.tokens = plan.windows.tokens;
    options.seed = plan.seed;
    options.studiedPath = plan.text.path;
    options.studied = &inputs.windows;
    for (const CalibrationSet& set : plan.calibration.sets) {
        const std::vector<TokenWindows> draws =
            drawCalibrationSet(set, *inputs.tokenizer, options, job);
        for (std::size_t draw = 0; draw < draws.size(); ++draw) {
            CalibrationProvenance provenance;
            provenance.set = set.name;
            provenance.draw = static_cast<std::int64_t>(draw);
            provenance.source = describe(set);
            provenance.seed = plan.seed;
            inputs.calibration.add({set.name, provenance.draw},
                                   calibrationText(draws[draw], std::move(provenance)));
        }
    }
}

/// Opens the checkpoints of the imported lanes and finds the vocabulary that all models share.
void openImported(const StudyPlan& plan, std::int64_t positions, StudyInputs& inputs) {
    const ModelConfig& parent = inputs.checkpoint->config();
    inputs.vocabulary = parent.vocabularySize;
    for (const ImportedLane& lane : plan.imported) {
        std::unique_ptr<Checkpoint> checkpoint = Checkpoint::open(lane.path);
        const ModelConfig& config = checkpoint->config();
        requireSameModel(parent, plan.modelPath, config, lane.path, positions);
        if (inputs.tokenizer->vocabularySize() > config.vocabularySize)
            throw Error(ErrorKind::Input,
                        fmt::format("The lane {} has vocab_size = {}, the model {} has {}, and its "
                                    "tokenizer {} pieces: only padding may be missing in a lane.",
                                    lane.path, config.vocabularySize, plan.modelPath,
                                    parent.vocabularySize, inputs.tokenizer->vocabularySize()));
        inputs.vocabulary = std::min(inputs.vocabulary, config.vocabularySize);
        inputs.imported.push_back(std::move(checkpoint));
    }
}

/// How a lane of another program is called where a method would stand: "GPTQ 4 bit, group 128 in
/// DIR".
std::string importedDescription(const ModelSummary& summary) {
    const std::filesystem::path path = std::filesystem::path(summary.path).lexically_normal();
    return fmt::format("{} in {}",
                       summary.quantizedFormat.empty() ? summary.dtype : summary.quantizedFormat,
                       (path.has_filename() ? path : path.parent_path()).filename().string());
}

std::vector<std::int32_t> toNumbers(const auto& values) {
    return std::vector<std::int32_t>(values.begin(), values.end());
}

/// Which text every method calibrated on; nothing where no method wants any.
void putCalibration(const StudyPlan& plan, const StudyInputs& inputs, SessionData& head) {
    if (inputs.calibration.examples() == 0)
        return;
    const std::size_t lanes = quantizedLanes(plan).size();
    std::vector<std::string> sets(lanes), sources(lanes), seeds(lanes), hashes(lanes);
    NamedArray draw = makeSessionArray("/methods/calibration_draw", {lanes});
    NamedArray examples = makeSessionArray("/methods/calibration_examples", {lanes});
    NamedArray tokens = makeSessionArray("/methods/calibration_tokens", {lanes});
    const auto set = [](NamedArray& array, std::size_t lane, std::int64_t value) {
        std::get<std::vector<std::int32_t>>(array.values)[lane] = static_cast<std::int32_t>(value);
    };
    for (std::size_t lane = 0; lane < plan.methods.size(); ++lane) {
        const MethodSpec& method = plan.methods[lane];
        // A method that looks at no text still stands for its draw: it is the control.
        if (!method.calibration && !QuantizationChain::needsCalibration({method}))
            continue;
        const CalibrationProvenance& from = inputs.calibration.of(method).provenance;
        sets[lane] = from.set;
        sources[lane] = from.source;
        seeds[lane] = std::to_string(from.seed);
        hashes[lane] = from.hash;
        set(draw, lane, from.draw);
        set(examples, lane, from.examples);
        set(tokens, lane, from.tokens);
    }
    const auto put = [&head](const std::string& path, NamedArray array) {
        head.arrays.insert_or_assign(path, std::move(array));
    };
    const auto putText = [&put](const std::string& path, std::vector<std::string> values) {
        put(path, makeSessionText(path, std::move(values)));
    };
    putText("/methods/calibration_set", std::move(sets));
    putText("/methods/calibration_source", std::move(sources));
    putText("/methods/calibration_seed", std::move(seeds));
    putText("/methods/calibration_hash", std::move(hashes));
    put("/methods/calibration_draw", std::move(draw));
    put("/methods/calibration_examples", std::move(examples));
    put("/methods/calibration_tokens", std::move(tokens));
}

/// How a calibration text is called among others: "SET-1" for a draw, as its lanes end.
std::string nameOf(const CalibrationProvenance& provenance) {
    return provenance.set.empty() ? std::string("calibration text")
                                  : fmt::format("{}-{}", provenance.set, provenance.draw + 1);
}

/// What every quantized lane is and where it comes from.
void putMethods(const StudyPlan& plan, const StudyInputs& inputs, SessionData& head) {
    const std::vector<std::string> names = quantizedLanes(plan);
    std::vector<std::string> specs;
    std::vector<std::string> paths(names.size());
    std::vector<std::string> hashes(names.size());
    for (const MethodSpec& method : plan.methods)
        specs.push_back(toString(method));
    for (std::size_t i = 0; i < plan.imported.size(); ++i) {
        const std::string& path = plan.imported[i].path;
        specs.push_back(importedDescription(summarize(*inputs.imported[i], path)));
        paths[plan.methods.size() + i] = path;
        hashes[plan.methods.size() + i] = inputs.imported[i]->contentHash();
    }
    const auto put = [&head](const std::string& path, std::vector<std::string> values) {
        head.arrays.insert_or_assign(path, makeSessionText(path, std::move(values)));
    };
    put("/method", names);
    put("/methods/spec", std::move(specs));
    put("/methods/checkpoint", std::move(paths));
    put("/methods/hash", std::move(hashes));
    putCalibration(plan, inputs, head);
}

/// What is to be patched or restored must be there. @throws Error (Usage).
void requirePatches(const PatchOptions& options, const ModelConfig& config) {
    for (const PatchKind kind : options.kinds)
        requirePatchable(config, kind);
    // Means by channel are arrays over layers.
    for (std::int64_t layer = 1; options.has(PatchControl::Mean) && layer < config.layers; ++layer)
        for (const PatchKind kind : options.kinds)
            for (const Site site : patchedSites(kind))
                if (siteWidth(config, layer, site) != siteWidth(config, 0, site))
                    throw Error(ErrorKind::Usage,
                                fmt::format("--patch-control mean was asked for with {}, whose "
                                            "site {} has {} channels in layer 0 and {} in layer "
                                            "{}. Leave one of them out.",
                                            patchKindName(kind), siteName(site),
                                            siteWidth(config, 0, site),
                                            siteWidth(config, layer, site), layer));
    const std::vector<Module> modules = modelModules(config);
    for (const WeightKind kind : options.weights) {
        const std::vector<Module> wanted = modulesOf(kind);
        const bool isThere = std::any_of(modules.begin(), modules.end(), [&](Module module) {
            return std::find(wanted.begin(), wanted.end(), kindOf(module)) != wanted.end();
        });
        if (!isThere)
            throw Error(ErrorKind::Usage,
                        fmt::format("Matrices {} were to be restored, but the family {} has none. "
                                    "Leave this kind out.",
                                    weightKindName(kind), familyName(config.family)));
    }
}

/// γ of the norms before the MLPs, where the family has such.
std::optional<NamedArray> mlpGamma(const Checkpoint& checkpoint) {
    const ModelConfig& config = checkpoint.config();
    const bool isBefore = config.normPlacement == NormPlacement::Before ||
                          config.normPlacement == NormPlacement::BeforeAndAfter;
    if (!isBefore)
        return std::nullopt;
    const char* name = config.order == BlockOrder::ParallelShared ? attentionNorm : mlpNorm;
    NamedArray gamma =
        makeSessionArray("/model/ln2_gamma", {static_cast<std::size_t>(config.layers),
                                              static_cast<std::size_t>(config.hiddenSize)});
    auto& values = std::get<std::vector<float>>(gamma.values);
    for (std::int64_t layer = 0; layer < config.layers; ++layer)
        checkpoint.read(*checkpoint.find(normTensorName(layer, name)), 0, 1,
                        {values.data() + layer * config.hiddenSize,
                         static_cast<std::size_t>(config.hiddenSize)});
    for (float& value : values)
        value += static_cast<float>(config.normOffset);
    return gamma;
}

} // namespace

void requirePatchable(const ModelConfig& config, PatchKind kind) {
    for (const Site site : patchedSites(kind))
        if (!hasSite(config, site))
            throw Error(
                ErrorKind::Usage,
                fmt::format("A patch of {} was asked for, but the family {} has no site {}. "
                            "{} Leave this kind out.",
                            patchKindName(kind), familyName(config.family), siteName(site),
                            fmt::join(familyNotes(config), " ")));
}

int plannedThreads(const StudyPlan& plan, const RankPlace& place) {
    if (plan.resources.threads > 0)
        return plan.resources.threads;
    if (place.cores > 0)
        return place.cores;
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::vector<std::size_t> pairedLanes(const StudyPlan& plan) {
    std::vector<std::size_t> lanes;
    const std::vector<std::string> names = quantizedLanes(plan);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool named =
            plan.instruments.pairMethod.empty() ? i == 0 : names[i] == plan.instruments.pairMethod;
        if (plan.instruments.followUpAllMethods || named)
            lanes.push_back(i + 1);
    }
    if (lanes.empty() && !plan.instruments.pairMethod.empty())
        throw Error(
            ErrorKind::Usage,
            fmt::format("--pair names the lane \"{}\", but no method and no imported lane has that "
                        "name.",
                        plan.instruments.pairMethod));
    return lanes;
}

bool patchesInMainWalk(const StudyPlan& plan) {
    const PatchOptions& patching = plan.instruments.patching;
    // A control that puts in means over the examples needs them all walked before.
    return !patching.empty() && !patching.has(PatchControl::Mean) &&
           plan.instruments.followUpExamples == FollowUpExamples::All;
}

StudyInputs loadInputs(const StudyPlan& plan, Job& job) {
    StudyInputs inputs;
    inputs.checkpoint = Checkpoint::open(plan.modelPath);
    inputs.tokenizer = Tokenizer::open(plan.modelPath);
    const ModelConfig& config = inputs.checkpoint->config();
    if (inputs.tokenizer->vocabularySize() > config.vocabularySize)
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tokenizer has {} pieces, but the model's embedding only "
                                "{}. They do not belong together.",
                                plan.modelPath, inputs.tokenizer->vocabularySize(),
                                config.vocabularySize));
    const std::vector<Document> documents = readDocuments(plan.text);
    inputs.windows =
        makeWindows(documents, *inputs.tokenizer, plan.text, plan.windows, plan.seed, job);
    inputs.examples = exampleIds(inputs.windows);
    loadOwnCalibration(plan, documents, inputs, job);
    loadCalibrationSets(plan, inputs, job);
    inputs.questions = loadQuestions(plan, inputs, job);
    requirePatches(plan.instruments.patching, config);
    const std::int64_t longest =
        std::max(inputs.examples.positions, inputs.calibration.positions());
    openImported(plan, std::max(longest, inputs.questions.positions), inputs);
    const bool stretches = config.ropeScaling.kind == RopeScaling::Kind::Dynamic;
    if (config.maxPositions > 0 && longest > config.maxPositions && !stretches)
        throw Error(ErrorKind::Usage,
                    fmt::format("Windows of {} ids were asked for, but {} was made for {} at most "
                                "(max_position_embeddings). Take fewer tokens.",
                                longest, plan.modelPath, config.maxPositions));
    return inputs;
}

StudySizes studySizes(const StudyPlan& plan, const StudyInputs& inputs, const RankPlace& place) {
    const ModelConfig& config = inputs.checkpoint->config();
    const Instruments& instruments = plan.instruments;
    StudySizes sizes;
    const std::int64_t all = inputs.examples.examples();
    sizes.examples = largestShare(all, place);
    sizes.resultExamples = all; // the first rank puts them together
    sizes.positions = inputs.examples.positions;
    sizes.calibrationExamples = inputs.calibration.examples();
    sizes.calibrationPositions = inputs.calibration.positions();
    sizes.probedSites = instruments.siteStatistics ? std::int64_t(probedSitesOf(config).size()) : 0;
    sizes.tokenMaps = instruments.tokenMaps;
    sizes.earlyExit = instruments.earlyExit;
    sizes.budgetBytes = plan.resources.memoryBytes / static_cast<std::uint64_t>(place.onMachine);
    sizes.threads = plannedThreads(plan, place);
    sizes.processBytes = processBytes(sizes.threads);
    sizes.batchTokens = plan.resources.batchTokens;
    sizes.deviceBytes = deviceMemory(plan.resources.device);
    // What methods hold hangs on the windows that they read, however long the model's may be.
    ModelConfig windows = config;
    windows.maxPositions = std::max<std::int64_t>(sizes.calibrationPositions, 1);
    std::set<const CalibrationText*> fullChains;
    for (const MethodSpec& method : plan.methods) {
        const std::unique_ptr<Quantizer> quantizer = makeQuantizer(method);
        if (quantizer->needsFullChain() && quantizer->prefixSearch())
            ++sizes.calibrationLanes; // behind its own prefix
        else if (quantizer->needsFullChain())
            fullChains.insert(&inputs.calibration.of(method));
        sizes.calibrationLanes += quantizer->needsQuantizedChain() ? 1 : 0;
        sizes.calibrationPasses += quantizer->calibrationPasses();
        addLearnedSizes(*quantizer, config, sizes);
        if (quantizer->endToEnd())
            sizes.endToEndBytes = endToEndBytes(config, sizes.calibrationPositions);
        sizes.methodWorkBytes.push_back(
            quantizer->workBytes(windows, sizes.calibrationExamples * sizes.calibrationPositions));
    }
    if (instruments.has(InstrumentGroup::Activations)) // which looks at every text
        for (const CalibrationText* text : inputs.calibration.all())
            fullChains.insert(text);
    for (const std::unique_ptr<Checkpoint>& imported : inputs.imported) {
        sizes.methodWorkBytes.push_back(ImportedModel::workBytes(config));
        sizes.ownHeads +=
            sameOutputMatrix(*inputs.checkpoint, *imported, inputs.vocabulary) ? 0 : 1;
    }
    sizes.methodLanes = static_cast<std::int64_t>(plan.methods.size());
    const InstrumentCost instrumental = instrumentCost(plan, inputs, sizes.threads);
    sizes.instrumentBytes = instrumental.bytes;
    sizes.instrumentResults = instrumental.resultBytes;
    sizes.calibrationLanes += static_cast<std::int64_t>(fullChains.size());
    sizes.questions = questionSizes(plan, inputs.questions);
    const std::vector<Lane> plain = plainLanes(plan);
    sizes.plainLanes = static_cast<std::int64_t>(plain.size());
    const std::vector<std::size_t> paired = pairedLanes(plan);
    const auto patched =
        static_cast<std::int64_t>(patchedLanes(plan, plain, paired, config.layers).lanes.size());
    if (patchesInMainWalk(plan))
        sizes.patchedLanes = patched;
    if ((patched > 0 && !patchesInMainWalk(plan)) || instruments.earlyExit) {
        const bool everyExample = instruments.followUpExamples == FollowUpExamples::All;
        const auto set = static_cast<std::int64_t>(double(all) * instruments.setFraction);
        sizes.followUpExamples = everyExample ? sizes.examples : std::min(3 * set, sizes.examples);
        const auto pairs = static_cast<std::int64_t>(std::max<std::size_t>(paired.size(), 1));
        sizes.followUpLanes = patchesInMainWalk(plan) ? 1 + pairs : 2 + patched / pairs;
        sizes.followUpLanes += instruments.noiseFloor == NoiseFloor::Off ? 0 : 1;
    }
    if (const std::int64_t removal = removalExamples(plan, inputs); removal > 0) {
        sizes.followUpExamples = std::max(sizes.followUpExamples, removal);
        sizes.followUpLanes = std::max(sizes.followUpLanes, removalLanesAtOnce + 1);
    }
    return sizes;
}

SessionData headPart(const StudyPlan& plan, const StudyInputs& inputs) {
    const TokenWindows& windows = inputs.windows;
    const ModelConfig& config = inputs.checkpoint->config();
    const auto examples = static_cast<std::size_t>(windows.examples());
    SessionData head;
    const auto put = [&head](const std::string& path, NamedArray array) {
        head.arrays.insert_or_assign(path, std::move(array));
    };
    std::vector<std::string> lanes;
    for (const Lane& lane : plainLanes(plan))
        lanes.push_back(lane.name);
    std::vector<std::string> modules;
    for (const Module module : modelModules(config))
        modules.emplace_back(moduleName(module));
    put("/lane", makeSessionText("/lane", lanes));
    putMethods(plan, inputs, head);
    put("/module", makeSessionText("/module", modules));
    put("/sampled", makeSessionIndex("/sampled", weightSamples));
    if (const std::size_t epochs = trainingEpochs(plan.methods); epochs > 0)
        put("/epoch", makeSessionIndex("/epoch", epochs + 1));
    put("/example", makeSessionIndex("/example", examples));
    put("/position", makeSessionIndex("/position", static_cast<std::size_t>(windows.tokens + 1)));

    NamedArray ids = makeSessionArray("/text/token_ids",
                                      {examples, static_cast<std::size_t>(windows.tokens + 1)});
    ids.values = windows.ids;
    put("/text/token_ids", std::move(ids));
    NamedArray documents = makeSessionArray("/text/document", {examples});
    documents.values = toNumbers(windows.documents);
    put("/text/document", std::move(documents));
    NamedArray offsets = makeSessionArray("/text/offset", {examples});
    offsets.values = toNumbers(windows.offsets);
    put("/text/offset", std::move(offsets));
    put("/text/excerpt", makeSessionText("/text/excerpt", windows.excerpts));
    for (std::size_t i = 0; i < windows.labelNames.size(); ++i) {
        const std::string path = labelPath(windows.labelNames[i]);
        put(path, makeSessionText(path, windows.labels[i]));
    }
    const std::set<std::int32_t> used(windows.ids.begin(), windows.ids.end());
    std::vector<std::string> pieces;
    std::vector<std::int32_t> pieceIds;
    for (const std::int32_t id : used) {
        if (id < 0)
            continue;
        pieces.push_back(inputs.tokenizer->piece(id));
        pieceIds.push_back(id);
    }
    put("/piece", makeSessionIndex("/piece", pieces.size()));
    NamedArray pieceIdArray = makeSessionArray("/text/piece_id", {pieces.size()});
    pieceIdArray.values = pieceIds;
    put("/text/piece_id", std::move(pieceIdArray));
    put("/text/pieces", makeSessionText("/text/pieces", pieces));

    put("/hidden", makeSessionIndex("/hidden", static_cast<std::size_t>(config.hiddenSize)));
    if (config.experts.count > 0)
        put("/expert", makeSessionIndex("/expert", static_cast<std::size_t>(config.experts.count)));
    if (const std::int64_t count = removalExamples(plan, inputs); count > 0) {
        put("/removal_example",
            makeSessionIndex("/removal_example", static_cast<std::size_t>(count)));
        put("/removed", makeSessionIndex("/removed", static_cast<std::size_t>(config.layers) + 1));
        NamedArray skip = makeSessionArray("/skip", {skipShares.size()});
        skip.values = std::vector<float>(skipShares.begin(), skipShares.end());
        put("/skip", std::move(skip));
    }
    if (plan.instruments.has(InstrumentGroup::Outliers))
        put("/massive", makeSessionIndex("/massive", OutlierInstrument::listed));
    std::vector<Site> widths = channelSites(plan, config);
    if (plan.instruments.has(InstrumentGroup::Activations)) {
        ActivationInstrument::addCoordinates(head);
        std::vector<std::string> texts;
        for (const CalibrationText* text : inputs.calibration.all())
            texts.push_back(nameOf(text->provenance));
        if (!texts.empty())
            put("/calibration_text", makeSessionText("/calibration_text", std::move(texts)));
        const std::vector<Site> sites = activationSitesOf(config);
        widths.insert(widths.end(), sites.begin(), sites.end());
    }
    for (const Site site : widths) {
        const std::string dimension = fmt::format("/{}", channelDimension(site));
        put(dimension,
            makeSessionIndex(dimension, static_cast<std::size_t>(siteWidth(config, site))));
    }
    put("/layer", makeSessionIndex("/layer", static_cast<std::size_t>(config.layers)));
    if (auto gamma = mlpGamma(*inputs.checkpoint))
        put("/model/ln2_gamma", std::move(*gamma));

    SessionData questions = questionsHead(plan, inputs.questions);
    const ModelSummary summary = summarize(*inputs.checkpoint, plan.modelPath);
    std::map<std::string, std::string>& attributes = head.attributes;
    attributes[attribute::program] = fmt::format("QuantScope {}", QUANTSCOPE_VERSION);
    attributes[attribute::created] = utcNow();
    attributes[attribute::layers] = std::to_string(config.layers);
    attributes[attribute::plan] = planToJson(plan);
    attributes[attribute::seed] = std::to_string(plan.seed);
    attributes[attribute::setFraction] = fmt::format("{}", plan.instruments.setFraction);
    attributes[attribute::controlShare] = fmt::format("{}", plan.instruments.controlShare);
    attributes[attribute::resamples] = std::to_string(plan.instruments.resamples);
    if (!plan.calibration.sets.empty())
        attributes[attribute::referenceSet] = plan.calibration.referenceSet.empty()
                                                  ? plan.calibration.sets.front().name
                                                  : plan.calibration.referenceSet;
    const std::vector<std::size_t> paired = pairedLanes(plan);
    if (!paired.empty())
        attributes[attribute::pairMethod] = quantizedLanes(plan)[paired.front() - 1];
    attributes[attribute::modelName] =
        std::filesystem::path(plan.modelPath).lexically_normal().filename().string();
    attributes[attribute::modelFamily] = summary.family;
    if (const std::vector<std::string> notes = familyNotes(config); !notes.empty())
        attributes[attribute::familyNotes] = fmt::format("{}", fmt::join(notes, "\n"));
    attributes[attribute::modelParameters] = std::to_string(summary.parameters);
    attributes[attribute::modelDtype] = summary.dtype;
    attributes[attribute::modelHash] = inputs.checkpoint->contentHash();
    attributes[attribute::tokenizerHash] = inputs.tokenizer->contentHash();
    attributes[attribute::textSource] = plan.text.path;
    attributes[attribute::textHash] = fileHash(plan.text.path);
    head.arrays.merge(questions.arrays);
    attributes.merge(questions.attributes);
    return head;
}

} // namespace quantscope
