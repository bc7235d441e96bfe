#include "app/gui/first_study/first_study.h"

#include "app/gui/first_study/guide_dialog.h"
#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "app/gui/study/methods_section.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "views/pages/page.h"

#include <QCoreApplication>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::FirstStudy", text);
}

GuideStep modelStep(MainWindow& window) {
    return {translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "a model and a text")),
            translated(QT_TRANSLATE_NOOP(
                "quantscope::FirstStudy",
                "<p>A study needs a model and some text: the dock Study at the left has both. For "
                "your own, drop a model's folder and a text onto the window.</p><p>Here the small "
                "model that comes with the program is studied on a text of several kinds of "
                "writing.</p>")),
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "&Put the demo in")),
            [&window] { window.prepareDemo(); },
            [&window] { return !window.studyPanel()->form()->plan().modelPath.empty(); }};
}

GuideStep methodsStep(MainWindow& window) {
    return {translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "methods")),
            translated(QT_TRANSLATE_NOOP(
                "quantscope::FirstStudy",
                "<p>Every method in the list quantizes the model once, and all of them walk through "
                "it side by side. Add and Presets offer more; a double click changes one.</p><p>"
                "Below the form stand the time and memory that the study will take.</p>")),
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "&Show the list")),
            [&window] { window.studyPanel()->form()->methods()->setFocus(); },
            [&window] { return !window.studyPanel()->form()->plan().methods.empty(); }};
}

GuideStep runStep(MainWindow& window) {
    return {translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "the run")),
            translated(QT_TRANSLATE_NOOP(
                "quantscope::FirstStudy",
                "<p>The run goes through the model block by block, and the pages fill while it "
                "runs: there is no need to wait. It can be paused, and a run that was stopped goes "
                "on where it was. The demo takes half a minute on most machines.</p>")),
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "&Run")),
            [&window] { window.studyPanel()->run(); },
            [&window] { return window.values().session() && !window.studies().isActive(); }};
}

GuideStep errorsStep(MainWindow& window) {
    return {translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "which inputs break")),
            translated(QT_TRANSLATE_NOOP(
                "quantscope::FirstStudy",
                "<p>Each point is an example: its loss in full precision against how much the "
                "method adds to it. Orange ones are those that suffer most.</p><p>Click a point "
                "high up. It is selected on every page, and the dock Details shows which of its "
                "tokens went wrong.</p>")),
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "&Go to Errors")),
            [&window] {
                window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Errors));
            },
            [&window] { return window.selection().primary().has_value(); }};
}

GuideStep layersStep(MainWindow& window) {
    return {translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "where in the model")),
            translated(QT_TRANSLATE_NOOP(
                "quantscope::FirstStudy",
                "<p>Residuals shows every layer: choose the statistic Relative error and a method "
                "as lane to see where the runs part, and what sets the orange examples apart. "
                "Patching says which module gives the damage back.</p><p>Ctrl+E writes a figure "
                "into a file, Ctrl+Shift+P finds any command, F1 explains the page.</p>")),
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "&Go to Residuals")),
            [&window] {
                window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Residuals));
            },
            [&window] {
                const Page* page = window.pagesPanel()->page(PageKind::Residuals);
                return window.pagesPanel()->currentPage() == page &&
                       page->state() == PageState::Ready;
            }};
}

} // namespace

GuideDialog* showFirstStudy(MainWindow& window) {
    auto* guide = window.findChild<GuideDialog*>();
    if (!guide) {
        guide = new GuideDialog(
            translated(QT_TRANSLATE_NOOP("quantscope::FirstStudy", "Your first study")),
            {modelStep(window), methodsStep(window), runStep(window), errorsStep(window),
             layersStep(window)},
            &window);
        QObject::connect(window.studyPanel()->form(), &StudyForm::changed, guide,
                         &GuideDialog::refresh);
        QObject::connect(&window.studies(), &StudyService::stateChanged, guide,
                         &GuideDialog::refresh);
        QObject::connect(&window, &MainWindow::sessionShown, guide, &GuideDialog::refresh);
        QObject::connect(&window.selection(), &Selection::primaryChanged, guide,
                         &GuideDialog::refresh);
        for (const Page* page : window.pagesPanel()->pages())
            QObject::connect(page, &Page::ready, guide, &GuideDialog::refresh);
    }
    guide->show();
    guide->raise();
    return guide;
}

} // namespace quantscope
