#include "app/gui/study/instruments_section.h"

#include "app/gui/study/form_layout.h"
#include "core/data/error.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <cmath>
#include <optional>

namespace quantscope {

namespace {

constexpr int patchColumns = 2;

struct PatchEntry {
    PatchKind kind;
    QString title;
    QString toolTip;
};

std::vector<PatchEntry> patchEntries() {
    return {
        {PatchKind::Down, InstrumentsSection::tr("MLP output"),
         InstrumentsSection::tr("The output of the MLP (down)")},
        {PatchKind::Gate, InstrumentsSection::tr("Gate"),
         InstrumentsSection::tr("The gate after its activation")},
        {PatchKind::Up, InstrumentsSection::tr("Up"), InstrumentsSection::tr("The up projection")},
        {PatchKind::GateUp, InstrumentsSection::tr("Gate and up"),
         InstrumentsSection::tr("Both factors of the MLP at once")},
        {PatchKind::Attention, InstrumentsSection::tr("Attention"),
         InstrumentsSection::tr("The output of the attention module")},
        {PatchKind::Q, InstrumentsSection::tr("Queries"),
         InstrumentsSection::tr("The query projection")},
        {PatchKind::K, InstrumentsSection::tr("Keys"),
         InstrumentsSection::tr("The key projection")},
        {PatchKind::V, InstrumentsSection::tr("Values"),
         InstrumentsSection::tr("The value projection")},
        {PatchKind::GateInput, InstrumentsSection::tr("MLP input"),
         InstrumentsSection::tr("What enters the MLP, after its norm")},
        {PatchKind::Residual, InstrumentsSection::tr("Residual"),
         InstrumentsSection::tr("The residual stream that leaves the block")}};
}

QString written(const std::vector<LayerSet>& layers) {
    QStringList parts;
    for (const LayerSet& set : layers)
        parts << QString::fromStdString(toString(set));
    return parts.join(QStringLiteral(", "));
}

/// Nothing when a part cannot be read.
std::optional<std::vector<LayerSet>> parsed(const QString& text) {
    std::vector<LayerSet> layers;
    try {
        for (const QString& part : text.split(QLatin1Char(',')))
            layers.push_back(parseLayerSet(part.trimmed().toStdString()));
    } catch (const Error&) {
        return std::nullopt;
    }
    return layers;
}

} // namespace

InstrumentsSection::InstrumentsSection(QWidget* parent)
    : QWidget(parent)
    , m_earlyExit(new QCheckBox(tr("Early exit")))
    , m_tokenMaps(new QCheckBox(tr("Layer × token maps")))
    , m_countStart(new QCheckBox(tr("Count the start token")))
    , m_layers(new QComboBox)
    , m_layersProblem(new QLabel(tr("Write upper-half, all, each, 7 or 10-31.")))
    , m_direction(new QComboBox)
    , m_pair(new QComboBox)
    , m_followUp(new QComboBox)
    , m_followUpAllMethods(new QCheckBox(tr("Follow up every method")))
    , m_setPercent(new QDoubleSpinBox)
    , m_controlPercent(new QDoubleSpinBox)
    , m_resamples(new QSpinBox) {
    m_earlyExit->setToolTip(tr("Reads the loss off every layer, with the final norm and the "
                               "output matrix."));
    m_tokenMaps->setToolTip(tr("Keeps statistics of every token, not means alone: larger "
                               "sessions."));
    m_countStart->setToolTip(tr("Includes position 0 in the statistics of examples."));
    auto* patches = new QWidget;
    auto* grid = new QGridLayout(patches);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(2);
    for (const PatchEntry& entry : patchEntries()) {
        auto* box = new QCheckBox(entry.title);
        box->setToolTip(entry.toolTip);
        const int index = static_cast<int>(m_patches.size());
        grid->addWidget(box, index / patchColumns, index % patchColumns);
        m_patches.emplace_back(entry.kind, box);
        connect(box, &QCheckBox::toggled, this, &InstrumentsSection::changed);
    }
    m_layers->setEditable(true);
    m_layers->addItems({QStringLiteral("upper-half"), QStringLiteral("all"), QStringLiteral("each"),
                        QStringLiteral("upper-half, each")});
    m_layers->setToolTip(tr("Layers whose values are replaced: upper-half, all, each (one at a "
                            "time), 7, 10-31; several with commas between."));
    m_layersProblem->setWordWrap(true);
    m_direction->addItem(tr("Full precision into quantized"),
                         static_cast<int>(PatchDirection::ReferenceIntoQuantized));
    m_direction->addItem(tr("Quantized into full precision"),
                         static_cast<int>(PatchDirection::QuantizedIntoReference));
    m_pair->setToolTip(tr("The method whose errors make the sets D_large and D_ctrl"));
    m_followUp->addItem(tr("D_large and D_ctrl"), static_cast<int>(FollowUpExamples::Sets));
    m_followUp->addItem(tr("All examples"), static_cast<int>(FollowUpExamples::All));
    m_followUp->setToolTip(tr("Examples of early exit and patching"));
    m_setPercent->setRange(0.1, 50);
    m_setPercent->setDecimals(1);
    m_setPercent->setSuffix(tr(" %"));
    m_setPercent->setToolTip(tr("Share of the examples in D_large"));
    m_controlPercent->setRange(0.1, 100);
    m_controlPercent->setDecimals(1);
    m_controlPercent->setSuffix(tr(" %"));
    m_controlPercent->setToolTip(tr("Share of the smallest errors that D_ctrl is drawn from"));
    m_resamples->setRange(1, 100000);
    m_resamples->setSingleStep(100);
    m_resamples->setToolTip(
        tr("Resamples of documents that intervals are made of; more take longer"));
    for (QComboBox* box : {m_layers, m_direction, m_pair, m_followUp}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
    }

    QFormLayout* form = makeForm(this);
    form->addRow(m_earlyExit);
    form->addRow(m_tokenMaps);
    form->addRow(m_countStart);
    form->addRow(new QLabel(tr("Patch these outputs:")));
    form->addRow(patches);
    form->addRow(tr("Layers"), m_layers);
    form->addRow(m_layersProblem);
    form->addRow(tr("Direction"), m_direction);
    form->addRow(tr("Sets by"), m_pair);
    form->addRow(tr("Follow up"), m_followUp);
    form->addRow(m_followUpAllMethods);
    form->addRow(tr("Set size"), m_setPercent);
    form->addRow(tr("Control pool"), m_controlPercent);
    form->addRow(tr("Resamples"), m_resamples);
    setLanes({});
    readFrom({});
    for (QCheckBox* box : {m_earlyExit, m_tokenMaps, m_countStart, m_followUpAllMethods})
        connect(box, &QCheckBox::toggled, this, &InstrumentsSection::changed);
    for (QComboBox* box : {m_direction, m_pair, m_followUp})
        connect(box, &QComboBox::currentIndexChanged, this, &InstrumentsSection::changed);
    connect(m_layers, &QComboBox::editTextChanged, this, [this] {
        checkLayers();
        Q_EMIT changed();
    });
    for (QDoubleSpinBox* box : {m_setPercent, m_controlPercent})
        connect(box, &QDoubleSpinBox::valueChanged, this, &InstrumentsSection::changed);
    connect(m_resamples, &QSpinBox::valueChanged, this, &InstrumentsSection::changed);
}

void InstrumentsSection::writeTo(StudyPlan& plan) const {
    Instruments& instruments = plan.instruments;
    instruments = m_given;
    instruments.earlyExit = m_earlyExit->isChecked();
    instruments.tokenMaps = m_tokenMaps->isChecked();
    instruments.countStartPosition = m_countStart->isChecked();
    std::vector<PatchKind>& kinds = instruments.patching.kinds;
    for (const auto& [kind, box] : m_patches) {
        std::erase(kinds, kind);
        if (box->isChecked())
            kinds.push_back(kind);
    }
    instruments.patching.layers =
        parsed(m_layers->currentText()).value_or(std::vector<LayerSet>{LayerSet{}});
    instruments.patching.direction =
        static_cast<PatchDirection>(m_direction->currentData().toInt());
    instruments.pairMethod = m_pair->currentData().toString().toStdString();
    instruments.followUpExamples = static_cast<FollowUpExamples>(m_followUp->currentData().toInt());
    instruments.followUpAllMethods = m_followUpAllMethods->isChecked();
    instruments.setFraction = m_setPercent->value() / 100;
    instruments.controlShare = m_controlPercent->value() / 100;
    instruments.resamples = m_resamples->value();
}

void InstrumentsSection::readFrom(const StudyPlan& plan) {
    const Instruments& instruments = plan.instruments;
    m_given = instruments;
    m_earlyExit->setChecked(instruments.earlyExit);
    m_tokenMaps->setChecked(instruments.tokenMaps);
    m_countStart->setChecked(instruments.countStartPosition);
    for (const auto& [kind, box] : m_patches)
        box->setChecked(std::find(instruments.patching.kinds.begin(),
                                  instruments.patching.kinds.end(),
                                  kind) != instruments.patching.kinds.end());
    m_layers->setEditText(written(instruments.patching.layers));
    checkLayers();
    m_direction->setCurrentIndex(
        m_direction->findData(static_cast<int>(instruments.patching.direction)));
    setLanes(quantizedLanes(plan));
    m_pair->setCurrentIndex(
        std::max(0, m_pair->findData(QString::fromStdString(instruments.pairMethod))));
    m_followUp->setCurrentIndex(
        m_followUp->findData(static_cast<int>(instruments.followUpExamples)));
    m_followUpAllMethods->setChecked(instruments.followUpAllMethods);
    m_setPercent->setValue(instruments.setFraction * 100);
    m_controlPercent->setValue(instruments.controlShare * 100);
    m_resamples->setValue(static_cast<int>(instruments.resamples));
}

void InstrumentsSection::setLanes(const std::vector<std::string>& lanes) {
    const QSignalBlocker blocker(m_pair);
    const QString chosen = m_pair->currentData().toString();
    m_pair->clear();
    m_pair->addItem(tr("the first method"), QString());
    for (const std::string& name : lanes) {
        const QString lane = QString::fromStdString(name);
        m_pair->addItem(lane, lane);
    }
    m_pair->setCurrentIndex(std::max(0, m_pair->findData(chosen)));
}

QString InstrumentsSection::problem() const {
    return parsed(m_layers->currentText())
               ? QString()
               : tr("“%1” is not a set of layers.").arg(m_layers->currentText());
}

void InstrumentsSection::checkLayers() {
    static_cast<QFormLayout*>(layout())->setRowVisible(m_layersProblem,
                                                       !parsed(m_layers->currentText()));
}

} // namespace quantscope
