#pragma once

#include "core/data/pages/comparison.h"

#include <QTimer>
#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QMenu;
class QPlainTextEdit;
class QTableView;
class QToolButton;

namespace quantscope {

class ValueTable;

/// Where a person writes the conditions that a comparison must not meet, one a line, and sees for
/// each pair of lanes whether it is met. What is typed is asked for once typing rests.
class ConditionsEditor : public QWidget {
    Q_OBJECT

public:
    explicit ConditionsEditor(QWidget* parent = nullptr);

    QString text() const;
    /// Does not ask for anything.
    void setText(const QString& text);
    /// The lines that say something.
    std::vector<std::string> conditions() const;
    /// What the conditions came to, and which metrics a person may name.
    void setOutcomes(const std::vector<GateResult>& outcomes,
                     const std::vector<ComparedMetric>& metrics);

Q_SIGNALS:
    void conditionsChanged();
    /// The same conditions as a command for continuous integration.
    void commandRequested();

private:
    void fillMetrics(const std::vector<ComparedMetric>& metrics);
    void showVerdict(const std::vector<GateResult>& outcomes);
    void insert(const QString& text);

    QPlainTextEdit* m_text;
    QToolButton* m_insert;
    QMenu* m_metrics;
    std::vector<std::string> m_names; ///< of the metrics in the menu
    QLabel* m_verdict;
    QTableView* m_view;
    ValueTable* m_outcomes;
    QTimer m_rest;
};

} // namespace quantscope
