#pragma once

#include "core/data/calibration_set.h"

#include <QDialog>
#include <QStringList>

#include <vector>

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QSpinBox;
class QToolButton;

namespace quantscope {

class TextSourceEditor;

/// One calibration set: its name, its files or what is drawn, and how much of it.
class CalibrationSetDialog : public QDialog {
    Q_OBJECT

public:
    /// @param takenNames  of the study's other sets
    explicit CalibrationSetDialog(QStringList takenNames, QWidget* parent = nullptr);

    /// An empty name is that of the first file, or of what is drawn.
    CalibrationSet set() const;
    void setSet(const CalibrationSet& set);

    /// What keeps the fields from being a set; empty when nothing does.
    QString problem() const;

private:
    CalibrationKind kind() const;
    std::vector<TextSource> sources() const;
    void addFile();
    void removeFile();
    void showFiles();
    void check();

    QStringList m_takenNames;
    std::vector<TextSource> m_added; ///< files beside the one in the editor
    QFormLayout* m_form;
    QLineEdit* m_name;
    QComboBox* m_kind;
    TextSourceEditor* m_source;
    QToolButton* m_addFile;
    QListWidget* m_files;
    QToolButton* m_removeFile;
    QSpinBox* m_examples;
    QSpinBox* m_tokens;
    QSpinBox* m_draws;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
};

} // namespace quantscope
