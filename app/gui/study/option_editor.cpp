#include "app/gui/study/option_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace quantscope {

namespace {

const QColor invalidColour(0xC0, 0x39, 0x2B);

bool looksWhole(const QString& number) {
    static const QRegularExpression whole(QStringLiteral("^-?\\d+$"));
    return whole.match(number).hasMatch();
}

} // namespace

OptionDomain parseOptionDomain(const QString& values, const QString& defaultValue) {
    static const QRegularExpression range(QStringLiteral(
        "^\\s*([-+.\\deE]+)\\s*(?:…|\\.\\.\\.)\\s*([-+.\\deE]+)\\s*(?:,?\\s*or\\s+(.+))?$"));
    static const QRegularExpression words(
        QStringLiteral("^[\\w.+-]+(\\s*,\\s*(or\\s+)?[\\w.+-]+)+$"));
    OptionDomain domain;
    if (const auto match = range.match(values); match.hasMatch()) {
        bool lowIsNumber = false;
        bool highIsNumber = false;
        domain.low = match.captured(1).toDouble(&lowIsNumber);
        domain.high = match.captured(2).toDouble(&highIsNumber);
        if (lowIsNumber && highIsNumber) {
            domain.kind = OptionDomain::Kind::Range;
            domain.integer = looksWhole(match.captured(1)) && looksWhole(match.captured(2)) &&
                             (looksWhole(defaultValue) || match.captured(3) == defaultValue);
            for (const QString& other :
                 match.captured(3).split(QRegularExpression(QStringLiteral("\\s*,\\s*|\\s+or\\s+")),
                                         Qt::SkipEmptyParts))
                domain.choices << other.trimmed();
        }
        return domain;
    }
    if (words.match(values.trimmed()).hasMatch()) {
        for (QString word : values.split(QLatin1Char(','))) {
            word = word.trimmed();
            if (word.startsWith(QStringLiteral("or ")))
                word = word.mid(3).trimmed();
            domain.choices << word;
        }
        const bool flag = domain.choices.size() == 2 &&
                          domain.choices.contains(QStringLiteral("true")) &&
                          domain.choices.contains(QStringLiteral("false"));
        domain.kind = flag ? OptionDomain::Kind::Flag : OptionDomain::Kind::Choice;
    }
    return domain;
}

bool OptionDomain::allows(const QString& value) const {
    switch (kind) {
    case Kind::Flag:
    case Kind::Choice:
        return choices.contains(value);
    case Kind::Range: {
        if (choices.contains(value))
            return true;
        bool isNumber = false;
        const double number = QLocale::c().toDouble(value, &isNumber);
        return isNumber && number >= low && number <= high && (!integer || looksWhole(value));
    }
    case Kind::Text:
        // A comma would end the option where a method is written as one line.
        return !value.isEmpty() && !value.contains(QLatin1Char(','));
    }
    return false;
}

OptionEditor::OptionEditor(const OptionInfo& option, QWidget* parent)
    : QWidget(parent)
    , m_name(QString::fromStdString(option.name))
    , m_default(QString::fromStdString(option.defaultValue))
    , m_domain(parseOptionDomain(QString::fromStdString(option.values), m_default)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    QWidget* field = nullptr;
    switch (m_domain.kind) {
    case OptionDomain::Kind::Flag:
        field = m_check = new QCheckBox;
        connect(m_check, &QCheckBox::toggled, this, &OptionEditor::changed);
        break;
    case OptionDomain::Kind::Choice:
        field = m_choice = new QComboBox;
        m_choice->addItems(m_domain.choices);
        connect(m_choice, &QComboBox::currentTextChanged, this, &OptionEditor::changed);
        break;
    case OptionDomain::Kind::Range:
    case OptionDomain::Kind::Text:
        field = m_text = new QLineEdit;
        connect(m_text, &QLineEdit::textChanged, this, [this] {
            markValidity();
            Q_EMIT changed();
        });
        break;
    }
    const QString help = QString::fromStdString(option.help);
    const QString values = QString::fromStdString(option.values);
    field->setToolTip(
        tr("<p>%1</p><p>Values: %2. Default: %3.</p>")
            .arg(help.toHtmlEscaped(), values.toHtmlEscaped(), m_default.toHtmlEscaped()));
    field->setAccessibleName(m_name);
    field->setAccessibleDescription(help);
    layout->addWidget(field);
    if (m_domain.kind == OptionDomain::Kind::Range)
        m_text->setPlaceholderText(values);
    setFocusProxy(field);
    setValue(m_default);
}

QString OptionEditor::value() const {
    if (m_check)
        return m_check->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    return m_choice ? m_choice->currentText() : m_text->text().trimmed();
}

void OptionEditor::setValue(const QString& value) {
    if (m_check)
        m_check->setChecked(value == QLatin1String("true"));
    else if (m_choice)
        m_choice->setCurrentText(value);
    else
        m_text->setText(value);
}

void OptionEditor::markValidity() {
    QPalette colours = palette();
    if (!isValid())
        colours.setColor(QPalette::Text, invalidColour);
    m_text->setPalette(colours);
}

} // namespace quantscope
