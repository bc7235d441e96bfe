#pragma once

#include "core/data/example_questions.h"
#include "core/data/pages/patch_history.h"

#include <QPointer>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace quantscope {

class LaneStyles;
class LinesPlot;
class PlotWidget;
class Selection;
class ValueTable;

/// One patch on chosen examples, run when it is asked for, and the history of such runs to compare:
/// their means in a table, those of the selected rows by token.
class PatchNowPanel : public QWidget {
    Q_OBJECT

public:
    explicit PatchNowPanel(QWidget* parent = nullptr);

    /// The examples follow it until others are written. Not owned; may be null.
    void setSelection(Selection* selection);
    /// The lanes of the study, the reference first; forgets the history.
    void setLanes(const std::vector<std::string>& lanes);
    void setLaneStyles(const LaneStyles& styles);
    void setHistory(std::shared_ptr<const PatchHistoryValues> values);
    void showRunning(bool running);
    void showFailed(const QString& message);
    PlotWidget* plot() const;

    /// What the controls ask for; nothing, with a sentence below them, where they cannot be read.
    std::optional<PatchRunRequest> request();

Q_SIGNALS:
    /// A patch between the lanes that are chosen may be asked for next.
    void expected(const quantscope::PatchRequest& patch);
    void requested(const quantscope::PatchRunRequest& request);
    void stopRequested();
    void forgetRequested(const std::vector<std::int32_t>& runs);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void expectPatch();
    void followSelection();
    void run();
    void showTable();
    void showRuns();
    std::vector<std::size_t> chosenRuns() const;

    std::shared_ptr<const PatchHistoryValues> m_history;
    std::vector<std::string> m_laneNames;
    QPointer<Selection> m_selection;
    QLineEdit* m_examples;
    QComboBox* m_kind;
    QComboBox* m_layers;
    QLineEdit* m_positions;
    QComboBox* m_lane;
    QComboBox* m_direction;
    QComboBox* m_control;
    QPushButton* m_run;
    QPushButton* m_stop;
    QPushButton* m_forget;
    QLabel* m_said;
    ValueTable* m_model;
    QTableView* m_table;
    LinesPlot* m_plot;
};

} // namespace quantscope
