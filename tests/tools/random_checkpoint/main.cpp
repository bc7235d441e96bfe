#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <unistd.h>

namespace {

struct Arguments {
    std::string shape = "tinyllama";
    std::string family = "llama";
    std::string output;
    std::string shardSize;
    std::uint64_t seed = 0;
    std::int64_t layers = 0;
    std::int64_t hidden = 0;
    std::int64_t intermediate = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t vocabulary = 0;
    bool tied = false;
};

void describe(CLI::App& app, Arguments& arguments) {
    app.add_option("--shape", arguments.shape, "tinyllama or tiny")->capture_default_str();
    app.add_option("--family", arguments.family, "llama, mistral, qwen2 or qwen3")
        ->check(CLI::IsMember({"llama", "mistral", "qwen2", "qwen3"}))
        ->capture_default_str();
    app.add_option("-o,--output", arguments.output, "Directory to write")->required();
    app.add_option("--seed", arguments.seed, "Seed of all weights")->capture_default_str();
    app.add_option("--shard-size", arguments.shardSize, "Largest file, e.g. 500MB");
    app.add_flag("--tied", arguments.tied, "Use the embedding as output matrix");
    const auto size = [&](const char* name, std::int64_t& target, const char* text) {
        app.add_option(name, target, text)->check(CLI::PositiveNumber);
    };
    size("--layers", arguments.layers, "Number of blocks");
    size("--hidden", arguments.hidden, "Hidden size");
    size("--intermediate", arguments.intermediate, "Width of the MLP");
    size("--heads", arguments.heads, "Attention heads");
    size("--key-value-heads", arguments.keyValueHeads, "Key-value heads");
    size("--vocabulary", arguments.vocabulary, "Tokens of the vocabulary");
}

quantscope::RandomCheckpointOptions optionsOf(const Arguments& arguments) {
    using quantscope::Family;
    quantscope::RandomCheckpointOptions options;
    quantscope::ModelConfig& config = options.config;
    config = quantscope::namedShape(arguments.shape);
    const auto set = [](std::int64_t& target, std::int64_t value) {
        if (value > 0)
            target = value;
    };
    set(config.layers, arguments.layers);
    set(config.hiddenSize, arguments.hidden);
    set(config.intermediateSize, arguments.intermediate);
    set(config.heads, arguments.heads);
    set(config.keyValueHeads, arguments.keyValueHeads);
    set(config.vocabularySize, arguments.vocabulary);
    if (config.hiddenSize % (2 * config.heads) != 0 || config.heads % config.keyValueHeads != 0)
        throw quantscope::Error(quantscope::ErrorKind::Usage,
                                "The hidden size must be a multiple of twice the heads, and the "
                                "heads a multiple of the key-value heads.");
    config.headDimension = config.hiddenSize / config.heads;
    config.tiedEmbeddings = arguments.tied;
    for (const Family family : {Family::Llama, Family::Mistral, Family::Qwen2, Family::Qwen3})
        if (quantscope::familyName(family) == arguments.family)
            config.family = family;
    config.attentionBias = config.family == Family::Qwen2;
    using quantscope::QueryKeyNorm;
    config.queryKeyNorm = config.family == Family::Qwen3 ? QueryKeyNorm::Head : QueryKeyNorm::None;
    options.seed = arguments.seed;
    if (!arguments.shardSize.empty())
        options.shardBytes = quantscope::parseByteSize(arguments.shardSize);
    if (::isatty(STDERR_FILENO))
        options.progress = [](double fraction) {
            std::fprintf(stderr, "\r%3.0f %%", fraction * 100);
        };
    return options;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Writes a model directory of random weights (bf16) and a small tokenizer.");
    Arguments arguments;
    describe(app, arguments);
    CLI11_PARSE(app, argc, argv);
    try {
        quantscope::writeRandomCheckpoint(arguments.output, optionsOf(arguments));
        std::fprintf(stderr, "%s%s is written.\n", ::isatty(STDERR_FILENO) ? "\r" : "",
                     arguments.output.c_str());
    } catch (const quantscope::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return error.exitCode();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
