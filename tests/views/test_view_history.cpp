#include "views/history/view_history.h"
#include "views/models/selection.h"
#include "views/pages/page.h"
#include "views/plots/heatmap_plot.h"

#include <QComboBox>
#include <QTest>
#include <QVBoxLayout>

using namespace quantscope;

namespace {

std::shared_ptr<const Matrix> someMatrix() {
    auto matrix = std::make_shared<Matrix>();
    matrix->rows = 8;
    matrix->columns = 20;
    for (std::size_t i = 0; i < matrix->rows * matrix->columns; ++i)
        matrix->values.push_back(static_cast<float>(i));
    return matrix;
}

class SomePage : public Page {
public:
    SomePage() {
        combo = new QComboBox;
        combo->setAccessibleName("Lane");
        combo->addItems({"a", "b", "c"});
        heatmap = new HeatmapPlot;
        heatmap->setObjectName("map");
        auto* layout = new QVBoxLayout(body());
        layout->addWidget(combo);
        layout->addWidget(heatmap, 1);
        adopt(heatmap);
        heatmap->setMatrix(someMatrix());
        showReady();
    }

    QString title() const override { return "some"; }
    QString helpText() const override { return {}; }

    QComboBox* combo;
    HeatmapPlot* heatmap;
};

QVariantList ranges(const HeatmapPlot& plot) { return plot.viewState()["ranges"].toList(); }

} // namespace

class TestViewHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void controlsAndZoomComeBack() {
        SomePage page;
        Selection selection;
        ViewHistory history({&page}, selection);
        page.resize(600, 400);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTest::keyClick(page.combo, Qt::Key_Down);
        QCOMPARE(page.combo->currentText(), QStringLiteral("b"));
        QTRY_COMPARE(history.stack().count(), 1);
        QCOMPARE(history.stack().undoText(), QStringLiteral("Lane"));
        const QVariantList whole = ranges(*page.heatmap);
        QTest::keyClick(page.heatmap->focusProxy(), Qt::Key_Plus);
        const QVariantList zoomed = ranges(*page.heatmap);
        QVERIFY(zoomed != whole);
        QTRY_COMPARE(history.stack().count(), 2);
        history.stack().undo();
        QCOMPARE(ranges(*page.heatmap), whole);
        QCOMPARE(page.combo->currentText(), QStringLiteral("b"));
        history.stack().undo();
        QCOMPARE(page.combo->currentText(), QStringLiteral("a"));
        history.stack().redo();
        history.stack().redo();
        QCOMPARE(page.combo->currentText(), QStringLiteral("b"));
        QCOMPARE(ranges(*page.heatmap), zoomed);
    }

    void whatAProgramChangesIsNoStep() {
        SomePage page;
        Selection selection;
        ViewHistory history({&page}, selection);
        page.show();
        page.combo->setCurrentIndex(2);
        page.heatmap->setColourMap(ColourMap::Magma);
        QTest::keyClick(page.combo, Qt::Key_Shift);
        QTest::qWait(500);
        QCOMPARE(history.stack().count(), 0);
    }

    void coloursAndLimitsComeBack() {
        HeatmapPlot plot;
        plot.setMatrix(someMatrix());
        const QVariantMap before = plot.viewState();
        plot.setColourMap(ColourMap::Cividis);
        plot.setScaleKind(ScaleKind::Logarithmic);
        plot.setLimits(2, 30);
        plot.setRowsUpward(false);
        const QVariantMap after = plot.viewState();
        plot.restoreView(before);
        QCOMPARE(plot.colourMap(), ColourMap::Viridis);
        QCOMPARE(plot.scaleKind(), ScaleKind::Linear);
        QCOMPARE(plot.viewState(), before);
        plot.restoreView(after);
        QCOMPARE(plot.viewState(), after);
        QCOMPARE(plot.colourScale().upper(), 30.0);
        plot.restoreView({{"colours", 99}, {"ranges", QVariantList{1}}}); // of no use
        QCOMPARE(plot.colourMap(), ColourMap::Cividis);
    }

    void pinsAreSteps() {
        Selection selection;
        ViewHistory history({}, selection);
        selection.setPinned({3});
        QTRY_COMPARE(history.stack().count(), 1);
        selection.setPrimary(4);
        selection.setSelected({4}); // the one looked at
        QTest::qWait(400);
        QCOMPARE(history.stack().count(), 1);
        history.stack().undo();
        QVERIFY(selection.pinned().empty());
        history.stack().redo();
        QCOMPARE(selection.pinned(), std::vector<std::size_t>{3});
    }
};

QTEST_MAIN(TestViewHistory)
#include "test_view_history.moc"
