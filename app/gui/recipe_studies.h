#pragma once

#include "core/data/recipe_request.h"
#include "core/data/study_plan.h"

#include <QObject>

namespace quantscope {

class SessionPane;
class SessionService;
class StudyPanel;
class StudyService;
struct SessionData;
struct StudyBackend;

/// Recipes of the page Allocate: into a file that a person chooses, or as a lane into a study that
/// runs at once.
class RecipeStudies : public QObject {
    Q_OBJECT

public:
    /// What writes recipes and runs studies; all of it outlives this.
    struct Services {
        const StudyBackend& backend;
        StudyService& studies;
        SessionService& sessions;
        StudyPanel& panel;
    };

    RecipeStudies(const Services& services, QObject* parent);

    /// Follows the wishes of a pane's page.
    void wire(SessionPane* pane);

Q_SIGNALS:
    void failed(const QString& title, const QString& message);
    void saved(const QString& file);
    /// A study is put into the form and runs.
    void studyBegins();

private:
    void save(SessionPane* pane, const RecipeRequest& request, const QString& form);
    void apply(SessionPane* pane, const RecipeRequest& request);
    void take(const QString& file);
    StudyPlan planOf(const SessionData& session) const;

    /// A recipe that is being written and then becomes a lane of a study.
    struct Applied {
        QString file;
        QString lane;
        StudyPlan plan; ///< of the session that it comes from
    };

    Services m_services;
    Applied m_applied;
};

} // namespace quantscope
