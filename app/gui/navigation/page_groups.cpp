#include "app/gui/navigation/page_groups.h"

#include <QCoreApplication>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::PageGroups", text);
}

} // namespace

std::vector<PageGroup> pageGroups() {
    using enum PageKind;
    return {{translated(QT_TRANSLATE_NOOP("quantscope::PageGroups", "The study")),
             {Overview, Examples, Questions, Compare}},
            {translated(QT_TRANSLATE_NOOP("quantscope::PageGroups", "Which inputs")),
             {Errors, Agreement, Output, Predictors, Explanations}},
            {translated(QT_TRANSLATE_NOOP("quantscope::PageGroups", "Where in the model")),
             {Residuals, Layers, EarlyExit, Patching, Depth, Activations, Experts}},
            {translated(QT_TRANSLATE_NOOP("quantscope::PageGroups", "Weights and methods")),
             {Weights, Perturbation, Calibration, Training, Allocate}}};
}

} // namespace quantscope
