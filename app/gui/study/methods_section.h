#pragma once

#include "core/data/method_info.h"
#include "core/data/study_plan.h"

#include <QWidget>

#include <functional>
#include <vector>

class QListWidget;
class QSpinBox;
class QToolButton;

namespace quantscope {

class CollapsibleSection;
class TextSourceEditor;

/// The quantization methods of the study, and the text that they calibrate on.
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

Q_SIGNALS:
    void changed();

private:
    void buildPresetMenu(QToolButton* button);
    void add();
    void edit();
    void remove();
    QStringList lanesWithout(int row) const;
    void showSpecs();

    std::function<std::vector<MethodInfo>()> m_methods;
    std::vector<MethodSpec> m_specs;
    QListWidget* m_list;
    QToolButton* m_edit;
    QToolButton* m_remove;
    CollapsibleSection* m_calibrationSection;
    TextSourceEditor* m_calibration;
    QSpinBox* m_calibrationExamples;
    QSpinBox* m_calibrationTokens;
};

} // namespace quantscope
