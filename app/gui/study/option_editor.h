#pragma once

#include "core/data/method_info.h"

#include <QString>
#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace quantscope {

/// What the text of OptionInfo::values allows: "2 … 8", "1 … 65536, or -1", "true, false", or a
/// list of words. Anything else is free text.
struct OptionDomain {
    enum class Kind { Flag, Choice, Range, Text } kind = Kind::Text;
    QStringList choices; ///< for Choice, and what a Range allows beside its range
    double low = 0;      ///< for Range, both ends inclusive
    double high = 0;
    bool integer = false; ///< for Range: both ends are written without a fraction

    bool allows(const QString& value) const;
};

/// @param defaultValue  a fraction there makes a range one of fractions
OptionDomain parseOptionDomain(const QString& values, const QString& defaultValue);

/// Edits one option of a method with the widget that its values call for.
class OptionEditor : public QWidget {
    Q_OBJECT

public:
    explicit OptionEditor(const OptionInfo& option, QWidget* parent = nullptr);

    QString name() const { return m_name; }
    QString value() const;
    void setValue(const QString& value);
    bool isDefault() const { return value() == m_default; }
    bool isValid() const { return m_domain.allows(value()); }

Q_SIGNALS:
    void changed();

private:
    void markValidity();

    QString m_name;
    QString m_default;
    OptionDomain m_domain;
    QCheckBox* m_check = nullptr;
    QComboBox* m_choice = nullptr;
    QLineEdit* m_text = nullptr;
};

} // namespace quantscope
