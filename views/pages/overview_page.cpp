#include "views/pages/overview_page.h"

#include "views/models/value_table.h"
#include "views/pages/page_layout.h"
#include "views/plots/bars_plot.h"
#include "views/plots/lines_plot.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

QWidget* titled(const QString& title, QWidget* content) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    auto* label = new QLabel(QStringLiteral("<b>%1</b>").arg(title.toHtmlEscaped()));
    label->setContentsMargins(4, 0, 0, 0);
    label->setBuddy(content);
    content->setAccessibleName(title);
    layout->addWidget(label);
    layout->addWidget(content, 1);
    return box;
}

BarsFigure correlationFigure(const OverviewValues& values) {
    BarsFigure figure;
    figure.caption.title = OverviewPage::tr("Residual size foretells the error").toStdString();
    figure.caption.definition =
        OverviewPage::tr(
            "Pearson correlation over examples between the mean norm of the last layer's "
            "residual and the final error, with its bootstrap interval.")
            .toStdString();
    figure.caption.formula =
        "ρ(S(L−1), E), S(x) = (1/T) Σ ‖r_t(x)‖₂, E(x) = NLL(x; θ~) − NLL(x; θ)";
    figure.caption.source = "Chang et al., arXiv 2506.12044, section 4 and table 2";
    figure.valueTitle = OverviewPage::tr("ρ(S, E) at the last layer").toStdString();
    for (const OverviewRow& row : values.rows) {
        if (!std::isfinite(row.residualCorrelation.value))
            continue;
        figure.groups.push_back(
            {row.lane, {{row.lane, row.lane, row.residualCorrelation, false, {}}}});
    }
    return figure;
}

} // namespace

OverviewPage::OverviewPage(QWidget* parent) : Page(parent) {
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(8, 8, 8, 4);
    layout->setSpacing(4);
    m_model = new QLabel;
    QFont large = m_model->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    m_model->setFont(large);
    m_detail = new QLabel;
    m_status = new QLabel;
    m_smallModel = new QLabel(tr("A model this small shows how the tool works, not whether the "
                                 "published findings hold for it."));
    m_warnings = new QLabel;
    m_warnings->setObjectName(QStringLiteral("warnings"));
    m_warnings->hide();
    for (QLabel* label : {m_model, m_detail, m_status, m_smallModel, m_warnings}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText); // names and tokens of a file may look like markup
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setContentsMargins(4, 0, 0, 0);
        layout->addWidget(label);
    }
    QFont italic = m_smallModel->font();
    italic.setItalic(true);
    m_smallModel->setFont(italic);
    m_smallModel->hide();

    m_methodsModel = new ValueTable(this);
    m_methods = new QTableView;
    m_methods->setModel(m_methodsModel);
    setUpTable(m_methods);
    m_worstModel = new ValueTable(this);
    m_worst = new QTableView;
    m_worst->setModel(m_worstModel);
    setUpTable(m_worst);
    m_worst->setSelectionMode(QAbstractItemView::SingleSelection);
    m_errorByRank = new LinesPlot;
    m_errorByRank->setObjectName(QStringLiteral("error-by-rank"));
    m_errorByRank->setZeroLine(true);
    m_correlation = new BarsPlot;
    m_correlation->setObjectName(QStringLiteral("residual-size-foretells-error"));
    adopt(m_errorByRank);
    adopt(m_correlation);
    QSplitter* figures = split(Qt::Horizontal, {m_errorByRank, m_correlation}, {3, 2});
    QSplitter* rows = split(
        Qt::Vertical,
        {titled(tr("Methods"), m_methods), figures, titled(tr("Inputs that break most"), m_worst)},
        {3, 5, 3});
    layout->addSpacing(4);
    layout->addWidget(rows, 1);

    connect(m_worst->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                const auto row = static_cast<std::size_t>(current.row());
                if (selection() && m_values && current.isValid() && row < m_values->worst.size())
                    selection()->setPrimary(m_values->worst[row].example);
            });
}

QString OverviewPage::title() const { return tr("Overview"); }

QString OverviewPage::helpText() const {
    return tr("<p>What was run and what came out. The table compares the methods: perplexity and "
              "mean error with bootstrap intervals over documents, the mean divergence of the "
              "predictions, how often the most likely token is the same, and the bits each weight "
              "really takes.</p><p>The curves show the error of every example, sorted: a steep end "
              "means that few inputs take most of the damage. The bars show how strongly the size "
              "of the residual stream foretells the error.</p>");
}

void OverviewPage::setSelection(Selection* selection) { Page::setSelection(selection); }

void OverviewPage::setLanes(const std::vector<std::string>& lanes) {
    Page::setLanes(lanes);
    m_errorByRank->setLaneStyles(laneStyles());
    m_correlation->setLaneStyles(laneStyles());
}

std::vector<PlotWidget*> OverviewPage::plots() const { return {m_errorByRank, m_correlation}; }

void OverviewPage::setValues(std::shared_ptr<const OverviewValues> values) {
    m_values = std::move(values);
    if (!m_values) {
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    showCard();
    showTables();
    showPlots();
    showReady();
}

void OverviewPage::showCard() {
    m_model->setText(QString::fromStdString(m_values->modelName));
    QStringList details;
    for (const std::string& part : {m_values->modelDetail, m_values->textDetail}) {
        if (!part.empty())
            details.append(QString::fromStdString(part));
    }
    m_detail->setText(details.join(QStringLiteral("   ·   ")));
    m_status->setText(QString::fromStdString(m_values->status));
    m_status->setVisible(!m_values->status.empty());
    m_smallModel->setVisible(m_values->smallModel);
    QStringList warnings;
    for (const std::string& warning : m_values->warnings)
        warnings.append(QStringLiteral("⚠ ") + QString::fromStdString(warning));
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
}

void OverviewPage::showTables() {
    std::vector<std::vector<ValueCell>> rows;
    for (const OverviewRow& row : m_values->rows)
        rows.push_back({ValueCell::ofText(QString::fromStdString(row.lane)),
                        ValueCell::ofText(QString::fromStdString(row.method)),
                        ValueCell::ofInterval(row.perplexity), ValueCell::ofInterval(row.meanError),
                        ValueCell::ofNumber(row.meanKl), ValueCell::ofShare(row.topAgreement),
                        ValueCell::ofNumber(row.bitsPerWeight),
                        ValueCell::ofNumber(row.activationBits),
                        ValueCell::ofInterval(row.residualCorrelation)});
    m_methodsModel->setTable(
        {{tr("Lane"), {}},
         {tr("Method"), {}},
         {tr("Perplexity"),
          tr("Exponential of the token-weighted mean loss, bootstrap over documents")},
         {tr("Mean error (nat)"), tr("Mean over examples of the loss added by quantization")},
         {tr("KL (nat)"), tr("Mean divergence of the predictions from the reference's, per token")},
         {tr("Same top token"), tr("Share of positions with the same most likely token")},
         {tr("Bits/weight"), tr("All that is stored, over the number of quantized weights")},
         {tr("Input bits"), tr("Bits that inputs of matrices are rounded to; 16: not rounded")},
         {tr("ρ(S, E)"), tr("Correlation of the last layer's residual size with the error")}},
        std::move(rows));
    m_methods->resizeColumnsToContents();
    m_methods->horizontalHeader()->setStretchLastSection(false);
    m_methods->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);

    std::vector<std::vector<ValueCell>> worst;
    for (const WorstExample& example : m_values->worst)
        worst.push_back({ValueCell::ofNumber(static_cast<double>(example.example)),
                         ValueCell::ofText(QString::fromStdString(example.lane)),
                         ValueCell::ofNumber(example.error),
                         ValueCell::ofText(QString::fromStdString(example.excerpt).simplified(),
                                           QString::fromStdString(example.excerpt))});
    for (std::size_t i = 0; i < worst.size(); ++i)
        worst[i][0].text = QString::number(m_values->worst[i].example);
    m_worstModel->setTable(
        {{tr("Example"), {}}, {tr("Lane"), {}}, {tr("Error (nat)"), {}}, {tr("Text"), {}}},
        std::move(worst));
    m_worst->resizeColumnsToContents();
    m_worst->horizontalHeader()->setStretchLastSection(true);
}

void OverviewPage::showPlots() {
    if (laneStyles().lanes().empty()) {
        std::vector<std::string> lanes;
        for (const OverviewRow& row : m_values->rows)
            lanes.push_back(row.lane);
        setLanes(lanes);
    }
    m_errorByRank->setFigure(m_values->errorByRank);
    m_correlation->setFigure(correlationFigure(*m_values));
}

} // namespace quantscope
