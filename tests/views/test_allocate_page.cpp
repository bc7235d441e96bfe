// The page Allocate: slider, maps and recipes.

#include "views/pages/allocate_page.h"
#include "views/plots/heatmap_plot.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

using namespace quantscope;

namespace {

std::shared_ptr<const AllocateValues> someValues() {
    AllocateValues values;
    values.measured = true;
    values.candidates = {"rtn:bits=3", "rtn:bits=4"};
    values.objectives = {"mean-kl", "worst-decile", "group:code"};
    values.request.objective = "worst-decile";
    values.request.protect = std::vector<Module>{Module::Down};
    values.least = 3;
    values.most = 5;
    values.request.bitsPerWeight = 3.5;
    values.request.candidate = "rtn:bits=3";
    values.spent = 3.48;
    values.predicted = 0.01;
    values.optimal = true;
    values.matricesOfCandidate = {3, 1};
    for (Matrix* matrix : {&values.sensitivity, &values.bits}) {
        matrix->rows = 2;
        matrix->columns = 2;
        matrix->values = {3, 5, 3, 3};
        matrix->rowLabels = {"0", "1"};
        matrix->columnLabels = {"q", "down"};
    }
    return std::make_shared<const AllocateValues>(std::move(values));
}

std::shared_ptr<const ReportValues> someReport() {
    auto report = std::make_shared<ReportValues>();
    report->kind = ReportKind::Allocation;
    report->sentences = {"On held-out text <nothing> differs."};
    TableFigure table;
    table.columns = {"assignment"};
    table.rows = {{std::string("allocated")}};
    report->figures.push_back({.name = "assignments", .body = table});
    return report;
}

} // namespace

class TestAllocatePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void followsTheSlider() {
        AllocatePage page;
        page.resize(900, 700);
        QSignalSpy asked(&page, &AllocatePage::allocationRequested);
        page.setValues(someReport());
        QCOMPARE(page.state(), PageState::Ready);
        QCOMPARE(asked.count(), 1); // what the session's own budget leads to
        page.setAllocation(someValues());
        QVERIFY(std::abs(page.budget() - 3.5) < 0.01);
        auto* slider = page.findChild<QSlider*>();
        QVERIFY(slider);
        slider->setValue(slider->maximum());
        QCOMPARE(page.budget(), 5.0);
        QTRY_COMPARE(asked.count(), 2);
        const auto request = asked.last().first().value<AllocateRequest>();
        QCOMPARE(request.bitsPerWeight, 5.0);
        QVERIFY(request.objective.empty() && !request.protect); // the session's own, still
        page.setAllocation(someValues()); // an answer does not move the slider
        QCOMPARE(page.budget(), 5.0);
        for (PlotWidget* plot : page.plots())
            QVERIFY(!plot->isEmpty());
        QVERIFY(page.plots().size() >= 2);
    }

    void newFiguresKeepTheMaps() {
        AllocatePage page;
        page.setValues(someReport());
        page.setAllocation(someValues());
        page.setLanes({"reference", "allocated"}); // figures are made anew
        page.setAllocation(someValues());
        QVERIFY(page.findChild<QSlider*>());
        QCOMPARE(page.plots().front()->objectName(), QStringLiteral("sensitivity"));
    }

    void asksAsTheCommandDoes() {
        AllocatePage page;
        QSignalSpy asked(&page, &AllocatePage::allocationRequested);
        page.setValues(someReport());
        page.setAllocation(someValues());
        const auto last = [&asked] { return asked.last().first().value<AllocateRequest>(); };
        QComboBox* objectives = nullptr;
        for (QComboBox* combo : page.findChildren<QComboBox*>())
            if (combo->findData("group:code") >= 0)
                objectives = combo;
        QVERIFY(objectives);
        QCOMPARE(objectives->currentData().toString(), QStringLiteral("worst-decile"));
        objectives->setCurrentIndex(objectives->findData("group:code"));
        QCOMPARE(last().objective, std::string("group:code"));

        QMenu* protect = nullptr;
        QMenu* among = nullptr;
        for (QToolButton* button : page.findChildren<QToolButton*>())
            if (button->menu() && !button->menu()->actions().isEmpty()) {
                const QString first = button->menu()->actions().first()->text();
                if (first == "q")
                    protect = button->menu();
                else if (first == "rtn:bits=3")
                    among = button->menu();
            }
        QVERIFY(protect && among);
        QVERIFY(!protect->actions()[0]->isChecked() && protect->actions()[1]->isChecked());
        protect->actions()[0]->trigger();
        QVERIFY((last().protect == std::vector<Module>{Module::Q, Module::Down}));
        among->actions()[1]->trigger();
        QVERIFY((last().among == std::vector<std::string>{"rtn:bits=3"}));
        QDoubleSpinBox* budget = page.findChild<QDoubleSpinBox*>();
        budget->setValue(4.25);
        QCOMPARE(page.budget(), 4.25);
        QTRY_COMPARE(last().bitsPerWeight, 4.25);
    }

    void asksForRecipes() {
        AllocatePage page;
        page.setValues(someReport());
        page.setAllocation(someValues());
        QSignalSpy asked(&page, &AllocatePage::recipeRequested);
        QSignalSpy applied(&page, &AllocatePage::applyRequested);
        QStringList forms;
        for (QToolButton* button : page.findChildren<QToolButton*>())
            if (button->text() == "Export")
                for (QAction* action : button->menu()->actions())
                    action->trigger();
        for (const auto& call : asked)
            forms << call.at(1).toString();
        QCOMPARE(forms, (QStringList{"json", "gptqmodel", "llm-compressor", "llama.cpp"}));
        const auto request = asked.last().first().value<RecipeRequest>();
        QVERIFY(request.bitsPerWeight && std::abs(*request.bitsPerWeight - 3.5) < 0.01);
        QCOMPARE(request.objective, std::string("worst-decile"));
        QVERIFY((request.protect == std::vector<Module>{Module::Down}));
        auto* apply = page.findChild<QPushButton*>("apply");
        apply->click();
        QCOMPARE(applied.count(), 1);
        page.showAllocationFailed("Nothing fits.");
        QVERIFY(!apply->isEnabled()); // what cannot be solved cannot be applied
        page.setAllocation(someValues());
        QVERIFY(apply->isEnabled());
    }
};

QTEST_MAIN(TestAllocatePage)
#include "test_allocate_page.moc"
