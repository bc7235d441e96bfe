#include "views/pages/errors_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/scatter_plot.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

std::vector<std::string> quantityNames(const ErrorsValues& values) {
    std::vector<std::string> names;
    for (const ExampleColumn& quantity : values.quantities)
        names.push_back(quantity.name);
    return names;
}

int indexOfName(const ErrorsValues& values, const std::string& name) {
    for (std::size_t i = 0; i < values.quantities.size(); ++i) {
        if (values.quantities[i].name == name)
            return static_cast<int>(i);
    }
    return -1;
}

/// The quantity that holds a lane's error.
int errorOf(const ErrorsValues& values, const std::string& lane) {
    return indexOfName(values, "error[" + lane + "]");
}

/// What bounds correlations stands with the formula, which a click shows: it is long.
void append(Caption& caption, const std::string& sentence) {
    if (!sentence.empty())
        caption.formula += "; " + sentence;
}

} // namespace

ErrorsPage::ErrorsPage(QWidget* parent) : Page(parent) {
    m_x = new QComboBox;
    m_y = new QComboBox;
    m_statistic = new QComboBox;
    m_statistic->addItem(tr("Pearson r"));
    m_statistic->addItem(tr("Spearman ρ"));
    m_statistic->addItem(tr("Jaccard of D_large"));
    m_chance = new QLabel;
    m_scatter = new ScatterPlot;
    m_scatter->setObjectName(QStringLiteral("scatter"));
    m_matrix = new MatrixPlot;
    m_matrix->setObjectName(QStringLiteral("methods"));
    adopt(m_scatter);
    adopt(m_matrix);
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&x:"), m_x);
    addControl(row, tr("&y:"), m_y);
    auto* modes = new QButtonGroup(this);
    const auto addMode = [&](const QString& symbol, const QString& name, DragMode mode) {
        auto* button = new QToolButton;
        button->setText(symbol);
        button->setToolTip(name);
        button->setAccessibleName(name);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setChecked(mode == m_scatter->dragMode());
        modes->addButton(button);
        connect(button, &QToolButton::clicked, m_scatter,
                [this, mode] { m_scatter->setDragMode(mode); });
        row->addWidget(button);
    };
    addMode(tr("Zoom"), tr("Dragging zooms"), DragMode::Zoom);
    addMode(tr("Rectangle"), tr("Dragging selects a rectangle"), DragMode::SelectRectangle);
    addMode(tr("Lasso"), tr("Dragging selects with a lasso"), DragMode::SelectLasso);
    row->addWidget(m_chance);
    addControl(row, tr("&Between methods:"), m_statistic);
    body()->layout()->addWidget(split(Qt::Horizontal, {m_scatter, m_matrix}, {3, 2}));

    const auto axesChanged = [this] {
        showScatter();
        if (m_values)
            Q_EMIT scatterRequested(xQuantity(), yQuantity());
    };
    connect(m_x, &QComboBox::currentIndexChanged, this, axesChanged);
    connect(m_y, &QComboBox::currentIndexChanged, this, axesChanged);
    connect(m_statistic, &QComboBox::currentIndexChanged, this, &ErrorsPage::showMatrix);
    connect(m_matrix, &HeatmapPlot::cellClicked, this, &ErrorsPage::chooseCell);
    connect(m_scatter, &ScatterPlot::pointClicked, this,
            [this](std::size_t point, Qt::KeyboardModifiers modifiers) {
                if (!selection())
                    return;
                if (modifiers.testFlag(Qt::ControlModifier)) {
                    std::vector<std::size_t> examples = selection()->selected();
                    examples.push_back(point);
                    selection()->setSelected(std::move(examples));
                }
                selection()->setPrimary(point);
            });
    connect(m_scatter, &ScatterPlot::pointsSelected, this,
            [this](const std::vector<std::size_t>& points) {
                if (selection())
                    selection()->setSelected(points);
            });
}

QString ErrorsPage::title() const { return tr("Errors"); }

QString ErrorsPage::helpText() const {
    return tr("<p>Any two quantities of the examples against each other. Orange points are the "
              "examples with the largest errors (D_large), blue ones the controls (D_ctrl). The "
              "matrix says how much the methods agree on which inputs fail; a click on a cell "
              "plots the two methods' errors.</p><p>The loss of the reference and the error share "
              "a term, so a correlation between them is partly made by construction.</p>");
}

void ErrorsPage::setSelection(Selection* selection) {
    if (this->selection())
        disconnect(this->selection(), nullptr, this, nullptr);
    Page::setSelection(selection);
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, &ErrorsPage::showSelection);
    connect(selection, &Selection::selectionChanged, this, &ErrorsPage::showSelection);
    showSelection();
}

std::vector<PlotWidget*> ErrorsPage::plots() const { return {m_scatter, m_matrix}; }

int ErrorsPage::xQuantity() const { return m_values ? m_x->currentIndex() : -1; }

int ErrorsPage::yQuantity() const { return m_values ? m_y->currentIndex() : -1; }

void ErrorsPage::setAxes(int x, int y) {
    if (x == m_x->currentIndex() && y == m_y->currentIndex())
        return;
    {
        const QSignalBlocker blocker(m_x); // One request for both.
        m_x->setCurrentIndex(x);
    }
    if (y == m_y->currentIndex())
        Q_EMIT m_y->currentIndexChanged(y);
    else
        m_y->setCurrentIndex(y);
}

void ErrorsPage::setMatrixStatistic(int statistic) { m_statistic->setCurrentIndex(statistic); }

void ErrorsPage::setValues(std::shared_ptr<const ErrorsValues> values) {
    const std::string oldX = comboValue(m_x);
    const std::string oldY = comboValue(m_y);
    m_values = std::move(values);
    if (!m_values || m_values->quantities.empty()) {
        m_values.reset();
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    const std::vector<std::string> names = quantityNames(*m_values);
    int x = indexOfName(*m_values, oldX);
    int y = indexOfName(*m_values, oldY);
    // At first the paper's question: loss of the reference against the first method's error.
    if (x < 0)
        x = std::max(0, indexOfName(*m_values, "nll_reference"));
    if (y < 0) {
        const auto error = std::find_if(names.begin(), names.end(), [](const std::string& name) {
            return name.starts_with("error[");
        });
        y = error != names.end() ? static_cast<int>(error - names.begin())
                                 : static_cast<int>(std::min<std::size_t>(1, names.size() - 1));
    }
    fillCombo(m_x, names, names[static_cast<std::size_t>(x)]);
    fillCombo(m_y, names, names[static_cast<std::size_t>(y)]);
    showScatter();
    showMatrix();
    showReady();
    Q_EMIT scatterRequested(xQuantity(), yQuantity());
}

void ErrorsPage::setScatterStatistics(int x, int y, const ScatterStatistics& statistics) {
    if (x == xQuantity() && y == yQuantity())
        m_scatter->setStatistics(statistics);
}

void ErrorsPage::showScatter() {
    const int x = xQuantity();
    const int y = yQuantity();
    if (x < 0 || y < 0)
        return;
    const ExampleColumn& first = m_values->quantities[static_cast<std::size_t>(x)];
    const ExampleColumn& second = m_values->quantities[static_cast<std::size_t>(y)];
    Caption caption;
    caption.title =
        tr("%1 against %2")
            .arg(QString::fromStdString(second.name), QString::fromStdString(first.name))
            .toStdString();
    caption.definition = tr("One point an example; least-squares line, coefficients with bootstrap "
                            "intervals; histograms of all examples and of both sets")
                             .toStdString();
    caption.formula = "e(x; θ~) = NLL(x; θ~) − NLL(x; θ), NLL = (1/T) Σ −log p(x_t | x_<t)";
    caption.source = "Chang et al., arXiv 2506.12044, section 3 and figures 4 and 16";
    if (second.name.starts_with("error[") || first.name.starts_with("error["))
        append(caption, m_values->ceiling);
    m_scatter->setCaption(caption);
    m_scatter->setValues(first, second, m_values->large, m_values->control);
    showSelection();
}

void ErrorsPage::showMatrix() {
    if (!m_values)
        return;
    const int statistic = m_statistic->currentIndex();
    const Matrix& matrix = statistic == 0   ? m_values->pearson
                           : statistic == 1 ? m_values->spearman
                                            : m_values->jaccard;
    Caption caption;
    caption.title = tr("Do methods fail on the same inputs?").toStdString();
    caption.definition =
        (statistic == 2 ? tr("Overlap of the methods' sets of largest errors")
                        : tr("Correlation over examples between the methods' errors"))
            .toStdString();
    caption.formula = statistic == 2 ? "|A ∩ B| / |A ∪ B|" : "corr_x(e(x; θ~a), e(x; θ~b))";
    caption.source = "Chang et al., arXiv 2506.12044, section 3 and tables 1 and 6";
    if (statistic != 2)
        append(caption, m_values->ceiling);
    m_matrix->setCaption(caption);
    auto copy = std::make_shared<Matrix>(matrix);
    // A row of names is enough, and the same on both axes.
    copy->rowTitle.clear();
    copy->columnTitle.clear();
    copy->diverging = statistic != 2;
    m_matrix->setMatrix(copy);
    if (statistic == 2)
        m_matrix->setLimits(0, 1);
    else
        m_matrix->setLimits(-1, 1);
    m_chance->setVisible(statistic == 2);
    m_chance->setText(tr("by chance %1").arg(formatNumber(m_values->jaccardByChance)));
}

void ErrorsPage::showSelection() {
    if (!selection() || !m_values)
        return;
    m_scatter->setSelected(selection()->selected());
    m_scatter->setPinned(selection()->pinned());
    m_scatter->setPrimary(selection()->primary());
}

void ErrorsPage::chooseCell(std::size_t row, std::size_t column) {
    const Matrix* matrix = m_matrix->matrix();
    if (!m_values || !matrix || row >= matrix->rowLabels.size() ||
        column >= matrix->columnLabels.size())
        return;
    const int x = errorOf(*m_values, matrix->columnLabels[column]);
    const int y = errorOf(*m_values, matrix->rowLabels[row]);
    if (x >= 0 && y >= 0)
        setAxes(x, y);
}

} // namespace quantscope
