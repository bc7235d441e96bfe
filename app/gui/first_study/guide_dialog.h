#pragma once

#include <QDialog>

#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace quantscope {

/// One thing to do, and how to tell that it is done.
struct GuideStep {
    QString title;
    QString text;       ///< rich text
    QString actionText; ///< of the button that does it
    std::function<void()> act;
    std::function<bool()> isDone;
};

/// Leads through steps, one at a time, beside the window that they are done in.
class GuideDialog : public QDialog {
    Q_OBJECT

public:
    GuideDialog(const QString& title, std::vector<GuideStep> steps, QWidget* parent);

    int step() const { return m_step; }
    void setStep(int step);
    /// Something was done: looks again whether the step is.
    void refresh();

private:
    std::vector<GuideStep> m_steps;
    int m_step = 0;
    QLabel* m_heading;
    QLabel* m_text;
    QLabel* m_done;
    QPushButton* m_act;
    QPushButton* m_back;
    QPushButton* m_next;
};

} // namespace quantscope
