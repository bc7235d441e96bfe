#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/model/block_loader.h"
#include "tests/tools/demo_model/adam.h"
#include "tests/tools/demo_model/baseline.h"
#include "tests/tools/demo_model/token_stream.h"
#include "tests/tools/demo_model/trainable_model.h"
#include "tests/tools/demo_text/seeds.h"

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <thread>

namespace {

using namespace quantscope;
using namespace quantscope::demo;
using Rows = std::vector<std::vector<std::int64_t>>;

struct TrainingOptions {
    std::int64_t tokens = 144;
    std::int64_t batch = 8;  ///< rows a step
    std::int64_t shards = 2; ///< parts of a batch that threads walk at the same time
    double learningRate = 3e-3;
    std::uint64_t seed = 1;
    std::int64_t baselineRows = 12000;
    std::int64_t stepsPerSave = 250;
};

/// A part of the training with an optimizer of its own, asked for by its number.
struct Stage {
    std::int64_t steps = 0;
    std::int64_t warmupSteps = 0; ///< in which the rate rises in a line
    bool falls = false;           ///< the rate falls to nothing in a line, else it stays
    std::uint64_t textSeed = 0;
};

constexpr std::array<Stage, 2> stages = {
    {{1000, 100, false, trainingSeed}, {200, 20, true, trainingSeed + 500'000}}};

torch::Tensor toTensor(const Rows& rows, std::size_t first, std::size_t count) {
    const auto width = std::int64_t(rows[0].size());
    torch::Tensor ids = torch::empty({std::int64_t(count), width}, torch::kInt64);
    for (std::size_t i = 0; i < count; ++i)
        std::copy(rows[first + i].begin(), rows[first + i].end(),
                  ids.data_ptr<std::int64_t>() + std::int64_t(i) * width);
    return ids;
}

/// Gradients that underflow would otherwise take a hundred times as long.
void prepareThread() {
    at::set_num_threads(1);
    at::globalContext().setFlushDenormal(true);
}

/// The texts of a .jsonl file, so that training can leave them out.
void addTexts(const std::filesystem::path& path, std::set<std::string>& texts) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        texts.insert(nlohmann::json::parse(line).at("text").get<std::string>());
    if (texts.empty())
        throw Error(ErrorKind::Input, path.string() + " has no texts; run demo_text first.");
}

double learningRateAt(const TrainingOptions& options, const Stage& stage, std::int64_t step) {
    const double warm = double(step + 1) / double(stage.warmupSteps);
    const double left = stage.falls ? double(stage.steps - step) / double(stage.steps) : 1.0;
    return options.learningRate * std::min(warm, left);
}

double evaluate(const TrainableModel& model, const RotaryTables& rotary, const Rows& rows) {
    at::NoGradGuard guard;
    double sum = 0;
    for (std::size_t first = 0; first < rows.size(); first += 16)
        sum += 16 * meanLoss(model, rotary, toTensor(rows, first, 16)).item<double>();
    return sum / double(rows.size());
}

class Trainer {
public:
    Trainer(TrainingOptions options, const std::filesystem::path& folder)
        : m_options(options)
        , m_folder(folder / "model")
        , m_encoding(BytePairEncoding::load(m_folder))
        , m_model(randomModel(demoModelConfig(m_encoding.vocabularySize()), options.seed))
        , m_rotary(makeRotaryTables(m_model.config, options.tokens)) {
        addTexts(folder / "text.jsonl", m_held);
        addTexts(folder / "calibration.jsonl", m_held);
        TokenStream stream(m_grammar, m_encoding, validationSeed, m_held);
        for (int i = 0; i < 160; ++i)
            m_validation.push_back(stream.row(options.tokens));
    }

    void reportBaselines() const {
        TrigramBaseline baseline(m_encoding.vocabularySize());
        TokenStream stream(m_grammar, m_encoding, trainingSeed, m_held);
        for (std::int64_t i = 0; i < m_options.baselineRows; ++i)
            baseline.add(stream.row(m_options.tokens));
        const TrigramBaseline::Losses losses = baseline.losses(m_validation);
        std::printf("baselines from %lld tokens, nat: unigram %.4f, bigram %.4f, trigram %.4f\n",
                    static_cast<long long>(m_options.baselineRows * m_options.tokens),
                    losses.unigram, losses.bigram, losses.trigram);
        std::fflush(stdout);
    }

    /// Goes on from the saved model. @throws Error (Input) when there is none.
    void load() {
        const auto checkpoint = Checkpoint::open(m_folder);
        m_model.embedding = loadOutputMatrix(*checkpoint); // tied
        for (std::int64_t layer = 0; layer < m_model.config.layers; ++layer)
            m_model.blocks[std::size_t(layer)] = loadBlock(*checkpoint, layer);
        m_model.finalNorm = loadFinalNorm(*checkpoint);
    }

    void train(const Stage& stage) {
        prepareThread();
        std::vector<TrainableModel> copies;
        for (std::int64_t i = 0; i < m_options.shards; ++i)
            copies.push_back(sharedCopy(m_model));
        std::vector<torch::Tensor> weights;
        for (const auto& [name, weight] : m_model.weights())
            weights.push_back(*weight);
        Adam adam(weights);
        TokenStream stream(m_grammar, m_encoding, stage.textSeed, m_held);
        const auto start = std::chrono::steady_clock::now();
        for (std::int64_t step = 0; step < stage.steps; ++step) {
            Rows rows;
            for (std::int64_t i = 0; i < m_options.batch; ++i)
                rows.push_back(stream.row(m_options.tokens));
            const double loss = gradientsOf(copies, rows);
            std::vector<torch::Tensor> gradients = summed(copies);
            const double norm = adam.step(gradients, learningRateAt(m_options, stage, step));
            const bool last = step + 1 == stage.steps;
            if (step % 50 == 0 || last) {
                const std::chrono::duration<double> spent =
                    std::chrono::steady_clock::now() - start;
                std::printf("step %lld of %lld, loss %.4f, gradient norm %.3f, %.0f s\n",
                            static_cast<long long>(step + 1), static_cast<long long>(stage.steps),
                            loss, norm, spent.count());
                std::fflush(stdout);
            }
            if ((step + 1) % m_options.stepsPerSave == 0 || last)
                save();
        }
    }

private:
    /// Walks each shard in a thread of its own. The partition is fixed, so the result does not
    /// depend on how fast the threads are.
    double gradientsOf(std::vector<TrainableModel>& copies, const Rows& rows) const {
        const std::size_t share = rows.size() / copies.size();
        std::vector<double> losses(copies.size());
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < copies.size(); ++i) {
            threads.emplace_back([&, i] {
                prepareThread();
                const torch::Tensor loss =
                    meanLoss(copies[i], m_rotary, toTensor(rows, i * share, share));
                loss.backward();
                losses[i] = loss.item<double>();
            });
        }
        double sum = 0;
        for (std::size_t i = 0; i < copies.size(); ++i) {
            threads[i].join();
            sum += losses[i];
        }
        return sum / double(copies.size());
    }

    std::vector<torch::Tensor> summed(std::vector<TrainableModel>& copies) const {
        at::NoGradGuard guard;
        std::vector<torch::Tensor> sums;
        for (TrainableModel& copy : copies) {
            std::size_t i = 0;
            for (const auto& [name, weight] : copy.weights()) {
                torch::Tensor gradient = weight->grad().div_(double(copies.size()));
                if (&copy == &copies.front())
                    sums.push_back(gradient);
                else
                    sums[i].add_(gradient);
                weight->mutable_grad() = torch::Tensor();
                ++i;
            }
        }
        return sums;
    }

    void save() {
        saveModel(m_model, m_folder.string());
        // What stands in the file is what is judged.
        TrainableModel rounded = m_model;
        for (const auto& [name, weight] : rounded.weights())
            *weight = weight->to(torch::kBFloat16).to(torch::kFloat32);
        std::printf("saved; validation loss in bf16 %.4f nat\n",
                    evaluate(rounded, m_rotary, m_validation));
        std::fflush(stdout);
    }

    TrainingOptions m_options;
    std::filesystem::path m_folder;
    Grammar m_grammar = demoGrammar();
    BytePairEncoding m_encoding;
    TrainableModel m_model;
    RotaryTables m_rotary;
    std::set<std::string> m_held;
    Rows m_validation;
};

} // namespace

int main(int count, char** arguments) {
    const std::string_view stage = count == 3 ? arguments[2] : "1";
    if ((count != 2 && count != 3) || (stage != "1" && stage != "2")) {
        std::cerr << "Usage: demo_model FOLDER [STAGE]\nReads what demo_text wrote to FOLDER and "
                     "writes FOLDER/model/config.json and model.safetensors. Stage 1 starts from "
                     "random weights, stage 2 from the model that stands there.\n";
        return int(ErrorKind::Usage);
    }
    try {
        Trainer trainer(TrainingOptions{}, arguments[1]);
        trainer.reportBaselines();
        if (stage == "1") {
            trainer.train(stages[0]);
        } else {
            trainer.load();
            trainer.train(stages[1]);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return int(ErrorKind::Internal);
    }
}
