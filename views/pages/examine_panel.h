#pragma once

#include "core/data/pages/examine.h"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace quantscope {

class Selection;
class ValueTable;

/// The most likely tokens of every layer at one position of one example, the reference beside a
/// quantized lane.
class ExaminePanel : public QWidget {
    Q_OBJECT

public:
    explicit ExaminePanel(QWidget* parent = nullptr);

    /// Example and position follow it. Not owned; may be null.
    void setSelection(Selection* selection);
    /// The lanes of the study, the reference first.
    void setLanes(const std::vector<std::string>& lanes);
    void setValues(std::shared_ptr<const ExamineValues> values);
    void showFailed(const QString& message);
    /// What the controls ask for.
    ExamineRequest request() const;

Q_SIGNALS:
    void requested(const quantscope::ExamineRequest& request);

private:
    void ask();
    void followSelection();
    void showGuesses(const std::string& lane, QTableView* view);

    std::shared_ptr<const ExamineValues> m_values;
    QPointer<Selection> m_selection;
    QSpinBox* m_example;
    QSpinBox* m_position;
    QSpinBox* m_topK;
    QComboBox* m_lane;
    QPushButton* m_run;
    QLabel* m_said;
    QLabel* m_referenceTitle;
    QLabel* m_laneTitle;
    QTableView* m_reference;
    QTableView* m_quantized;
};

} // namespace quantscope
