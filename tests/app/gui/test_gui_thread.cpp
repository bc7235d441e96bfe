// No work of a study or session is done in the thread that draws the window.

#include "app/gui/figures/export_dialog.h"
#include "app/gui/pages_panel.h"
#include "app/gui/study/path_chooser.h"
#include "app/gui/study/study_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/allocate_page.h"
#include "views/pages/page.h"
#include "views/plots/plot_widget.h"

#include <QAction>
#include <QFileDialog>
#include <QThread>
#include <QTimer>

#include <map>
#include <mutex>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

/// Counts calls by name, and those of them in the GUI thread.
class Calls {
public:
    void note(const std::string& name) {
        const std::lock_guard lock(m_mutex);
        ++m_all[name];
        if (QThread::currentThread() == QCoreApplication::instance()->thread())
            m_wrong.push_back(name);
    }
    int count(const std::string& name) const {
        const std::lock_guard lock(m_mutex);
        const auto found = m_all.find(name);
        return found == m_all.end() ? 0 : found->second;
    }
    QString wrong() const {
        const std::lock_guard lock(m_mutex);
        QStringList names;
        for (const std::string& name : m_wrong)
            names << QString::fromStdString(name);
        return names.join(QStringLiteral(", "));
    }

private:
    mutable std::mutex m_mutex;
    std::map<std::string, int> m_all;
    std::vector<std::string> m_wrong;
};

/// The same function, which says that it is called.
template <typename Result, typename... Arguments>
std::function<Result(Arguments...)> noted(Calls& calls, const std::string& name,
                                          std::function<Result(Arguments...)> function) {
    return [&calls, name, function = std::move(function)](Arguments... arguments) -> Result {
        calls.note(name);
        if (function)
            return function(std::forward<Arguments>(arguments)...);
        if constexpr (!std::is_void_v<Result>)
            return Result{};
    };
}

StudyBackend notedBackend(Calls& calls) {
    StudyBackend backend = fakeBackend();
    backend.run = noted(calls, "run", backend.run);
    backend.estimate = noted(calls, "estimate", backend.estimate);
    backend.summarizeModel = noted(calls, "summarize", backend.summarizeModel);
    backend.previewText = noted(calls, "preview", backend.previewText);
    backend.open = noted(calls, "open", backend.open);
    backend.save = noted(calls, "save", backend.save);
    backend.exportRecipe = noted(calls, "export a recipe", backend.exportRecipe);
    return backend;
}

PageFunctions notedFunctions(Calls& calls, std::atomic<int>& details) {
    PageFunctions functions = fakeFunctions(details);
    functions.overview = noted(calls, "overview", functions.overview);
    functions.examples = noted(calls, "examples", functions.examples);
    functions.errors = [](const SessionData&) {
        ErrorsValues values; // with quantities to correlate
        for (const char* name : {"nll_reference", "error[rtn:bits=3]"})
            values.quantities.push_back({name, "nat", std::vector<double>(exampleCount, 1)});
        return values;
    };
    functions.errors = noted(calls, "errors", functions.errors);
    functions.residuals = noted(calls, "residuals", functions.residuals);
    functions.earlyExit = noted(calls, "early exit", functions.earlyExit);
    functions.patching = noted(calls, "patching", functions.patching);
    functions.weights = noted(calls, "weights", functions.weights);
    functions.report = noted(calls, "report", functions.report);
    functions.detail = noted(calls, "detail", functions.detail);
    functions.scatter = noted(calls, "scatter", functions.scatter);
    functions.compare = noted(calls, "compare", functions.compare);
    functions.match = noted(calls, "match", functions.match);
    functions.allocate = noted(calls, "allocate", functions.allocate);
    return functions;
}

/// Gives the dialog that asks for a file, once it is there, this one.
void answerFileDialog(const QString& file) {
    auto* timer = new QTimer(QCoreApplication::instance());
    QObject::connect(timer, &QTimer::timeout, timer, [timer, file] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        timer->deleteLater();
        dialog->selectFile(file);
        QMetaObject::invokeMethod(dialog, "accept");
    });
    timer->start(20);
}

/// A figure whose values say that they are written.
class NotedPlot : public PlotWidget {
public:
    explicit NotedPlot(Calls& calls) : m_calls(calls) {}
    std::function<QString()> csvLater() const override {
        return [&calls = m_calls] {
            calls.note("values of a figure");
            return QStringLiteral("1");
        };
    }
    bool isEmpty() const override { return false; }

protected:
    void applyStyle(const PlotStyle&) override {}
    void showAll() override {}
    QString hoverText(const QPointF&) override { return {}; }

private:
    Calls& m_calls;
};

} // namespace

class TestGuiThread : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsOpenedComputedOrSavedInIt() {
        Calls calls;
        QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        std::atomic<int> details = 0;
        MainWindow window(notedBackend(calls), notedFunctions(calls, details), settings, nullptr);
        window.show();
        const QString file = folder.filePath("fake.qscope.h5");
        QFile made(file);
        QVERIFY(made.open(QIODevice::WriteOnly));
        QSignalSpy shown(&window, &MainWindow::sessionShown);
        window.openPath(file);
        QVERIFY(shown.wait(waitMilliseconds));
        window.selection().setPrimary(2);
        for (const PageKind kind : allPages) {
            window.pagesPanel()->setCurrentIndex(static_cast<int>(kind));
            QTRY_VERIFY_WITH_TIMEOUT(!window.values().isBusy(), waitMilliseconds);
        }
        window.findChild<QAction*>("file-save")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(calls.count("save"), 1, waitMilliseconds);
        window.values().requestAllocation({});
        answerFileDialog(folder.filePath("recipe.json"));
        Q_EMIT window.pagesPanel()->allocatePage()->recipeRequested({}, QStringLiteral("json"));
        window.compareWith(file);
        window.pagesPanel()->setCurrentIndex(static_cast<int>(PageKind::Compare));
        for (const char* work : {"allocate", "export a recipe", "match", "compare"})
            QTRY_VERIFY2_WITH_TIMEOUT(calls.count(work) > 0, work, waitMilliseconds);
        StudyPlan plan;
        plan.modelPath = "/models/m";
        plan.text.path = "/texts/t.txt";
        plan.methods = {parseMethodSpec("rtn:bits=3")};
        plan.output = folder.filePath("new.qscope.h5").toStdString();
        window.studyPanel()->setPlan(plan);
        for (const char* work : {"estimate", "summarize", "preview"})
            QTRY_VERIFY2_WITH_TIMEOUT(calls.count(work) > 0, work, waitMilliseconds);
        window.studyPanel()->run();
        QTRY_VERIFY_WITH_TIMEOUT(calls.count("run") == 1 && !window.studies().isActive(),
                                 waitMilliseconds);
        for (const char* work :
             {"open", "overview", "examples", "errors", "scatter", "residuals", "early exit",
              "patching", "weights", "report", "detail"})
            QVERIFY2(calls.count(work) > 0, work);
        QCOMPARE(calls.wrong(), QString());
    }

    void noFigureIsWrittenInIt() {
        Calls calls;
        QTemporaryDir folder;
        NotedPlot plot(calls);
        for (const char* name : {"figure.csv", "figure.pdf"}) { // the values stand beside the PDF
            ExportDialog dialog(plot, QStringLiteral("figure"));
            dialog.findChild<PathChooser*>()->setPath(folder.filePath(name));
            QSignalSpy finished(&dialog, &QDialog::finished);
            dialog.accept();
            QVERIFY(finished.wait(waitMilliseconds));
            QVERIFY(QFileInfo::exists(folder.filePath(name)));
        }
        QCOMPARE(calls.count("values of a figure"), 2);
        QCOMPARE(calls.wrong(), QString());
    }
};

QTEST_MAIN(TestGuiThread)
#include "test_gui_thread.moc"
