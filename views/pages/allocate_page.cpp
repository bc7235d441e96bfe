#include "views/pages/allocate_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/heatmap_plot.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr int sliderSteps = 200;
constexpr int mapHeight = 330;
constexpr int restMilliseconds = 80;

} // namespace

AllocatePage::AllocatePage(QWidget* parent) : ReportPage(ReportKind::Allocation, parent) {
    buildHeader();
    m_delay.setSingleShot(true);
    m_delay.setInterval(restMilliseconds);
    connect(&m_delay, &QTimer::timeout, this, &AllocatePage::ask);
}

AllocatePage::~AllocatePage() {
    if (m_header && !m_header->parent())
        delete m_header;
}

void AllocatePage::buildHeader() {
    m_header = new QWidget;
    auto* layout = new QVBoxLayout(m_header);
    layout->setContentsMargins(0, 0, 0, 0);
    m_candidates = new QComboBox;
    m_objectives = new QComboBox;
    fillCombo(m_objectives, {"mean-kl", "worst-decile"}, "mean-kl",
              {tr("mean KL"), tr("worst decile")});
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setRange(0, sliderSteps);
    m_slider->setMinimumWidth(220);
    m_budget = new QLabel;
    m_answer = new QLabel;
    m_answer->setWordWrap(true);
    auto* recipes = new QPushButton(tr("&Recipe"));
    addRecipeMenu(recipes);
    FlowLayout* row = addControlRow(m_header);
    addControl(row, tr("&Budget:"), m_slider);
    row->addWidget(m_budget);
    addControl(row, tr("&Keep small:"), m_objectives);
    addControl(row, tr("&Sensitivity to:"), m_candidates);
    row->addWidget(recipes);
    layout->addWidget(m_answer);

    m_sensitivity = new HeatmapPlot;
    m_sensitivity->setObjectName(QStringLiteral("sensitivity"));
    m_bits = new HeatmapPlot;
    m_bits->setObjectName(QStringLiteral("bits"));
    m_bits->setColourMap(ColourMap::Cividis);
    for (HeatmapPlot* plot : {m_sensitivity, m_bits}) {
        plot->setMinimumHeight(mapHeight);
        adopt(plot);
    }
    layout->addWidget(split(Qt::Horizontal, {m_sensitivity, m_bits}, {1, 1}));
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        showBudget();
        m_delay.start();
    });
    for (QComboBox* combo : {m_candidates, m_objectives})
        connect(combo, &QComboBox::currentIndexChanged, this, &AllocatePage::ask);
}

void AllocatePage::addRecipeMenu(QPushButton* button) {
    auto* menu = new QMenu(button);
    const auto add = [&](const QString& text, const char* form, bool apply) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, form, apply] {
            RecipeRequest request;
            request.bitsPerWeight = budget();
            request.objective = comboValue(m_objectives);
            Q_EMIT recipeRequested(request, QString::fromLatin1(form), apply);
        });
    };
    add(tr("Save and add to the study as a method…"), "json", true);
    menu->addSeparator();
    add(tr("Save as JSON…"), "json", false);
    add(tr("Save for GPTQModel…"), "gptqmodel", false);
    add(tr("Save for llm-compressor…"), "llm-compressor", false);
    add(tr("Save for llama.cpp…"), "llama.cpp", false);
    button->setMenu(menu);
}

QWidget* AllocatePage::header() { return m_header; }

std::vector<PlotWidget*> AllocatePage::plots() const {
    std::vector<PlotWidget*> all = {m_sensitivity, m_bits};
    const std::vector<PlotWidget*> figures = ReportPage::plots();
    all.insert(all.end(), figures.begin(), figures.end());
    return all;
}

void AllocatePage::setValues(std::shared_ptr<const ReportValues> values) {
    ReportPage::setValues(std::move(values));
    m_allocation.reset(); // of another session, perhaps
    ask();
}

double AllocatePage::budget() const {
    if (!m_allocation)
        return 0;
    const double share = double(m_slider->value()) / sliderSteps;
    return m_allocation->least + share * (m_allocation->most - m_allocation->least);
}

void AllocatePage::ask() {
    AllocateRequest request;
    request.bitsPerWeight = budget();
    request.objective = comboValue(m_objectives);
    request.candidate = comboValue(m_candidates);
    Q_EMIT allocationRequested(request);
}

void AllocatePage::setAllocation(std::shared_ptr<const AllocateValues> values) {
    if (!values || !values->measured)
        return;
    const bool isFirst = !m_allocation;
    m_allocation = std::move(values);
    fillCombo(m_candidates, m_allocation->candidates, m_allocation->request.candidate);
    if (isFirst) {
        const double range = m_allocation->most - m_allocation->least;
        const QSignalBlocker blocker(m_slider);
        m_slider->setValue(range > 0
                               ? static_cast<int>(std::lround(
                                     (m_allocation->request.bitsPerWeight - m_allocation->least) /
                                     range * sliderSteps))
                               : 0);
    }
    showBudget();
    showMaps();
}

void AllocatePage::showBudget() {
    m_budget->setText(tr("%1 bits per weight").arg(budget(), 0, 'f', 2));
}

void AllocatePage::showMaps() {
    const std::shared_ptr<const AllocateValues> values = m_allocation;
    Caption caption;
    caption.title = tr("Sensitivity").toStdString();
    caption.definition = tr("How far the model moves from the reference when this matrix alone is "
                            "quantized by %1; calibration text.")
                             .arg(QString::fromStdString(values->request.candidate))
                             .toStdString();
    caption.formula = "KL(reference || reference with one matrix quantized)";
    m_sensitivity->setCaption(caption);
    m_sensitivity->setMatrix(std::shared_ptr<const Matrix>(values, &values->sensitivity));
    caption.title = tr("Chosen bits").toStdString();
    caption.definition = tr("True bits per weight that the budget buys for each matrix; solved as "
                            "an integer program, not yet measured.")
                             .toStdString();
    caption.formula.clear();
    m_bits->setCaption(caption);
    m_bits->setMatrix(std::shared_ptr<const Matrix>(values, &values->bits));
    m_bits->setLimits(values->least - 0.01, values->most + 0.01);

    QStringList counts;
    for (std::size_t c = 0; c < values->candidates.size(); ++c)
        counts << QStringLiteral("%1 × %2")
                      .arg(values->matricesOfCandidate[c])
                      .arg(QString::fromStdString(values->candidates[c]));
    const QString proof = values->optimal
                              ? tr("no assignment of these costs is better by more than 0.1 %")
                              : tr("the best found in the time given; none is below %1 nat")
                                    .arg(values->bound, 0, 'g', 3);
    m_answer->setText(tr("%1 of %2 bits per weight spent; predicted objective %3 nat (%4). %5.")
                          .arg(values->spent, 0, 'f', 3)
                          .arg(values->request.bitsPerWeight, 0, 'f', 3)
                          .arg(values->predicted, 0, 'g', 3)
                          .arg(proof, counts.join(QStringLiteral(", "))));
}

} // namespace quantscope
