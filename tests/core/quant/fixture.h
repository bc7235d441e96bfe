#pragma once

#include "core/checkpoint/safetensors_file.h"
#include "core/quant/quantizer.h"
#include "tests/places.h"

#include <string>
#include <utility>
#include <vector>

namespace quantscope::test {

/// A tensor of a fixture.
inline torch::Tensor readTensor(const SafetensorsFile& file, const std::string& name) {
    const SafetensorsTensor& stored = file.require(name);
    const torch::Tensor tensor =
        torch::empty(stored.shape, stored.dtype == "U8" ? torch::kUInt8 : torch::kFloat32);
    file.readBytes(stored, 0, {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()});
    return tensor;
}

inline SafetensorsFile openFixture(const std::string& name) {
    return SafetensorsFile(testing::testData() + "/quant/" + name);
}

/// Keeps every site's value.
class SiteCollector : public SiteWatcher {
public:
    bool wants(Site) const override { return true; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        values[site] = value;
        return value;
    }
    std::map<Site, torch::Tensor> values;
};

/// Batches held in memory.
class Batches : public CalibrationStream {
public:
    explicit Batches(std::vector<torch::Tensor> batches) : m_batches(std::move(batches)) {}
    std::int64_t batches() const override { return static_cast<std::int64_t>(m_batches.size()); }
    torch::Tensor batch(std::int64_t index) const override {
        return m_batches[static_cast<std::size_t>(index)];
    }

private:
    std::vector<torch::Tensor> m_batches;
};

/// A block of a small model with everything that a method is given.
struct SmallBlock {
    ModelConfig config;
    BlockWeights weights;
    RotaryTables rotary;

    QuantizedBlock quantize(const std::string& method, const CalibrationStream& quantizedChain,
                            const CalibrationStream& fullChain) const {
        Job job;
        const BlockTask task{config, 0, weights, rotary, &quantizedChain, &fullChain, job};
        return makeQuantizer(parseMethodSpec(method))->quantize(task);
    }

    /// Quantizes with the same text as both chains.
    QuantizedBlock quantize(const std::string& method, const CalibrationStream& stream) const {
        return quantize(method, stream, stream);
    }
};

/// Random weights of a Llama block; `seed` is set before.
inline SmallBlock makeSmallBlock(std::int64_t hidden, std::int64_t width, std::int64_t heads,
                                 std::int64_t keyValueHeads, std::int64_t tokens) {
    SmallBlock block;
    ModelConfig& config = block.config;
    config.hiddenSize = hidden;
    config.intermediateSize = width;
    config.layers = 1;
    config.heads = heads;
    config.keyValueHeads = keyValueHeads;
    config.headDimension = hidden / heads;
    config.vocabularySize = 16;
    config.maxPositions = 512;
    config.normEpsilon = 1e-5;
    const std::int64_t narrow = keyValueHeads * config.headDimension;
    const auto random = [](std::int64_t rows, std::int64_t columns) {
        return torch::randn({rows, columns}) * 0.2;
    };
    block.weights.ln1 = torch::randn({hidden}).exp();
    block.weights.ln2 = torch::randn({hidden}).exp();
    block.weights.linear(Module::Q).weight = random(hidden, hidden);
    block.weights.linear(Module::K).weight = random(narrow, hidden);
    block.weights.linear(Module::V).weight = random(narrow, hidden);
    block.weights.linear(Module::O).weight = random(hidden, hidden);
    block.weights.linear(Module::Gate).weight = random(width, hidden);
    block.weights.linear(Module::Up).weight = random(width, hidden);
    block.weights.linear(Module::Down).weight = random(hidden, width);
    block.rotary = makeRotaryTables(config, tokens);
    return block;
}

/// The block of a fixture, and its hidden states.
inline std::pair<SmallBlock, torch::Tensor> readSmallBlock(const SafetensorsFile& file) {
    const torch::Tensor hidden = readTensor(file, "hidden");
    const torch::Tensor gate = readTensor(file, "weight/gate");
    SmallBlock block =
        makeSmallBlock(hidden.size(2), gate.size(0), std::stoll(file.metadata().at("heads")),
                       std::stoll(file.metadata().at("key_value_heads")), hidden.size(1));
    block.weights.ln1 = readTensor(file, "weight/ln1");
    block.weights.ln2 = readTensor(file, "weight/ln2");
    for (Module module : allModules)
        block.weights.linear(module).weight =
            readTensor(file, "weight/" + std::string(moduleName(module)));
    return {block, hidden};
}

/// ‖a − b‖ / ‖b‖
inline double relativeDifference(const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor exact = b.to(torch::kFloat64);
    return ((a.to(torch::kFloat64) - exact).norm() / exact.norm()).item<double>();
}

/// Share of elements that differ by more than a part of the largest magnitude.
inline double shareDifferent(const torch::Tensor& a, const torch::Tensor& b, double part) {
    const torch::Tensor limit = b.abs().max() * part;
    return ((a - b).abs() > limit).to(torch::kFloat64).mean().item<double>();
}

} // namespace quantscope::test
