#include "views/pages/report_page.h"

#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/caption_bar.h"
#include "views/plots/figure_plot.h"
#include "views/plots/plot_widget.h"
#include "views/plots/strips_plot.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr int plotHeight = 390; ///< with its caption
constexpr int rowsOfTable = 14; ///< shown before a table scrolls

/// Long lists of bars need their room.
int heightOf(const Figure& figure) {
    const auto* bars = std::get_if<BarsFigure>(&figure.body);
    std::size_t count = 0;
    for (std::size_t group = 0; bars && group < bars->groups.size(); ++group)
        count += bars->groups[group].bars.size() + 1;
    int height = 110 + 9 * static_cast<int>(count);
    if (const auto* strips = std::get_if<StripsFigure>(&figure.body))
        height = 110 + 16 * static_cast<int>(StripsPlot::rowsOf(*strips));
    return std::max(plotHeight, height);
}

ValueCell valueCell(const TableCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell))
        return ValueCell::ofText(QString::fromStdString(*text));
    if (const auto* number = std::get_if<double>(&cell))
        return ValueCell::ofNumber(*number);
    return ValueCell::ofInterval(std::get<Interval>(cell));
}

/// Counts and indices: columns that hold whole numbers alone are written without decimals.
bool isOfWholeNumbers(const TableFigure& table, std::size_t column) {
    constexpr double largest = 1e9;
    bool any = false;
    for (const auto& cells : table.rows) {
        const auto* number = column < cells.size() ? std::get_if<double>(&cells[column]) : nullptr;
        if (!number || std::abs(*number) > largest || *number != std::round(*number))
            return false;
        any = true;
    }
    return any;
}

} // namespace

ReportPage::ReportPage(ReportKind kind, QWidget* parent) : Page(parent), m_kind(kind) {
    m_lanes = new QComboBox;
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&Quantized lane:"), m_lanes);
    m_controls = m_lanes->parentWidget();
    if (kind == ReportKind::Activations) {
        m_tryOut = new QPushButton(tr("&Try without the super weight"));
        m_tryOut->setToolTip(tr("Walks the session's first examples with the candidate set to "
                                "zero, and in the quantized lane back to full precision. Needs the "
                                "model and the codes of the study."));
        row->addWidget(m_tryOut);
        connect(m_tryOut, &QPushButton::clicked, this, &ReportPage::experimentRequested);
    }
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
    case ReportKind::Training:
        return tr("Training");
    case ReportKind::Allocation:
        return tr("Allocate");
    case ReportKind::Predictors:
        return tr("Predictors");
    case ReportKind::Experts:
        return tr("Experts");
    case ReportKind::Questions:
        return tr("Questions");
    case ReportKind::Calibration:
        return tr("Calibration");
    case ReportKind::Activations:
        return tr("Activations");
    case ReportKind::Depth:
        return tr("Depth");
    case ReportKind::Perturbation:
        break;
    }
    return tr("Perturbation");
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
    case ReportKind::Training:
        return tr(
            "<p>Methods that train, against what they build on. Choose a base and what of the "
            "singular values is learned beneath it, and <b>Train and compare</b>: the study "
            "in the dock runs with these two methods, and the losses of the blocks are drawn "
            "while they are trained.</p><p>Every matrix is W = U diag(S) Vᵀ; learned is Δ in "
            "W' = U (diag(S) + Δ) Vᵀ, zero at the start: increments of the diagonal (LSI), of "
            "a band or of a square (SDE). With a horizon, the output of a block is carried "
            "through the blocks after it, and the error there counts as well, which is meant "
            "to spread the error over the layers: whether it does, the entropy of the layers' "
            "errors says, 1 where all have the same. <i>Accumulated</i> is the error in the "
            "residual stream, <i>local</i> that of each block fed with the reference's "
            "input.</p>");
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
    case ReportKind::Allocation:
        return tr(
            "<p>Where to spend bits. On calibration text every matrix is quantized alone; an "
            "integer program then gives each the method that keeps the sum of these costs least "
            "within the budget. The slider solves it again for any budget.</p><p>What matters is "
            "said by the figures below: the mixed model was quantized again and measured on "
            "documents that took no part, beside a uniform model, random ones and one that spends "
            "the same bits on the largest matrices.</p>");
    case ReportKind::Predictors:
        return tr("<p>How well the errors can be foretold from the full-precision run alone, "
                  "before anything is quantized: ridge regression and single ranks, always on "
                  "documents that the model has not seen. No model can exceed the ceiling, since "
                  "the errors themselves are measured with noise.</p>");
    case ReportKind::Experts:
        return tr("<p>Models whose MLPs are mixtures of experts send every token to a few of them. "
                  "Which tokens go where is decided by a router, which is never quantized; but it "
                  "reads a residual stream that quantization has moved, so that tokens go astray. "
                  "Errors of an expert are over the tokens that both models send to it.</p>");
    case ReportKind::Questions:
        return tr("<p>What quantization does to behaviour: every lane answers the same questions "
                  "after the same examples, greedily; answers are judged right or wrong and "
                  "compared with the reference's question by question, by how popular the "
                  "question's subject is. Choices are weighed by their likelihood. Small changes "
                  "of accuracy can hide many flips: look at both directions.</p>");
    case ReportKind::Calibration:
        return tr("<p>What the text matters that a method calibrates on. The same model and "
                  "method, calibrated on several draws of several sources, nonsense among them, "
                  "and always tested on the same text: how far apart are the draws of one source, "
                  "how far the sources? A method that looks at no text is the control and must "
                  "not move.</p>");
    case ReportKind::Activations:
        return tr("<p>How the values are distributed that the matrices read, and what leaves each "
                  "block: the largest, the median, the tails, single channels, the first token "
                  "against the rest, and two kinds of text over each other. These figures "
                  "describe; they do not predict what quantization breaks.</p>");
    case ReportKind::Depth:
        return tr("<p>What each layer changes, and what the model loses without it: influence and "
                  "size of the updates of blocks, of attention and of MLPs alone, the loss with "
                  "one or more of them left out, and with MLPs skipped at the tokens that they "
                  "change least.</p>");
    case ReportKind::Perturbation:
        break;
    }
    return tr("<p>Quantization seen as noise on the weights. Artificial noise of the same size, "
              "which grows or shrinks with the weight or does not look at it, tells whether the "
              "size of an error or its place does the damage; the methods' own changes are drawn "
              "against the weights that they change.</p>");
}

QString ReportPage::emptyText() const {
    switch (m_kind) {
    case ReportKind::Predictors:
        return tr("This needs the errors of a finished study with texts of at least eight "
                  "documents.");
    case ReportKind::Training:
        return tr(
            "This session has no method that trains. Choose a base and what is learned above, "
            "and a model, a text and a calibration text in the study dock.");
    case ReportKind::Questions:
        return tr("No lane has answered questions yet. Choose a file of questions under Questions "
                  "in the study dock and run the study; a line is an object such as "
                  "{\"question\": …, \"answers\": […], \"popularity\": …}.");
    case ReportKind::Calibration:
        return tr("This needs a study of calibration sets: add some under Methods in the study "
                  "dock, or run quantscope-cli calibrate with a --set for each.");
    case ReportKind::Activations:
        return tr("This needs a study with the instrument activations or outliers.");
    case ReportKind::Depth:
        return tr("This needs a study with the instrument depth; “Leave out units on” (--removal "
                  "N) also measures the loss without units, on N examples. In blocks whose "
                  "attention and MLP read the same stream, each is taken as if it alone were "
                  "added to it.");
    case ReportKind::Perturbation:
        return tr("This needs a study with at least one method, such as perturb.");
    case ReportKind::Allocation:
        return tr("This needs the sensitivities of single matrices, which the commands "
                  "quantscope-cli sensitivity and quantscope-cli allocate measure.");
    case ReportKind::Experts:
        return tr("The MLPs of this model are no mixtures of experts, or the study has not walked "
                  "through a block yet.");
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
        showEmpty(emptyText());
        return;
    }
    // While a study runs the same figures grow: their plots stay where they are.
    if (!updateFigures())
        showFigures();
    showReady();
}

void ReportPage::setExperiment(std::shared_ptr<const TableFigure> outcome) {
    m_experiment = std::move(outcome);
    if (m_values && !m_values->figures.empty())
        showFigures();
}

void ReportPage::setExperimentRunning(bool running) {
    if (!m_tryOut)
        return;
    m_tryOut->setEnabled(!running);
    m_tryOut->setText(running ? tr("Walking without the weight…")
                              : tr("&Try without the super weight"));
}

void ReportPage::setLanes(const std::vector<std::string>& lanes) {
    const std::vector<std::string> before = laneStyles().lanes();
    Page::setLanes(lanes);
    // A study that grows says its lanes with every part; plots are made anew for other ones only.
    if (laneStyles().lanes() != before && m_values && !m_values->figures.empty() &&
        !updateFigures())
        showFigures();
}

void ReportPage::changeEvent(QEvent* event) {
    Page::changeEvent(event);
    // Plots follow the theme by themselves, the captions of tables do not.
    if (event->type() == QEvent::PaletteChange)
        for (const Shown& shown : m_shown)
            if (shown.caption)
                shown.caption->setStyle(PlotStyle::fromPalette(palette(), font()));
}

/// Puts the values into what is shown, where that is of the same figures.
bool ReportPage::updateFigures() {
    const std::vector<Figure>& figures = m_values->figures;
    if (m_shown.size() != figures.size())
        return false;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const bool isTable = std::holds_alternative<TableFigure>(figures[i].body);
        if (m_shown[i].name != figures[i].name || isTable != (m_shown[i].table != nullptr))
            return false;
    }
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Shown& shown = m_shown[i];
        if (const auto* table = std::get_if<TableFigure>(&figures[i].body))
            fillTable(*table, shown);
        else if (!showFigure(*shown.plot, figures[i], laneStyles()))
            return false;
        else
            shown.plot->setMinimumHeight(heightOf(figures[i]));
    }
    return true;
}

void ReportPage::showFigures() {
    const int scrolled = m_scroll->verticalScrollBar()->value();
    m_plots.clear();
    m_shown.clear();
    auto* content = new QWidget;
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(4, 4, 4, 4);
    grid->setSpacing(10);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    int row = 0;
    int column = 0;
    if (QWidget* first = header())
        grid->addWidget(first, row++, 0, 1, 2);
    if (!m_values->sentences.empty()) {
        QStringList sentences;
        for (const std::string& sentence : m_values->sentences)
            sentences << QString::fromStdString(sentence).toHtmlEscaped();
        auto* label = new QLabel(QStringLiteral("<ul><li>%1</li></ul>")
                                     .arg(sentences.join(QStringLiteral("</li><li>"))));
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        grid->addWidget(label, row++, 0, 1, 2);
    }
    if (m_experiment) {
        Shown shown; // the widgets belong to the content
        grid->addWidget(makeTable(*m_experiment, shown), row++, 0, 1, 2);
    }
    const std::vector<Figure>& figures = m_values->figures;
    const auto isPlot = [&](std::size_t index) {
        return index < figures.size() && !std::holds_alternative<TableFigure>(figures[index].body);
    };
    for (std::size_t index = 0; index < figures.size(); ++index) {
        const Figure& figure = figures[index];
        Shown& shown = m_shown.emplace_back();
        shown.name = figure.name;
        if (const auto* table = std::get_if<TableFigure>(&figure.body)) {
            row += column > 0 ? 1 : 0;
            column = 0;
            grid->addWidget(makeTable(*table, shown), row++, 0, 1, 2);
            continue;
        }
        shown.plot = makeFigurePlot(figure, laneStyles()).release();
        shown.plot->setMinimumHeight(heightOf(figure));
        adopt(shown.plot);
        m_plots.push_back(shown.plot);
        grid->setRowStretch(row, 1);             // where there is more room than the figures need
        if (column == 0 && !isPlot(index + 1)) { // nothing stands beside it
            grid->addWidget(shown.plot, row++, 0, 1, 2);
            continue;
        }
        grid->addWidget(shown.plot, row, column);
        column = 1 - column;
        row += column == 0 ? 1 : 0;
    }
    if (m_plots.empty())
        grid->setRowStretch(row + 1, 1);
    m_scroll->setWidget(content); // deletes the one before
    m_scroll->verticalScrollBar()->setValue(scrolled);
}

QWidget* ReportPage::makeTable(const TableFigure& table, Shown& shown) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    shown.caption = new CaptionBar;
    shown.caption->setStyle(PlotStyle::fromPalette(palette(), font()));
    layout->addWidget(shown.caption);
    shown.table = new ValueTable(box);
    shown.view = new QTableView;
    shown.view->setModel(shown.table);
    setUpTable(shown.view);
    layout->addWidget(shown.view);
    fillTable(table, shown);
    return box;
}

void ReportPage::fillTable(const TableFigure& table, const Shown& shown) const {
    shown.caption->setCaption(table.caption);
    std::vector<ValueColumn> columns;
    for (const std::string& title : table.columns)
        columns.push_back({QString::fromStdString(title), {}});
    std::vector<std::vector<ValueCell>> rows;
    for (const auto& cells : table.rows) {
        rows.emplace_back();
        std::transform(cells.begin(), cells.end(), std::back_inserter(rows.back()), valueCell);
    }
    for (std::size_t column = 0; column < columns.size(); ++column)
        if (isOfWholeNumbers(table, column))
            for (std::vector<ValueCell>& row : rows)
                row[column].text = QString::number(static_cast<qint64>(row[column].number));
    const int visible = std::min(static_cast<int>(rows.size()), rowsOfTable);
    shown.table->setTable(std::move(columns), std::move(rows));
    QTableView& view = *shown.view;
    view.setAccessibleName(QString::fromStdString(table.caption.title));
    view.resizeColumnsToContents();
    view.setFixedHeight(view.horizontalHeader()->sizeHint().height() +
                        visible * view.verticalHeader()->defaultSectionSize() +
                        view.horizontalScrollBar()->sizeHint().height() + 4);
}

} // namespace quantscope
