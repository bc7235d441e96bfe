#include "app/gui/study/instruments_section.h"

#include "app/gui/study/form_layout.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace quantscope {

namespace {

std::vector<ChoicesGrid<InstrumentGroup>::Entry> groupEntries() {
    return {{InstrumentGroup::Local, InstrumentsSection::tr("Local errors"),
             InstrumentsSection::tr("The error of each quantized module alone, fed with the "
                                    "reference's inputs")},
            {InstrumentGroup::Drift, InstrumentsSection::tr("Drift"),
             InstrumentsSection::tr("Length and angle of differences, what updates do to them, "
                                    "sign flips of the gate")},
            {InstrumentGroup::Attention, InstrumentsSection::tr("Attention"),
             InstrumentsSection::tr("Entropy, divergence from the reference, sinks")},
            {InstrumentGroup::Outliers, InstrumentsSection::tr("Outliers"),
             InstrumentsSection::tr("Massive activations and candidates of super weights")},
            {InstrumentGroup::Cka, InstrumentsSection::tr("CKA"),
             InstrumentsSection::tr("Similarity of the runs' representations by layer")},
            {InstrumentGroup::Budget, InstrumentsSection::tr("Error budget"),
             InstrumentsSection::tr("What the error of the MLP's output is made of; by token too "
                                    "with layer × token maps")},
            {InstrumentGroup::Channels, InstrumentsSection::tr("Channels"),
             InstrumentsSection::tr("Mean magnitude of each residual dimension")},
            {InstrumentGroup::Activations, InstrumentsSection::tr("Activations"),
             InstrumentsSection::tr("Largest values, tails and histograms of what matrices read")},
            {InstrumentGroup::Depth, InstrumentsSection::tr("Depth"),
             InstrumentsSection::tr("What blocks, attention and MLPs change of the residual "
                                    "stream")}};
}

} // namespace

InstrumentsSection::InstrumentsSection(QWidget* parent)
    : QWidget(parent)
    , m_earlyExit(new QCheckBox(tr("Early exit")))
    , m_siteStatistics(new QCheckBox(tr("Statistics of every site")))
    , m_tokenMaps(new QCheckBox(tr("Layer × token maps")))
    , m_countStart(new QCheckBox(tr("Count the start token")))
    , m_groups(groupEntries(), 2, [this] { Q_EMIT changed(); })
    , m_removal(new QSpinBox)
    , m_noiseFloor(new QComboBox)
    , m_patching(new PatchingFields)
    , m_pair(new QComboBox)
    , m_followUp(new QComboBox)
    , m_followUpAllMethods(new QCheckBox(tr("Follow up every method")))
    , m_setPercent(new QDoubleSpinBox)
    , m_controlPercent(new QDoubleSpinBox)
    , m_resamples(new QSpinBox) {
    m_earlyExit->setToolTip(tr("Reads the loss off every layer, with the final norm and the "
                               "output matrix."));
    m_siteStatistics->setToolTip(tr("Norms and errors at every site of every layer; without them "
                                    "studies of many lanes are faster and their sessions "
                                    "smaller."));
    m_tokenMaps->setToolTip(tr("Keeps statistics of every token, not means alone: larger "
                               "sessions."));
    m_countStart->setToolTip(tr("Includes position 0 in the statistics of examples."));
    m_removal->setRange(0, 1'000'000);
    m_removal->setSpecialValueText(tr("none"));
    m_removal->setSuffix(tr(" examples"));
    m_removal->setToolTip(tr("Examples on which attention, MLPs and blocks are left out, one at a "
                             "time and one more at a time: the loss without them, on the page "
                             "Depth"));
    m_noiseFloor->addItem(tr("Off"), static_cast<int>(NoiseFloor::Off));
    m_noiseFloor->addItem(tr("Other batches"), static_cast<int>(NoiseFloor::Batch));
    m_noiseFloor->addItem(tr("Products in bf16"), static_cast<int>(NoiseFloor::Bf16));
    m_noiseFloor->setToolTip(tr("Runs the reference a second time, different by rounding alone: "
                                "differences below that mean nothing. One more lane."));
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
    for (QComboBox* box : {m_noiseFloor, m_pair, m_followUp}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
    }

    QFormLayout* form = makeForm(this);
    form->addRow(m_earlyExit);
    form->addRow(m_siteStatistics);
    form->addRow(m_tokenMaps);
    form->addRow(m_countStart);
    form->addRow(new QLabel(tr("Measure in every layer:")));
    form->addRow(m_groups.widget());
    form->addRow(tr("Leave out units on"), m_removal);
    form->addRow(tr("Noise floor"), m_noiseFloor);
    form->addRow(m_patching);
    form->addRow(tr("Sets by"), m_pair);
    form->addRow(tr("Follow up"), m_followUp);
    form->addRow(m_followUpAllMethods);
    form->addRow(tr("Set size"), m_setPercent);
    form->addRow(tr("Control pool"), m_controlPercent);
    form->addRow(tr("Resamples"), m_resamples);
    setLanes({});
    readFrom({});
    for (QCheckBox* box : {m_earlyExit, m_siteStatistics, m_tokenMaps, m_countStart,
                           m_followUpAllMethods})
        connect(box, &QCheckBox::toggled, this, &InstrumentsSection::changed);
    for (QComboBox* box : {m_noiseFloor, m_pair, m_followUp})
        connect(box, &QComboBox::currentIndexChanged, this, &InstrumentsSection::changed);
    connect(m_patching, &PatchingFields::changed, this, &InstrumentsSection::changed);
    for (QDoubleSpinBox* box : {m_setPercent, m_controlPercent})
        connect(box, &QDoubleSpinBox::valueChanged, this, &InstrumentsSection::changed);
    for (QSpinBox* box : {m_resamples, m_removal})
        connect(box, &QSpinBox::valueChanged, this, &InstrumentsSection::changed);
}

void InstrumentsSection::writeTo(StudyPlan& plan) const {
    Instruments& instruments = plan.instruments;
    instruments.earlyExit = m_earlyExit->isChecked();
    instruments.siteStatistics = m_siteStatistics->isChecked();
    instruments.tokenMaps = m_tokenMaps->isChecked();
    instruments.countStartPosition = m_countStart->isChecked();
    instruments.groups = m_groups.chosen();
    instruments.removalExamples = m_removal->value();
    instruments.noiseFloor = static_cast<NoiseFloor>(m_noiseFloor->currentData().toInt());
    instruments.patching = m_patching->options();
    instruments.pairMethod = m_pair->currentData().toString().toStdString();
    instruments.followUpExamples = static_cast<FollowUpExamples>(m_followUp->currentData().toInt());
    instruments.followUpAllMethods = m_followUpAllMethods->isChecked();
    instruments.setFraction = m_setPercent->value() / 100;
    instruments.controlShare = m_controlPercent->value() / 100;
    instruments.resamples = m_resamples->value();
}

void InstrumentsSection::readFrom(const StudyPlan& plan) {
    const Instruments& instruments = plan.instruments;
    m_earlyExit->setChecked(instruments.earlyExit);
    m_siteStatistics->setChecked(instruments.siteStatistics);
    m_tokenMaps->setChecked(instruments.tokenMaps);
    m_countStart->setChecked(instruments.countStartPosition);
    m_groups.choose(instruments.groups);
    m_removal->setValue(static_cast<int>(instruments.removalExamples));
    m_noiseFloor->setCurrentIndex(m_noiseFloor->findData(static_cast<int>(instruments.noiseFloor)));
    m_patching->setOptions(instruments.patching);
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

QString InstrumentsSection::problem() const { return m_patching->problem(); }

} // namespace quantscope
