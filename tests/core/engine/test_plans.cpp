// What the engine decides before it walks: lanes, layers of patches, memory.

#include "core/data/error.h"
#include "core/engine/lane_builder.h"
#include "core/engine/memory_plan.h"
#include "core/model/block_loader.h"

#include <QtTest>

using namespace quantscope;

namespace {

using Layers = std::vector<std::vector<std::int64_t>>;

ModelConfig tinyLlamaShape() {
    ModelConfig config;
    config.hiddenSize = 2048;
    config.intermediateSize = 5632;
    config.layers = 22;
    config.heads = 32;
    config.keyValueHeads = 4;
    config.headDimension = 64;
    config.vocabularySize = 32000;
    return config;
}

StudySizes someSizes(std::uint64_t budget) {
    StudySizes sizes;
    sizes.examples = 16;
    sizes.positions = 512;
    sizes.calibrationExamples = 8;
    sizes.calibrationPositions = 512;
    sizes.plainLanes = 4;
    sizes.calibrationLanes = 1;
    sizes.probedSites = 12;
    sizes.methodWorkBytes = {0, 0, 600u << 20};
    sizes.budgetBytes = budget;
    sizes.threads = 2;
    return sizes;
}

} // namespace

class TestPlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void expandsLayers();
    void namesLanesOnce();
    void forksPatchedLanes();
    void refusesResidualPatchesOfSeveralLayers();
    void usesLessMemoryWhenItMust();
    void putsLanesTogetherWhereThatPays();
    void quantizesAheadWhereThatHasRoom();
    void fillsAGpuAsFarAsItsMemoryGoes();
    void givesQuestionsWhatIsLeft();
    void refusesWhatCannotFit();
};

void TestPlans::expandsLayers() {
    QCOMPARE(expandLayers(parseLayerSet("upper-half"), 5), (Layers{{2, 3, 4}}));
    QCOMPARE(expandLayers(parseLayerSet("all"), 3), (Layers{{0, 1, 2}}));
    QCOMPARE(expandLayers(parseLayerSet("each"), 3), (Layers{{0}, {1}, {2}}));
    QCOMPARE(expandLayers(parseLayerSet("upward"), 3), (Layers{{0}, {0, 1}, {0, 1, 2}}));
    QCOMPARE(expandLayers(parseLayerSet("downward"), 3), (Layers{{0, 1, 2}, {1, 2}, {2}}));
    QCOMPARE(expandLayers(parseLayerSet("1-2"), 3), (Layers{{1, 2}}));
    QVERIFY_EXCEPTION_THROWN(expandLayers(parseLayerSet("1-3"), 3), Error);
}

void TestPlans::namesLanesOnce() {
    StudyPlan plan;
    plan.methods = {parseMethodSpec("rtn:bits=3"), parseMethodSpec("rtn:bits=3")};
    QVERIFY_EXCEPTION_THROWN(plainLanes(plan), Error);
    plan.methods[1] = parseMethodSpec("rtn:bits=3,name=again");
    const std::vector<Lane> lanes = plainLanes(plan);
    QCOMPARE(lanes.size(), std::size_t(3));
    QCOMPARE(lanes[0].name, std::string("reference"));
    QCOMPARE(lanes[2].weights, std::size_t(2));
}

void TestPlans::forksPatchedLanes() {
    StudyPlan plan;
    plan.methods = {parseMethodSpec("rtn:bits=3"), parseMethodSpec("nf4:block=64")};
    plan.instruments.patching.kinds = {PatchKind::Down, PatchKind::Gate};
    plan.instruments.patching.layers = {parseLayerSet("each")};
    const std::vector<Lane> plain = plainLanes(plan);
    const PatchedLanes patched = patchedLanes(plan, plain, {2}, 4);
    QCOMPARE(patched.lanes.size(), std::size_t(1 + 2 * 4)); // a no-op control, then all
    QCOMPARE(patched.descriptions[0].control, std::string("no-op"));
    QVERIFY(patched.lanes[0].firstBatchOnly);
    for (std::size_t i = 1; i < patched.lanes.size(); ++i) {
        QCOMPARE(patched.lanes[i].base, std::size_t(2));
        QCOMPARE(patched.lanes[i].patch->donor, std::size_t(0));
        QCOMPARE(patched.lanes[i].forkLayer(), std::int64_t((i - 1) / 2));
    }
    plan.instruments.patching.direction = PatchDirection::QuantizedIntoReference;
    plan.instruments.patching.controls = {PatchControl::Zero, PatchControl::Random};
    plan.instruments.patching.weights = {WeightKind::Mlp};
    plan.instruments.patching.weightLayers = {parseLayerSet("2-3")};
    const PatchedLanes controlled = patchedLanes(plan, plain, {2}, 4);
    QCOMPARE(controlled.lanes.size(), std::size_t(1 + 2 * 4 * 3 + 1));
    QCOMPARE(controlled.descriptions[3].control, std::string("random"));
    QVERIFY(!controlled.lanes[3].firstBatchOnly);
    QCOMPARE(controlled.descriptions.back().kind, std::string("weights-mlp"));
    QCOMPARE(controlled.lanes.back().forkLayer(), std::int64_t(2));
    const PatchedLanes reverse = patchedLanes(plan, plain, {2}, 4);
    QCOMPARE(reverse.lanes[1].base, std::size_t(0));
    QCOMPARE(reverse.lanes[1].patch->donor, std::size_t(2));
}

void TestPlans::refusesResidualPatchesOfSeveralLayers() {
    StudyPlan plan;
    plan.methods = {parseMethodSpec("rtn:bits=3")};
    plan.instruments.patching.kinds = {PatchKind::Residual};
    QVERIFY_EXCEPTION_THROWN(patchedLanes(plan, plainLanes(plan), {1}, 4), Error);
    plan.instruments.patching.layers = {parseLayerSet("each")};
    QCOMPARE(patchedLanes(plan, plainLanes(plan), {1}, 4).lanes.size(), std::size_t(5));
    // Beside sets of several layers, which other kinds take, it takes the single ones.
    plan.instruments.patching.kinds = {PatchKind::Residual, PatchKind::Down};
    plan.instruments.patching.layers = {parseLayerSet("all"), parseLayerSet("2")};
    const PatchedLanes both = patchedLanes(plan, plainLanes(plan), {1}, 4);
    QCOMPARE(both.lanes.size(), std::size_t(1 + 3));
    for (const PatchDescription& patch : both.descriptions)
        QVERIFY(patch.kind != "residual" || patch.layers == "2");
}

void TestPlans::usesLessMemoryWhenItMust() {
    const ModelConfig config = tinyLlamaShape();
    const MemoryPlan roomy = planMemory(config, someSizes(64ull << 30));
    QVERIFY(roomy.estimate.fits && roomy.prefetch && !roomy.spill);
    QCOMPARE(roomy.methodsAtOnce, std::size_t(3));
    const MemoryPlan tight = planMemory(config, someSizes(1536ull << 20));
    QVERIFY(tight.estimate.fits);
    QVERIFY(tight.estimate.peakBytes <= 1536ull << 20);
    QVERIFY(tight.estimate.peakBytes < roomy.estimate.peakBytes);
    QVERIFY(!tight.prefetch);
}

/// Lanes share products where there are several to share them and room for their rows.
void TestPlans::putsLanesTogetherWhereThatPays() {
    StudySizes sizes = someSizes(64ull << 30);
    sizes.threads = 1; // else a block ahead is given up first
    QCOMPARE(planMemory(tinyLlamaShape(), sizes).lanesTogether, std::size_t(1));
    sizes.patchedLanes = 12;
    const MemoryPlan wide = planMemory(tinyLlamaShape(), sizes);
    QCOMPARE(wide.lanesTogether, std::size_t(5));
    ModelConfig small = tinyLlamaShape();
    small.hiddenSize = 512;
    QCOMPARE(planMemory(small, sizes).lanesTogether, std::size_t(1));
    sizes.budgetBytes = wide.estimate.peakBytes - 1;
    const MemoryPlan tight = planMemory(tinyLlamaShape(), sizes);
    QVERIFY(tight.estimate.fits && tight.prefetch);
    QCOMPARE(tight.lanesTogether, std::size_t(1));
}

/// The first thing that is given up, and the only one where that is enough.
void TestPlans::quantizesAheadWhereThatHasRoom() {
    const ModelConfig config = tinyLlamaShape();
    const MemoryPlan roomy = planMemory(config, someSizes(64ull << 30));
    QVERIFY(roomy.quantizeAhead && roomy.quantizeAtOnce > 1);
    const MemoryPlan less = planMemory(config, someSizes(roomy.estimate.peakBytes - 1));
    QVERIFY(less.estimate.fits && !less.quantizeAhead && less.prefetch);
    QCOMPARE(less.quantizeAtOnce, roomy.quantizeAtOnce);
    QCOMPARE(less.methodsAtOnce, roomy.methodsAtOnce);
    QVERIFY(less.estimate.peakBytes < roomy.estimate.peakBytes);
    StudySizes alone = someSizes(64ull << 30);
    alone.threads = 1; // then methods are quantized one after the other
    QVERIFY(!planMemory(config, alone).quantizeAhead);
}

/// More rows in a product than on the processor, of a memory of its own.
void TestPlans::fillsAGpuAsFarAsItsMemoryGoes() {
    const ModelConfig config = tinyLlamaShape();
    StudySizes sizes = someSizes(64ull << 30);
    sizes.examples = 1000;
    const MemoryPlan processor = planMemory(config, sizes);
    sizes.deviceBytes = 80ull << 30;
    const MemoryPlan roomy = planMemory(config, sizes);
    QCOMPARE(roomy.batchExamples, 8192 / sizes.positions);
    QCOMPARE(roomy.methodsAtOnce, processor.methodsAtOnce);
    QVERIFY(roomy.estimate.peakBytes <
            processor.estimate.peakBytes); // blocks and batches are there
    sizes.deviceBytes = 3ull << 30;
    const MemoryPlan tight = planMemory(config, sizes);
    QVERIFY(tight.batchExamples < roomy.batchExamples);
    QVERIFY(tight.batchExamples >= processor.batchExamples);
    sizes.deviceBytes = 1ull << 30;
    const MemoryPlan least = planMemory(config, sizes);
    QCOMPARE(least.batchExamples, processor.batchExamples);
    QVERIFY(least.methodsAtOnce < roomy.methodsAtOnce);
    sizes.batchTokens = 3 * sizes.positions; // as asked for
    QCOMPARE(planMemory(config, sizes).batchExamples, std::int64_t(3));
}

/// All blocks of a lane where they have room, else one and as many rows as the rest allows.
void TestPlans::givesQuestionsWhatIsLeft() {
    const ModelConfig config = tinyLlamaShape();
    StudySizes sizes = someSizes(64ull << 30);
    sizes.questions.rows = 3000;
    sizes.questions.prefix = 400;
    sizes.questions.longest = 60;
    const MemoryPlan roomy = planMemory(config, sizes);
    QVERIFY(roomy.estimate.fits && roomy.holdLane);
    QVERIFY(roomy.questionBatch > 1);
    QVERIFY(roomy.questionsAtOnce >= roomy.questionBatch);
    const std::uint64_t lane = 4ull * static_cast<std::uint64_t>(config.layers) *
                               static_cast<std::uint64_t>(blockElements(config));
    QVERIFY(roomy.estimate.peakBytes > lane);

    std::int64_t before = 0;
    for (const std::uint64_t budget : {2ull << 30, 3ull << 30, 4ull << 30}) {
        sizes.budgetBytes = budget;
        const MemoryPlan tight = planMemory(config, sizes);
        QVERIFY2(tight.estimate.fits, tight.estimate.reason.c_str());
        QVERIFY(tight.estimate.peakBytes <= budget);
        QVERIFY(!tight.holdLane);
        QVERIFY(tight.questionsAtOnce >= before);
        before = tight.questionsAtOnce;
    }
    QVERIFY(before > 1);
    sizes.questions.longest = 2'000'000;
    const MemoryPlan none = planMemory(config, sizes);
    QVERIFY(!none.estimate.fits);
    QVERIFY(none.estimate.reason.find("Questions of 2000000 tokens") != std::string::npos);
}

void TestPlans::refusesWhatCannotFit() {
    const MemoryPlan plan = planMemory(tinyLlamaShape(), someSizes(300ull << 20));
    QVERIFY(!plan.estimate.fits);
    QVERIFY(plan.estimate.reason.find("300 MiB") != std::string::npos);
    QVERIFY(plan.estimate.peakBytes > plan.estimate.budgetBytes);
}

QTEST_GUILESS_MAIN(TestPlans)
#include "test_plans.moc"
