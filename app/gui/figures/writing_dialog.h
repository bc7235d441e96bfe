#pragma once

#include "app/service/latest_request.h"

#include <QDialog>

#include <functional>
#include <vector>

class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;

namespace quantscope {

class PathChooser;

/// A dialog that writes files: asks where to, writes in a thread of its own, and closes once they
/// are written or says why they could not be.
class WritingDialog : public QDialog {
    Q_OBJECT

public:
    QString path() const;

public Q_SLOTS:
    void accept() override;

protected:
    /// @param suggestedName  a file name without ending
    WritingDialog(const QString& chooserTitle, const QString& filter, const QString& suggestedName,
                  QWidget* parent);

    /// What is to be written, prepared from what the window shows; failures are Errors.
    virtual std::vector<std::function<void()>> prepare() = 0;

    PathChooser* pathChooser() const { return m_path; }
    /// The place of problems and the buttons, below everything else.
    void addFoot();

    /// A field for a length with its unit.
    static QDoubleSpinBox* makeLength(double value, double low, double high, const QString& unit);

private:
    void showProblem(const QString& text);

    PathChooser* m_path;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
    LatestRequest m_writing;
};

} // namespace quantscope
