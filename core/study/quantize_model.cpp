#include "core/study/quantize_model.h"

#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "core/dataset/dataset.h"
#include "core/engine/memory_plan.h"
#include "core/engine/quantization_chain.h"
#include "core/engine/workers.h"
#include "core/model/block_loader.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <utility>

namespace quantscope {

namespace {

ExampleIds loadCalibration(const QuantizeOptions& options, Job& job) {
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
    return {windows.tokens + 1, windows.ids, windows.lengths};
}

MemoryPlan planFor(const QuantizeOptions& options, const ModelConfig& config,
                   const ExampleIds& calibration) {
    const std::unique_ptr<Quantizer> quantizer = makeQuantizer(options.method);
    StudySizes sizes;
    sizes.calibrationExamples = calibration.examples();
    sizes.calibrationPositions = calibration.positions;
    sizes.calibrationLanes =
        (quantizer->needsFullChain() ? 1 : 0) + (quantizer->needsQuantizedChain() ? 1 : 0);
    sizes.methodWorkBytes = {
        quantizer->workBytes(config, calibration.examples() * calibration.positions)};
    sizes.budgetBytes = options.resources.memoryBytes;
    StudyPlan threads;
    threads.resources = options.resources;
    sizes.threads = plannedThreads(threads);
    MemoryPlan plan = planMemory(config, sizes);
    if (!plan.estimate.fits)
        throw Error(ErrorKind::Resources, plan.estimate.reason);
    return plan;
}

/// The tensors that are not part of a block, then block by block: the order of writing.
std::vector<SafetensorsEntry> entriesOf(const Checkpoint& checkpoint) {
    std::vector<SafetensorsEntry> entries;
    for (const StoredTensor& tensor : checkpoint.tensors())
        if (!tensor.name.starts_with("model.layers."))
            entries.push_back({tensor.name, "F32", tensor.shape});
    for (std::int64_t layer = 0; layer < checkpoint.config().layers; ++layer)
        for (const StoredTensor& tensor : checkpoint.tensors())
            if (tensor.name.starts_with(fmt::format("model.layers.{}.", layer)))
                entries.push_back({tensor.name, "F32", tensor.shape});
    return entries;
}

void writeTensor(SafetensorsWriter& writer, const std::string& name, const torch::Tensor& values) {
    const torch::Tensor plain = values.contiguous();
    writer.writeTensor<float>(name,
                              {plain.data_ptr<float>(), static_cast<std::size_t>(plain.numel())});
}

torch::Tensor readTensor(const Checkpoint& checkpoint, const StoredTensor& stored) {
    torch::Tensor values = torch::empty(stored.shape);
    checkpoint.read(stored, 0, stored.shape.size() > 1 ? stored.shape[0] : 1,
                    {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    return values;
}

/// The quantized block's version of a tensor; undefined where the method left it alone.
torch::Tensor replaced(const BlockWeights& block, std::int64_t layer, const std::string& name) {
    if (name == normTensorName(layer, "input_layernorm"))
        return block.ln1;
    if (name == normTensorName(layer, "post_attention_layernorm"))
        return block.ln2;
    for (const Module module : allModules) {
        if (name == blockTensorName(layer, module, "weight"))
            return block.linear(module).weight;
        if (name == blockTensorName(layer, module, "bias"))
            return block.linear(module).bias;
    }
    return {};
}

void copyDescription(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::ifstream in(from / "config.json");
    nlohmann::json config = nlohmann::json::parse(in);
    for (const char* key : {"dtype", "quantization_config", "compression_config"})
        config.erase(key);
    config["torch_dtype"] = "float32";
    std::ofstream(to / "config.json") << config.dump(2) << "\n";
    for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json",
                             "special_tokens_map.json", "generation_config.json"})
        if (std::filesystem::exists(from / name))
            std::filesystem::copy_file(from / name, to / name);
}

} // namespace

void quantizeModel(const QuantizeOptions& options, Job& job) {
    const std::filesystem::path output = options.output;
    if (std::filesystem::exists(output))
        throw Error(ErrorKind::Output,
                    fmt::format("{}: this folder exists already; name another, or remove it.",
                                output.string()));
    if (!std::filesystem::is_directory(options.modelPath))
        throw Error(ErrorKind::Usage,
                    fmt::format("{} is no directory: what quantize writes takes its config.json "
                                "and tokenizer from the model, which must be a Hugging Face "
                                "directory.",
                                options.modelPath));
    const std::unique_ptr<Checkpoint> checkpoint = Checkpoint::open(options.modelPath);
    const ModelConfig& config = checkpoint->config();
    const ExampleIds calibration = loadCalibration(options, job);
    const MemoryPlan memory = planFor(options, config, calibration);
    setProductThreads(memory.threads);

    const std::filesystem::path unfinished = output.string() + ".unfinished";
    std::error_code error;
    std::filesystem::remove_all(unfinished, error);
    std::filesystem::create_directories(unfinished / "scratch", error);
    if (error)
        throw Error(ErrorKind::Output, fmt::format("{}: the folder could not be made ({}).",
                                                   unfinished.string(), error.message()));
    QuantizationChain chain(*checkpoint, {options.method}, calibration,
                            {memory.threads, memory.calibrationBatchExamples, 1, memory.spill},
                            unfinished / "scratch", unfinished / "codes");
    SafetensorsWriter writer(unfinished / "model.safetensors", entriesOf(*checkpoint));
    for (const StoredTensor& tensor : checkpoint->tensors())
        if (!tensor.name.starts_with("model.layers."))
            writeTensor(writer, tensor.name, readTensor(*checkpoint, tensor));
    chain.embed(job);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        job.progress(fmt::format("layer {} of {}: quantizing", layer + 1, config.layers),
                     double(layer), double(config.layers));
        const BlockWeights reference = loadBlock(*checkpoint, layer);
        WeightsTable weights(1);
        chain.quantizeBlock(layer, reference, weights, job);
        const BlockWeights block = dequantizeBlock(reference, chain.load(1, layer));
        for (const StoredTensor& tensor : checkpoint->tensors()) {
            if (!tensor.name.starts_with(fmt::format("model.layers.{}.", layer)))
                continue;
            const torch::Tensor changed = replaced(block, layer, tensor.name);
            writeTensor(writer, tensor.name,
                        changed.defined() ? changed : readTensor(*checkpoint, tensor));
        }
    }
    writer.finish();
    chain.discard();
    copyDescription(options.modelPath, unfinished);
    std::filesystem::remove_all(unfinished / "scratch", error);
    std::filesystem::rename(unfinished, output);
}

} // namespace quantscope
