#pragma once

#include "app/service/experiment_service.h"
#include "app/service/page_values_service.h"
#include "app/service/questions_service.h"
#include "app/service/session_service.h"
#include "views/models/selection.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace quantscope {

class PagesPanel;
class PlotWidget;

/// One open session and everything that shows it: its pages, what computes their values, and its
/// selection. The window has one, and a second beside it while two sessions are compared.
class SessionPane : public QWidget {
    Q_OBJECT

public:
    enum class Role { First, Second };

    /// @param role  the first offers the page that compares it with the second
    SessionPane(const StudyBackend& backend, const PageFunctions& functions, Role role,
                QWidget* parent = nullptr);
    ~SessionPane() override;

    PagesPanel* pages() const { return m_pages; }
    Selection& selection() { return m_selection; }
    PageValuesService& values() { return m_values; }
    QuestionsService& questions() { return m_questions; }
    const std::shared_ptr<const SessionData>& session() const { return m_values.session(); }
    const QString& path() const { return m_path; }
    /// Of its session, in their order; none without a session.
    std::vector<std::string> lanes() const;
    /// Lanes of the other session, which take their colours first.
    void setLeadingLanes(const std::vector<std::string>& lanes);
    bool isBusy() const;

    /// Another session; nothing is selected yet.
    void open(const OpenedSession& session);
    /// All of the session that grew on view: selection and what was asked stay.
    void complete(const OpenedSession& session);
    /// The first part of a study that runs.
    void beginGrowing(const std::shared_ptr<const SessionData>& session, const QString& path);
    void grow(const std::shared_ptr<const SessionData>& session);
    void setPath(const QString& path) { m_path = path; }

    /// What tells two panes apart; empty: there is one only.
    /// @param closable  with a button that asks for the end of the comparison
    void setHeading(const QString& heading, bool closable);

Q_SIGNALS:
    void closeRequested();
    void experimentFailed(const QString& message);

private:
    void wireExperiments();
    void begin(const SessionData& session);

    Selection m_selection;
    PageValuesService m_values;
    QuestionsService m_questions;
    ExperimentService m_experiments;
    PagesPanel* m_pages;
    QWidget* m_headingRow;
    QLabel* m_heading;
    QToolButton* m_close;
    QString m_path;
};

} // namespace quantscope
