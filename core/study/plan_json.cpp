#include "core/data/error.h"
#include "core/study/study.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace quantscope {

namespace {

using nlohmann::json;

json toJson(const TextSource& source) {
    json shares = json::array();
    for (const DocumentShare& share : source.shares)
        shares.push_back({{"first", share.first}, {"last", share.last}, {"seed", share.seed}});
    return {{"path", source.path},
            {"format", textFormatName(source.format)},
            {"separator", source.separator},
            {"text_field", source.textField},
            {"label_fields", source.labelFields},
            {"shares", shares}};
}

TextSource textFromJson(const json& j) {
    TextSource source;
    source.path = j.at("path");
    source.format = parseTextFormat(j.at("format").get<std::string>());
    source.separator = j.at("separator");
    source.textField = j.at("text_field");
    source.labelFields = j.at("label_fields").get<std::vector<std::string>>();
    if (j.contains("shares")) // plans of older sessions have none
        for (const json& share : j.at("shares"))
            source.shares.push_back({share.at("first"), share.at("last"), share.at("seed")});
    return source;
}

template <typename T>
json optionalJson(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

std::optional<std::int64_t> optionalNumber(const json& j) {
    return j.is_null() ? std::nullopt : std::optional<std::int64_t>(j.get<std::int64_t>());
}

json toJson(const CalibrationSet& set) {
    json sources = json::array();
    for (const TextSource& source : set.sources)
        sources.push_back(toJson(source));
    return {{"name", set.name},
            {"kind", calibrationKindName(set.kind)},
            {"sources", sources},
            {"examples", optionalJson(set.examples)},
            {"tokens", optionalJson(set.tokens)},
            {"draws", optionalJson(set.draws)}};
}

CalibrationSet setFromJson(const json& j) {
    CalibrationSet set;
    set.name = j.at("name");
    set.kind = parseCalibrationKind(j.at("kind").get<std::string>());
    for (const json& source : j.at("sources"))
        set.sources.push_back(textFromJson(source));
    set.examples = optionalNumber(j.at("examples"));
    set.tokens = optionalNumber(j.at("tokens"));
    set.draws = optionalNumber(j.at("draws"));
    return set;
}

/// A list as the texts of its elements.
template <typename Value>
json textsJson(const std::vector<Value>& values, const auto& text) {
    json texts = json::array();
    for (const Value& value : values)
        texts.push_back(text(value));
    return texts;
}

template <typename Value>
std::vector<Value> valuesFromTexts(const json& texts, const auto& parse) {
    std::vector<Value> values;
    for (const json& text : texts)
        values.push_back(parse(text.get<std::string>()));
    return values;
}

const auto layerSetText = [](const LayerSet& set) { return toString(set); };

json toJson(const Instruments& instruments) {
    const PatchOptions& patching = instruments.patching;
    return {{"early_exit", instruments.earlyExit},
            {"patch", textsJson(patching.kinds, patchKindName)},
            {"patch_layers", textsJson(patching.layers, layerSetText)},
            {"patch_positions", toString(patching.positions)},
            {"patch_controls", textsJson(patching.controls, patchControlName)},
            {"patch_direction", patchDirectionName(patching.direction)},
            {"restore", textsJson(patching.weights, weightKindName)},
            {"restore_layers", textsJson(patching.weightLayers, layerSetText)},
            {"groups", textsJson(instruments.groups, instrumentGroupName)},
            {"noise_floor", noiseFloorName(instruments.noiseFloor)},
            {"removal_examples", instruments.removalExamples},
            {"site_statistics", instruments.siteStatistics},
            {"token_maps", instruments.tokenMaps},
            {"count_start_position", instruments.countStartPosition},
            {"follow_up_all_examples", instruments.followUpExamples == FollowUpExamples::All},
            {"follow_up_all_methods", instruments.followUpAllMethods},
            {"pair_method", instruments.pairMethod},
            {"set_fraction", instruments.setFraction},
            {"control_share", instruments.controlShare},
            {"resamples", instruments.resamples}};
}

PatchOptions patchingFromJson(const json& j) {
    PatchOptions patching;
    patching.kinds = valuesFromTexts<PatchKind>(j.at("patch"), parsePatchKind);
    patching.layers = valuesFromTexts<LayerSet>(j.at("patch_layers"), parseLayerSet);
    patching.direction = parsePatchDirection(j.at("patch_direction").get<std::string>());
    if (j.contains("patch_positions")) { // plans of older sessions end here
        patching.positions = parsePositionSet(j.at("patch_positions").get<std::string>());
        patching.controls =
            valuesFromTexts<PatchControl>(j.at("patch_controls"), parsePatchControl);
        patching.weights = valuesFromTexts<WeightKind>(j.at("restore"), parseWeightKind);
        patching.weightLayers = valuesFromTexts<LayerSet>(j.at("restore_layers"), parseLayerSet);
    }
    return patching;
}

Instruments instrumentsFromJson(const json& j) {
    Instruments instruments;
    instruments.earlyExit = j.at("early_exit");
    instruments.patching = patchingFromJson(j);
    if (j.contains("groups")) { // plans of older sessions have none
        instruments.groups = valuesFromTexts<InstrumentGroup>(j.at("groups"), parseInstrumentGroup);
        instruments.noiseFloor = parseNoiseFloor(j.at("noise_floor").get<std::string>());
    }
    instruments.tokenMaps = j.at("token_maps");
    instruments.countStartPosition = j.at("count_start_position");
    instruments.followUpExamples =
        j.at("follow_up_all_examples") ? FollowUpExamples::All : FollowUpExamples::Sets;
    instruments.followUpAllMethods = j.at("follow_up_all_methods");
    instruments.pairMethod = j.at("pair_method");
    instruments.setFraction = j.at("set_fraction");
    // Plans of older sessions have none of these.
    instruments.removalExamples = j.value("removal_examples", instruments.removalExamples);
    instruments.siteStatistics = j.value("site_statistics", instruments.siteStatistics);
    instruments.controlShare = j.value("control_share", instruments.controlShare);
    instruments.resamples = j.value("resamples", instruments.resamples);
    return instruments;
}

json toJson(const QuestionOptions& questions) {
    return {{"path", questions.path},
            {"question_field", questions.questionField},
            {"answers_field", questions.answersField},
            {"popularity_field", questions.popularityField},
            {"choices_field", questions.choicesField},
            {"gold_field", questions.goldField},
            {"shots", questions.shots},
            {"template", questions.promptTemplate},
            {"questions", optionalJson(questions.questions)},
            {"answer_tokens", questions.answerTokens},
            {"criterion", answerCriterionName(questions.criterion)},
            {"bucket_width", questions.bucketWidth}};
}

QuestionOptions questionsFromJson(const json& j) {
    QuestionOptions questions;
    questions.path = j.at("path");
    questions.questionField = j.at("question_field");
    questions.answersField = j.at("answers_field");
    questions.popularityField = j.at("popularity_field");
    questions.choicesField = j.at("choices_field");
    questions.goldField = j.at("gold_field");
    questions.shots = j.at("shots");
    questions.promptTemplate = j.at("template");
    questions.questions = optionalNumber(j.at("questions"));
    questions.answerTokens = j.at("answer_tokens");
    questions.criterion = parseAnswerCriterion(j.at("criterion").get<std::string>());
    questions.bucketWidth = j.at("bucket_width");
    return questions;
}

} // namespace

std::string planToJson(const StudyPlan& plan) {
    json methods = json::array();
    for (const MethodSpec& method : plan.methods) {
        methods.push_back(
            {{"method", method.method}, {"options", method.options}, {"lane", method.lane}});
        if (method.calibration)
            methods.back()["calibration"] = {{"set", method.calibration->set},
                                             {"draw", method.calibration->draw}};
    }
    json sets = json::array();
    for (const CalibrationSet& set : plan.calibration.sets)
        sets.push_back(toJson(set));
    json lanes = json::array();
    for (const ImportedLane& imported : plan.imported)
        lanes.push_back({{"lane", imported.lane}, {"path", imported.path}});
    const json j = {
        {"model", plan.modelPath},
        {"text", toJson(plan.text)},
        {"windows",
         {{"tokens", plan.windows.tokens},
          {"mode", windowModeName(plan.windows.mode)},
          {"minimum_tokens", optionalJson(plan.windows.minimumTokens)},
          {"deduplication", deduplicationName(plan.windows.deduplication)},
          {"examples", optionalJson(plan.windows.examples)}}},
        {"methods", methods},
        {"lanes", lanes},
        {"calibration",
         {{"source", plan.calibration.source ? toJson(*plan.calibration.source) : json(nullptr)},
          {"windows", windowModeName(plan.calibration.windows)},
          {"examples", plan.calibration.examples},
          {"tokens", optionalJson(plan.calibration.tokens)},
          {"sets", sets},
          {"draws", plan.calibration.draws},
          {"reference_set", plan.calibration.referenceSet}}},
        {"instruments", toJson(plan.instruments)},
        {"questions", toJson(plan.questions)},
        {"resources",
         {{"memory_bytes", plan.resources.memoryBytes},
          {"threads", plan.resources.threads},
          {"device", deviceName(plan.resources.device)},
          {"batch_tokens", plan.resources.batchTokens}}},
        {"seed", plan.seed},
        {"output", plan.output}};
    return j.dump(1);
}

StudyPlan planFromJson(const std::string& text) {
    try {
        const json j = json::parse(text);
        StudyPlan plan;
        plan.modelPath = j.at("model");
        plan.text = textFromJson(j.at("text"));
        const json& windows = j.at("windows");
        plan.windows.tokens = windows.at("tokens");
        plan.windows.mode = parseWindowMode(windows.at("mode").get<std::string>());
        plan.windows.minimumTokens = optionalNumber(windows.at("minimum_tokens"));
        plan.windows.deduplication =
            parseDeduplication(windows.at("deduplication").get<std::string>());
        plan.windows.examples = optionalNumber(windows.at("examples"));
        for (const json& method : j.at("methods")) {
            MethodSpec spec;
            spec.method = method.at("method");
            spec.options = method.at("options").get<std::map<std::string, std::string>>();
            spec.lane = method.at("lane");
            if (method.contains("calibration"))
                spec.calibration = {method["calibration"].at("set").get<std::string>(),
                                    method["calibration"].at("draw").get<std::int64_t>()};
            plan.methods.push_back(std::move(spec));
        }
        if (j.contains("lanes")) // plans of older sessions have none
            for (const json& imported : j.at("lanes"))
                plan.imported.push_back({imported.at("path").get<std::string>(),
                                         imported.at("lane").get<std::string>()});
        const json& calibration = j.at("calibration");
        if (!calibration.at("source").is_null())
            plan.calibration.source = textFromJson(calibration.at("source"));
        plan.calibration.windows = parseWindowMode(calibration.at("windows").get<std::string>());
        plan.calibration.examples = calibration.at("examples");
        plan.calibration.tokens = optionalNumber(calibration.at("tokens"));
        if (calibration.contains("sets")) { // plans of older sessions have none
            for (const json& set : calibration.at("sets"))
                plan.calibration.sets.push_back(setFromJson(set));
            plan.calibration.draws = calibration.at("draws");
            plan.calibration.referenceSet = calibration.at("reference_set");
        }
        plan.instruments = instrumentsFromJson(j.at("instruments"));
        if (j.contains("questions")) // plans of older sessions have none
            plan.questions = questionsFromJson(j.at("questions"));
        const json& resources = j.at("resources");
        plan.resources.memoryBytes = resources.at("memory_bytes");
        plan.resources.threads = resources.at("threads");
        plan.resources.device = parseDevice(resources.at("device").get<std::string>());
        plan.resources.batchTokens = resources.at("batch_tokens");
        plan.seed = j.at("seed");
        plan.output = j.at("output");
        return plan;
    } catch (const json::exception& error) {
        throw Error(ErrorKind::Input,
                    fmt::format("The plan of the study is damaged: {}.", error.what()));
    }
}

} // namespace quantscope
