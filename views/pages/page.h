#pragma once

#include "views/models/selection.h"
#include "views/plots/lane_styles.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QStackedLayout;
class QVBoxLayout;

namespace quantscope {

class PlotWidget;

/// What a page is showing; each state looks different.
enum class PageState {
    Empty,   ///< nothing to show yet: says what to do
    Loading, ///< values were asked for, none are there yet
    Failed,  ///< the values could not be made: says why
    Stale,   ///< shows values of an older request while new ones are on their way
    Ready,
};

/// One question a person asks of a study. A page draws the values it was last given and says which
/// values it wants next; it never computes or reads anything.
class Page : public QWidget {
    Q_OBJECT

public:
    explicit Page(QWidget* parent = nullptr);

    virtual QString title() const = 0;
    /// What the page shows and how to read it; rich text.
    virtual QString helpText() const = 0;
    /// Not owned; may be null. Pages follow it and write to it.
    virtual void setSelection(Selection* selection);
    /// The lanes of the study in their order, so that a lane has one colour on every page.
    virtual void setLanes(const std::vector<std::string>& lanes);
    /// Lanes that take their colours before those of the study, so that a lane of both sessions of
    /// a comparison looks the same in both. Counts from the next setLanes on.
    void setLeadingLanes(const std::vector<std::string>& lanes) { m_leadingLanes = lanes; }
    /// What the model's family lacks or has in another place, where a person may miss it; empty:
    /// nothing.
    void setNotes(const QString& notes);
    /// The figures of the page, for export.
    virtual std::vector<PlotWidget*> plots() const;
    /// The figure that was last clicked or hovered, else the first; null without any.
    PlotWidget* currentPlot() const;

    PageState state() const { return m_state; }
    /// Nothing to show: `text` says what to do about it.
    void showEmpty(const QString& text);
    void showLoading(const QString& text = {});
    void showFailed(const QString& text);
    /// Keeps the old values on view, marked as old; without any, the same as showLoading.
    void showStale(const QString& text = {});
    void showReady();

Q_SIGNALS:
    /// The page wants values for another request.
    void requestChanged();
    /// Something for the status bar, e.g. the value under the mouse.
    void statusMessage(const QString& text);
    /// Values are on view.
    void ready();
    /// One of the page's figures is to be written to a file.
    void exportRequested(quantscope::PlotWidget* plot);

protected:
    /// Where a page puts its widgets.
    QWidget* body() const { return m_body; }
    /// A widget above the page, there also while nothing is to be shown.
    void setHeader(QWidget* header);
    Selection* selection() const { return m_selection; }
    const LaneStyles& laneStyles() const { return m_laneStyles; }
    /// Hands hover texts and wishes to export on, and remembers the plot used last.
    void adopt(PlotWidget* plot);
    void changeEvent(QEvent* event) override;

private:
    void showMessage(PageState state, const QString& headline, const QString& text);
    void updateColours();

    PageState m_state = PageState::Empty;
    bool m_hasValues = false;
    QWidget* m_body = nullptr;
    QWidget* m_message = nullptr;
    QLabel* m_messageHeadline = nullptr;
    QLabel* m_messageText = nullptr;
    QLabel* m_banner = nullptr;
    QTimer m_bannerDelay;
    QLabel* m_notes = nullptr;
    QStackedLayout* m_stack = nullptr;
    QPointer<Selection> m_selection;
    QPointer<PlotWidget> m_currentPlot;
    std::vector<std::string> m_leadingLanes;
    LaneStyles m_laneStyles;
};

} // namespace quantscope
