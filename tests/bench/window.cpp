// How the window answers: while a whole study runs, or with a large session on view.
//
//   bench-window study PLAN.toml [SECONDS]
//   bench-window session FILE.qscope.h5

#include "app/gui/main_window.h"
#include "app/gui/pages_panel.h"
#include "app/gui/theme.h"
#include "app/service/settings.h"
#include "app/service/thread_niceness.h"
#include "core/study/process_environment.h"
#include "core/study/study.h"
#include "tests/bench/timed_application.h"
#include "tests/bench/window_probe.h"
#include "views/pages/page.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/plot_widget.h"

#include <QApplication>
#include <QDeadlineTimer>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>

using namespace quantscope;

namespace {

constexpr int longestPage = 3000; ///< ms that a page's values are waited for

void wheel(PlotWidget& plot, int turns) {
    QWidget* canvas = plot.focusProxy();
    const QPointF middle = QRectF(canvas->rect()).center();
    QWheelEvent event(middle, canvas->mapToGlobal(middle), {}, {0, turns * 120}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(canvas, &event);
}

/// What a person does without end: pages, wheel, mouse, selection.
void work(MainWindow& window, int step) {
    PagesPanel& pages = *window.pagesPanel();
    if (step % 10 == 0)
        pages.step(1);
    const std::vector<PlotWidget*> plots = pages.currentPage()->plots();
    if (!plots.empty() && !plots.front()->isEmpty())
        wheel(*plots.front(), step % 4 < 2 ? 1 : -1);
    if (step % 25 == 0)
        window.selection().setPrimary(static_cast<std::size_t>(step / 25));
}

void report(const WindowProbe& probe) {
    std::printf("events %zu, wait: median %.2f ms, 95th percentile %.2f ms, 99th %.2f ms, "
                "max %.2f ms\n",
                probe.count(), probe.percentile(50), probe.percentile(95), probe.percentile(99),
                probe.percentile(100));
}

/// @param seconds  after which it is enough; 0: the whole study
int measureStudy(MainWindow& window, const QString& file, const QString& output, int seconds) {
    StudyPlan plan = planFromToml(file.toStdString());
    plan.output = output.toStdString();
    bool ended = false;
    bool failed = false;
    QObject::connect(&window, &MainWindow::sessionShown, &window, [&] { ended = true; });
    QObject::connect(&window, &MainWindow::failureShown, &window, [&](const QString& message) {
        std::fprintf(stderr, "%s\n", qPrintable(message));
        failed = true;
    });
    WindowProbe probe;
    QElapsedTimer clock;
    clock.start();
    window.studies().start(plan);
    for (int step = 0; !ended && !failed && (seconds == 0 || !clock.hasExpired(seconds * 1000));
         ++step) {
        work(window, step);
        QTest::qWait(20);
    }
    std::printf("study of %.1f s\n", static_cast<double>(clock.elapsed()) / 1000);
    report(probe);
    return failed ? 1 : 0;
}

/// The most memory that this process has held.
double peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

int measureSession(MainWindow& window, const QString& file) {
    QElapsedTimer clock;
    Page* overview = window.pagesPanel()->page(PageKind::Overview);
    WindowProbe probe;
    clock.start();
    const std::clock_t begin = std::clock();
    window.openPath(file);
    while (overview->state() != PageState::Ready)
        QTest::qWait(1);
    overview->repaint();
    std::printf("first picture after %lld ms, %.0f ms of processor time of all threads\n",
                static_cast<long long>(clock.elapsed()),
                static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC);
    window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Residuals));
    Page* page = window.pagesPanel()->currentPage();
    while (page->state() != PageState::Ready || window.values().isBusy())
        QTest::qWait(5);
    std::printf("residuals after %lld ms\n", static_cast<long long>(clock.elapsed()));
    const auto heatmaps = page->findChildren<HeatmapPlot*>();
    const auto found = std::find_if(heatmaps.begin(), heatmaps.end(), [](const HeatmapPlot* map) {
        return map->isVisible() && !map->isEmpty();
    });
    if (found == heatmaps.end()) {
        std::fputs("The session has no heatmap of layers and examples.\n", stderr);
        return 1;
    }
    HeatmapPlot* heatmap = *found;
    std::printf("heatmap of %zu x %zu\n", heatmap->matrix()->rows, heatmap->matrix()->columns);
    constexpr int frames = 240;
    clock.restart();
    for (int frame = 0; frame < frames; ++frame) {
        if (frame < frames / 2) {
            wheel(*heatmap, frame % 40 < 20 ? 1 : -1);
        } else {
            QTest::keyEvent(QTest::Press, heatmap->focusProxy(),
                            frame % 40 < 20 ? Qt::Key_Right : Qt::Key_Left);
        }
        QCoreApplication::processEvents(); // the queued replot
        heatmap->focusProxy()->repaint();
    }
    const double each = static_cast<double>(clock.nsecsElapsed()) / 1e6 / frames;
    std::printf("zoom and scroll: %.2f ms a frame, %.0f frames a second\n", each, 1000 / each);
    std::printf("memory of the window: at most %.0f MB; file: %.0f MB\n", peakMegabytes(),
                static_cast<double>(QFileInfo(file).size()) / 1e6);
    for (const PageKind kind : allPages) { // so that every page's handlers are among the slowest
        window.pagesPanel()->setCurrentIndex(static_cast<int>(kind));
        const QDeadlineTimer enough(longestPage);
        do
            QTest::qWait(20);
        while (window.values().isBusy() && !enough.hasExpired());
    }
    report(probe);
    std::printf("with all pages seen: at most %.0f MB\n", peakMegabytes());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    makeOtherThreadsNice(studyNiceness);
    if (argc < 3) {
        std::fputs("Write: bench-window study PLAN.toml [SECONDS], or bench-window session FILE\n",
                   stderr);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // what is known is said, whatever comes after
    TimedApplication application(argc, argv);
    QTemporaryDir folder;
    Settings settings(folder.filePath("settings.ini"));
    const Theme theme(application, settings, Settings::Theme::Light);
    MainWindow window(coreBackend(), corePageFunctions(), settings, nullptr);
    window.resize(1400, 900);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window))
        return 1;
    const QStringList arguments = application.arguments();
    application.forget();
    const int code = arguments[1] == QLatin1String("study")
                         ? measureStudy(window, arguments[2], folder.filePath("study.qscope.h5"),
                                        arguments.value(3).toInt())
                         : measureSession(window, arguments[2]);
    application.report();
    return code;
}
