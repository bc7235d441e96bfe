#pragma once

#include "app/gui/main_window.h"
#include "app/service/settings.h"
#include "core/data/error.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

namespace quantscope::testing {

inline constexpr std::size_t exampleCount = 12;
inline constexpr int waitMilliseconds = 8000;

inline NamedArray texts(const std::string& dimension, std::vector<std::string> values) {
    NamedArray array;
    array.dimensions = {dimension};
    array.shape = {values.size()};
    array.values = std::move(values);
    return array;
}

inline std::shared_ptr<const SessionData> fakeSession() {
    auto session = std::make_shared<SessionData>();
    session->arrays["/lane"] = texts("lane", {"reference", "rtn:bits=3"});
    NamedArray examples;
    examples.dimensions = {"example"};
    examples.shape = {exampleCount};
    examples.values = std::vector<std::int32_t>(exampleCount);
    session->arrays["/example"] = examples;
    return session;
}

inline PageFunctions fakeFunctions(std::atomic<int>& details) {
    PageFunctions functions;
    functions.overview = [](const SessionData&) {
        OverviewValues values;
        values.modelName = "fake model";
        OverviewRow row;
        row.lane = "rtn:bits=3";
        row.perplexity = {12, 11, 13};
        values.rows = {row};
        return values;
    };
    functions.examples = [](const SessionData&) {
        ExamplesValues values;
        ExampleColumn column{"error[rtn:bits=3]", "nat", {}};
        for (std::size_t i = 0; i < exampleCount; ++i) {
            values.excerpts.push_back("text " + std::to_string(i));
            values.tokens.push_back(10);
            column.values.push_back(static_cast<double>(i));
        }
        values.columns = {column};
        values.large.assign(exampleCount, 0);
        values.control.assign(exampleCount, 0);
        return values;
    };
    functions.errors = [](const SessionData&) { return ErrorsValues{}; };
    functions.residuals = [](const SessionData&, const ResidualsRequest& request) {
        ResidualsValues values;
        values.request = request;
        return values;
    };
    functions.earlyExit = [](const SessionData&, const std::string&) { return EarlyExitValues{}; };
    functions.patching = [](const SessionData&, const std::string&) { return PatchingValues{}; };
    functions.weights = [](const SessionData&, const std::string&, const std::string&) {
        return WeightsValues{};
    };
    functions.report = [](const SessionData&, ReportKind kind, const std::string& lane) {
        ReportValues values;
        values.kind = kind;
        values.lane = lane;
        return values;
    };
    functions.detail = [&details](const SessionData&, std::size_t example,
                                  const std::string& lane) {
        ++details;
        ExampleDetail detail;
        detail.example = example;
        detail.lane = lane.empty() ? "rtn:bits=3" : lane;
        detail.lanes = {"rtn:bits=3"};
        detail.tokens = {{.piece = "<s>"}, {.piece = "word", .nllReference = 1, .nllLane = 2}};
        return detail;
    };
    functions.compare = [](const SessionData&, const SessionData&,
                           const ComparisonRequest& request) {
        ComparisonValues values;
        values.a.lanes = values.b.lanes = {"reference", "rtn:bits=3"};
        values.lanes = {{{"rtn:bits=3", "rtn:bits=3"}, {}}};
        for (std::size_t i = 0; i < exampleCount; ++i) {
            values.excerpts.push_back("text " + std::to_string(i));
            values.errorA.values.push_back(double(i));
            values.errorB.values.push_back(0);
            values.difference.values.push_back(-double(i));
            values.differMost.insert(values.differMost.begin(), i);
        }
        for (const std::string& condition : request.conditions)
            values.gates.push_back({condition, {"rtn:bits=3", "rtn:bits=3"}, true, "numbers"});
        return values;
    };
    functions.match = [](const SessionData&, const SessionData&) {
        ExampleMatching matching; // the other session has the examples the other way round
        for (std::size_t i = 0; i + 1 < exampleCount; ++i)
            matching.pairs.push_back({i, exampleCount - 1 - i});
        return matching;
    };
    functions.scatter = [](const ExampleColumn&, const ExampleColumn&, const SessionData&) {
        return ScatterStatistics{};
    };
    return functions;
}

inline StudyBackend fakeBackend() {
    StudyBackend backend;
    backend.run = [](const StudyPlan&, Job& job, const StudyFollower& follower) {
        for (int step = 1; step <= 40; ++step) {
            job.progress("layer " + std::to_string(step), step, 40);
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            if (step == 2 && follower)
                follower(fakeSession());
        }
    };
    backend.estimate = [](const StudyPlan&, Job&) { return StudyEstimate{}; };
    backend.summarizeModel = [](const std::filesystem::path& path) {
        ModelSummary summary;
        summary.path = path.string();
        summary.family = "llama";
        return summary;
    };
    backend.previewText = [](const StudyPlan&, Job&) { return TextPreview{}; };
    backend.open = [](const std::filesystem::path& path) {
        if (path.filename() == "bad.qscope.h5")
            throw Error(ErrorKind::Input, "bad.qscope.h5 is not a session.");
        return fakeSession();
    };
    backend.canResume = [](const std::filesystem::path&) { return false; };
    backend.methods = [] { return std::vector<MethodInfo>{}; };
    backend.planToJson = [](const StudyPlan&) { return std::string("{}"); };
    backend.planFromJson = [](const std::string&) { return StudyPlan{}; };
    return backend;
}

/// A window on fakes with settings of its own, and what they need.
struct Bench {
    QTemporaryDir folder;
    Settings settings{folder.filePath("settings.ini")};
    std::atomic<int> details = 0;
    MainWindow window{fakeBackend(), fakeFunctions(details), settings, nullptr};

    QString touch(const QString& name) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("the test's folder cannot be written");
        return file.fileName();
    }

    void openFake() {
        QSignalSpy shown(&window, &MainWindow::sessionShown);
        window.openPath(touch("fake.qscope.h5"));
        QVERIFY(shown.wait(waitMilliseconds));
    }
};

} // namespace quantscope::testing
