#include "core/analysis/pages.h"
#include "core/analysis/tables.h"
#include "core/data/error.h"
#include "tests/core/analysis/made_up_study.h"

#include <QTest>

#include <limits>
#include <set>
#include <sstream>

using namespace quantscope;

class TestTables : public QObject {
    Q_OBJECT

    SessionData m_session = studySession(readStudy());

    static std::vector<std::string> namesOf(const Table& table) {
        std::vector<std::string> names;
        for (const TableColumn& column : table.columns)
            names.push_back(column.name);
        return names;
    }

private Q_SLOTS:
    void csvFollowsItsStandard() {
        Table table;
        table.columns.push_back({"a,b", std::vector<std::string>{"x", "say \"hi\"", "two\nlines"}});
        table.columns.push_back(
            {"n", std::vector<double>{.1, 100000, std::numeric_limits<double>::quiet_NaN()}});
        std::ostringstream stream;
        writeCsv(stream, table);
        QCOMPARE(
            stream.str(),
            std::string("\"a,b\",n\r\nx,0.1\r\n\"say \"\"hi\"\"\",100000\r\n\"two\nlines\",\r\n"));
    }

    void numbersReadBackTheSame() {
        const std::vector<double> values = {1.0 / 3, 1e-300, -2.5, 123456789.125, 5e300};
        Table table;
        table.columns.push_back({"n", values});
        std::ostringstream stream;
        writeCsv(stream, table);
        std::istringstream lines(stream.str());
        std::string line;
        std::getline(lines, line);
        for (const double value : values) {
            std::getline(lines, line);
            QCOMPARE(std::stod(line), value);
        }
    }

    void everyTableIsMade() {
        std::set<std::string> empty;
        for (const TableDescription& description : sessionTables()) {
            const Table table = sessionTable(m_session, description.name, {.example = 0});
            if (table.rows() == 0)
                empty.insert(description.name);
            std::ostringstream stream;
            writeCsv(stream, table); // throws when columns differ in length
            // An empty session has an empty table, not an error.
            if (description.name != "tokens" && description.name != "budget") // of one example
                QCOMPARE(sessionTable({}, description.name).rows(), std::size_t(0));
        }
        // The study was made without what these are about, which have their own tests.
        QCOMPARE(empty,
                 (std::set<std::string>{"additivity", "allocation", "allocation-matrices", "budget",
                                        "calibration", "calibration-spread", "choices", "experts",
                                        "instruments", "learned", "massive", "pareto",
                                        "patch-history", "questions", "questions-by-popularity",
                                        "removal", "sensitivity", "super-weights"}));
        QVERIFY_THROWS_EXCEPTION(Error, sessionTable(m_session, "nothing"));
        QVERIFY_THROWS_EXCEPTION(Error, sessionTable(m_session, "tokens"));
        QVERIFY_THROWS_EXCEPTION(Error, sessionTable(m_session, "budget"));
        QVERIFY_THROWS_EXCEPTION(Error, sessionTable(m_session, "tokens", {.example = 1000}));
    }

    void examplesHaveTheirColumns() {
        const Table table = sessionTable(m_session, "examples");
        QCOMPARE(namesOf(table), (std::vector<std::string>{
                                     "example", "tokens", "nll_reference", "nll[a]", "error[a]",
                                     "nll[b]", "error[b]", "in_d_large", "in_d_ctrl", "kind"}));
        QCOMPARE(table.numbers("error[b]")[7], m_session.require("/examples/error").at({2, 7}));
    }

    void layersAreMeansOverSets() {
        const Table table = sessionTable(m_session, "layers");
        const NamedArray& norm = m_session.require("/sites/resid_mid/norm");
        bool seen = false;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (table.texts("set")[row] != "all" || table.numbers("layer")[row] != 1)
                continue;
            double sum = 0;
            for (std::size_t example = 0; example < 40; ++example)
                sum += norm.at({0, 1, example});
            QVERIFY(std::fabs(table.numbers("mean")[row] - sum / 40) < 1e-10);
            QCOMPARE(table.texts("lane")[row], std::string("reference"));
            seen = true;
        }
        QVERIFY(seen);
    }

    void tokensHaveTheirColumns() {
        const Table table = sessionTable(m_session, "tokens", {.example = 5});
        QCOMPARE(namesOf(table), (std::vector<std::string>{"position", "token_id", "piece",
                                                           "nll_reference", "nll[a]", "nll[b]"}));
        QCOMPARE(table.texts("piece")[2], std::string(", \"two\""));
        QCOMPARE(table.numbers("nll[b]")[1], m_session.require("/output/nll").at({2, 5, 1}));
    }
};

QTEST_GUILESS_MAIN(TestTables)
#include "test_tables.moc"
