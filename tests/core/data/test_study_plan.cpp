#include "core/data/error.h"
#include "core/data/site.h"
#include "core/data/study_plan.h"

#include <QtTest/QtTest>

#include <set>

using namespace quantscope;

class TestStudyPlan : public QObject {
    Q_OBJECT

    static QByteArray usageError(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage ? error.what() : "";
        }
        return "";
    }

private Q_SLOTS:
    void layerSets_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("last");
        QTest::addColumn<QString>("written");
        using Kind = LayerSet::Kind;
        const auto row = [](const char* text, Kind kind, qint64 first, qint64 last,
                            const char* written) {
            QTest::newRow(text) << text << static_cast<int>(kind) << first << last << written;
        };
        row("upper-half", Kind::UpperHalf, 0, 0, "upper-half");
        row("all", Kind::All, 0, 0, "all");
        row("each", Kind::Each, 0, 0, "each");
        row("upward", Kind::Upward, 0, 0, "upward");
        row("downward", Kind::Downward, 0, 0, "downward");
        row("10-31", Kind::Range, 10, 31, "10-31");
        row("7", Kind::Range, 7, 7, "7-7");
        row("0-0", Kind::Range, 0, 0, "0-0");
    }

    void layerSets() {
        QFETCH(QString, text);
        QFETCH(int, kind);
        QFETCH(qint64, first);
        QFETCH(qint64, last);
        QFETCH(QString, written);
        const LayerSet set = parseLayerSet(text.toStdString());
        QCOMPARE(static_cast<int>(set.kind), kind);
        QCOMPARE(qint64{set.first}, first);
        QCOMPARE(qint64{set.last}, last);
        QCOMPARE(QString::fromStdString(toString(set)), written);
        QVERIFY(parseLayerSet(toString(set)) == set);
    }

    void layerSetsRefused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "half", "5-", "-5", "5-3", "1-2-3", "1.5", " 3", "3 ", "+3",
                                 "99999999999999999999", "--", "all "})
            QTest::newRow(*text ? text : "empty") << text;
    }

    void layerSetsRefused() {
        QFETCH(QString, text);
        const QByteArray message = usageError([&] { parseLayerSet(text.toStdString()); });
        QVERIFY2(message.contains("\"" + text.toUtf8() + "\"") && message.contains("upper-half"),
                 message.constData());
    }

    void positionSets() {
        for (const char* text : {"all", "0", "5-9", "0,2", "1-4,7,20-31"})
            QCOMPARE(toString(parsePositionSet(text)), std::string(text));
        QVERIFY(parsePositionSet("3-3") == parsePositionSet("3"));
        for (const char* text :
             {"", "none", "2,1", "1-4,4", "4-1", "1,", ",1", "-1", "1 ", "all,1"})
            QVERIFY2(usageError([&] { parsePositionSet(text); }).contains("positions"), text);
    }

    void weightKindsNameTheirModules() {
        const auto modules = [](const char* name) { return modulesOf(parseWeightKind(name)); };
        for (const Module module : allModules)
            QVERIFY(modules(std::string(moduleName(module)).c_str()) ==
                    std::vector<Module>{module});
        QVERIFY((modules("mlp") == std::vector<Module>{Module::Gate, Module::Up, Module::Down}));
        QCOMPARE(modules("attn").size() + modules("mlp").size(), modules("all").size());
    }

    /// Every name is read back to its value, and a wrong one lists the right ones.
    void namesGoBothWays() {
        for (const TextFormat format :
             {TextFormat::Lines, TextFormat::Paragraphs, TextFormat::Whole, TextFormat::Separator,
              TextFormat::Jsonl, TextFormat::Csv, TextFormat::Tsv})
            QVERIFY(parseTextFormat(textFormatName(format)) == format);
        for (const WindowMode mode : {WindowMode::First, WindowMode::All})
            QVERIFY(parseWindowMode(windowModeName(mode)) == mode);
        for (const Deduplication mode :
             {Deduplication::Off, Deduplication::All, Deduplication::Paper})
            QVERIFY(parseDeduplication(deduplicationName(mode)) == mode);
        for (const Device device : {Device::Automatic, Device::Cpu, Device::Cuda})
            QVERIFY(parseDevice(deviceName(device)) == device);
        QCOMPARE(deviceName(Device::Automatic), std::string_view("auto"));
        const QByteArray message = usageError([] { parseTextFormat("parquet"); });
        QVERIFY(message.contains("parquet") && message.contains("jsonl"));
        QVERIFY(!usageError([] { parsePatchKind("mlp"); }).isEmpty());
        QVERIFY(!usageError([] { parseDevice("CPU"); }).isEmpty());
    }

    void patchKindsNameTheirSites() {
        const auto sites = [](const char* name) { return patchedSites(parsePatchKind(name)); };
        QVERIFY(sites("attn") == std::vector<Site>{Site::AttnOut});
        QVERIFY((sites("gate+up") == std::vector<Site>{Site::Gate, Site::Up}));
        QVERIFY(sites("down") == std::vector<Site>{Site::Down});
        QVERIFY(sites("gate-input") == std::vector<Site>{Site::GateInput});
        QVERIFY(sites("residual") == std::vector<Site>{Site::ResidPost});
        for (const char* name : {"gate", "up", "q", "k", "v"}) {
            QCOMPARE(sites(name).size(), std::size_t{1});
            QCOMPARE(siteName(sites(name).front()), std::string_view(name));
            QCOMPARE(patchKindName(parsePatchKind(name)), std::string_view(name));
        }
    }

    void sitesAndModulesHaveDistinctNames() {
        std::set<std::string_view> names;
        for (const Site site : allSites) {
            QVERIFY(names.insert(siteName(site)).second);
            QVERIFY(findSite(siteName(site)) == site);
        }
        QVERIFY(!findSite("resid") && !findModule("attn"));
        for (const Module module : allModules)
            QVERIFY(findModule(moduleName(module)) == module);
        QVERIFY(inputSite(Module::O) == Site::OInput);
        QVERIFY(inputSite(Module::Down) == Site::DownInput);
        QVERIFY(inputSite(Module::K) == Site::Ln1);
        QVERIFY(inputSite(Module::Up) == Site::Ln2);
        QCOMPARE(siteName(Site::ResidMid), std::string_view("resid_mid"));
    }

    void plansCompareByValue() {
        StudyPlan first;
        first.methods = {parseMethodSpec("rtn:bits=3")};
        StudyPlan second = first;
        QVERIFY(first == second);
        second.instruments.patching.kinds = {PatchKind::Down};
        QVERIFY(!(first == second));
        second = first;
        second.windows.minimumTokens = 3;
        QVERIFY(!(first == second));
    }
};

QTEST_GUILESS_MAIN(TestStudyPlan)
#include "test_study_plan.moc"
