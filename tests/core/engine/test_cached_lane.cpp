// Greedy decoding and log-likelihoods with a cache, against what PyPI's transformers generates and
// scores (tests/tools/question_fixtures).

#include "core/data/error.h"
#include "core/engine/cached_lane.h"
#include "core/model/block_loader.h"
#include "tests/places.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

using namespace quantscope;

namespace {

constexpr double tolerance = 2e-4; ///< nat, of a sum over up to five tokens
const std::string data = testing::testData();
using Ids = std::vector<std::int32_t>;

nlohmann::json fixture(const std::string& model) {
    std::ifstream file(data + "/questions/" + model + ".json");
    return nlohmann::json::parse(file);
}

/// A model without quantization.
struct PlainLane {
    explicit PlainLane(const std::string& name)
        : checkpoint(Checkpoint::open(data + "/models/" + name))
        , head{loadFinalStep(*checkpoint), loadOutputMatrix(*checkpoint),
               checkpoint->config()} {}

    LaneModel model(int* made = nullptr) const {
        return {checkpoint->config(), *checkpoint, head, [this, made](std::int64_t layer) {
                    *(made ? made : &ignored) += 1;
                    return MethodBlock{loadBlock(*checkpoint, layer), {}};
                }};
    }

    std::unique_ptr<Checkpoint> checkpoint;
    OutputHead head;
    mutable int ignored = 0;
};

ReadingOptions reading(std::int64_t rowsPerBatch, std::int64_t rowsAtOnce, bool hold, int threads) {
    ReadingOptions options;
    options.rowsPerBatch = rowsPerBatch;
    options.rowsAtOnce = rowsAtOnce;
    options.holdBlocks = hold;
    options.threads = threads;
    return options;
}

const std::vector<ReadingOptions> waysOfReading = {reading(1, 1, true, 1), reading(3, 100, true, 2),
                                                   reading(2, 4, false, 2),
                                                   reading(100, 100, false, 1)};

Ids withoutFirst(const Ids& ids, std::size_t count) {
    return {ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end()};
}

} // namespace

class TestCachedLane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTransformers_data() {
        QTest::addColumn<QString>("model");
        for (const char* name :
             {"llama_plain", "llama_bias", "llama_rope_llama3", "llama_rope_yarn",
              "mistral_sliding", "qwen2", "qwen2_sliding", "qwen3", "cohere", "cohere_head_norms",
              "gemma", "gemma2", "gemma3", "gpt2", "gpt_neox", "gpt_neox_sequential", "mixtral",
              "olmo2", "opt", "opt_post_norm", "phi3", "qwen2_moe"})
            QTest::newRow(name) << QString(name);
    }

    void agreesWithTransformers() {
        QFETCH(QString, model);
        const nlohmann::json golden = fixture(model.toStdString());
        const PlainLane lane(model.toStdString());
        std::vector<Ids> prompts;
        std::vector<Ids> expected;
        for (const nlohmann::json& row : golden.at("prompts")) {
            prompts.push_back(row.at("ids").get<Ids>());
            expected.push_back(row.at("tokens").get<Ids>());
        }
        QVERIFY(prompts.size() >= 4);
        Job job;
        for (const std::size_t prefix : {std::size_t{0}, std::size_t{6}}) {
            const Ids shared(prompts.front().begin(),
                             prompts.front().begin() + static_cast<std::ptrdiff_t>(prefix));
            std::vector<Ids> own;
            for (const Ids& prompt : prompts)
                own.push_back(withoutFirst(prompt, prefix));
            for (const ReadingOptions& options : waysOfReading) {
                CachedLane reader(lane.model(), shared, 24, options, job);
                const auto tokens = reader.decode(own, 8, [](const Ids&) { return false; });
                for (std::size_t row = 0; row < own.size(); ++row)
                    QCOMPARE(tokens[row], expected[row]);
                std::vector<CachedLane::Scored> scored;
                for (const nlohmann::json& row : golden.at("continuations"))
                    scored.push_back(
                        {withoutFirst(row.at("ids").get<Ids>(), prefix),
                         row.at("start").get<std::int64_t>() - static_cast<std::int64_t>(prefix)});
                const std::vector<double> sums = reader.logLikelihoods(scored);
                for (std::size_t row = 0; row < scored.size(); ++row) {
                    const double wanted = golden.at("continuations")[row].at("log_likelihood");
                    QVERIFY2(std::abs(sums[row] - wanted) < tolerance,
                             qPrintable(QString("%1, %2").arg(sums[row]).arg(wanted)));
                }
            }
        }
    }

    void stopsWhereAskedTo() {
        const nlohmann::json golden = fixture("llama_plain");
        const PlainLane lane("llama_plain");
        std::vector<Ids> prompts;
        std::vector<Ids> expected;
        for (const nlohmann::json& row : golden.at("prompts")) {
            prompts.push_back(row.at("ids").get<Ids>());
            expected.push_back(row.at("tokens").get<Ids>());
        }
        const std::int32_t end = expected[1][2];
        Job job;
        CachedLane reader(lane.model(), {}, 24, reading(2, 4, true, 1), job);
        const auto tokens =
            reader.decode(prompts, 5, [end](const Ids& ids) { return ids.back() == end; });
        for (std::size_t row = 0; row < prompts.size(); ++row) {
            Ids wanted(expected[row].begin(), expected[row].begin() + 5);
            const auto found = std::find(wanted.begin(), wanted.end(), end);
            if (found != wanted.end())
                wanted.erase(found + 1, wanted.end());
            QCOMPARE(tokens[row], wanted);
        }
    }

    /// Held blocks are made once; the others once a pass.
    void makesBlocksAsOftenAsItMust() {
        const PlainLane lane("llama_plain");
        Job job;
        int held = 0, made = 0;
        const std::vector<Ids> prompts = {{1, 5}, {1, 7}};
        const auto never = [](const Ids&) { return false; };
        CachedLane(lane.model(&held), {}, 8, reading(1, 2, true, 1), job).decode(prompts, 3, never);
        CachedLane(lane.model(&made), {}, 8, reading(1, 2, false, 1), job)
            .decode(prompts, 3, never);
        QCOMPARE(held, 2);
        QCOMPARE(made, 2 * 3);
    }

    void observesStops() {
        const PlainLane lane("llama_plain");
        std::stop_source stop;
        const Job job({}, stop.get_token());
        CachedLane reader(lane.model(), {}, 24, reading(2, 4, true, 1), job);
        stop.request_stop();
        try {
            reader.decode({{1, 5}}, 3, [](const Ids&) { return false; });
            QFAIL("not stopped");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Interrupted);
        }
    }

    void findsWhatRowsShare() {
        const Ids a = {1, 2, 3, 4};
        const Ids b = {1, 2, 3};
        const Ids c = {1, 2, 9};
        QCOMPARE(commonPrefix({&a, &b}, {3, 2}), std::size_t(2));
        QCOMPARE(commonPrefix({&a, &b}, {3, 3}), std::size_t(3));
        QCOMPARE(commonPrefix({&a, &b, &c}, {3, 3, 3}), std::size_t(2));
        QCOMPARE(commonPrefix({&a}, {0}), std::size_t(0));
        QCOMPARE(commonPrefix({}, {}), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestCachedLane)
#include "test_cached_lane.moc"
