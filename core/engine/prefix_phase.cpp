#include "core/engine/prefix_phase.h"

#include "core/checkpoint/model_shape.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/data/error.h"
#include "core/engine/prefix_search.h"
#include "core/engine/workers.h"
#include "core/model/attention.h"
#include "core/model/block_device.h"
#include "core/model/block_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace quantscope {

namespace {

constexpr const char* prefixFile = "prefix.safetensors";

/// Keys and values of the projections, as the full-precision model makes them.
class KeysAndValues final : public SiteWatcher {
public:
    bool wants(Site site) const override { return site == Site::K || site == Site::V; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        (site == Site::K ? keys : values) = value[0];
        return value;
    }
    torch::Tensor keys;   // [tokens, keyValueHeads · dimension]
    torch::Tensor values; // the same
};

/// Takes a calibration text through the model and shows every layer to the searches.
void searchPrefixes(const EndToEndPhase& phase, const ExampleIds& text,
                    std::vector<OutlierTokens>& searches,
                    const std::function<void(double)>& progress) {
    const Checkpoint& checkpoint = phase.checkpoint;
    HiddenStates states(phase.scratch / "prefix", text.examples(), text.positions,
                        checkpoint.config().hiddenSize, phase.chain.spill);
    embedText(checkpoint, text, states, phase.chain.threads, phase.job);
    const RotaryTables rotary =
        onDevice(makeRotaryTables(checkpoint.config(), text.positions), phase.chain.device);
    const std::int64_t layers = checkpoint.config().layers;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        progress(double(layer) / double(layers));
        const BlockWeights block = onDevice(loadBlock(checkpoint, layer), phase.chain.device);
        torch::Tensor peaks = torch::empty({text.examples(), text.positions});
        parallelFor(
            text.examples(), phase.chain.threads, phase.job, [&](int, std::int64_t example) {
                PeakWatcher watcher(phase.job);
                states.write(example,
                             blockForwardInference(checkpoint.config(), layer, block, rotary,
                                                   states.read(example, 1).to(phase.chain.device),
                                                   &watcher));
                peaks[example].copy_(watcher.peaks[0]);
            });
        states.advance();
        for (OutlierTokens& search : searches)
            search.addLayer(peaks);
    }
    states.discard();
}

TextPrefix keysAndValues(const EndToEndPhase& phase, std::vector<std::int32_t> tokens) {
    const ModelConfig& config = phase.checkpoint.config();
    TextPrefix prefix{std::move(tokens),
                      std::vector<AttentionPrefix>(static_cast<std::size_t>(config.layers))};
    if (prefix.tokens.empty())
        return prefix;
    const auto count = static_cast<std::int64_t>(prefix.tokens.size());
    torch::Tensor state =
        loadEmbeddingRows(phase.checkpoint, {prefix.tokens.begin(), prefix.tokens.end()})
            .unsqueeze(0);
    const RotaryTables rotary = makeRotaryTables(config, count);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        phase.job.throwIfStopped();
        const BlockWeights block = loadBlock(phase.checkpoint, layer);
        KeysAndValues seen;
        state = blockForwardInference(config, layer, block, rotary, state, &seen);
        prefix.layers[static_cast<std::size_t>(layer)] = {
            prefixKeys(config, block, seen.keys),
            splitHeads(seen.values.unsqueeze(0), config.keyValueHeads, config.headDimension)[0]
                .contiguous()};
    }
    return prefix;
}

std::string layerName(std::size_t layer, const char* what) {
    return fmt::format("layer.{}.{}", layer, what);
}

void writeTextPrefix(const std::filesystem::path& codes, const TextPrefix& prefix) {
    std::vector<SafetensorsEntry> entries;
    std::vector<torch::Tensor> tensors;
    const auto add = [&](const std::string& name, const char* type, const torch::Tensor& tensor) {
        entries.push_back({name, type, tensor.sizes().vec()});
        tensors.push_back(tensor);
    };
    torch::Tensor ids =
        torch::empty({static_cast<std::int64_t>(prefix.tokens.size())}, torch::kInt32);
    std::copy(prefix.tokens.begin(), prefix.tokens.end(), ids.data_ptr<std::int32_t>());
    add("tokens", "I32", ids);
    for (std::size_t layer = 0; layer < prefix.layers.size(); ++layer)
        if (!prefix.layers[layer].empty()) {
            add(layerName(layer, "keys"), "F32", prefix.layers[layer].keys);
            add(layerName(layer, "values"), "F32", prefix.layers[layer].values);
        }
    SafetensorsWriter writer(codes / prefixFile, entries,
                             {{"layers", std::to_string(prefix.layers.size())}});
    for (std::size_t i = 0; i < entries.size(); ++i)
        writer.writeTensor(
            entries[i].name,
            std::span(static_cast<const std::byte*>(tensors[i].data_ptr()), tensors[i].nbytes()));
    writer.finish();
}

torch::Tensor readTensor(const SafetensorsFile& file, const std::string& name,
                         torch::ScalarType type) {
    const SafetensorsTensor& stored = file.require(name);
    if (stored.dtype != (type == torch::kInt32 ? "I32" : "F32"))
        throw Error(ErrorKind::Input,
                    fmt::format("{}: the tensor {} is of another type than expected. Run the study "
                                "anew.",
                                file.path().string(), name));
    torch::Tensor tensor = torch::empty(stored.shape, type);
    file.readBytes(stored, 0, {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()});
    return tensor;
}

} // namespace

void runPrefixPhase(const EndToEndPhase& phase, const std::vector<MethodSpec>& methods) {
    const at::NoGradGuard noGradients;
    /// What looks at one text, and where each leaves what it finds.
    struct Searches {
        std::vector<std::filesystem::path> folders;
        std::vector<OutlierTokens> searches;
    };
    std::map<const CalibrationText*, Searches> byText;
    for (std::size_t index = 1; index <= methods.size(); ++index) {
        const auto search = makeQuantizer(methods[index - 1])->prefixSearch();
        const std::filesystem::path folder =
            phase.codes / QuantizationChain::slug(methods[index - 1], index);
        if (!search || std::filesystem::exists(folder / prefixFile))
            continue;
        const CalibrationText& text = phase.calibration.of(methods[index - 1]);
        byText[&text].folders.push_back(folder);
        byText[&text].searches.emplace_back(text.ids, *search);
    }
    if (byText.empty())
        return;
    if (const ModelConfig& config = phase.checkpoint.config(); !isLlamaLike(config))
        throw Error(ErrorKind::Usage,
                    fmt::format("Tokens before the text stand at negative positions, which only "
                                "keys that turn as Llama's can have; those of the family {} do "
                                "not. Take prefix=false.",
                                familyName(config.family)));
    const std::string stage = "finding tokens to put before the text";
    const auto tell = [&](double share) {
        if (phase.progress)
            phase.progress(stage, share);
    };
    std::filesystem::create_directories(phase.scratch);
    double done = 0;
    for (auto& [text, own] : byText) {
        searchPrefixes(phase, text->ids, own.searches,
                       [&](double share) { tell((done + share) / double(byText.size())); });
        ++done;
        for (std::size_t i = 0; i < own.searches.size(); ++i) {
            std::filesystem::create_directories(own.folders[i]);
            writeTextPrefix(own.folders[i], keysAndValues(phase, own.searches[i].tokens()));
        }
    }
    tell(1);
}

std::optional<TextPrefix> readTextPrefix(const std::filesystem::path& codes) {
    if (!std::filesystem::exists(codes / prefixFile))
        return std::nullopt;
    const SafetensorsFile file(codes / prefixFile);
    const torch::Tensor ids = readTensor(file, "tokens", torch::kInt32).flatten();
    TextPrefix prefix;
    prefix.tokens.assign(ids.data_ptr<std::int32_t>(), ids.data_ptr<std::int32_t>() + ids.numel());
    for (std::size_t layer = 0; file.find(layerName(layer, "keys")) != nullptr; ++layer) {
        AttentionPrefix& at = prefix.layers.emplace_back();
        at = {readTensor(file, layerName(layer, "keys"), torch::kFloat32),
              readTensor(file, layerName(layer, "values"), torch::kFloat32)};
        if (at.keys.dim() != 3 || at.keys.sizes() != at.values.sizes() ||
            at.tokens() != ids.numel())
            throw Error(ErrorKind::Input,
                        fmt::format("{}: keys and values of layer {} do not belong to {} tokens. "
                                    "Run the study anew.",
                                    file.path().string(), layer, ids.numel()));
    }
    return prefix;
}

} // namespace quantscope
