#include "views/pages/allocate_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"
#include "views/plots/heatmap_plot.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr int sliderSteps = 200;
constexpr int mapHeight = 330;
constexpr int restMilliseconds = 80;

QString objectiveText(const std::string& objective) {
    constexpr std::string_view group = "group:";
    if (objective == "mean-kl")
        return AllocatePage::tr("mean KL");
    if (objective == "worst-decile")
        return AllocatePage::tr("worst decile");
    if (objective.starts_with(group))
        return AllocatePage::tr("KL of %1").arg(
            QString::fromStdString(objective.substr(group.size())));
    return QString::fromStdString(objective);
}

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
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setRange(0, sliderSteps);
    m_slider->setMinimumWidth(200);
    m_slider->setAccessibleName(tr("Budget"));
    m_budget = new QDoubleSpinBox;
    m_budget->setDecimals(3);
    m_budget->setSingleStep(0.05);
    m_budget->setSuffix(tr(" bits per weight"));
    m_budget->setKeyboardTracking(false);
    m_answer = new QLabel;
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    FlowLayout* row = addControlRow(m_header);
    addControl(row, tr("&Budget:"), m_budget);
    row->addWidget(m_slider);
    addControl(row, tr("&Keep small:"), m_objectives);
    m_among = addChoices(tr("Candidates"), tr("Which methods a matrix may get"));
    row->addWidget(m_among);
    m_protect = addChoices(tr("Protect"), tr("Kinds of matrices that get the candidate with the "
                                             "most bits, whatever it costs"));
    row->addWidget(m_protect);
    addControl(row, tr("&Sensitivity to:"), m_candidates);
    m_apply = new QPushButton(tr("&Apply and run"));
    m_apply->setObjectName(QStringLiteral("apply"));
    m_apply->setToolTip(tr("Adds this assignment to the study as a lane of mixed methods and runs "
                           "it: the model is quantized so and measured"));
    row->addWidget(m_apply);
    m_export = new QToolButton;
    m_export->setText(tr("Export"));
    m_export->setPopupMode(QToolButton::InstantPopup);
    addExportMenu(m_export);
    row->addWidget(m_export);
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
    connect(m_slider, &QSlider::valueChanged, this, [this](int step) {
        if (!m_allocation)
            return;
        const double range = m_allocation->most - m_allocation->least;
        m_request.bitsPerWeight = m_allocation->least + double(step) / sliderSteps * range;
        showRange();
        m_delay.start();
    });
    connect(m_budget, &QDoubleSpinBox::valueChanged, this, [this](double bits) {
        m_request.bitsPerWeight = bits;
        showRange();
        m_delay.start();
    });
    connect(m_candidates, &QComboBox::currentIndexChanged, this, [this] {
        m_request.candidate = comboValue(m_candidates);
        ask();
    });
    connect(m_objectives, &QComboBox::currentIndexChanged, this, [this] {
        m_request.objective = comboValue(m_objectives);
        ask();
    });
    connect(m_apply, &QPushButton::clicked, this, [this] { Q_EMIT applyRequested(recipe()); });
}

/// A button with a menu of things that are checked or not.
QToolButton* AllocatePage::addChoices(const QString& text, const QString& toolTip) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(new QMenu(button));
    connect(button->menu(), &QMenu::triggered, this, &AllocatePage::readChoices);
    return button;
}

void AllocatePage::addExportMenu(QToolButton* button) {
    auto* menu = new QMenu(button);
    const auto add = [&](const QString& text, const char* form) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, form] {
            Q_EMIT recipeRequested(recipe(), QString::fromLatin1(form));
        });
    };
    add(tr("As a recipe, JSON…"), "json");
    add(tr("For GPTQModel…"), "gptqmodel");
    add(tr("For llm-compressor…"), "llm-compressor");
    add(tr("For llama.cpp…"), "llama.cpp");
    button->setMenu(menu);
}

RecipeRequest AllocatePage::recipe() const {
    RecipeRequest request;
    request.bitsPerWeight = budget();
    if (m_allocation) { // what is on view, with what the session said where nothing was chosen
        request.objective = m_allocation->request.objective;
        request.protect = m_allocation->request.protect.value_or(std::vector<Module>{});
        request.candidates = m_allocation->request.among;
    }
    return request;
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
    m_request = {};
    ask();
}

double AllocatePage::budget() const { return m_allocation ? m_request.bitsPerWeight : 0; }

void AllocatePage::ask() { Q_EMIT allocationRequested(m_request); }

void AllocatePage::setAllocation(std::shared_ptr<const AllocateValues> values) {
    if (!values || !values->measured)
        return;
    if (!m_allocation)
        m_request.bitsPerWeight = values->request.bitsPerWeight; // later ones are a person's
    m_allocation = std::move(values);
    m_request.bitsPerWeight =
        std::clamp(m_request.bitsPerWeight, m_allocation->least, m_allocation->most);
    std::vector<QString> texts;
    for (const std::string& objective : m_allocation->objectives)
        texts.push_back(objectiveText(objective));
    fillCombo(m_objectives, m_allocation->objectives, m_allocation->request.objective, texts);
    fillCombo(m_candidates, m_allocation->candidates, m_allocation->request.candidate);
    fillProtect();
    fillAmong();
    m_apply->setEnabled(true);
    m_export->setEnabled(true);
    showRange();
    showMaps();
}

void AllocatePage::showAllocationFailed(const QString& why) {
    m_answer->setText(why);
    m_apply->setEnabled(false);
    m_export->setEnabled(false);
}

void AllocatePage::fillProtect() {
    QMenu* menu = m_protect->menu();
    menu->clear();
    const std::vector<Module> chosen =
        m_allocation->request.protect.value_or(std::vector<Module>{});
    for (const std::string& name : m_allocation->bits.columnLabels) {
        const auto module = findModule(name);
        if (!module)
            continue;
        QAction* action = menu->addAction(QString::fromStdString(name));
        action->setCheckable(true);
        action->setChecked(std::find(chosen.begin(), chosen.end(), *module) != chosen.end());
    }
    m_protect->setText(chosen.empty() ? tr("Protect: none") : tr("Protect: %1").arg(chosen.size()));
}

void AllocatePage::fillAmong() {
    QMenu* menu = m_among->menu();
    menu->clear();
    const std::vector<std::string>& among = m_allocation->request.among;
    for (const std::string& name : m_allocation->candidates) {
        QAction* action = menu->addAction(QString::fromStdString(name));
        action->setCheckable(true);
        action->setChecked(among.empty() ||
                           std::find(among.begin(), among.end(), name) != among.end());
    }
    const std::size_t all = m_allocation->candidates.size();
    m_among->setText(tr("Candidates: %1 of %2").arg(among.empty() ? all : among.size()).arg(all));
}

/// What is checked in the menus. Without any candidate there is no choice, so all are taken.
void AllocatePage::readChoices() {
    std::vector<Module> protect;
    for (const QAction* action : m_protect->menu()->actions())
        if (const auto module = findModule(action->text().toStdString());
            module && action->isChecked())
            protect.push_back(*module);
    m_request.protect = std::move(protect);
    m_request.among.clear();
    const QList<QAction*> candidates = m_among->menu()->actions();
    for (const QAction* action : candidates)
        if (action->isChecked())
            m_request.among.push_back(action->text().toStdString());
    if (m_request.among.size() == static_cast<std::size_t>(candidates.size()))
        m_request.among.clear();
    ask();
}

/// Where the budget stands between the leanest and the richest assignment.
void AllocatePage::showRange() {
    if (!m_allocation)
        return;
    const double range = m_allocation->most - m_allocation->least;
    const QSignalBlocker slider(m_slider);
    const QSignalBlocker box(m_budget);
    m_budget->setRange(m_allocation->least, m_allocation->most);
    m_budget->setValue(m_request.bitsPerWeight);
    m_slider->setValue(range > 0
                           ? static_cast<int>(std::lround(
                                 (m_request.bitsPerWeight - m_allocation->least) / range *
                                 sliderSteps))
                           : 0);
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
