#include "core/study/quantize_model.h"

#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/engine/end_to_end_phase.h"
#include "core/engine/end_to_end_training.h"
#include "core/engine/memory_plan.h"
#include "core/engine/prefix_phase.h"
#include "core/engine/quantization_chain.h"
#include "core/engine/workers.h"
#include "core/model/block_loader.h"
#include "core/model/block_tensors.h"
#include "core/model/tensor_pool.h"
#include "core/study/export_checkpoint.h"
#include "core/study/memory_room.h"
#include "core/study/output_folder.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace quantscope {

namespace {

CalibrationTexts loadCalibration(const QuantizeOptions& options, Job& job) {
    if (!QuantizationChain::needsCalibration({options.method}))
        return {};
    if (!options.calibration.source)
        throw Error(ErrorKind::Usage,
                    fmt::format("The method {} wants calibration text; name a file with "
                                "--calibration.",
                                options.method.method));
    const std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(options.modelPath);
    const TextSource& source = *options.calibration.source;
    const TokenWindows windows =
        makeCalibrationWindows(readDocuments(source), *tokenizer, source, options.calibration,
                               options.tokens, options.seed, nullptr, job);
    CalibrationTexts texts;
    texts.setOwn({{windows.tokens + 1, windows.ids, windows.lengths},
                  {"", 0, source.path, options.seed, windows.examples(), windows.tokens,
                   idsHash(windows.ids)}});
    return texts;
}

MemoryPlan planFor(const QuantizeOptions& options, const ModelConfig& config,
                   const CalibrationTexts& calibration) {
    const std::unique_ptr<Quantizer> quantizer = makeQuantizer(options.method);
    StudySizes sizes;
    sizes.calibrationExamples = calibration.examples();
    sizes.calibrationPositions = calibration.positions();
    sizes.calibrationLanes =
        (quantizer->needsFullChain() ? 1 : 0) + (quantizer->needsQuantizedChain() ? 1 : 0);
    ModelConfig windows = config; // however long the model's may be
    windows.maxPositions = std::max<std::int64_t>(sizes.calibrationPositions, 1);
    sizes.methodWorkBytes = {
        quantizer->workBytes(windows, calibration.examples() * calibration.positions())};
    addLearnedSizes(*quantizer, config, sizes);
    if (quantizer->endToEnd())
        sizes.endToEndBytes = endToEndBytes(config, calibration.positions());
    sizes.budgetBytes = options.resources.memoryBytes;
    StudyPlan threads;
    threads.resources = options.resources;
    sizes.threads = plannedThreads(threads);
    sizes.processBytes = processBytes(sizes.threads);
    MemoryPlan plan = planMemory(config, sizes);
    if (!plan.estimate.fits)
        throw Error(ErrorKind::Resources, plan.estimate.reason);
    return plan;
}

void writeTensor(SafetensorsWriter& writer, const std::string& name, const torch::Tensor& values) {
    const torch::Tensor plain = values.contiguous();
    writer.writeTensor<float>(name,
                              {plain.data_ptr<float>(), static_cast<std::size_t>(plain.numel())});
}

/// The dequantized model in f32, block by block from the codes.
void writeDequantized(const Checkpoint& checkpoint, const QuantizationChain& chain,
                      const nlohmann::json& origin, const std::filesystem::path& file) {
    // The tensors that are not part of a block, then block by block.
    std::vector<FileTensor> tensors = fileTensors(checkpoint.config());
    std::stable_sort(tensors.begin(), tensors.end(), [](const auto& left, const auto& right) {
        return left.layer() < right.layer();
    });
    std::vector<SafetensorsEntry> entries;
    for (const FileTensor& tensor : tensors)
        entries.push_back({tensor.name, "F32", tensor.shape});
    SafetensorsWriter writer(file, std::move(entries), originMetadata(origin));
    std::int64_t layer = -1;
    BlockWeights reference;
    BlockWeights block;
    for (const FileTensor& tensor : tensors) {
        if (tensor.layer() != layer) {
            layer = tensor.layer();
            reference = loadBlock(checkpoint, layer);
            block = dequantizeBlock(reference, chain.load(1, layer));
        }
        writeTensor(writer, tensor.name, assemble(tensor, [&](const ModelTensor& part) {
                        return layer < 0 ? storedTensor(checkpoint, part.name)
                                         : storedTensor(checkpoint, reference, block, part);
                    }));
    }
    writer.finish();
}

} // namespace

void quantizeModel(const QuantizeOptions& options, Job& job) {
    if (!std::filesystem::is_directory(options.modelPath))
        throw Error(ErrorKind::Usage,
                    fmt::format("{} is no directory: what quantize writes takes its config.json "
                                "and tokenizer from the model, which must be a Hugging Face "
                                "directory.",
                                options.modelPath));
    const std::unique_ptr<ExportFormat> format =
        options.format == "f32" ? nullptr : makeExportFormat(options.format);
    OutputFolder output(options.output, options.replace);
    const std::unique_ptr<Checkpoint> checkpoint = Checkpoint::open(options.modelPath);
    const ModelConfig& config = checkpoint->config();
    const std::unique_ptr<Quantizer> quantizer = makeQuantizer(options.method);
    if (quantizer->roundsInputs() || quantizer->prefixSearch())
        throw Error(ErrorKind::Usage,
                    fmt::format("The method {} {}, which a folder of weights cannot say: it would "
                                "be read as another model. Take {}, or study it with `run`.",
                                options.method.method,
                                quantizer->roundsInputs()
                                    ? "rounds inputs of matrices while the model runs"
                                    : "puts tokens before every text",
                                quantizer->roundsInputs() ? "activation_bits=16" : "prefix=false"));
    if (format)
        checkExport(*checkpoint, options.method, *format);
    const CalibrationTexts calibration = loadCalibration(options, job);
    const MemoryPlan memory = planFor(options, config, calibration);
    requireRoom(memory.estimate.peakBytes, memory.threads);
    const ResidentLimit limit(options.resources.memoryBytes);
    setProductThreads(memory.threads);

    const std::filesystem::path codes = output.path() / "codes";
    const std::filesystem::path scratch = output.path() / "scratch";
    std::filesystem::create_directories(scratch);
    const ChainOptions chainOptions{memory.threads, memory.calibrationBatchExamples, 1,
                                    memory.spill};
    const EndToEndPhase phase{*checkpoint,
                              calibration,
                              chainOptions,
                              scratch,
                              codes,
                              codes / "before-end-to-end",
                              job,
                              [&job](const std::string& stage, double share) { job.progress(stage, share, 1); }};
    runPrefixPhase(phase, {options.method});
    runEndToEndPhase(phase, {options.method});
    std::filesystem::remove_all(phase.codesBefore);
    QuantizationChain chain(*checkpoint, {options.method}, calibration, chainOptions, scratch,
                            codes);
    chain.embed(job);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const auto progress = [&](double share) {
            job.progress(fmt::format("layer {} of {}: quantizing", layer + 1, config.layers),
                         double(layer) + share, double(config.layers));
        };
        progress(0);
        WeightsTable weights(1, {}); // nobody asks
        TrainingCurves training(1, 0);
        chain.quantizeBlock(layer, loadBlock(*checkpoint, layer), {weights, training, progress},
                            job);
    }
    chain.discard();
    std::filesystem::remove_all(scratch);
    if (format) {
        exportCheckpoint(*checkpoint, options.modelPath,
                         codes / QuantizationChain::slug(options.method, 1), *format,
                         options.scales, output.path(), job);
        std::filesystem::remove_all(codes);
    } else {
        const nlohmann::json origin =
            checkpointOrigin(*checkpoint, codes / QuantizationChain::slug(options.method, 1));
        copyDescription(options.modelPath, output.path(),
                        {{"dtype", nullptr}, {"torch_dtype", "float32"}}, origin);
        writeDequantized(*checkpoint, chain, origin, output.path() / "model.safetensors");
    }
    output.finish();
}

} // namespace quantscope
