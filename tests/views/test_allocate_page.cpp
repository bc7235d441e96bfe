// The page Allocate: slider, maps and recipes.

#include "views/pages/allocate_page.h"
#include "views/plots/heatmap_plot.h"

#include <QComboBox>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QtTest>

using namespace quantscope;

namespace {

std::shared_ptr<const AllocateValues> someValues() {
    AllocateValues values;
    values.measured = true;
    values.candidates = {"rtn:bits=3", "rtn:bits=4"};
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
        QCOMPARE(request.objective, std::string("mean-kl"));
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

    void asksForRecipes() {
        AllocatePage page;
        page.setValues(someReport());
        page.setAllocation(someValues());
        QSignalSpy asked(&page, &AllocatePage::recipeRequested);
        auto* button = page.findChild<QPushButton*>();
        QVERIFY(button && button->menu());
        for (QAction* action : button->menu()->actions())
            action->trigger();
        QCOMPARE(asked.count(), 5);
        QVERIFY(asked.first().at(2).toBool());
        QCOMPARE(asked.last().at(1).toString(), QStringLiteral("llama.cpp"));
        const auto request = asked.last().first().value<RecipeRequest>();
        QVERIFY(request.bitsPerWeight && std::abs(*request.bitsPerWeight - 3.5) < 0.01);
    }
};

QTEST_MAIN(TestAllocatePage)
#include "test_allocate_page.moc"
