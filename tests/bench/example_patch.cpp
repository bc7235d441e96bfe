// How long one patch on one example takes on a model of about 50 million parameters: opening the
// model and reading its blocks, which the window does when the page is shown, and the patches then.
// Fails where one takes a second or more.

#include "core/study/example_questions.h"
#include "core/study/process_environment.h"
#include "core/study/study.h"
#include "tests/tools/random_checkpoint/random_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

using namespace quantscope;

namespace {

constexpr double allowedSeconds = 1;
constexpr int repeats = 5;

ModelConfig model() {
    ModelConfig config = namedShape("tiny");
    config.layers = 10;
    config.hiddenSize = 576;
    config.intermediateSize = 1536;
    config.heads = 9;
    config.keyValueHeads = 9;
    config.headDimension = 64;
    config.vocabularySize = 8192;
    return config;
}

/// Words of random letters, a document a line.
void writeText(const std::filesystem::path& file) {
    std::ofstream out(file);
    std::uint32_t state = 1;
    for (int line = 0; line < 8; ++line) {
        for (int letter = 0; letter < 4000; ++letter) {
            state = state * 1664525u + 1013904223u;
            out << (letter % 6 == 5 ? ' ' : char('a' + (state >> 24) % 26));
        }
        out << '\n';
    }
}

struct Took {
    double wall = 0;
    double processor = 0; ///< of all threads
};

template <typename Work>
Took timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            double(std::clock() - processor) / CLOCKS_PER_SEC};
}

Took median(std::vector<Took> all) {
    std::sort(all.begin(), all.end(), [](const Took& a, const Took& b) { return a.wall < b.wall; });
    return all[all.size() / 2];
}

} // namespace

int main() {
    prepareProcess();
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "quantscope-example-patch";
    std::filesystem::create_directories(folder);
    RandomCheckpointOptions random;
    random.config = model();
    writeRandomCheckpoint(folder / "model", random);
    writeText(folder / "text.txt");
    double slowest = 0;
    for (const std::int64_t tokens : {128, 511}) {
        StudyPlan plan;
        plan.modelPath = folder / "model";
        plan.text.path = folder / "text.txt";
        plan.windows.tokens = tokens;
        plan.windows.examples = 2;
        plan.methods = {parseMethodSpec("nf4:name=nf4")};
        plan.output = folder / "study.qscope.h5";
        Job job;
        runStudy(plan, job);
        const std::shared_ptr<const SessionData> session = openSession(plan.output);
        std::printf("%s parameters, windows of %d tokens\n",
                    session->attributes.at("/model/@parameters").c_str(), int(tokens));
        SessionQuestions questions;
        PatchRequest request;
        request.base = "nf4";
        const Took opened = timed([&] {
            questions = openQuestions(session, plan.output);
            questions.prepare(request, job);
        });
        std::printf("  opening the model and reading its blocks: %.2f s (%.2f s of processor "
                    "time)\n",
                    opened.wall, opened.processor);
        const Took first = timed([&] { questions.patch(request, job); });
        slowest = std::max(slowest, first.wall);
        std::printf("  first patch, upper-half: %.2f s (%.2f s of processor time)\n", first.wall,
                    first.processor);
        for (const char* layers : {"upper-half", "all"}) {
            request.layers = parseLayerSet(layers);
            std::vector<Took> later;
            for (int repeat = 0; repeat < repeats; ++repeat)
                later.push_back(timed([&] { questions.patch(request, job); }));
            const Took took = median(later);
            slowest = std::max(slowest, took.wall);
            std::printf("  later, %s: %.2f s (%.2f s of processor time)\n", layers, took.wall,
                        took.processor);
        }
        ExamineRequest examine;
        examine.position = tokens;
        const Took examined = timed([&] { questions.examine(examine, job); });
        std::printf("  every layer's predictions at the last position: %.2f s (%.2f s of processor "
                    "time)\n",
                    examined.wall, examined.processor);
    }
    std::filesystem::remove_all(folder);
    std::printf("slowest patch %.2f s, allowed %.2f s\n", slowest, allowedSeconds);
    return slowest < allowedSeconds ? 0 : 1;
}
