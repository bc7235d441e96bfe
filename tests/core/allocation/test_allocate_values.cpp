// What the page Allocate shows, and problems made from a session's sensitivities.

#include "core/allocation/allocate_values.h"
#include "core/allocation/objective.h"
#include "core/allocation/solver.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace quantscope;

namespace {

constexpr std::size_t examples = 20;
constexpr std::size_t layers = 2;

template <typename T>
void fill(SessionData& session, const std::string& path, std::vector<std::size_t> shape,
          const auto& value) {
    NamedArray array = makeSessionArray(path, std::move(shape));
    auto& values = std::get<std::vector<T>>(array.values);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<T>(value(i));
    session.arrays.insert_or_assign(path, std::move(array));
}

/// Two layers of all matrices but the gate; "lean" has 3 bits, "rich" 5 and folds into the inputs
/// of all but o and down. The cost of a matrix by example is 1 + its number + example / 100, over
/// 10 for the rich candidate; the last two examples are labelled "hard" and cost ten times as much
/// in the second layer.
SessionData madeUpSession() {
    SessionData session;
    const std::size_t modules = allModules.size();
    session.arrays.emplace("/candidate", makeSessionText("/candidate", {"lean", "rich"}));
    session.arrays.emplace("/calibration_example",
                           makeSessionIndex("/calibration_example", examples));
    const auto gate = static_cast<std::size_t>(Module::Gate);
    const double none = std::nan("");
    fill<double>(session, "/sensitivity/elements", {layers, modules},
                 [&](std::size_t i) { return i % modules == gate ? none : 100.0; });
    fill<double>(session, "/sensitivity/bits", {2, layers, modules}, [&](std::size_t i) {
        return i % modules == gate ? none : i < layers * modules ? 3.0 : 5.0;
    });
    fill<std::uint8_t>(session, "/sensitivity/folds", {2, modules}, [&](std::size_t i) {
        const auto module = allModules[i % modules];
        return i >= modules && module != Module::O && module != Module::Down ? 1 : 0;
    });
    fill<std::uint8_t>(session, "/sensitivity/rescalable", {2}, [](std::size_t) { return 1; });
    const auto cost = [&](std::size_t i) {
        const std::size_t example = i % examples;
        const std::size_t matrix = i / examples % (layers * modules);
        const bool isRich = i >= examples * layers * modules;
        if (matrix % modules == gate)
            return none;
        const bool isHard = example + 2 >= examples && matrix >= modules;
        return (1 + double(matrix) + double(example) / 100) * (isHard ? 10 : 1) / (isRich ? 10 : 1);
    };
    fill<float>(session, "/sensitivity/kl_quantized", {2, layers, modules, examples}, cost);
    fill<float>(session, "/sensitivity/kl", {2, examples},
                [](std::size_t i) { return 100 + double(i % examples); });
    fill<float>(session, "/sensitivity/kl_restored", {2, layers, modules, examples},
                [&](std::size_t i) { return 100 + double(i % examples) - cost(i); });
    fill<float>(session, "/sensitivity/nll", {2, examples},
                [](std::size_t i) { return 3 + double(i % 2); });
    fill<float>(session, "/sensitivity/nll_reference", {examples}, [](std::size_t) { return 3; });
    fill<std::int32_t>(session, "/sensitivity/document", {examples},
                       [](std::size_t i) { return i; });
    std::vector<std::string> labels(examples, "easy");
    labels[examples - 1] = labels[examples - 2] = "hard";
    session.arrays.emplace("/sensitivity/labels/kind", [&] {
        NamedArray array = makeSessionArray("/sensitivity/labels/kind", {examples});
        array.values = labels;
        return array;
    }());
    return session;
}

} // namespace

class TestAllocateValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void problemsHaveTheCostsOfTheirObjective() {
        const SessionData session = madeUpSession();
        const SessionView view(session);
        const SensitivityView sensitivity(view);
        const auto problem = [&](const char* objective, CostModel costs) {
            return makeAllocationProblem(sensitivity, parseAllocationObjective(objective), costs);
        };
        const AllocationProblem mean = problem("mean-kl", CostModel::Quantized);
        QCOMPARE(mean.matrices.size(), 2 * (allModules.size() - 1));
        // q of layer 0 is matrix 0: 1 + mean of 0, .01, … .19.
        QVERIFY(std::abs(mean.matrices[0].choices[0].cost - 1.095) < 1e-6);
        QVERIFY(std::abs(mean.matrices[0].choices[1].cost - 0.1095) < 1e-6);
        QCOMPARE(mean.matrices[0].choices[1].bits, 500.0);
        // Restoring gains here what quantizing costs.
        const AllocationProblem restored = problem("mean-kl", CostModel::Restored);
        QVERIFY(std::abs(restored.matrices[0].choices[0].cost - 1.095) < 1e-4);
        // The worst tenth and the label are the last two examples.
        for (const char* objective : {"worst-decile", "group:hard", "group:kind=hard"}) {
            const AllocationProblem hard = problem(objective, CostModel::Quantized);
            QVERIFY(std::abs(hard.matrices[0].choices[0].cost - 1.185) < 1e-6);
            QVERIFY(std::abs(hard.matrices[6].choices[0].cost - 10 * 8.185) < 1e-4);
        }
        for (const char* wrong : {"group:unknown", "group:other=hard"})
            QVERIFY_EXCEPTION_THROWN(problem(wrong, CostModel::Quantized), Error);
        for (const char* wrong : {"", "kl", "group:"})
            QVERIFY_EXCEPTION_THROWN(parseAllocationObjective(wrong), Error);
        QCOMPARE(toString(parseAllocationObjective("group:hard")), std::string("group:hard"));
    }

    void matricesOfOneInputShareWhatFolds() {
        const SessionData session = madeUpSession();
        const SessionView view(session);
        const SensitivityView sensitivity(view);
        const AllocationProblem problem =
            makeAllocationProblem(sensitivity, {}, CostModel::Quantized, {Module::Down});
        for (double budget = 3.4; budget < 5; budget += 0.2) {
            const AllocationSolution solution = solveAllocation(problem, budget);
            for (std::size_t layer = 0; layer < layers; ++layer) {
                const auto first = solution.assignment.begin() + 6 * static_cast<long>(layer);
                QVERIFY(first[0] == first[1] && first[1] == first[2]); // q, k, v
                QCOMPARE(first[5], std::size_t{1});                    // down is protected
            }
        }
        // Without rows that can be multiplied, v cannot stand before an o that is folded.
        SessionData levels = madeUpSession();
        std::get<std::vector<std::uint8_t>>(levels.arrays.at("/sensitivity/rescalable").values)[0] =
            0;
        std::get<std::vector<std::uint8_t>>(
            levels.arrays.at("/sensitivity/folds")
                .values)[allModules.size() + static_cast<std::size_t>(Module::O)] = 1;
        const SessionView levelsView(levels);
        const AllocationProblem constrained =
            makeAllocationProblem(SensitivityView(levelsView), {}, CostModel::Quantized);
        Assignment assignment(constrained.matrices.size(), 0);
        QVERIFY(isValid(constrained, assignment));
        assignment[3] = 1; // o of layer 0, whose v is lean
        QVERIFY(!isValid(constrained, assignment));
        QVERIFY(isValid(problem, [&] {
            Assignment other(problem.matrices.size(), 0);
            other[5] = other[11] = 1;
            other[3] = 1;
            return other;
        }()));
    }

    void valuesAnswerTheRequest() {
        const SessionData session = madeUpSession();
        const AllocateValues first = allocateValues(session, {});
        QVERIFY(first.measured);
        QCOMPARE(first.least, 3.0);
        QCOMPARE(first.most, 5.0);
        QCOMPARE(first.request.bitsPerWeight, 4.0); // the middle: no budget is known
        QCOMPARE(first.request.candidate, std::string("lean"));
        QVERIFY(first.spent <= 4.0 + 1e-9);
        QCOMPARE(first.matricesOfCandidate[0] + first.matricesOfCandidate[1],
                 2 * (allModules.size() - 1));
        QVERIFY(std::isnan(first.bits.at(0, static_cast<std::size_t>(Module::Gate))));
        // The costlier layer gets the bits.
        QVERIFY(std::abs(first.bits.at(1, static_cast<std::size_t>(Module::Down)) - 5) < 1e-6);
        double spent = 0;
        for (const float bits : first.bits.values)
            spent += std::isnan(bits) ? 0 : static_cast<double>(bits);
        QVERIFY(std::abs(spent / 12 - first.spent) < 1e-6);

        AllocateRequest request;
        request.bitsPerWeight = 100;
        request.candidate = "rich";
        const AllocateValues rich = allocateValues(session, request);
        QCOMPARE(rich.request.bitsPerWeight, 5.0);
        QCOMPARE(rich.matricesOfCandidate[1], 2 * (allModules.size() - 1));
        QVERIFY(rich.predicted < first.predicted);
        QVERIFY(std::abs(rich.sensitivity.at(0, 0) - 0.1095) < 1e-6);
        request.bitsPerWeight = 1;
        QCOMPARE(allocateValues(session, request).matricesOfCandidate[1], std::size_t{0});
        QVERIFY(!allocateValues(SessionData{}, {}).measured);
    }
};

QTEST_GUILESS_MAIN(TestAllocateValues)
#include "test_allocate_values.moc"
