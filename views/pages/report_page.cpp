#include "views/pages/report_page.h"

#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/caption_bar.h"
#include "views/plots/figure_plot.h"
#include "views/plots/plot_widget.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int plotHeight = 390; ///< with its caption
constexpr int rowsOfTable = 14; ///< shown before a table scrolls

ValueCell valueCell(const TableCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell))
        return ValueCell::ofText(QString::fromStdString(*text));
    if (const auto* number = std::get_if<double>(&cell))
        return ValueCell::ofNumber(*number);
    return ValueCell::ofInterval(std::get<Interval>(cell));
}

} // namespace

ReportPage::ReportPage(ReportKind kind, QWidget* parent) : Page(parent), m_kind(kind) {
    m_lanes = new QComboBox;
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&Quantized lane:"), m_lanes);
    m_controls = m_lanes->parentWidget();
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    static_cast<QVBoxLayout*>(body()->layout())->addWidget(m_scroll, 1);
    connect(m_lanes, &QComboBox::currentIndexChanged, this, [this] {
        m_lane = comboValue(m_lanes);
        Q_EMIT requestChanged();
    });
}

QString ReportPage::title() const {
    switch (m_kind) {
    case ReportKind::Output:
        return tr("Output");
    case ReportKind::Agreement:
        return tr("Agreement");
    case ReportKind::Explanations:
        return tr("Explanations");
    case ReportKind::Layers:
        return tr("Layers");
    case ReportKind::Predictors:
        return tr("Predictors");
    case ReportKind::Questions:
        break;
    }
    return tr("Questions");
}

QString ReportPage::helpText() const {
    switch (m_kind) {
    case ReportKind::Output:
        return tr("<p>How the predictions of each method differ from the reference's: divergence, "
                  "the change of the true token's probability, perplexity; then by how confident "
                  "the reference was, and by kind of text.</p>");
    case ReportKind::Agreement:
        return tr("<p>Whether the methods fail on the same inputs, and how much of that can be "
                  "known: an error is measured on few tokens, and what is measured with noise "
                  "correlates less than it should. Reliability is the ceiling. Inputs that are "
                  "chosen for their error look worse than they are; honest selection scores them "
                  "by what did not choose them.</p>");
    case ReportKind::Explanations:
        return tr("<p>What goes with the error: the size of the residual stream, the same with the "
                  "reference's loss held, the drift of the method's own stream, and what part runs "
                  "through which. The grey band holds what all layers together reach by chance. "
                  "Every contrast is shown against random controls and against inputs of the same "
                  "loss.</p>");
    case ReportKind::Layers:
        return tr("<p>What the instruments measured in every layer: the error of each module with "
                  "the run's own inputs and fed with the reference's, what the error of the MLP is "
                  "made of, how the residual stream drifts, what attention looks at, outliers. "
                  "Which of these there are was chosen before the run (Instruments). The dashed "
                  "grey line is the noise floor: the reference run again, different by rounding "
                  "alone.</p>");
    case ReportKind::Predictors:
        return tr("<p>How well the errors can be foretold from the full-precision run alone, "
                  "before anything is quantized: ridge regression and single ranks, always on "
                  "documents that the model has not seen. No model can exceed the ceiling, since "
                  "the errors themselves are measured with noise.</p>");
    case ReportKind::Questions:
        break;
    }
    return tr("<p>What quantization does to behaviour: every lane answers the same questions after "
              "the same examples, greedily; answers are judged right or wrong and compared with "
              "the reference's question by question, by how popular the question's subject is. "
              "Choices are weighed by their likelihood. Small changes of accuracy can hide many "
              "flips: look at both directions.</p>");
}

QString ReportPage::whatIsMissing() const {
    switch (m_kind) {
    case ReportKind::Predictors:
        return tr("This needs the errors of a finished study with texts of at least eight "
                  "documents.");
    case ReportKind::Questions:
        return tr("No lane has answered questions yet. Choose a file of questions under Questions "
                  "in the study dock and run the study; a line is an object such as "
                  "{\"question\": …, \"answers\": […], \"popularity\": …}.");
    default:
        return tr("This needs the predictions of a finished study: wait for the run to end, or run "
                  "a study with at least one method.");
    }
}

void ReportPage::setValues(std::shared_ptr<const ReportValues> values) {
    m_values = std::move(values);
    if (!m_values) {
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    m_lane = m_values->lane;
    fillCombo(m_lanes, m_values->lanes, m_lane);
    m_controls->setVisible(!m_values->lanes.empty());
    if (m_values->figures.empty()) {
        showEmpty(whatIsMissing());
        return;
    }
    showFigures();
    showReady();
}

void ReportPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    if (m_values && !m_values->figures.empty())
        showFigures();
}

void ReportPage::changeEvent(QEvent* event) {
    Page::changeEvent(event);
    // Plots follow the theme by themselves, the captions of tables are made anew.
    if (event->type() == QEvent::PaletteChange && m_values && !m_values->figures.empty())
        showFigures();
}

void ReportPage::showFigures() {
    const int scrolled = m_scroll->verticalScrollBar()->value();
    m_plots.clear();
    auto* content = new QWidget;
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(4, 4, 4, 4);
    grid->setSpacing(10);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    int row = 0;
    int column = 0;
    for (const Figure& figure : m_values->figures) {
        if (const auto* table = std::get_if<TableFigure>(&figure.body)) {
            row += column > 0 ? 1 : 0;
            column = 0;
            grid->addWidget(makeTable(*table), row++, 0, 1, 2);
            continue;
        }
        PlotWidget* plot = makeFigurePlot(figure, laneStyles()).release();
        // Long lists of bars need their room.
        const auto* bars = std::get_if<BarsFigure>(&figure.body);
        std::size_t count = 0;
        for (std::size_t group = 0; bars && group < bars->groups.size(); ++group)
            count += bars->groups[group].bars.size() + 1;
        plot->setMinimumHeight(std::max(plotHeight, 110 + 9 * static_cast<int>(count)));
        adopt(plot);
        m_plots.push_back(plot);
        grid->addWidget(plot, row, column);
        column = 1 - column;
        row += column == 0 ? 1 : 0;
    }
    grid->setRowStretch(row + 1, 1);
    m_scroll->setWidget(content); // deletes the one before
    m_scroll->verticalScrollBar()->setValue(scrolled);
}

QWidget* ReportPage::makeTable(const TableFigure& table) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    auto* caption = new CaptionBar;
    caption->setStyle(PlotStyle::fromPalette(palette(), font()));
    caption->setCaption(table.caption);
    layout->addWidget(caption);
    auto* model = new ValueTable(box);
    std::vector<ValueColumn> columns;
    for (const std::string& title : table.columns)
        columns.push_back({QString::fromStdString(title), {}});
    std::vector<std::vector<ValueCell>> rows;
    for (const auto& cells : table.rows) {
        rows.emplace_back();
        std::transform(cells.begin(), cells.end(), std::back_inserter(rows.back()), valueCell);
    }
    const int shown = std::min(static_cast<int>(rows.size()), rowsOfTable);
    model->setTable(std::move(columns), std::move(rows));
    auto* view = new QTableView;
    view->setModel(model);
    setUpTable(view);
    view->setAccessibleName(QString::fromStdString(table.caption.title));
    view->resizeColumnsToContents();
    view->setFixedHeight(view->horizontalHeader()->sizeHint().height() +
                         shown * view->verticalHeader()->defaultSectionSize() +
                         view->horizontalScrollBar()->sizeHint().height() + 4);
    layout->addWidget(view);
    return box;
}

} // namespace quantscope
