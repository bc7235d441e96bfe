#include "app/gui/study/method_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/option_editor.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

/// Options that say what a method is, written out even where they are the default.
bool isNaming(const QString& option) {
    return option == QLatin1String("bits") || option == QLatin1String("group") ||
           option == QLatin1String("block");
}

} // namespace

MethodDialog::MethodDialog(std::vector<MethodInfo> methods, QStringList takenLanes, QWidget* parent)
    : QDialog(parent)
    , m_methods(std::move(methods))
    , m_takenLanes(std::move(takenLanes))
    , m_method(new QComboBox)
    , m_about(new QLabel)
    , m_optionsHolder(new QWidget)
    , m_lane(new QLineEdit)
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setWindowTitle(tr("Quantization method"));
    for (const MethodInfo& method : m_methods)
        m_method->addItem(QStringLiteral("%1 (%2)").arg(QString::fromStdString(method.title),
                                                        QString::fromStdString(method.name)));
    m_method->setAccessibleName(tr("Method"));
    m_about->setWordWrap(true);
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_problem->setWordWrap(true);
    m_lane->setPlaceholderText(tr("the method and its options"));
    m_lane->setToolTip(tr("How the method is called in tables and figures"));
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_optionsHolder);
    auto* top = new QWidget;
    QFormLayout* form = makeForm(top);
    form->addRow(tr("Method"), m_method);
    form->addRow(m_about);
    auto* bottom = new QWidget;
    QFormLayout* bottomForm = makeForm(bottom);
    bottomForm->addRow(tr("Name"), m_lane);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(top);
    layout->addWidget(scroll, 1);
    layout->addWidget(bottom);
    layout->addWidget(m_problem);
    layout->addWidget(m_buttons);
    resize(460, 520);
    connect(m_method, &QComboBox::currentIndexChanged, this, &MethodDialog::showMethod);
    connect(m_lane, &QLineEdit::textChanged, this, &MethodDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showMethod();
}

const MethodInfo* MethodDialog::current() const {
    const int index = m_method->currentIndex();
    return index >= 0 ? &m_methods[static_cast<std::size_t>(index)] : nullptr;
}

void MethodDialog::showMethod() {
    m_editors.clear();
    qDeleteAll(m_optionsHolder->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete m_optionsHolder->layout();
    QFormLayout* form = makeForm(m_optionsHolder);
    const MethodInfo* method = current();
    if (!method) {
        m_about->setText(tr("This build has no quantization method."));
        check();
        return;
    }
    m_about->setText(
        tr("Source: %1. Needs: %2.")
            .arg(QString::fromStdString(method->source), QString::fromStdString(method->needs)));
    for (const OptionInfo& option : method->options) {
        auto* editor = new OptionEditor(option);
        auto* label = new QLabel(editor->name());
        label->setToolTip(QString::fromStdString(option.help));
        label->setBuddy(editor);
        form->addRow(label, editor);
        connect(editor, &OptionEditor::changed, this, &MethodDialog::check);
        m_editors.push_back(editor);
    }
    check();
}

MethodSpec MethodDialog::spec() const {
    MethodSpec spec;
    if (const MethodInfo* method = current())
        spec.method = method->name;
    for (const OptionEditor* editor : m_editors)
        if (!editor->isDefault() || isNaming(editor->name()))
            spec.options[editor->name().toStdString()] = editor->value().toStdString();
    const QString lane = m_lane->text().trimmed();
    spec.lane = lane.isEmpty() ? toString(spec) : lane.toStdString();
    return spec;
}

void MethodDialog::setSpec(const MethodSpec& spec) {
    const auto found = std::find_if(m_methods.begin(), m_methods.end(),
                                    [&](const MethodInfo& m) { return m.name == spec.method; });
    if (found != m_methods.end())
        m_method->setCurrentIndex(static_cast<int>(found - m_methods.begin()));
    for (OptionEditor* editor : m_editors) {
        const auto option = spec.options.find(editor->name().toStdString());
        if (option != spec.options.end())
            editor->setValue(QString::fromStdString(option->second));
    }
    m_lane->setText(spec.lane == toString(spec) ? QString() : QString::fromStdString(spec.lane));
}

void MethodDialog::check() {
    QString problem;
    if (!current())
        problem = tr("There is no method to choose.");
    for (const OptionEditor* editor : m_editors)
        if (problem.isEmpty() && !editor->isValid())
            problem = tr("%1 cannot be “%2”.").arg(editor->name(), editor->value());
    const QString lane = QString::fromStdString(spec().lane);
    if (problem.isEmpty() && m_takenLanes.contains(lane))
        problem = tr("The study has a method named “%1” already.").arg(lane);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(problem.isEmpty());
}

} // namespace quantscope
