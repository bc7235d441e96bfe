// Lanes with the same weights whose rows share a product end where lanes with products of their own
// do.

#include "core/engine/walk.h"
#include "core/model/block_loader.h"
#include "tests/places.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <vector>

using namespace quantscope;

namespace {

constexpr std::int64_t positions = 12;

/// Five examples, one of them short: batches of two leave one over.
ExampleIds someExamples() {
    ExampleIds examples;
    examples.positions = positions;
    examples.lengths = {12, 12, 7, 12, 12};
    for (int i = 0; i < 5 * positions; ++i)
        examples.ids.push_back(3 + i * 7 % 40);
    return examples;
}

Lane forked(std::size_t weights) {
    Lane lane;
    lane.weights = lane.base = weights;
    return lane;
}

/// A reference, a model beside it, and variants of both that are touched in the first block alone,
/// but for one.
std::vector<Lane> someLanes() {
    std::vector<Lane> lanes(2);
    lanes[1] = forked(1);
    for (const PatchKind kind : {PatchKind::Down, PatchKind::Attention, PatchKind::Residual}) {
        Lane lane = forked(1);
        lane.patch = LanePatch{kind, 0, {0}};
        lanes.push_back(lane);
    }
    Lane everywhere = forked(1);
    everywhere.patch = LanePatch{PatchKind::Down, 0, {0, 1}};
    lanes.push_back(everywhere);
    Lane zeroed = forked(0);
    zeroed.patch = LanePatch{PatchKind::Down, 1, {0}};
    zeroed.patch->control = PatchControl::Zero;
    lanes.push_back(zeroed);
    Lane restored = forked(1);
    restored.restoration = LaneRestoration{{Module::Down}, 0, {0}};
    lanes.push_back(restored);
    return lanes;
}

/// The last states of all lanes, [lanes, examples, positions, hidden].
torch::Tensor walkThrough(const Checkpoint& checkpoint, std::size_t lanesTogether, bool spill) {
    const ExampleIds examples = someExamples();
    const QTemporaryDir scratch;
    WalkOptions options;
    options.batchExamples = 2;
    options.lanesTogether = lanesTogether;
    options.spill = spill;
    const Job job;
    Walk walk(checkpoint, examples, someLanes(), options, scratch.path().toStdString());
    walk.embed([&](std::size_t) -> const Checkpoint& { return checkpoint; }, job);
    for (std::int64_t layer = 0; layer < checkpoint.config().layers; ++layer) {
        const BlockWeights reference = loadBlock(checkpoint, layer);
        const auto other = [&](std::size_t) {
            MethodBlock block{reference, {}};
            torch::manual_seed(static_cast<std::uint64_t>(layer));
            for (const Module module : reference.modules()) {
                torch::Tensor& weight = block.weights.linear(module).weight;
                weight = weight + 0.02 * torch::randn_like(weight);
            }
            return block;
        };
        walk.walkBlock(layer, reference, other, {}, job);
    }
    std::vector<torch::Tensor> states;
    for (std::size_t lane = 0; lane < walk.lanes().size(); ++lane)
        states.push_back(walk.states(lane, {0, 1, 2, 3, 4}));
    return torch::stack(states);
}

} // namespace

class TestStackedLanes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameStates_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama_plain", "gpt_neox", "opt", "gemma2", "mixtral"})
            QTest::newRow(model) << model;
    }

    void sameStates() {
        QFETCH(QString, model);
        at::NoGradGuard guard;
        const auto checkpoint = Checkpoint::open(std::filesystem::path(testing::testData()) /
                                                 "models" / model.toStdString());
        const torch::Tensor apart = walkThrough(*checkpoint, 1, false);
        for (std::int64_t lane = 1; lane < apart.size(0); ++lane) // each lane is one of its own
            for (std::int64_t before = 0; before < lane; ++before)
                QVERIFY(!at::equal(apart[lane], apart[before]));
        for (const std::size_t together : {2, 3, 8})
            for (const bool spill : {false, true}) {
                const torch::Tensor joined = walkThrough(*checkpoint, together, spill);
                const torch::Tensor difference = (joined - apart).abs();
                qInfo("%zu together: %lld values of %lld differ, by %g at most", together,
                      static_cast<long long>((difference > 0).sum().item<std::int64_t>()),
                      static_cast<long long>(difference.numel()),
                      difference.max().item<double>());
                QVERIFY(at::allclose(joined, apart, roundingTolerance, roundingTolerance));
            }
    }

private:
    /// Products of other numbers of rows may add up in another order (not those of oneDNN).
    static constexpr double roundingTolerance = 1e-5;
};

QTEST_APPLESS_MAIN(TestStackedLanes)
#include "test_stacked_lanes.moc"
