#pragma once

#include "core/data/calibration_set.h"
#include "core/data/imported_lane.h"
#include "core/data/method_spec.h"
#include "core/data/patch_options.h"
#include "core/data/question_options.h"
#include "core/data/text_source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

enum class WindowMode { First, All };
enum class Deduplication { Off, All, Paper };

/// How documents become examples.
struct WindowOptions {
    std::int64_t tokens = 128; ///< T: predicted tokens a window, after the start token
    WindowMode mode = WindowMode::First;
    std::optional<std::int64_t> minimumTokens; ///< shortest window kept; absent: full ones only
    Deduplication deduplication = Deduplication::Off;
    std::optional<std::int64_t> examples = 256; ///< sampled with the seed; absent: all

    bool operator==(const WindowOptions&) const = default;
};

/// Text that methods calibrate on.
struct CalibrationOptions {
    std::optional<TextSource> source; ///< absent: the study's own text, windows not studied first
    WindowMode windows = WindowMode::All; ///< of each document
    std::int64_t examples = 128;
    std::optional<std::int64_t> tokens; ///< absent: as the study's windows

    std::vector<CalibrationSet> sets; ///< texts that methods are compared over; see MethodSpec
    std::int64_t draws = 3;           ///< disjoint ones of each set that says nothing else
    std::string referenceSet;         ///< whose perplexity is 1; empty: the first

    bool operator==(const CalibrationOptions&) const = default;
};

/// What the follow-up walk (early exit, patching) covers.
enum class FollowUpExamples { Sets, All };

/// Measurements beside the study's own, each with a cost of its own: off unless asked for.
enum class InstrumentGroup {
    Local,       ///< error of each quantized module alone, fed with the reference's inputs
    Drift,       ///< length and angle of differences, what updates do to them, gate's sign flips
    Attention,   ///< entropy, divergence from the reference, sinks
    Outliers,    ///< massive activations, candidates of super weights
    Cka,         ///< similarity of the lanes' representations
    Budget,      ///< what the error of an MLP's output is made of
    Channels,    ///< mean magnitude of each residual dimension
    Activations, ///< how values are distributed at the inputs of modules and after blocks
    Depth,       ///< what each block, attention and MLP changes of the residual stream
};

/// A second run of the reference that differs by rounding alone: what no method can be below.
enum class NoiseFloor {
    Off,
    Batch, ///< the same sums in products of other shapes: one example at a time
    Bf16,  ///< inputs and outputs of every product rounded to bf16
};

struct Instruments {
    bool earlyExit = false;
    PatchOptions patching;
    std::vector<InstrumentGroup> groups; ///< in the order of the enumeration, each once
    NoiseFloor noiseFloor = NoiseFloor::Off;
    std::int64_t removalExamples = 0; ///< of the loss with units left out; 0: not measured
    bool siteStatistics = true;       ///< norms and errors of every probed site
    bool tokenMaps = false;           ///< per-token statistics of every site, not means alone
    bool countStartPosition = false;  ///< include position 0 in per-example statistics
    FollowUpExamples followUpExamples = FollowUpExamples::Sets;
    std::string pairMethod;          ///< lane whose D_large and D_ctrl are used; empty: the first
    bool followUpAllMethods = false; ///< follow up every method, not the named one alone
    double setFraction = 0.1;        ///< share of examples in D_large
    double controlShare = 0.5;       ///< D_ctrl and D_matched are of this share of smallest errors
    std::int64_t resamples = 1000;   ///< of documents, for the intervals of every figure

    bool has(InstrumentGroup group) const;

    bool operator==(const Instruments&) const = default;
};

enum class Device { Automatic, Cpu, Cuda };

struct Resources {
    std::uint64_t memoryBytes = 4ull << 30; ///< bound on the resident memory of the process
    int threads = 0;                        ///< 0: as many as the machine has cores
    Device device = Device::Automatic;
    std::int64_t batchTokens = 0; ///< rows of one product, of whole examples; 0: chosen

    bool operator==(const Resources&) const = default;
};

/// Everything that determines a study's numbers, and where they go. Value semantics; written to
/// the session as JSON, so that a study can be made again.
struct StudyPlan {
    std::string modelPath;
    TextSource text;
    WindowOptions windows;
    std::vector<MethodSpec> methods;
    std::vector<ImportedLane> imported; ///< checkpoints quantized elsewhere
    CalibrationOptions calibration;
    Instruments instruments;
    QuestionOptions questions;
    Resources resources;
    std::uint64_t seed = 0;
    std::string output; ///< NAME.qscope.h5

    bool operator==(const StudyPlan&) const = default;
};

std::string_view windowModeName(WindowMode mode);
WindowMode parseWindowMode(std::string_view name); ///< @throws Error (Usage)
std::string_view deduplicationName(Deduplication mode);
Deduplication parseDeduplication(std::string_view name);
std::string_view deviceName(Device device);
Device parseDevice(std::string_view name);
std::string_view instrumentGroupName(InstrumentGroup group);
InstrumentGroup parseInstrumentGroup(std::string_view name);
std::string_view noiseFloorName(NoiseFloor floor);
NoiseFloor parseNoiseFloor(std::string_view name);

/// The name of the full-precision lane in every table.
inline constexpr std::string_view referenceLane = "reference";

/// Names of the lanes beside the reference in the order of every table: the methods' lanes, then
/// the imported ones. The k-th of them is lane k + 1.
std::vector<std::string> quantizedLanes(const StudyPlan& plan);

} // namespace quantscope
