#include "app/gui/study/resources_section.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QSpinBox>

#include <cmath>

namespace quantscope {

namespace {

constexpr double bytesPerGibibyte = 1073741824.0;
constexpr int mostThreads = 1024;
constexpr int mostBatchTokens = 1 << 24;

} // namespace

ResourcesSection::ResourcesSection(QWidget* parent)
    : QWidget(parent)
    , m_memory(new QDoubleSpinBox)
    , m_threads(new QSpinBox)
    , m_device(new QComboBox)
    , m_batchTokens(new QSpinBox)
    , m_output(new PathChooser(PathChooser::Kind::NewFile, tr("Save the session to"),
                               tr("Sessions (*.qscope.h5)"))) {
    m_memory->setRange(0.25, 65536);
    m_memory->setDecimals(2);
    m_memory->setSingleStep(0.5);
    m_memory->setSuffix(QStringLiteral(" GiB"));
    m_memory->setToolTip(tr("Bound on the resident memory of the program while the study runs"));
    m_threads->setRange(0, mostThreads);
    m_threads->setSpecialValueText(tr("as many as cores"));
    m_device->addItem(tr("Automatic"), static_cast<int>(Device::Automatic));
    m_device->addItem(tr("CPU"), static_cast<int>(Device::Cpu));
    m_device->addItem(tr("CUDA"), static_cast<int>(Device::Cuda));
    m_batchTokens->setRange(0, mostBatchTokens);
    m_batchTokens->setGroupSeparatorShown(true);
    m_batchTokens->setSpecialValueText(tr("chosen by the program"));
    m_batchTokens->setToolTip(tr("Rows of one matrix product. Another value may change the last "
                                 "digits of results."));
    m_output->setName(tr("Session file"));
    QFormLayout* form = makeForm(this);
    form->addRow(tr("Memory"), m_memory);
    form->addRow(tr("Threads"), m_threads);
    form->addRow(tr("Device"), m_device);
    form->addRow(tr("Batch tokens"), m_batchTokens);
    form->addRow(tr("Session"), m_output);
    readFrom({});
    connect(m_memory, &QDoubleSpinBox::valueChanged, this, &ResourcesSection::changed);
    for (QSpinBox* spin : {m_threads, m_batchTokens})
        connect(spin, &QSpinBox::valueChanged, this, &ResourcesSection::changed);
    connect(m_device, &QComboBox::currentIndexChanged, this, &ResourcesSection::changed);
    connect(m_output, &PathChooser::pathChanged, this, &ResourcesSection::changed);
}

void ResourcesSection::writeTo(StudyPlan& plan) const {
    plan.resources.memoryBytes =
        static_cast<std::uint64_t>(std::llround(m_memory->value() * bytesPerGibibyte));
    plan.resources.threads = m_threads->value();
    plan.resources.device = static_cast<Device>(m_device->currentData().toInt());
    plan.resources.batchTokens = m_batchTokens->value();
    const QString chosen = m_output->path();
    plan.output = (chosen.isEmpty() ? m_suggestedOutput : chosen).toStdString();
}

void ResourcesSection::readFrom(const StudyPlan& plan) {
    m_memory->setValue(static_cast<double>(plan.resources.memoryBytes) / bytesPerGibibyte);
    m_threads->setValue(plan.resources.threads);
    m_device->setCurrentIndex(m_device->findData(static_cast<int>(plan.resources.device)));
    m_batchTokens->setValue(static_cast<int>(plan.resources.batchTokens));
    m_output->setPath(QString::fromStdString(plan.output));
}

void ResourcesSection::setSuggestedOutput(const QString& path) {
    m_suggestedOutput = path;
    m_output->setPlaceholder(QFileInfo(path).fileName());
}

} // namespace quantscope
