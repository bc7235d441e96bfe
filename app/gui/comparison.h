#pragma once

#include "app/service/session_service.h"

#include <QObject>

class QSplitter;

namespace quantscope {

class SelectionLink;
class SessionPane;
class Settings;
class WindowDocks;
struct PageFunctions;

/// A second session beside the first: its pane, one selection for both, the page that compares
/// them, and one colour for a lane of both.
class Comparison : public QObject {
    Q_OBJECT

public:
    /// What it is made in; all of it outlives the comparison.
    struct Place {
        SessionPane& first;
        QSplitter& panes;
        WindowDocks& docks;
        Settings& settings;
    };

    Comparison(const Place& place, const StudyBackend& backend, const PageFunctions& functions,
               QObject* parent);
    ~Comparison() override;

    /// Opens a session beside the first, in place of another one there.
    void open(const QString& path);
    void close();
    /// Null without one.
    SessionPane* second() const { return m_second; }
    bool isBusy() const;

    /// Another session is about to be on view first: until it is known which examples both have,
    /// each keeps its own selection.
    void unlink();
    /// The first session has other lanes, or another name.
    void followFirst();

Q_SIGNALS:
    /// The second pane is new: its pages want to be wired.
    void paneMade(quantscope::SessionPane* pane);
    /// A session stands in the second pane.
    void shown(const QString& path);
    void closed();
    void failed(const QString& title, const QString& message);
    /// @param milliseconds  0: until the next one
    void statusMessage(const QString& text, int milliseconds);

private:
    void wireFirst();
    void makePane();
    void show(const OpenedSession& session);
    void arrangePanes();
    void showHeadings();
    void copyCommand();

    SessionPane& m_first;
    QSplitter& m_panes;
    WindowDocks& m_docks;
    Settings& m_settings;
    const StudyBackend& m_backend;
    const PageFunctions& m_functions;
    SessionService m_sessions;
    SessionPane* m_second = nullptr;
    SelectionLink* m_link = nullptr;
};

} // namespace quantscope
