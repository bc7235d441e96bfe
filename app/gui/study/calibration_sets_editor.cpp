#include "app/gui/study/calibration_sets_editor.h"

#include "app/gui/study/calibration_set_dialog.h"
#include "app/gui/study/form_layout.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int shownSets = 4;
constexpr int mostDraws = 1000;

} // namespace

CalibrationSetsEditor::CalibrationSetsEditor(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListWidget)
    , m_edit(makeButton(tr("Edit…"), tr("Change the selected calibration set")))
    , m_remove(makeButton(tr("Remove"), tr("Take the selected set out of the study")))
    , m_draws(new QSpinBox)
    , m_reference(new QComboBox) {
    m_list->setAccessibleName(tr("Calibration sets"));
    m_list->setAlternatingRowColors(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setFixedHeight(m_list->fontMetrics().height() * shownSets + 20);
    QToolButton* addButton =
        makeButton(tr("Add…"), tr("Add a set that every method is calibrated on"));
    addButton->setObjectName(QStringLiteral("add-set"));
    m_draws->setRange(1, mostDraws);
    m_draws->setToolTip(tr("Disjoint draws of each set that says nothing else"));
    m_reference->setToolTip(tr("The set whose perplexity is 1 on the page Calibration"));
    m_reference->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_reference->setMinimumContentsLength(10);
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (QToolButton* button : {addButton, m_edit, m_remove})
        row->addWidget(button);
    row->addStretch();
    QFormLayout* form = makeForm(this);
    form->addRow(m_list);
    form->addRow(buttons);
    form->addRow(tr("Draws"), m_draws);
    form->addRow(tr("Reference"), m_reference);
    connect(addButton, &QToolButton::clicked, this, &CalibrationSetsEditor::add);
    connect(m_edit, &QToolButton::clicked, this, &CalibrationSetsEditor::edit);
    connect(m_remove, &QToolButton::clicked, this, &CalibrationSetsEditor::remove);
    connect(m_list, &QListWidget::itemActivated, this, &CalibrationSetsEditor::edit);
    connect(new QShortcut(QKeySequence::Delete, m_list, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, &CalibrationSetsEditor::remove);
    connect(m_draws, &QSpinBox::valueChanged, this, &CalibrationSetsEditor::changed);
    connect(m_reference, &QComboBox::currentIndexChanged, this, &CalibrationSetsEditor::changed);
    readFrom({});
}

void CalibrationSetsEditor::writeTo(CalibrationOptions& options) const {
    options.sets = m_sets;
    options.draws = m_draws->value();
    options.referenceSet = m_reference->currentData().toString().toStdString();
}

void CalibrationSetsEditor::readFrom(const CalibrationOptions& options) {
    m_sets = options.sets;
    const QSignalBlocker blocker(m_draws);
    m_draws->setValue(static_cast<int>(options.draws));
    showSets(0);
    const QSignalBlocker block(m_reference);
    m_reference->setCurrentIndex(
        std::max(0, m_reference->findData(QString::fromStdString(options.referenceSet))));
}

QStringList CalibrationSetsEditor::namesWithout(int row) const {
    QStringList names;
    for (int i = 0; i < static_cast<int>(m_sets.size()); ++i)
        if (i != row)
            names << QString::fromStdString(m_sets[static_cast<std::size_t>(i)].name);
    return names;
}

void CalibrationSetsEditor::add() {
    auto* dialog = new CalibrationSetDialog(namesWithout(-1), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_sets.push_back(dialog->set());
        showSets(static_cast<int>(m_sets.size()) - 1);
        Q_EMIT changed();
    });
    dialog->open();
}

void CalibrationSetsEditor::edit() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    auto* dialog = new CalibrationSetDialog(namesWithout(row), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setSet(m_sets[static_cast<std::size_t>(row)]);
    connect(dialog, &QDialog::accepted, this, [this, dialog, row] {
        if (row < static_cast<int>(m_sets.size()))
            m_sets[static_cast<std::size_t>(row)] = dialog->set();
        showSets(row);
        Q_EMIT changed();
    });
    dialog->open();
}

void CalibrationSetsEditor::remove() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_sets.erase(m_sets.begin() + row);
    showSets(row);
    Q_EMIT changed();
}

void CalibrationSetsEditor::showSets(int row) {
    m_list->clear();
    const QSignalBlocker blocker(m_reference);
    const QString reference = m_reference->currentData().toString();
    m_reference->clear();
    m_reference->addItem(tr("the first set"), QString());
    for (const CalibrationSet& set : m_sets) {
        const QString name = QString::fromStdString(set.name);
        auto* item = new QListWidgetItem(name, m_list);
        item->setToolTip(QString::fromStdString(describe(set)));
        m_reference->addItem(name, name);
    }
    m_reference->setCurrentIndex(std::max(0, m_reference->findData(reference)));
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    m_edit->setEnabled(m_list->count() > 0);
    m_remove->setEnabled(m_list->count() > 0);
}

} // namespace quantscope
