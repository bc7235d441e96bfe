#include "app/gui/study/methods_section.h"

#include "app/gui/study/collapsible_section.h"
#include "app/gui/study/form_layout.h"
#include "app/gui/study/method_dialog.h"
#include "app/gui/study/method_presets.h"
#include "app/gui/study/text_source_editor.h"

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

QToolButton* makeButton(const QString& text, const QString& toolTip) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    return button;
}

} // namespace

MethodsSection::MethodsSection(std::function<std::vector<MethodInfo>()> methods, QWidget* parent)
    : QWidget(parent)
    , m_methods(std::move(methods))
    , m_list(new QListWidget)
    , m_edit(makeButton(tr("Edit…"), tr("Change the selected method")))
    , m_remove(makeButton(tr("Remove"), tr("Take the selected method out of the study")))
    , m_calibration(new TextSourceEditor(TextSourceEditor::Labels::Hidden))
    , m_calibrationExamples(new QSpinBox)
    , m_calibrationTokens(new QSpinBox) {
    m_list->setAccessibleName(tr("Quantization methods"));
    m_list->setAlternatingRowColors(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setFixedHeight(m_list->fontMetrics().height() * shownMethods + 24);
    QToolButton* addButton = makeButton(tr("Add…"), tr("Add a method"));
    QToolButton* presets = makeButton(tr("Presets"), tr("Take methods that belong together"));
    buildPresetMenu(presets);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    for (QToolButton* button : {addButton, m_edit, m_remove, presets})
        buttons->addWidget(button);
    buttons->addStretch();

    m_calibration->setPlaceholder(tr("windows of the study's text"));
    m_calibrationExamples->setRange(1, 1'000'000);
    m_calibrationExamples->setToolTip(tr("Windows that methods calibrate on"));
    m_calibrationTokens->setRange(0, 1 << 20);
    m_calibrationTokens->setSpecialValueText(tr("as the study"));
    m_calibrationTokens->setToolTip(tr("Tokens of a calibration window"));
    auto* calibration = new QWidget;
    QFormLayout* form = makeForm(calibration);
    form->addRow(m_calibration);
    form->addRow(tr("Windows"), m_calibrationExamples);
    form->addRow(tr("Tokens"), m_calibrationTokens);
    m_calibrationSection = new CollapsibleSection(tr("Calibration text"), calibration);
    m_calibrationSection->setOpen(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 2, 4, 6);
    layout->setSpacing(5);
    layout->addWidget(m_list);
    layout->addLayout(buttons);
    layout->addWidget(m_calibrationSection);

    connect(addButton, &QToolButton::clicked, this, &MethodsSection::add);
    connect(m_edit, &QToolButton::clicked, this, &MethodsSection::edit);
    connect(m_remove, &QToolButton::clicked, this, &MethodsSection::remove);
    connect(m_list, &QListWidget::itemActivated, this, &MethodsSection::edit);
    connect(new QShortcut(QKeySequence::Delete, m_list, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, &MethodsSection::remove);
    connect(m_calibration, &TextSourceEditor::changed, this, &MethodsSection::changed);
    for (QSpinBox* spin : {m_calibrationExamples, m_calibrationTokens})
        connect(spin, &QSpinBox::valueChanged, this, &MethodsSection::changed);
    readFrom({});
}

void MethodsSection::writeTo(StudyPlan& plan) const {
    plan.methods = m_specs;
    const TextSource source = m_calibration->source();
    plan.calibration.source =
        source.path.empty() ? std::nullopt : std::optional<TextSource>(source);
    plan.calibration.examples = m_calibrationExamples->value();
    plan.calibration.tokens = m_calibrationTokens->value() > 0
                                  ? std::optional<std::int64_t>(m_calibrationTokens->value())
                                  : std::nullopt;
}

void MethodsSection::readFrom(const StudyPlan& plan) {
    m_calibration->setSource(plan.calibration.source.value_or(TextSource{}));
    m_calibrationExamples->setValue(static_cast<int>(plan.calibration.examples));
    m_calibrationTokens->setValue(static_cast<int>(plan.calibration.tokens.value_or(0)));
    setSpecs(plan.methods);
}

void MethodsSection::setSpecs(std::vector<MethodSpec> specs) {
    m_specs = std::move(specs);
    showSpecs();
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
    QStringList lanes = {
        QString::fromLatin1(referenceLane.data(), static_cast<qsizetype>(referenceLane.size()))};
    for (int i = 0; i < static_cast<int>(m_specs.size()); ++i)
        if (i != row)
            lanes << QString::fromStdString(m_specs[static_cast<std::size_t>(i)].lane);
    return lanes;
}

void MethodsSection::add() {
    auto* dialog = new MethodDialog(m_methods(), lanesWithout(-1), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_specs.push_back(dialog->spec());
        setSpecs(m_specs);
        m_list->setCurrentRow(m_list->count() - 1);
    });
    dialog->open();
}

void MethodsSection::edit() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    auto* dialog = new MethodDialog(m_methods(), lanesWithout(row), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setSpec(m_specs[static_cast<std::size_t>(row)]);
    connect(dialog, &QDialog::accepted, this, [this, dialog, row] {
        if (row < static_cast<int>(m_specs.size()))
            m_specs[static_cast<std::size_t>(row)] = dialog->spec();
        setSpecs(m_specs);
        m_list->setCurrentRow(row);
    });
    dialog->open();
}

void MethodsSection::remove() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_specs.erase(m_specs.begin() + row);
    setSpecs(m_specs);
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
}

void MethodsSection::showSpecs() {
    m_list->clear();
    for (const MethodSpec& spec : m_specs) {
        const QString written = QString::fromStdString(toString(spec));
        auto* item = new QListWidgetItem(QString::fromStdString(spec.lane), m_list);
        item->setToolTip(written);
    }
    const bool any = !m_specs.empty();
    if (any)
        m_list->setCurrentRow(0);
    m_edit->setEnabled(any);
    m_remove->setEnabled(any);
}

} // namespace quantscope
