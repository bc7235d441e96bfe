// The solver against exhaustive search, and the assignments that a solution is compared with.

#include "core/allocation/comparisons.h"
#include "core/allocation/solver.h"
#include "core/data/error.h"
#include "core/data/site.h"

#include <QtTest>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

using namespace quantscope;

namespace {

constexpr double tolerance = 1e-9; ///< of sums of costs, relative

/// Two layers of q, k, v, up and down with random sizes, bits and costs; candidate 0 is the
/// leanest.
AllocationProblem randomProblem(std::uint32_t seed, std::size_t candidates, bool folding) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> share(0, 1);
    AllocationProblem problem;
    for (std::size_t layer = 0; layer < 2; ++layer) {
        const std::size_t first = problem.matrices.size();
        for (const Module module : {Module::Q, Module::K, Module::V, Module::Up, Module::Down}) {
            AllocationMatrix matrix{layer,
                                    static_cast<std::size_t>(module),
                                    std::floor(100 + 900 * share(random)),
                                    {},
                                    {}};
            for (std::size_t c = 0; c < candidates; ++c) {
                const double bits = 2 + double(c) + 0.5 * share(random);
                matrix.choices.push_back(
                    {bits * matrix.elements, share(random) * std::pow(4, -double(c))});
            }
            problem.matrices.push_back(matrix);
        }
        // The last candidate folds into what q, k and v read.
        if (folding)
            for (std::size_t a = first; a < first + 3; ++a)
                for (std::size_t b = first; b < first + 3; ++b)
                    if (a != b) {
                        AllocationConflict conflict{a, candidates - 1, b, {}};
                        for (std::size_t c = 0; c + 1 < candidates; ++c)
                            conflict.excluded.push_back(c);
                        problem.conflicts.push_back(conflict);
                    }
    }
    return problem;
}

/// The best of all assignments, one after another; nothing where none fits.
std::optional<Assignment> exhaustive(const AllocationProblem& problem, double bits) {
    std::optional<Assignment> best;
    Assignment assignment(problem.matrices.size());
    for (bool more = true; more;) {
        if (isValid(problem, assignment) && totalBits(problem, assignment) <= bits &&
            (!best || totalCost(problem, assignment) < totalCost(problem, *best)))
            best = assignment;
        more = false;
        for (std::size_t& choice : assignment) {
            choice = (choice + 1) % problem.candidates();
            if (choice != 0) {
                more = true;
                break;
            }
        }
    }
    return best;
}

} // namespace

class TestSolver : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isOptimal_data() {
        QTest::addColumn<bool>("folding");
        QTest::addColumn<bool>("fixed");
        QTest::newRow("free") << false << false;
        QTest::newRow("one candidate folds") << true << false;
        QTest::newRow("some are protected") << true << true;
    }

    void isOptimal() {
        QFETCH(bool, folding);
        QFETCH(bool, fixed);
        int infeasible = 0;
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            AllocationProblem problem = randomProblem(seed, 3, folding); // 3^10 assignments
            if (fixed)
                problem.matrices[4].fixed = problem.matrices[9].fixed = 2;
            const double budget = 2.2 + 0.13 * seed;
            const auto expected = exhaustive(problem, budget * problem.elements());
            if (!expected) {
                ++infeasible;
                QVERIFY_EXCEPTION_THROWN(solveAllocation(problem, budget), Error);
                continue;
            }
            const AllocationSolution found = solveAllocation(problem, budget);
            QVERIFY(isValid(problem, found.assignment));
            QVERIFY(found.optimal);
            QVERIFY(found.bits <= budget * problem.elements() * (1 + tolerance));
            const double least = totalCost(problem, *expected);
            QVERIFY2(std::abs(found.cost - least) <= tolerance * least,
                     qPrintable(QString("seed %1: %2, exhaustive search finds %3")
                                    .arg(seed)
                                    .arg(found.cost, 0, 'g', 12)
                                    .arg(least, 0, 'g', 12)));
            QVERIFY(found.bound <= least * (1 + tolerance));
        }
        QVERIFY(infeasible < 10);
    }

    void uniformAtItsOwnBitsFits() {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const AllocationProblem problem = randomProblem(seed, 3, true);
            const Assignment uniform = uniformAssignment(problem, 1);
            const AllocationSolution found =
                solveAllocation(problem, bitsPerWeight(problem, uniform));
            QVERIFY(found.cost <= totalCost(problem, uniform) * (1 + tolerance));
        }
    }

    void aLargeProblemIsSolvedWithinItsGap() {
        AllocationProblem problem;
        for (std::uint32_t seed = 0; seed < 28; ++seed) // 280 matrices, as a model of 7 B has 224
            for (AllocationMatrix& matrix : randomProblem(seed, 5, false).matrices)
                problem.matrices.push_back(matrix);
        const AllocationSolution found = solveAllocation(problem, 3.7, {1e-4, 60, {}});
        QVERIFY(found.optimal);
        QVERIFY(found.bits <= 3.7 * problem.elements() * (1 + tolerance));
        QVERIFY(found.cost < totalCost(problem, uniformAssignment(problem, 1)));
    }

    void whatDoesNotFitSaysWhatDoes() {
        const AllocationProblem problem = randomProblem(1, 3, true);
        const double least = totalBits(problem, uniformAssignment(problem, 0)) / problem.elements();
        try {
            solveAllocation(problem, 1.5);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QString(error.what()).contains(QString::number(least, 'g', 4)), error.what());
        }
    }

    void aStopIsSeen() {
        std::stop_source stop;
        stop.request_stop();
        try {
            solveAllocation(randomProblem(1, 3, true), 3, {0, 30, stop.get_token()});
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Interrupted);
        }
    }

    void costsThatWereNotMeasuredAreRefused() {
        AllocationProblem problem = randomProblem(1, 3, false);
        problem.matrices[3].choices[1].cost = std::nan("");
        QVERIFY_EXCEPTION_THROWN(solveAllocation(problem, 3), Error);
    }

    void comparisonsAreValidAndSpendNoMore() {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const AllocationProblem problem = randomProblem(seed, 4, true);
            const double bits = 3.6 * problem.elements();
            const Assignment uniform = uniformAssignment(problem, 0);
            std::set<Assignment> different;
            for (std::uint64_t draw = 0; draw < 4; ++draw) {
                const Assignment random = randomAssignment(problem, bits, 10 * draw);
                QVERIFY(isValid(problem, random));
                QVERIFY(totalBits(problem, random) <= bits);
                QVERIFY(totalBits(problem, random) > totalBits(problem, uniform));
                QCOMPARE(random, randomAssignment(problem, bits, 10 * draw));
                different.insert(random);
            }
            QVERIFY(different.size() > 1);
            const Assignment largest = largestAssignment(problem, uniform, bits);
            QVERIFY(isValid(problem, largest));
            QVERIFY(totalBits(problem, largest) <= bits);
            // Nothing is left that one more upgrade of the largest matrix could use.
            const auto most = std::max_element(
                problem.matrices.begin(), problem.matrices.end(),
                [](const auto& a, const auto& b) { return a.elements < b.elements; });
            QVERIFY(largest[static_cast<std::size_t>(most - problem.matrices.begin())] > 0);
        }
    }

    void protectedMatricesStayInUniformAssignments() {
        AllocationProblem problem = randomProblem(2, 3, false);
        problem.matrices[4].fixed = 2;
        const Assignment uniform = uniformAssignment(problem, 0);
        QCOMPARE(uniform[4], std::size_t{2});
        QCOMPARE(uniform[3], std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestSolver)
#include "test_solver.moc"
