#include "core/allocation/solver.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glpk.h>
#include <limits>
#include <memory>
#include <utility>

namespace quantscope {

namespace {

/// Uniform models at exactly the budget must fit, whatever the last digit of their sums.
constexpr double budgetTolerance = 1e-9;

/// What the callback of a running solve knows.
struct Watch {
    std::stop_token stop;
    double bound = -std::numeric_limits<double>::infinity();
};

void watchSolve(glp_tree* tree, void* info) {
    auto& watch = *static_cast<Watch*>(info);
    if (const int best = glp_ios_best_node(tree); best != 0)
        watch.bound = std::max(watch.bound, glp_ios_node_bound(tree, best));
    if (watch.stop.stop_requested())
        glp_ios_terminate(tree);
}

/// The integer program: a binary column for each matrix and candidate, which is 1 where the matrix
/// gets the candidate. Costs are over the largest, bits over the number of weights.
class IntegerProgram {
public:
    IntegerProgram(const AllocationProblem& problem, double budget)
        : m_problem(problem)
        , m_program(glp_create_prob(), glp_delete_prob) {
        addColumns();
        for (std::size_t m = 0; m < problem.matrices.size(); ++m)
            addChoiceRow(m);
        addBudgetRow(budget);
        for (const AllocationConflict& conflict : problem.conflicts)
            addConflictRow(conflict);
    }

    glp_prob* get() const { return m_program.get(); }
    double costScale() const { return m_costScale; }

    Assignment assignment() const {
        Assignment chosen;
        for (std::size_t m = 0; m < m_problem.matrices.size(); ++m) {
            std::size_t best = 0;
            for (std::size_t c = 1; c < m_problem.candidates(); ++c)
                if (glp_mip_col_val(get(), column(m, c)) > glp_mip_col_val(get(), column(m, best)))
                    best = c;
            chosen.push_back(best);
        }
        return chosen;
    }

private:
    int column(std::size_t matrix, std::size_t choice) const {
        return static_cast<int>(matrix * m_problem.candidates() + choice) + 1; // counted from 1
    }

    void addColumns() {
        for (const AllocationMatrix& matrix : m_problem.matrices)
            for (const AllocationChoice& choice : matrix.choices)
                m_costScale = std::max(m_costScale, std::abs(choice.cost));
        if (m_costScale == 0)
            m_costScale = 1;
        glp_set_obj_dir(get(), GLP_MIN);
        glp_add_cols(get(), static_cast<int>(m_problem.matrices.size() * m_problem.candidates()));
        for (std::size_t m = 0; m < m_problem.matrices.size(); ++m)
            for (std::size_t c = 0; c < m_problem.candidates(); ++c) {
                const AllocationMatrix& matrix = m_problem.matrices[m];
                glp_set_col_kind(get(), column(m, c), GLP_BV);
                glp_set_obj_coef(get(), column(m, c), matrix.choices[c].cost / m_costScale);
                if (matrix.fixed)
                    glp_set_col_bnds(get(), column(m, c), GLP_FX, *matrix.fixed == c ? 1 : 0, 0);
            }
    }

    struct Row {
        std::vector<int> columns = {0}; ///< counted from 1
        std::vector<double> values = {0};

        void add(int column, double value) {
            columns.push_back(column);
            values.push_back(value);
        }
    };

    void addRow(const Row& row, int kind, double bound) {
        const int index = glp_add_rows(get(), 1);
        glp_set_row_bnds(get(), index, kind, bound, bound);
        glp_set_mat_row(get(), index, static_cast<int>(row.columns.size()) - 1, row.columns.data(),
                        row.values.data());
    }

    void addChoiceRow(std::size_t matrix) {
        Row row;
        for (std::size_t c = 0; c < m_problem.candidates(); ++c)
            row.add(column(matrix, c), 1);
        addRow(row, GLP_FX, 1);
    }

    void addBudgetRow(double budget) {
        const double elements = m_problem.elements();
        Row row;
        for (std::size_t m = 0; m < m_problem.matrices.size(); ++m)
            for (std::size_t c = 0; c < m_problem.candidates(); ++c)
                row.add(column(m, c), m_problem.matrices[m].choices[c].bits / elements);
        addRow(row, GLP_UP, budget);
    }

    void addConflictRow(const AllocationConflict& conflict) {
        Row row;
        row.add(column(conflict.matrix, conflict.choice), 1);
        for (const std::size_t choice : conflict.excluded)
            row.add(column(conflict.other, choice), 1);
        addRow(row, GLP_UP, 1);
    }

    const AllocationProblem& m_problem;
    std::unique_ptr<glp_prob, void (*)(glp_prob*)> m_program;
    double m_costScale = 0;
};

/// GLPK keeps an environment a thread; nothing else in this program uses it.
struct SolverEnvironment {
    SolverEnvironment() { glp_term_out(GLP_OFF); }
    ~SolverEnvironment() { glp_free_env(); }
    SolverEnvironment(const SolverEnvironment&) = delete;
    SolverEnvironment& operator=(const SolverEnvironment&) = delete;
};

void checkProblem(const AllocationProblem& problem) {
    for (const AllocationMatrix& matrix : problem.matrices) {
        if (matrix.choices.size() != problem.candidates() || matrix.choices.empty() ||
            (matrix.fixed && *matrix.fixed >= matrix.choices.size()) || !(matrix.elements > 0))
            throw Error(ErrorKind::Internal,
                        "Matrices of an allocation have different candidates.");
        for (const AllocationChoice& choice : matrix.choices)
            if (!std::isfinite(choice.bits) || !std::isfinite(choice.cost) || choice.bits < 0)
                throw Error(ErrorKind::Input,
                            fmt::format("The sensitivity of a matrix in layer {} was not measured; "
                                        "run `sensitivity` again.",
                                        matrix.layer));
    }
    if (problem.matrices.empty())
        throw Error(ErrorKind::Input, "There is no matrix to allocate bits to.");
}

/// No candidate has as many, so that only conflicts are left to be in the way.
constexpr double anyBits = 1024;

/// The fewest bits that any assignment has: the same program with bits as costs.
double fewestBits(AllocationProblem problem) {
    for (AllocationMatrix& matrix : problem.matrices)
        for (AllocationChoice& choice : matrix.choices)
            choice.cost = choice.bits / problem.elements();
    return solveAllocation(problem, anyBits, {1e-9, 10, {}}).cost;
}

} // namespace

SolverOptions interactiveSolver(std::stop_token stop) { return {1e-3, 5, std::move(stop)}; }

AllocationSolution solveAllocation(const AllocationProblem& problem, double bitsPerWeight,
                                   const SolverOptions& options) {
    checkProblem(problem);
    AllocationSolution solution;
    Watch watch{options.stop};
    int failed = 0;
    int status = 0;
    {
        const SolverEnvironment environment;
        const IntegerProgram program(problem, bitsPerWeight * (1 + budgetTolerance));
        glp_iocp parameters;
        glp_init_iocp(&parameters);
        parameters.msg_lev = GLP_MSG_OFF;
        parameters.presolve = GLP_ON;
        parameters.cov_cuts = GLP_ON; // of the budget, a knapsack
        parameters.clq_cuts = GLP_ON; // of choices and conflicts
        parameters.mip_gap = options.relativeGap;
        parameters.tm_lim = static_cast<int>(std::clamp(options.seconds, 0.001, 1e6) * 1000);
        parameters.cb_func = watchSolve;
        parameters.cb_info = &watch;
        failed = glp_intopt(program.get(), &parameters);
        status = glp_mip_status(program.get());
        if (status == GLP_OPT || status == GLP_FEAS)
            solution.assignment = program.assignment();
        watch.bound *= program.costScale();
    }
    if (options.stop.stop_requested())
        throw Error(ErrorKind::Interrupted, "The allocation was stopped.");
    if (solution.assignment.empty()) {
        if (bitsPerWeight >= anyBits)
            throw Error(ErrorKind::Usage,
                        "The matrices that must have a certain candidate leave no candidate for "
                        "others that share its folded scales; protect others, or leave out "
                        "candidates that fold.");
        if (failed == GLP_ENOPFS || status == GLP_NOFEAS)
            throw Error(ErrorKind::Usage,
                        fmt::format("No assignment of the candidates fits {:.4g} bits per weight; "
                                    "the least is {:.4g}. Raise the budget, or add a candidate "
                                    "with fewer bits.",
                                    bitsPerWeight, fewestBits(problem)));
        throw Error(ErrorKind::Resources,
                    fmt::format("The solver found no assignment in {} s.", options.seconds));
    }
    solution.cost = totalCost(problem, solution.assignment);
    solution.bits = totalBits(problem, solution.assignment);
    solution.optimal = failed == 0 || failed == GLP_EMIPGAP;
    const double slack = options.relativeGap * std::abs(solution.cost);
    solution.bound =
        solution.optimal ? solution.cost - slack : std::min(watch.bound, solution.cost);
    return solution;
}

} // namespace quantscope
