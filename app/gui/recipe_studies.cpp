#include "app/gui/recipe_studies.h"

#include "app/gui/pages_panel.h"
#include "app/gui/session_pane.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "app/service/study_service.h"
#include "core/data/session_schema.h"
#include "core/session/session.h"
#include "views/export/figure_set.h"
#include "views/pages/allocate_page.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

#include <utility>

namespace quantscope {

namespace {

/// The lane that a recipe becomes, and the name of its file.
QString recipeLane(const RecipeRequest& request) {
    QString name = QStringLiteral("mixed-%1bpw").arg(request.bitsPerWeight.value_or(0), 0, 'f', 2);
    if (request.objective != "mean-kl")
        name += QLatin1Char('-') + fileNamePart(request.objective);
    return name;
}

/// Beside the session where that is possible: the study that the recipe becomes part of refers to
/// it.
QString recipeFolder(const QString& session) {
    const QFileInfo info(session);
    if (QFileInfo(info.absolutePath()).isWritable())
        return QString::fromStdString(
                   StudyFolder(info.absoluteFilePath().toStdString()).path().string()) +
               QStringLiteral("/recipes");
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
           QStringLiteral("/recipes");
}

} // namespace

RecipeStudies::RecipeStudies(const Services& services, QObject* parent)
    : QObject(parent)
    , m_services(services) {
    connect(&services.sessions, &SessionService::recipeExported, this, &RecipeStudies::take);
}

void RecipeStudies::wire(SessionPane* pane) {
    AllocatePage* page = pane->pages()->allocatePage();
    connect(page, &AllocatePage::recipeRequested, this,
            [this, pane](const RecipeRequest& request, const QString& form) {
                save(pane, request, form);
            });
    connect(page, &AllocatePage::applyRequested, this,
            [this, pane](const RecipeRequest& request) { apply(pane, request); });
}

void RecipeStudies::save(SessionPane* pane, const RecipeRequest& request, const QString& form) {
    const QString suffix =
        form == QLatin1String("llama.cpp") ? QStringLiteral(".txt") : QStringLiteral(".json");
    const QString file = QFileDialog::getSaveFileName(pane->window(), tr("Save the recipe"),
                                                      form + QStringLiteral("-recipe") + suffix);
    if (!file.isEmpty() && pane->session())
        m_services.sessions.exportRecipe(pane->session(), request, form, file);
}

/// The recipe becomes a file that the study refers to; the study begins once it is written.
void RecipeStudies::apply(SessionPane* pane, const RecipeRequest& request) {
    if (!pane->session())
        return;
    if (m_services.studies.isActive()) {
        Q_EMIT failed(tr("A study is running"),
                      tr("Wait until it is finished, or stop it; then apply the recipe again."));
        return;
    }
    const QString lane = recipeLane(request);
    const QString folder = recipeFolder(pane->path());
    if (!QDir().mkpath(folder)) {
        Q_EMIT failed(
            tr("The recipe could not be applied"),
            tr("The folder %1, where the recipe would be kept, cannot be made.").arg(folder));
        return;
    }
    m_applied = {QDir(folder).filePath(lane + QStringLiteral(".json")), lane,
                 planOf(*pane->session())};
    m_services.sessions.exportRecipe(pane->session(), request, QStringLiteral("json"),
                                     m_applied.file);
}

StudyPlan RecipeStudies::planOf(const SessionData& session) const {
    const auto plan = session.attributes.find(attribute::plan);
    try {
        return plan == session.attributes.end() ? StudyPlan()
                                                : m_services.backend.planFromJson(plan->second);
    } catch (const Error&) {
        return {}; // of another version: the form's own plan has to do
    }
}

void RecipeStudies::take(const QString& file) {
    Q_EMIT saved(file);
    if (file != m_applied.file)
        return;
    const Applied applied = std::exchange(m_applied, {});
    StudyPlan plan = m_services.panel.form()->plan();
    if (!applied.plan.modelPath.empty() && plan.modelPath != applied.plan.modelPath) {
        // The form is about another model: the study is that of the session.
        plan = applied.plan;
        plan.methods.clear();
        plan.imported.clear();
    }
    const std::string lane = applied.lane.toStdString();
    std::erase_if(plan.methods, [&](const MethodSpec& method) { return method.lane == lane; });
    plan.methods.push_back({"mixed", {{"recipe", file.toStdString()}}, lane});
    plan.output.clear(); // a name of its own
    m_services.panel.setPlan(plan);
    Q_EMIT studyBegins();
    m_services.panel.run();
}

} // namespace quantscope
