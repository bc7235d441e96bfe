#pragma once

#include "core/data/method_info.h"
#include "core/data/method_spec.h"
#include "views/pages/report_page.h"

#include <vector>

class QPushButton;
class QSpinBox;

namespace quantscope {

/// The report on methods that train, and above it what to train next: a base, what of the singular
/// values is learned beneath it, how far ahead, for how long.
class TrainingPage final : public ReportPage {
    Q_OBJECT

public:
    explicit TrainingPage(QWidget* parent = nullptr);

    /// The methods of this program: their descriptions say which bases there are.
    void setMethods(const std::vector<MethodInfo>& methods);

    /// Nothing is started while a study runs.
    void setStudyRunning(bool running);

    /// The base and the method learned beneath it, as chosen.
    std::vector<MethodSpec> specs() const;

Q_SIGNALS:
    void trainRequested(const std::vector<quantscope::MethodSpec>& methods);

private:
    const MethodInfo* base() const;
    void takeDefaultsOfBase();
    void enableControls();

    std::vector<MethodInfo> m_methods;

    QComboBox* m_base;
    QComboBox* m_learned;
    QSpinBox* m_band;
    QSpinBox* m_square;
    QComboBox* m_horizon;
    QSpinBox* m_epochs;
    QSpinBox* m_bits;
    QSpinBox* m_group;
    QComboBox* m_inputs; ///< bits that inputs are rounded to
    QPushButton* m_train;
    bool m_running = false;
};

} // namespace quantscope
