#pragma once

#include "core/data/method_info.h"
#include "core/data/method_spec.h"

#include <QDialog>

#include <vector>

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace quantscope {

class OptionEditor;

/// Chooses a quantization method and its options; the fields are made from the methods'
/// descriptions.
class MethodDialog : public QDialog {
    Q_OBJECT

public:
    /// @param takenLanes  names that other methods of the study have already
    MethodDialog(std::vector<MethodInfo> methods, QStringList takenLanes,
                 QWidget* parent = nullptr);

    MethodSpec spec() const;
    void setSpec(const MethodSpec& spec);

private:
    const MethodInfo* current() const;
    void showMethod();
    void check();

    std::vector<MethodInfo> m_methods;
    QStringList m_takenLanes;
    QComboBox* m_method;
    QLabel* m_about;
    QWidget* m_optionsHolder;
    QLineEdit* m_lane;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
    std::vector<OptionEditor*> m_editors;
};

} // namespace quantscope
