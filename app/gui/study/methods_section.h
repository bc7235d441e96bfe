#pragma once

#include "core/data/method_info.h"
#include "core/data/study_plan.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QComboBox;
class QListWidget;
class QSpinBox;
class QToolButton;

namespace quantscope {

class CalibrationSetsEditor;
class CollapsibleSection;
class TextSourceEditor;

/// The quantized lanes of the study: methods, and below them checkpoints quantized elsewhere; and
/// the text that methods calibrate on, or several sets of it, each of which makes lanes of its own.
class MethodsSection : public QWidget {
    Q_OBJECT

public:
    /// @param methods  asked when a dialog opens
    explicit MethodsSection(std::function<std::vector<MethodInfo>()> methods,
                            QWidget* parent = nullptr);

    void writeTo(StudyPlan& plan) const;
    void readFrom(const StudyPlan& plan);

    const std::vector<MethodSpec>& specs() const { return m_specs; }
    void setSpecs(std::vector<MethodSpec> specs);
    const std::vector<ImportedLane>& imported() const { return m_imported; }
    void setImported(std::vector<ImportedLane> imported);

Q_SIGNALS:
    void changed();

private:
    void buildPresetMenu(QToolButton* button);
    void add();
    void addImported();
    void edit();
    void editMethod(int row);
    void editImported(int row);
    void remove();
    void replaced(int row);
    QStringList lanesWithout(int row) const;
    /// The imported lane in a row of the list; nothing for a method's row.
    std::optional<std::size_t> importedAt(int row) const;
    void showLanes();

    std::function<std::vector<MethodInfo>()> m_methods;
    std::vector<MethodSpec> m_specs;
    std::vector<ImportedLane> m_imported;
    QListWidget* m_list;
    QToolButton* m_edit;
    QToolButton* m_remove;
    CollapsibleSection* m_calibrationSection;
    TextSourceEditor* m_calibration;
    QComboBox* m_calibrationWindows;
    QSpinBox* m_calibrationExamples;
    QSpinBox* m_calibrationTokens;
    CalibrationSetsEditor* m_sets;
};

} // namespace quantscope
