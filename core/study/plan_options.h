#pragma once

#include "core/data/study_plan.h"

#include <functional>
#include <string>
#include <vector>

namespace quantscope {

/// The text options of a study as `run` and its TOML file name them; one meaning for both.
struct PlanOptions {
    std::string model;
    std::string text;
    std::string textFormat; ///< empty: by the file's ending
    std::string separator;
    std::string textField = "text";
    std::vector<std::string> labelFields;
    std::string windows = "first";
    std::int64_t minTokens = 0; ///< 0: full windows only
    std::string dedup = "off";
    std::string examples = "256"; ///< a number or "all"
    std::int64_t tokens = 128;
    std::uint64_t seed = 0;
    std::vector<std::string> methods;
    std::vector<ImportedLane> lanes;
    std::string calibration;
    std::string calibrationFormat;
    std::string calibrationWindows = "all";
    std::int64_t calibrationExamples = 128;
    std::int64_t calibrationTokens = 0; ///< 0: as the windows
    std::vector<CalibrationSet> calibrationSets;
    std::int64_t calibrationDraws = 3;
    std::string referenceSet; ///< empty: the first
    bool earlyExit = false;
    std::vector<std::string> patch;
    std::vector<std::string> patchLayers;
    std::string patchPositions = "all";
    std::vector<std::string> patchControls;
    std::string patchDirection = "reference-into-quantized";
    std::vector<std::string> restore;
    std::vector<std::string> restoreLayers;
    std::vector<std::string> instruments;
    std::string noiseFloor = "off";
    std::int64_t removal = 0; ///< examples; 0: off
    bool siteStatistics = true;
    bool tokenMaps = false;
    bool countStart = false;
    std::string followUp = "sets"; ///< sets, all
    std::string pair;              ///< lane name, or "all"
    double setFraction = 0.1;
    double controlShare = 0.5;
    std::int64_t resamples = 1000;
    std::string questions;
    std::string questionField = "question";
    std::string answersField = "answers";
    std::string popularityField = "popularity";
    std::string choicesField = "choices";
    std::string goldField = "gold";
    std::int64_t shots = 5;
    std::string questionTemplate = "Q: {question} A:"; ///< \n and \t as typed
    std::string questionCount = "all";                 ///< a number or "all"
    std::int64_t answerTokens = 16;
    std::string answerMatch = "contains";
    double popularityBucket = 1;
    std::string memory = "4GiB";
    int threads = 0;
    std::string device = "auto";
    std::int64_t batchTokens = 0;
    std::string output;
};

/// @throws Error (Usage) naming the option that is wrong.
StudyPlan makePlan(const PlanOptions& options);

/// Takes from `given` every option for which isGiven(name) holds, name as on the command line.
void overrideOptions(PlanOptions& base, const PlanOptions& given,
                     const std::function<bool(const std::string&)>& isGiven);

/// Reads a TOML file into options. Keys are the names of the command line's options with "_" for
/// "-"; relative paths are relative to the file. @throws Error (Usage) on an unknown key, with its
/// line.
/// @param options  what holds where the file says nothing
PlanOptions readPlanOptions(const std::string& file, PlanOptions options = {});

} // namespace quantscope
