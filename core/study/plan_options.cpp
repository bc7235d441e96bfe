#include "core/study/plan_options.h"

#include "core/data/error.h"
#include "core/data/escapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace quantscope {

namespace {

[[noreturn]] void refuse(const std::string& sentence) { throw Error(ErrorKind::Usage, sentence); }

TextSource makeSource(const PlanOptions& options, const std::string& path,
                      const std::string& format) {
    TextSource source;
    source.path = path;
    source.separator = options.separator;
    source.textField = options.textField;
    if (!format.empty())
        source.format = parseTextFormat(format);
    else if (!options.separator.empty())
        source.format = TextFormat::Separator;
    else
        source.format = formatByEnding(path);
    if (source.format == TextFormat::Separator && source.separator.empty())
        refuse("The text format is separator, but no --separator is given.");
    return source;
}

std::optional<std::int64_t> parseCount(const char* option, const std::string& text) {
    if (text == "all")
        return std::nullopt;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 1)
        refuse(
            fmt::format("--{} takes a number of at least 1, or all; found \"{}\".", option, text));
    return count;
}

void fillLayerSets(const std::vector<std::string>& texts, std::vector<LayerSet>& sets) {
    if (!texts.empty())
        sets.clear();
    for (const std::string& text : texts)
        sets.push_back(parseLayerSet(text));
}

void fillPatching(const PlanOptions& options, PatchOptions& patching) {
    for (const std::string& kind : options.patch)
        patching.kinds.push_back(parsePatchKind(kind));
    fillLayerSets(options.patchLayers, patching.layers);
    patching.positions = parsePositionSet(options.patchPositions);
    for (const std::string& control : options.patchControls)
        patching.controls.push_back(parsePatchControl(control));
    if (patching.kinds.empty() && !patching.controls.empty())
        refuse("--patch-control goes with patches; name their kinds with --patch.");
    patching.direction = parsePatchDirection(options.patchDirection);
    for (const std::string& kind : options.restore)
        patching.weights.push_back(parseWeightKind(kind));
    fillLayerSets(options.restoreLayers, patching.weightLayers);
}

void fillInstruments(const PlanOptions& options, Instruments& instruments) {
    instruments.earlyExit = options.earlyExit;
    fillPatching(options, instruments.patching);
    for (const std::string& name : options.instruments)
        instruments.groups.push_back(parseInstrumentGroup(name));
    std::sort(instruments.groups.begin(), instruments.groups.end());
    const auto again = std::unique(instruments.groups.begin(), instruments.groups.end());
    instruments.groups.erase(again, instruments.groups.end());
    instruments.noiseFloor = parseNoiseFloor(options.noiseFloor);
    if (options.removal < 0)
        refuse("--removal takes a number of examples, or 0 for none.");
    instruments.removalExamples = options.removal;
    instruments.siteStatistics = options.siteStatistics;
    instruments.tokenMaps = options.tokenMaps;
    instruments.countStartPosition = options.countStart;
    if (options.followUp == "all")
        instruments.followUpExamples = FollowUpExamples::All;
    else if (options.followUp != "sets")
        refuse(fmt::format("--follow-up takes sets or all; found \"{}\".", options.followUp));
    instruments.followUpAllMethods = options.pair == "all";
    instruments.pairMethod = options.pair == "all" ? "" : options.pair;
    if (!(options.setFraction > 0 && options.setFraction <= 0.5))
        refuse(fmt::format("--set-fraction is a share between 0 and 0.5; found {}.",
                           options.setFraction));
    instruments.setFraction = options.setFraction;
    if (!(options.controlShare > 0 && options.controlShare <= 1))
        refuse(fmt::format("--control-share is a share above 0 and at most 1; found {}.",
                           options.controlShare));
    instruments.controlShare = options.controlShare;
    if (options.resamples < 1 || options.resamples > 100000)
        refuse(
            fmt::format("--resamples is a number from 1 to 100000; found {}.", options.resamples));
    instruments.resamples = options.resamples;
}

void fillQuestions(const PlanOptions& options, QuestionOptions& questions) {
    questions.path = options.questions;
    questions.questionField = options.questionField;
    questions.answersField = options.answersField;
    questions.popularityField = options.popularityField;
    questions.choicesField = options.choicesField;
    questions.goldField = options.goldField;
    constexpr std::int64_t mostShots = 1000;
    if (options.shots < 0 || options.shots > mostShots)
        refuse(fmt::format("--shots takes 0 to {}; found {}.", mostShots, options.shots));
    questions.shots = options.shots;
    questions.promptTemplate = unescaped(options.questionTemplate);
    const std::size_t place = questions.promptTemplate.find(questionPlaceholder);
    if (place == std::string::npos)
        refuse(fmt::format("--question-template has to say where the question stands, as "
                           "{}; found \"{}\".",
                           questionPlaceholder, options.questionTemplate));
    questions.questions = parseCount("question-count", options.questionCount);
    constexpr std::int64_t mostAnswerTokens = 4096;
    if (options.answerTokens < 1 || options.answerTokens > mostAnswerTokens)
        refuse(fmt::format("--answer-tokens takes 1 to {}; found {}.", mostAnswerTokens,
                           options.answerTokens));
    questions.answerTokens = options.answerTokens;
    questions.criterion = parseAnswerCriterion(options.answerMatch);
    if (!(options.popularityBucket >= 0.01 && options.popularityBucket <= 10))
        refuse(fmt::format("--popularity-bucket is a width of log10 popularity from 0.01 to 10; "
                           "found {}.",
                           options.popularityBucket));
    questions.bucketWidth = options.popularityBucket;
}

void fillCalibration(const PlanOptions& options, CalibrationOptions& calibration) {
    if (!options.calibration.empty())
        calibration.source = makeSource(options, options.calibration, options.calibrationFormat);
    calibration.windows = parseWindowMode(options.calibrationWindows);
    calibration.examples = options.calibrationExamples;
    if (options.calibrationTokens > 0)
        calibration.tokens = options.calibrationTokens;
    if (options.calibrationDraws < 1 || options.calibrationDraws > 1000)
        refuse(fmt::format("--draws takes 1 to 1000; found {}.", options.calibrationDraws));
    calibration.sets = options.calibrationSets;
    calibration.draws = options.calibrationDraws;
    calibration.referenceSet = options.referenceSet;
    const bool isKnown =
        std::any_of(calibration.sets.begin(), calibration.sets.end(),
                    [&](const CalibrationSet& set) { return set.name == options.referenceSet; });
    if (!options.referenceSet.empty() && !isKnown)
        refuse(fmt::format("--reference-set names \"{}\", but no calibration set has that name.",
                           options.referenceSet));
}

} // namespace

StudyPlan makePlan(const PlanOptions& options) {
    StudyPlan plan;
    if (options.model.empty())
        refuse("No model was named; give its folder with --model.");
    if (options.text.empty())
        refuse("No text was named; give a file with --text.");
    if (options.output.empty())
        refuse("No session file was named; give one with -o NAME.qscope.h5.");
    if (options.tokens < 1 || options.tokens > 1'000'000)
        refuse(fmt::format("--tokens takes 1 to 1000000; found {}.", options.tokens));
    if (options.minTokens < 0 || options.minTokens > options.tokens)
        refuse(fmt::format("--min-tokens takes 1 to --tokens ({}); found {}.", options.tokens,
                           options.minTokens));
    if (options.calibrationExamples < 1)
        refuse("--calibration-examples takes a number of at least 1.");
    if (options.threads < 0 || options.threads > 4096)
        refuse(fmt::format("--threads takes 0 (all cores) to 4096; found {}.", options.threads));
    plan.modelPath = options.model;
    plan.text = makeSource(options, options.text, options.textFormat);
    plan.text.labelFields = options.labelFields;
    plan.windows.tokens = options.tokens;
    plan.windows.mode = parseWindowMode(options.windows);
    if (options.minTokens > 0)
        plan.windows.minimumTokens = options.minTokens;
    plan.windows.deduplication = parseDeduplication(options.dedup);
    plan.windows.examples = parseCount("examples", options.examples);
    for (const std::string& method : options.methods)
        plan.methods.push_back(parseMethodSpec(method));
    fillCalibration(options, plan.calibration);
    plan.methods = withCalibrationSets(plan.methods, plan.calibration.sets, plan.calibration.draws);
    plan.imported = options.lanes;
    fillInstruments(options, plan.instruments);
    fillQuestions(options, plan.questions);
    plan.resources.memoryBytes = parseByteSize(options.memory);
    plan.resources.threads = options.threads;
    plan.resources.device = parseDevice(options.device);
    plan.resources.batchTokens = options.batchTokens;
    plan.seed = options.seed;
    plan.output = options.output;
    return plan;
}

void overrideOptions(PlanOptions& base, const PlanOptions& given,
                     const std::function<bool(const std::string&)>& isGiven) {
    const auto take = [&](const char* name, auto member) {
        if (isGiven(name))
            base.*member = given.*member;
    };
    take("model", &PlanOptions::model);
    take("text", &PlanOptions::text);
    take("text-format", &PlanOptions::textFormat);
    take("separator", &PlanOptions::separator);
    take("text-field", &PlanOptions::textField);
    take("label-field", &PlanOptions::labelFields);
    take("windows", &PlanOptions::windows);
    take("min-tokens", &PlanOptions::minTokens);
    take("dedup", &PlanOptions::dedup);
    take("examples", &PlanOptions::examples);
    take("tokens", &PlanOptions::tokens);
    take("seed", &PlanOptions::seed);
    take("method", &PlanOptions::methods);
    take("lane", &PlanOptions::lanes);
    take("calibration", &PlanOptions::calibration);
    take("calibration-format", &PlanOptions::calibrationFormat);
    take("calibration-windows", &PlanOptions::calibrationWindows);
    take("calibration-examples", &PlanOptions::calibrationExamples);
    take("calibration-tokens", &PlanOptions::calibrationTokens);
    take("set", &PlanOptions::calibrationSets);
    take("draws", &PlanOptions::calibrationDraws);
    take("reference-set", &PlanOptions::referenceSet);
    take("early-exit", &PlanOptions::earlyExit);
    take("patch", &PlanOptions::patch);
    take("patch-layers", &PlanOptions::patchLayers);
    take("patch-positions", &PlanOptions::patchPositions);
    take("patch-control", &PlanOptions::patchControls);
    take("patch-direction", &PlanOptions::patchDirection);
    take("restore", &PlanOptions::restore);
    take("restore-layers", &PlanOptions::restoreLayers);
    take("instruments", &PlanOptions::instruments);
    take("noise-floor", &PlanOptions::noiseFloor);
    take("removal", &PlanOptions::removal);
    take("site-statistics", &PlanOptions::siteStatistics);
    take("token-maps", &PlanOptions::tokenMaps);
    take("count-start", &PlanOptions::countStart);
    take("follow-up", &PlanOptions::followUp);
    take("pair", &PlanOptions::pair);
    take("set-fraction", &PlanOptions::setFraction);
    take("control-share", &PlanOptions::controlShare);
    take("resamples", &PlanOptions::resamples);
    take("questions", &PlanOptions::questions);
    take("question-field", &PlanOptions::questionField);
    take("answers-field", &PlanOptions::answersField);
    take("popularity-field", &PlanOptions::popularityField);
    take("choices-field", &PlanOptions::choicesField);
    take("gold-field", &PlanOptions::goldField);
    take("shots", &PlanOptions::shots);
    take("question-template", &PlanOptions::questionTemplate);
    take("question-count", &PlanOptions::questionCount);
    take("answer-tokens", &PlanOptions::answerTokens);
    take("answer-match", &PlanOptions::answerMatch);
    take("popularity-bucket", &PlanOptions::popularityBucket);
    take("memory", &PlanOptions::memory);
    take("threads", &PlanOptions::threads);
    take("device", &PlanOptions::device);
    take("batch-tokens", &PlanOptions::batchTokens);
    take("output", &PlanOptions::output);
}

} // namespace quantscope
