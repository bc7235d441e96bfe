// Fills every page with made-up values and writes pictures of them, for looking at.
// Usage: page_gallery FOLDER [figures]

#include "tests/tools/page_gallery/synthetic_values.h"
#include "views/export/figure_set.h"
#include "views/pages/details_panel.h"
#include "views/pages/early_exit_page.h"
#include "views/pages/errors_page.h"
#include "views/pages/examples_page.h"
#include "views/pages/overview_page.h"
#include "views/pages/patching_page.h"
#include "views/pages/residuals_page.h"
#include "views/pages/weights_page.h"

#include <QApplication>
#include <QDir>
#include <QStyleFactory>

#include <cstdio>

namespace quantscope {
namespace {

QPalette darkPalette() {
    QPalette palette;
    const QColor window(0x24, 0x26, 0x29);
    const QColor base(0x1B, 0x1D, 0x1F);
    const QColor text(0xE4, 0xE6, 0xE8);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, QColor(0x20, 0x22, 0x25));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, QColor(0x30, 0x33, 0x37));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::Mid, QColor(0x50, 0x54, 0x59));
    palette.setColor(QPalette::Highlight, QColor(0x3D, 0x7E, 0xC9));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, QColor(0x90, 0x94, 0x98));
    return palette;
}

template <typename Values>
std::shared_ptr<const Values> shared(Values values) {
    return std::make_shared<const Values>(std::move(values));
}

void takePictures(const QDir& folder, const SyntheticStudy& study, const QString& theme) {
    Selection selection;
    OverviewPage overview;
    ExamplesPage examples;
    ErrorsPage errors;
    ResidualsPage residuals;
    EarlyExitPage earlyExit;
    PatchingPage patching;
    WeightsPage weights;
    DetailsPanel details;
    OverviewPage empty;
    OverviewPage failed;
    failed.showFailed(
        QStringLiteral("The session study.qscope.h5 could not be read: dataset /examples/nll has 3 "
                       "dimensions where 2 were expected."));
    const std::vector<std::pair<const char*, Page*>> pages = {
        {"overview", &overview},   {"examples", &examples},    {"errors", &errors},
        {"residuals", &residuals}, {"early-exit", &earlyExit}, {"patching", &patching},
        {"weights", &weights},     {"empty", &empty},          {"failed", &failed}};
    const ErrorsValues errorValues = study.errors();
    QObject::connect(&errors, &ErrorsPage::scatterRequested, &errors, [&](int x, int y) {
        errors.setScatterStatistics(
            x, y,
            study.statistics(errorValues.quantities[static_cast<std::size_t>(x)],
                             errorValues.quantities[static_cast<std::size_t>(y)]));
    });
    for (const auto& [name, page] : pages) {
        page->setLanes(study.lanes());
        page->setSelection(&selection);
    }
    details.setSelection(&selection);
    overview.setValues(shared(study.overview()));
    examples.setValues(shared(study.examples()));
    errors.setValues(shared(errorValues));
    residuals.setExampleColumns({"nll_reference", "error[nf4]"}, {"source"});
    residuals.setValues(shared(study.residuals()));
    earlyExit.setValues(shared(study.earlyExit()));
    patching.setValues(shared(study.patching()));
    weights.setValues(shared(study.weights()));
    details.setValues(shared(study.detail(5)));
    selection.setPrimary(errorValues.large[3]);
    selection.setSelected({errorValues.large[3], errorValues.large[5], 40});
    selection.setPinned({errorValues.control[2]});
    selection.setLayer(24);
    selection.setToken(11);
    for (const QSize size : {QSize(960, 640), QSize(1280, 800), QSize(2560, 1440)}) {
        for (const auto& [name, page] : pages) {
            page->resize(size);
            page->show();
            QApplication::processEvents();
            QApplication::processEvents();
            const QString file =
                QStringLiteral("%1-%2-%3.png").arg(QLatin1String(name), theme).arg(size.width());
            page->grab().save(folder.filePath(file));
            page->hide();
        }
    }
    details.resize(340, 800);
    details.show();
    QApplication::processEvents();
    details.grab().save(folder.filePath(QStringLiteral("details-%1.png").arg(theme)));
}

void writeFigures(const QDir& folder, const SyntheticStudy& study) {
    FigureSetValues values;
    values.lanes = study.lanes();
    values.overview = shared(study.overview());
    values.errors = shared(study.errors());
    values.scatters = {
        {0, 4, study.statistics(values.errors->quantities[0], values.errors->quantities[4])}};
    values.residuals = {shared(study.residuals())};
    values.earlyExit = {shared(study.earlyExit())};
    values.patching = {shared(study.patching())};
    values.weights = {shared(study.weights())};
    const QStringList names = writeFigureSet(values, folder.filePath(QStringLiteral("figures")));
    std::printf("%lld figures\n", static_cast<long long>(names.size()));
}

} // namespace
} // namespace quantscope

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "Usage: page_gallery FOLDER\n");
        return 2;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    folder.mkpath(QStringLiteral("."));
    const quantscope::SyntheticStudy study;
    quantscope::takePictures(folder, study, QStringLiteral("light"));
    quantscope::writeFigures(folder, study);
    QApplication::setPalette(quantscope::darkPalette());
    quantscope::takePictures(folder, study, QStringLiteral("dark"));
    return 0;
}
