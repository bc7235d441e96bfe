#include "app/gui/study/methods_section.h"

#include "app/gui/study/calibration_sets_editor.h"
#include "app/gui/study/collapsible_section.h"
#include "app/gui/study/form_layout.h"
#include "app/gui/study/imported_lane_dialog.h"
#include "app/gui/study/method_dialog.h"
#include "app/gui/study/method_presets.h"
#include "app/gui/study/text_source_editor.h"
#include "core/data/calibration_lanes.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QMenu>
#include <QShortcut>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

constexpr int shownMethods = 5;

} // namespace

MethodsSection::MethodsSection(std::function<std::vector<MethodInfo>()> methods, QWidget* parent)
    : QWidget(parent)
    , m_methods(std::move(methods))
    , m_list(new QListWidget)
    , m_edit(makeButton(tr("Edit…"), tr("Change the selected method")))
    , m_remove(makeButton(tr("Remove"), tr("Take the selected method out of the study")))
    , m_calibration(new TextSourceEditor(TextSourceEditor::Labels::Hidden))
    , m_calibrationWindows(new QComboBox)
    , m_calibrationExamples(new QSpinBox)
    , m_calibrationTokens(new QSpinBox)
    , m_sets(new CalibrationSetsEditor) {
    m_list->setAccessibleName(tr("Quantization methods"));
    m_list->setAlternatingRowColors(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setFixedHeight(m_list->fontMetrics().height() * shownMethods + 24);
    QToolButton* addButton = makeButton(tr("Add…"), tr("Add a method"));
    QToolButton* importButton =
        makeButton(tr("Add quantized checkpoint…"),
                   tr("Add a checkpoint of the same model that another program quantized"));
    importButton->setObjectName(QStringLiteral("add-checkpoint"));
    QToolButton* presets = makeButton(tr("Presets"), tr("Take methods that belong together"));
    buildPresetMenu(presets);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    for (QToolButton* button : {addButton, m_edit, m_remove, presets})
        buttons->addWidget(button);
    buttons->addStretch();

    m_calibration->setPlaceholder(tr("windows of the study's text"));
    m_calibrationWindows->addItem(tr("All of each document"), static_cast<int>(WindowMode::All));
    m_calibrationWindows->addItem(tr("First of each document"), static_cast<int>(WindowMode::First));
    m_calibrationWindows->setToolTip(tr("Which windows of a document are drawn from"));
    m_calibrationExamples->setRange(1, 1'000'000);
    m_calibrationExamples->setToolTip(tr("Windows that methods calibrate on"));
    m_calibrationTokens->setRange(0, 1 << 20);
    m_calibrationTokens->setSpecialValueText(tr("as the study"));
    m_calibrationTokens->setToolTip(tr("Tokens of a calibration window"));
    auto* calibration = new QWidget;
    QFormLayout* form = makeForm(calibration);
    form->addRow(m_calibration);
    form->addRow(tr("Drawn from"), m_calibrationWindows);
    form->addRow(tr("Windows"), m_calibrationExamples);
    form->addRow(tr("Tokens"), m_calibrationTokens);
    m_calibrationSection = new CollapsibleSection(tr("Calibration text"), calibration);
    m_calibrationSection->setOpen(false);

    auto* sets = new CollapsibleSection(tr("Calibration sets to compare"), m_sets);
    sets->setOpen(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 2, 4, 6);
    layout->setSpacing(5);
    layout->addWidget(m_list);
    layout->addLayout(buttons);
    layout->addWidget(importButton);
    layout->addWidget(m_calibrationSection);
    layout->addWidget(sets);

    connect(addButton, &QToolButton::clicked, this, &MethodsSection::add);
    connect(importButton, &QToolButton::clicked, this, &MethodsSection::addImported);
    connect(m_edit, &QToolButton::clicked, this, &MethodsSection::edit);
    connect(m_remove, &QToolButton::clicked, this, &MethodsSection::remove);
    connect(m_list, &QListWidget::itemActivated, this, &MethodsSection::edit);
    connect(new QShortcut(QKeySequence::Delete, m_list, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, &MethodsSection::remove);
    connect(m_calibration, &TextSourceEditor::changed, this, &MethodsSection::changed);
    connect(m_calibrationWindows, &QComboBox::currentIndexChanged, this, &MethodsSection::changed);
    for (QSpinBox* spin : {m_calibrationExamples, m_calibrationTokens})
        connect(spin, &QSpinBox::valueChanged, this, &MethodsSection::changed);
    connect(m_sets, &CalibrationSetsEditor::changed, this, &MethodsSection::changed);
    readFrom({});
}

void MethodsSection::writeTo(StudyPlan& plan) const {
    plan.imported = m_imported;
    const TextSource source = m_calibration->source();
    plan.calibration = {};
    m_sets->writeTo(plan.calibration);
    plan.methods = withCalibrationSets(m_specs, plan.calibration.sets, plan.calibration.draws);
    plan.calibration.source =
        source.path.empty() ? std::nullopt : std::optional<TextSource>(source);
    plan.calibration.windows =
        static_cast<WindowMode>(m_calibrationWindows->currentData().toInt());
    plan.calibration.examples = m_calibrationExamples->value();
    plan.calibration.tokens = m_calibrationTokens->value() > 0
                                  ? std::optional<std::int64_t>(m_calibrationTokens->value())
                                  : std::nullopt;
}

void MethodsSection::readFrom(const StudyPlan& plan) {
    m_sets->readFrom(plan.calibration);
    m_calibration->setSource(plan.calibration.source.value_or(TextSource{}));
    m_calibrationWindows->setCurrentIndex(
        m_calibrationWindows->findData(static_cast<int>(plan.calibration.windows)));
    m_calibrationExamples->setValue(static_cast<int>(plan.calibration.examples));
    m_calibrationTokens->setValue(static_cast<int>(plan.calibration.tokens.value_or(0)));
    m_imported = plan.imported;
    setSpecs(withoutCalibrationSets(plan.methods));
}

void MethodsSection::setSpecs(std::vector<MethodSpec> specs) {
    m_specs = std::move(specs);
    showLanes();
    Q_EMIT changed();
}

void MethodsSection::setImported(std::vector<ImportedLane> imported) {
    m_imported = std::move(imported);
    showLanes();
    Q_EMIT changed();
}

void MethodsSection::buildPresetMenu(QToolButton* button) {
    auto* menu = new QMenu(button);
    menu->setToolTipsVisible(true);
    for (const MethodPreset& preset : methodPresets()) {
        QAction* action = menu->addAction(preset.title);
        action->setToolTip(preset.explanation);
        connect(action, &QAction::triggered, this,
                [this, methods = preset.methods] { setSpecs(methods); });
    }
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
}

QStringList MethodsSection::lanesWithout(int row) const {
    StudyPlan plan;
    plan.methods = m_specs;
    plan.imported = m_imported;
    QStringList lanes = {
        QString::fromLatin1(referenceLane.data(), static_cast<qsizetype>(referenceLane.size()))};
    const std::vector<std::string> names = quantizedLanes(plan);
    for (int i = 0; i < static_cast<int>(names.size()); ++i)
        if (i != row)
            lanes << QString::fromStdString(names[static_cast<std::size_t>(i)]);
    return lanes;
}

std::optional<std::size_t> MethodsSection::importedAt(int row) const {
    const auto index = static_cast<std::size_t>(row);
    if (row < 0 || index < m_specs.size() || index - m_specs.size() >= m_imported.size())
        return std::nullopt;
    return index - m_specs.size();
}

void MethodsSection::add() {
    auto* dialog = new MethodDialog(m_methods(), lanesWithout(-1), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_specs.push_back(dialog->spec());
        replaced(static_cast<int>(m_specs.size()) - 1);
    });
    dialog->open();
}

void MethodsSection::addImported() {
    auto* dialog = new ImportedLaneDialog(lanesWithout(-1), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_imported.push_back(dialog->lane());
        replaced(m_list->count());
    });
    dialog->open();
}

void MethodsSection::edit() {
    const int row = m_list->currentRow();
    if (importedAt(row))
        editImported(row);
    else if (row >= 0)
        editMethod(row);
}

void MethodsSection::editMethod(int row) {
    auto* dialog = new MethodDialog(m_methods(), lanesWithout(row), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setSpec(m_specs[static_cast<std::size_t>(row)]);
    connect(dialog, &QDialog::accepted, this, [this, dialog, row] {
        if (row < static_cast<int>(m_specs.size()))
            m_specs[static_cast<std::size_t>(row)] = dialog->spec();
        replaced(row);
    });
    dialog->open();
}

void MethodsSection::editImported(int row) {
    auto* dialog = new ImportedLaneDialog(lanesWithout(row), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setLane(m_imported[*importedAt(row)]);
    connect(dialog, &QDialog::accepted, this, [this, dialog, row] {
        if (const auto index = importedAt(row))
            m_imported[*index] = dialog->lane();
        replaced(row);
    });
    dialog->open();
}

void MethodsSection::remove() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    if (const auto index = importedAt(row))
        m_imported.erase(m_imported.begin() + static_cast<std::ptrdiff_t>(*index));
    else
        m_specs.erase(m_specs.begin() + row);
    replaced(row);
}

/// Shows the lanes anew with a row chosen, and tells that they changed.
void MethodsSection::replaced(int row) {
    showLanes();
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    Q_EMIT changed();
}

void MethodsSection::showLanes() {
    m_list->clear();
    for (const MethodSpec& spec : m_specs) {
        const QString written = QString::fromStdString(toString(spec));
        auto* item = new QListWidgetItem(QString::fromStdString(spec.lane), m_list);
        item->setToolTip(written);
    }
    for (const ImportedLane& imported : m_imported) {
        auto* item = new QListWidgetItem(
            tr("%1 (checkpoint)").arg(QString::fromStdString(imported.lane)), m_list);
        item->setToolTip(QString::fromStdString(imported.path));
    }
    const bool any = m_list->count() > 0;
    if (any)
        m_list->setCurrentRow(0);
    m_edit->setEnabled(any);
    m_remove->setEnabled(any);
}

} // namespace quantscope
