#include "app/service/page_values_service.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>

using namespace quantscope;

namespace {

std::shared_ptr<const SessionData> sessionNamed(const std::string& name) {
    auto session = std::make_shared<SessionData>();
    session->attributes["name"] = name;
    return session;
}

/// Functions that answer with the session's name and what was asked.
PageFunctions namingFunctions(std::atomic<int>& overviews, std::atomic<int>& residuals) {
    PageFunctions functions;
    functions.overview = [&overviews](const SessionData& session) {
        ++overviews;
        OverviewValues values;
        values.modelName = session.attributes.at("name");
        return values;
    };
    functions.residuals = [&residuals](const SessionData&, const ResidualsRequest& request) {
        ++residuals;
        ResidualsValues values;
        values.request = request;
        return values;
    };
    functions.weights = [](const SessionData&, const std::string& method,
                           const std::string& statistic) {
        WeightsValues values;
        values.method = method;
        values.statistic = statistic;
        return values;
    };
    functions.compare = [](const SessionData& a, const SessionData& b,
                           const ComparisonRequest& request) {
        ComparisonValues values;
        values.a.name = a.attributes.at("name");
        values.b.name = b.attributes.at("name");
        for (const std::string& condition : request.conditions)
            values.gates.push_back({condition});
        return values;
    };
    functions.match = [](const SessionData&, const SessionData& b) {
        if (b.attributes.at("name") == "strange")
            throw Error(ErrorKind::Input, "The sessions cannot be matched.");
        ExampleMatching matching;
        matching.pairs = {{1, 2}};
        return matching;
    };
    functions.detail = [](const SessionData&, std::size_t example, const std::string& lane) {
        if (example > 9)
            throw Error(ErrorKind::Input, "There is no such example.");
        ExampleDetail detail;
        detail.example = example;
        detail.lane = lane;
        return detail;
    };
    return functions;
}

} // namespace

class TestPageValuesService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void computesOnlyWhatIsShown() {
        std::atomic<int> overviews = 0;
        std::atomic<int> residuals = 0;
        PageValuesService service(namingFunctions(overviews, residuals));
        std::string name;
        connect(&service, &PageValuesService::overviewReady, this,
                [&](const auto& values) { name = values->modelName; });
        service.setShown(PageKind::Overview, true);
        service.setSession(sessionNamed("first"));
        QTRY_COMPARE(name, std::string("first"));
        QCOMPARE(residuals.load(), 0);
        // A page shown again is not computed again, until the session changes.
        service.setShown(PageKind::Overview, false);
        service.setShown(PageKind::Overview, true);
        QTRY_VERIFY(!service.isBusy());
        QCOMPARE(overviews.load(), 1);
        service.setSession(sessionNamed("second"));
        QTRY_COMPARE(name, std::string("second"));
        QCOMPARE(overviews.load(), 2);
    }

    void comparesWithTheOtherSession() {
        std::atomic<int> overviews = 0;
        std::atomic<int> residuals = 0;
        PageValuesService service(namingFunctions(overviews, residuals));
        std::shared_ptr<const ComparisonValues> values;
        int answers = 0;
        std::vector<ExampleMatching> matchings;
        QString failure;
        connect(&service, &PageValuesService::comparisonReady, this, [&](const auto& ready) {
            values = ready;
            ++answers;
        });
        connect(&service, &PageValuesService::matchingReady, this,
                [&](const ExampleMatching& matching) { matchings.push_back(matching); });
        connect(&service, &PageValuesService::matchingFailed, this,
                [&](const QString& message) { failure = message; });
        service.setShown(PageKind::Compare, true);
        service.setSession(sessionNamed("first"));
        QCOMPARE(answers, 1); // at once: there is nothing to compare with
        QVERIFY(!values);
        service.setOther(sessionNamed("second"));
        QTRY_VERIFY(values);
        QCOMPARE(values->a.name, std::string("first"));
        QCOMPARE(values->b.name, std::string("second"));
        QTRY_COMPARE(matchings.size(), std::size_t(1));
        QVERIFY((matchings.front().pairs.front() == ExamplePair{1, 2}));
        service.requestComparison({{}, {}, {"kl > 1"}});
        QTRY_COMPARE(values->gates.size(), std::size_t(1));
        // Conditions are a person's and outlive the session.
        service.setSession(sessionNamed("third"));
        QTRY_COMPARE(values->a.name, std::string("third"));
        QCOMPARE(values->gates.size(), std::size_t(1));
        QTRY_COMPARE(matchings.size(), std::size_t(2));
        service.setOther(sessionNamed("strange"));
        QTRY_COMPARE(failure, QStringLiteral("The sessions cannot be matched."));
        service.setOther(nullptr);
        QVERIFY(!values);
        QTRY_VERIFY(!service.isBusy());
        QCOMPARE(matchings.size(), std::size_t(2));
    }

    void aRequestOfAHiddenPageWaitsForItsShowing() {
        std::atomic<int> overviews = 0;
        std::atomic<int> residuals = 0;
        PageValuesService service(namingFunctions(overviews, residuals));
        std::string site;
        connect(&service, &PageValuesService::residualsReady, this,
                [&](const auto& values) { site = values->request.site; });
        service.setSession(sessionNamed("s"));
        ResidualsRequest request;
        request.site = "down";
        service.requestResiduals(request);
        QCOMPARE(residuals.load(), 0);
        service.setShown(PageKind::Residuals, true);
        QTRY_COMPARE(site, std::string("down"));
        QCOMPARE(residuals.load(), 1);
    }

    void passesWhatWasAsked() {
        std::atomic<int> overviews = 0;
        std::atomic<int> residuals = 0;
        PageValuesService service(namingFunctions(overviews, residuals));
        service.setSession(sessionNamed("s"));
        std::string asked;
        connect(&service, &PageValuesService::weightsReady, this,
                [&](const auto& values) { asked = values->method + "/" + values->statistic; });
        service.setShown(PageKind::Weights, true);
        service.requestWeights(QStringLiteral("rtn"), QStringLiteral("sqnr"));
        QTRY_COMPARE(asked, std::string("rtn/sqnr"));
        std::shared_ptr<const ExampleDetail> detail;
        connect(&service, &PageValuesService::detailReady, this,
                [&](const auto& values) { detail = values; });
        service.requestDetail(7, QStringLiteral("rtn"));
        QTRY_VERIFY(detail != nullptr);
        QCOMPARE(detail->example, std::size_t(7));
        QCOMPARE(detail->lane, std::string("rtn"));
        // A failing one leaves the picture that is there.
        service.requestDetail(10, QStringLiteral("rtn"));
        QTRY_VERIFY(!service.isBusy());
        QCOMPARE(detail->example, std::size_t(7));
    }
};

QTEST_GUILESS_MAIN(TestPageValuesService)
#include "test_page_values_service.moc"
