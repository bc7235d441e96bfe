#pragma once

#include "core/data/study_plan.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLineEdit;

namespace quantscope {

class PathChooser;

/// The format that a file's name suggests, .gz and .zst looked through.
TextFormat suggestedFormat(const QString& path);

/// A file of text and how it falls into documents. Fields that a format doesn't use are hidden.
class TextSourceEditor : public QWidget {
    Q_OBJECT

public:
    enum class Labels { Shown, Hidden };

    explicit TextSourceEditor(Labels labels, QWidget* parent = nullptr);

    TextSource source() const;
    void setSource(const TextSource& source);
    /// As if a person had chosen it: the format follows the name.
    void setPath(const QString& path);
    void setRecent(const QStringList& paths);
    void setPlaceholder(const QString& text);

Q_SIGNALS:
    void changed();

private:
    void showFieldsOfFormat();

    Labels m_labelsShown;
    QFormLayout* m_form;
    PathChooser* m_path;
    QComboBox* m_format;
    QLineEdit* m_separator;
    QLineEdit* m_textField;
    QLineEdit* m_labelFields;
};

} // namespace quantscope
