#include "core/study/allocate.h"

#include "core/allocation/comparisons.h"
#include "core/allocation/solver.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/content_hash.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/session/session.h"
#include "core/study/allocation_store.h"
#include "core/study/sensitivity.h"
#include "core/study/session_recipe.h"
#include "core/study/study.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr double solverGap = 1e-4;
constexpr double solverSeconds = 60;

/// An assignment under a name, with what is known of it.
struct NamedAssignment {
    std::string name;
    Assignment assignment;
    std::vector<double> klByExample; ///< on the calibration examples
    std::vector<double> heldOutKl;   ///< on the held-out examples, where this draw was measured
    std::vector<double> heldOutNll;
    double bits = 0; ///< per weight, as quantized again
};

/// One draw of the calibration text, with everything decided on it.
struct Draw {
    std::int64_t number = 0;
    SessionData sensitivity;
    std::map<CostModel, AllocationProblem> problems;
    std::vector<std::size_t> examples; ///< of the objective
    std::vector<NamedAssignment> assignments;
    std::string chosenBy;
};

/// A part of the whole work as a job of its own.
Job partOf(Job& whole, const std::string& name, double from, double to) {
    return Job(
        [&whole, name, from, to](const Progress& progress) {
            whole.progress(fmt::format("{}: {}", name, progress.stage),
                           from + progress.fraction * (to - from), 1);
        },
        whole.stopToken());
}

class Allocation {
public:
    Allocation(const AllocateOptions& options, Job& job)
        : m_options(options)
        , m_folder(options.study.output)
        , m_job(job) {}

    void run();

private:
    void check() const;
    std::string question() const;
    SessionData sensitivityOf(std::int64_t draw, Job& job);
    StudyPlan calibrationPlan(std::int64_t draw) const;
    StudyPlan heldOutPlan(const Draw& draw) const;
    Draw decide(std::int64_t number, double from, double to);
    void measureOnCalibration(Draw& draw, std::vector<NamedAssignment*> assignments, Job job);
    std::vector<MethodSpec> mixedMethods(const Draw& draw,
                                         const std::vector<const NamedAssignment*>& assignments,
                                         const std::string& folder) const;
    void measureHeldOut(Draw& draw, Job job);
    SessionData beside(const std::vector<Draw>& draws) const;
    fs::path work() const { return m_folder.path() / "allocation"; }

    const AllocateOptions& m_options;
    StudyFolder m_folder;
    Job& m_job;
    std::optional<AllocationStore> m_store;
};

/// Everything that the numbers depend on: what was finished for another question is of no use.
std::string Allocation::question() const {
    StudyPlan plan = m_options.study;
    plan.resources = {}; // how fast, not what
    plan.output.clear();
    std::vector<std::string> candidates;
    for (const MethodSpec& candidate : m_options.candidates)
        candidates.push_back(toString(candidate));
    nlohmann::json budgets = {{m_options.budget.bitsPerWeight, m_options.budget.bytes}};
    for (const AllocationBudget& budget : m_options.sweep)
        budgets.push_back({budget.bitsPerWeight, budget.bytes});
    std::vector<std::string> protect;
    for (const Module module : m_options.protect)
        protect.emplace_back(moduleName(module));
    nlohmann::json hashes = {Checkpoint::open(plan.modelPath)->contentHash()};
    for (const std::string& file :
         {plan.text.path, plan.calibration.source ? plan.calibration.source->path : std::string()})
        if (fs::is_regular_file(file))
            hashes.push_back(hashFile(file));
    const nlohmann::json asked = {{"plan", nlohmann::json::parse(planToJson(plan))},
                                  {"candidates", candidates},
                                  {"budgets", budgets},
                                  {"protect", protect},
                                  {"objective", toString(m_options.objective)},
                                  {"held_out", m_options.heldOutShare},
                                  {"examples", m_options.calibrationExamples},
                                  {"draws", m_options.draws},
                                  {"randoms", m_options.randoms},
                                  {"hashes", hashes}};
    return asked.dump(1);
}

void Allocation::check() const {
    checkCandidates(m_options.candidates);
    const auto requireRange = [](bool holds, const std::string& sentence) {
        if (!holds)
            throw Error(ErrorKind::Usage, sentence);
    };
    requireRange(
        m_options.heldOutShare > 0 && m_options.heldOutShare < 1,
        fmt::format("--held-out is a share between 0 and 1; found {}.", m_options.heldOutShare));
    requireRange(m_options.draws >= 1 && m_options.draws <= 100,
                 fmt::format("--draws takes 1 to 100; found {}.", m_options.draws));
    requireRange(m_options.randoms >= 1 && m_options.randoms <= 100,
                 fmt::format("--randoms takes 1 to 100; found {}.", m_options.randoms));
    requireRange(m_options.calibrationExamples >= 1,
                 "--sensitivity-examples takes a number of at least 1.");
}

/// What a draw measures sensitivities on, and what its methods calibrate on.
StudyPlan Allocation::calibrationPlan(std::int64_t draw) const {
    StudyPlan plan = m_options.study;
    const std::uint64_t seed = plan.seed + static_cast<std::uint64_t>(draw);
    const DocumentShare decided{m_options.heldOutShare, 1, plan.seed};
    if (!plan.calibration.source) {
        plan.calibration.source = plan.text;
        plan.calibration.source->shares.push_back(decided);
    }
    if (m_options.draws > 1 || plan.calibration.source->path == plan.text.path)
        plan.calibration.source->shares.push_back({0, 0.5, seed});
    plan.text.shares.push_back(decided);
    plan.text.shares.push_back({0.5, 1, seed});
    plan.windows.examples = m_options.calibrationExamples;
    plan.methods = m_options.candidates;
    plan.imported.clear();
    plan.instruments = Instruments{};
    plan.instruments.setFraction = m_options.study.instruments.setFraction;
    return plan;
}

StudyPlan Allocation::heldOutPlan(const Draw& draw) const {
    StudyPlan plan = m_options.study;
    plan.calibration = calibrationPlan(draw.number).calibration;
    plan.text.shares.push_back({0, m_options.heldOutShare, plan.seed});
    std::vector<const NamedAssignment*> all;
    for (const NamedAssignment& assignment : draw.assignments)
        all.push_back(&assignment);
    plan.methods = mixedMethods(draw, all, fmt::format("draw-{}", draw.number));
    if (draw.number > 0) {
        plan.imported.clear();
        plan.instruments = Instruments{};
        plan.output = (work() / fmt::format("draw-{}.qscope.h5", draw.number)).string();
        return plan;
    }
    // The candidates themselves are points of the curve of size and error.
    for (const MethodSpec& candidate : m_options.candidates)
        plan.methods.push_back(candidate);
    return plan;
}

std::vector<MethodSpec>
Allocation::mixedMethods(const Draw& draw, const std::vector<const NamedAssignment*>& assignments,
                         const std::string& folder) const {
    const fs::path recipes = m_folder.path() / "recipes" / folder;
    fs::create_directories(recipes);
    std::vector<MethodSpec> methods;
    for (const NamedAssignment* assignment : assignments) {
        const fs::path file = recipes / (assignment->name + ".json");
        Recipe recipe =
            recipeOf(m_options.candidates, draw.problems.begin()->second, assignment->assignment);
        recipe.objective = toString(m_options.objective);
        writeRecipe(file, recipe);
        methods.push_back({"mixed", {{"recipe", file.string()}}, assignment->name});
    }
    return methods;
}

SessionData Allocation::sensitivityOf(std::int64_t draw, Job& job) {
    if (auto kept = m_store->sensitivity(draw))
        return std::move(*kept);
    SessionData sensitivity =
        measureSensitivity({calibrationPlan(draw), work() / "sensitivity"}, job);
    m_store->keepSensitivity(draw, sensitivity);
    return sensitivity;
}

/// Quantizes assignments again and measures them on the draw's calibration examples.
void Allocation::measureOnCalibration(Draw& draw, std::vector<NamedAssignment*> assignments,
                                      Job job) {
    std::erase_if(assignments, [&](NamedAssignment* named) {
        const auto kept = m_store->measured(draw.number, "calibration", named->assignment);
        if (kept)
            named->klByExample = kept->kl;
        return kept.has_value();
    });
    if (assignments.empty())
        return;
    StudyPlan plan = calibrationPlan(draw.number);
    plan.methods = mixedMethods(draw, {assignments.begin(), assignments.end()}, "tried");
    plan.output = (work() / "tried.qscope.h5").string();
    runStudy(plan, job);
    ReadOptions trusted;
    trusted.checkInChildProcess = false;
    const SessionData session = readSession(plan.output, trusted);
    const SessionView view(session);
    for (NamedAssignment* assignment : assignments) {
        assignment->klByExample = view.row("/examples/kl", assignment->name);
        m_store->keepMeasured(draw.number, "calibration", assignment->assignment,
                              {assignment->klByExample, {}, 0});
    }
    m_store->commit();
    fs::remove(plan.output);
    fs::remove_all(StudyFolder(plan.output).path());
    fs::remove_all(m_folder.path() / "recipes" / "tried");
}

/// A budget as bits per weight of this model.
double perWeight(const AllocationBudget& budget, const AllocationProblem& problem) {
    return budget.bitsPerWeight > 0 ? budget.bitsPerWeight : budget.bytes * 8 / problem.elements();
}

Draw Allocation::decide(std::int64_t number, double from, double to) {
    Draw draw;
    draw.number = number;
    const std::string name = fmt::format("draw {} of {}", number + 1, m_options.draws);
    const double between = from + 0.7 * (to - from);
    Job measuring = partOf(m_job, name, from, between);
    draw.sensitivity = sensitivityOf(number, measuring);
    const SessionView view(draw.sensitivity);
    const SensitivityView sensitivity(view);
    draw.examples = objectiveExamples(sensitivity, m_options.objective);
    for (const CostModel costs : allCostModels)
        draw.problems.emplace(costs, makeAllocationProblem(sensitivity, m_options.objective, costs,
                                                           m_options.protect));
    const AllocationProblem& problem = draw.problems.begin()->second;

    // Whatever may be taken is tried: every reading's solution of every budget, and what is
    // uniform.
    std::map<Assignment, NamedAssignment> tried;
    const auto attempt = [&](const Assignment& assignment) {
        if (isValid(problem, assignment))
            tried.emplace(
                assignment,
                NamedAssignment{fmt::format("tried-{}", tried.size()), assignment, {}, {}, {}, 0});
    };
    std::vector<AllocationBudget> budgets = m_options.sweep;
    budgets.insert(budgets.begin(), m_options.budget);
    std::map<std::pair<std::size_t, CostModel>, Assignment> solved;
    for (std::size_t b = 0; b < budgets.size(); ++b)
        for (const auto& [costs, each] : draw.problems) {
            m_job.progress(name + ": solving", between, 1);
            const SolverOptions solver{solverGap, solverSeconds, m_job.stopToken()};
            solved[{b, costs}] =
                solveAllocation(each, perWeight(budgets[b], each), solver).assignment;
            attempt(solved[{b, costs}]);
        }
    for (std::size_t candidate = 0; candidate < m_options.candidates.size(); ++candidate)
        attempt(uniformAssignment(problem, candidate));
    std::vector<NamedAssignment*> all;
    for (auto& [assignment, named] : tried)
        all.push_back(&named);
    measureOnCalibration(draw, all, partOf(m_job, name, between, between + 0.15 * (to - from)));

    const auto objectiveOf = [&](const Assignment& assignment) {
        return objectiveValue(tried.at(assignment).klByExample, draw.examples);
    };
    const auto bestUniform = [&](double bits) {
        std::optional<Assignment> best;
        for (std::size_t candidate = 0; candidate < m_options.candidates.size(); ++candidate) {
            const Assignment uniform = uniformAssignment(problem, candidate);
            if (isValid(problem, uniform) && bitsPerWeight(problem, uniform) <= bits * (1 + 1e-9) &&
                (!best || objectiveOf(uniform) < objectiveOf(*best)))
                best = uniform;
        }
        return best;
    };
    for (std::size_t b = 0; b < budgets.size(); ++b) {
        const double bits = perWeight(budgets[b], problem);
        std::optional<Assignment> best = bestUniform(bits);
        std::string chosenBy = "uniform";
        for (const CostModel costs : allCostModels)
            if (const Assignment& solution = solved.at({b, costs});
                !best || objectiveOf(solution) < objectiveOf(*best)) {
                best = solution;
                chosenBy = costModelName(costs);
            }
        NamedAssignment allocated = tried.at(*best);
        allocated.name = b == 0 ? "allocated" : fmt::format("allocated-{:.4g}", bits);
        draw.assignments.push_back(std::move(allocated));
        if (b == 0)
            draw.chosenBy = chosenBy;
    }

    // The comparisons have as many bits as the assignment that they are compared with.
    const double spent = totalBits(problem, draw.assignments.front().assignment) * (1 + 1e-9);
    std::vector<NamedAssignment> compared;
    const auto compare = [&](std::string named, Assignment assignment) {
        const auto known = tried.find(assignment);
        compared.push_back(
            {std::move(named),
             std::move(assignment),
             known == tried.end() ? std::vector<double>{} : known->second.klByExample,
             {},
             {},
             0});
    };
    const std::optional<Assignment> uniform = bestUniform(perWeight(m_options.budget, problem));
    if (uniform) {
        compare("uniform", *uniform);
        compare("largest", largestAssignment(problem, *uniform, spent));
    }
    for (std::int64_t random = 0; random < m_options.randoms; ++random)
        compare(fmt::format("random-{}", random + 1),
                randomAssignment(problem, spent,
                                 m_options.study.seed +
                                     static_cast<std::uint64_t>(1000 * (number + 1) + random)));
    std::vector<NamedAssignment*> unmeasured;
    for (NamedAssignment& each : compared)
        if (each.klByExample.empty())
            unmeasured.push_back(&each);
    if (!unmeasured.empty())
        measureOnCalibration(draw, unmeasured,
                             partOf(m_job, name, between + 0.15 * (to - from), to));
    draw.assignments.insert(draw.assignments.begin() + 1, compared.begin(), compared.end());
    return draw;
}

/// Draws after the first are measured in studies that leave nothing but their numbers.
void Allocation::measureHeldOut(Draw& draw, Job job) {
    const StudyPlan plan = heldOutPlan(draw);
    const auto take = [](NamedAssignment& named, const MeasuredAssignment& measured) {
        named.heldOutKl = measured.kl;
        named.heldOutNll = measured.nll;
        named.bits = measured.bits;
    };
    bool isKept = true;
    for (NamedAssignment& assignment : draw.assignments)
        if (const auto kept = m_store->measured(draw.number, "held-out", assignment.assignment))
            take(assignment, *kept);
        else
            isKept = false;
    if (isKept)
        return;
    runStudy(plan, job);
    ReadOptions trusted;
    trusted.checkInChildProcess = false;
    const SessionData session = readSession(plan.output, trusted);
    const SessionView view(session);
    const std::vector<double> bits = session.require("/weights/bits_per_weight").toDoubles();
    for (std::size_t index = 0; index < draw.assignments.size(); ++index) {
        NamedAssignment& assignment = draw.assignments[index];
        take(assignment, {view.row("/examples/kl", assignment.name),
                          view.row("/examples/nll", assignment.name), bits.at(index)});
        m_store->keepMeasured(draw.number, "held-out", assignment.assignment,
                              {assignment.heldOutKl, assignment.heldOutNll, assignment.bits});
    }
    m_store->commit();
    fs::remove(plan.output);
    fs::remove_all(StudyFolder(plan.output).path());
}

/// "/sensitivity" of the first draw and "/allocation" of all.
SessionData Allocation::beside(const std::vector<Draw>& draws) const {
    SessionData data;
    for (const auto& [path, array] : draws.front().sensitivity.arrays)
        if (path.starts_with("/sensitivity/") || path == "/candidate" ||
            path == "/calibration_example")
            data.arrays.emplace(path, array);
    const std::vector<NamedAssignment>& first = draws.front().assignments;
    const std::size_t count = first.size();
    const std::size_t layers = data.require("/sensitivity/elements").shape[0];
    const std::size_t modules = data.require("/sensitivity/elements").shape[1];
    std::vector<std::string> names;
    for (const NamedAssignment& assignment : first)
        names.push_back(assignment.name);
    std::vector<std::string> costNames;
    for (const CostModel costs : allCostModels)
        costNames.emplace_back(costModelName(costs));
    const auto put = [&data](const std::string& path, NamedArray array) {
        data.arrays.insert_or_assign(path, std::move(array));
    };
    put("/assignment", makeSessionText("/assignment", names));
    put("/cost_model", makeSessionText("/cost_model", costNames));
    put("/draw", makeSessionIndex("/draw", draws.size()));
    put("/layer", makeSessionIndex("/layer", layers));
    std::vector<std::string> chosenBy;
    for (const Draw& draw : draws)
        chosenBy.push_back(draw.chosenBy);
    put("/allocation/chosen_by", makeSessionText("/allocation/chosen_by", chosenBy));

    NamedArray choice =
        makeSessionArray("/allocation/choice", {draws.size(), count, layers, modules});
    NamedArray bits = makeSessionArray("/allocation/bits", {draws.size(), count});
    NamedArray predicted =
        makeSessionArray("/allocation/predicted", {draws.size(), count, costNames.size()});
    NamedArray measured =
        makeSessionArray("/allocation/calibration_objective", {draws.size(), count});
    const std::size_t examples = draws.back().assignments.front().heldOutKl.size();
    NamedArray kl = makeSessionArray("/allocation/kl", {draws.size(), count, examples});
    NamedArray nll = makeSessionArray("/allocation/nll", {draws.size(), count, examples});
    const auto numbers = [](NamedArray& array) -> std::vector<double>& {
        return std::get<std::vector<double>>(array.values);
    };
    for (std::size_t d = 0; d < draws.size(); ++d)
        for (std::size_t a = 0; a < count; ++a) {
            const NamedAssignment& assignment = draws[d].assignments.at(a);
            const std::size_t row = d * count + a;
            const AllocationProblem& problem = draws[d].problems.begin()->second;
            for (std::size_t m = 0; m < problem.matrices.size(); ++m) {
                const AllocationMatrix& matrix = problem.matrices[m];
                std::get<std::vector<std::int32_t>>(
                    choice.values)[(row * layers + matrix.layer) * modules + matrix.module] =
                    static_cast<std::int32_t>(assignment.assignment[m]);
            }
            numbers(bits)[row] = assignment.bits > 0
                                     ? assignment.bits
                                     : bitsPerWeight(problem, assignment.assignment);
            numbers(measured)[row] = objectiveValue(assignment.klByExample, draws[d].examples);
            for (std::size_t c = 0; c < costNames.size(); ++c)
                numbers(predicted)[row * costNames.size() + c] =
                    totalCost(draws[d].problems.at(allCostModels[c]), assignment.assignment);
            for (std::size_t e = 0; e < assignment.heldOutKl.size(); ++e) {
                numbers(kl)[row * examples + e] = assignment.heldOutKl[e];
                numbers(nll)[row * examples + e] = assignment.heldOutNll[e];
            }
        }
    put("/allocation/choice", std::move(choice));
    put("/allocation/bits", std::move(bits));
    put("/allocation/predicted", std::move(predicted));
    put("/allocation/calibration_objective", std::move(measured));
    if (draws.size() > 1) {
        put("/allocation/kl", std::move(kl));
        put("/allocation/nll", std::move(nll));
    }
    std::vector<std::string_view> protect;
    for (const Module module : m_options.protect)
        protect.push_back(moduleName(module));
    data.attributes[attribute::allocationObjective] = toString(m_options.objective);
    data.attributes[attribute::allocationProtect] = fmt::format("{}", fmt::join(protect, ","));
    data.attributes[attribute::allocationBudget] =
        fmt::format("{}", perWeight(m_options.budget, draws.front().problems.begin()->second));
    return data;
}

void Allocation::run() {
    check();
    m_job.progress("reading model and text", 0, 1);
    m_store.emplace(work(), question());
    if (m_store->goesOn())
        m_job.progress("going on with what an interrupted allocation has finished", 0, 1);
    Job last = partOf(m_job, "held-out text", 0.9, 1);
    if (m_store->lastHasBegun() && canResume(m_options.study.output)) {
        resumeStudy(m_options.study.output, last);
        m_store->remove();
        return;
    }
    fs::remove_all(m_folder.path() / "recipes");
    const double perDraw = 0.9 / double(m_options.draws);
    std::vector<Draw> draws;
    for (std::int64_t number = 0; number < m_options.draws; ++number) {
        const double from = double(number) * perDraw;
        draws.push_back(decide(number, from, from + 0.8 * perDraw));
        if (number > 0)
            measureHeldOut(draws.back(),
                           partOf(m_job, fmt::format("draw {}, held-out text", number + 1),
                                  from + 0.8 * perDraw, from + perDraw));
    }
    m_store->beginLast();
    runStudyBeside(beside(draws), heldOutPlan(draws.front()), last);
    m_store->remove();
}

} // namespace

AllocationBudget parseAllocationBudget(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    AllocationBudget budget;
    if (error == std::errc() && (unit.empty() || unit == "bpw")) {
        if (!(number > 0 && number <= 32))
            throw Error(
                ErrorKind::Usage,
                fmt::format("A budget of \"{}\" is not between 0 and 32 bits per weight.", text));
        budget.bitsPerWeight = number;
    } else {
        budget.bytes = static_cast<double>(parseByteSize(text));
    }
    return budget;
}

void allocateBits(const AllocateOptions& options, Job& job) { Allocation(options, job).run(); }

} // namespace quantscope
