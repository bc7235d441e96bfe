#include "app/service/settings.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

class TestSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void remembersAcrossObjects() {
        const QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        {
            Settings settings(file);
            QCOMPARE(settings.theme(), Settings::Theme::System);
            QCOMPARE(settings.language(), QString());
            settings.setTheme(Settings::Theme::Dark);
            settings.setLanguage("de");
            settings.setWindow("geometry", "state");
            settings.setLastPlan("{}");
            settings.setConditions("kl > 1\nerror > 2");
        }
        Settings settings(file);
        QCOMPARE(settings.theme(), Settings::Theme::Dark);
        QCOMPARE(settings.language(), QString("de"));
        QCOMPARE(settings.windowGeometry(), QByteArray("geometry"));
        QCOMPARE(settings.windowState(), QByteArray("state"));
        QCOMPARE(settings.lastPlan(), QString("{}"));
        QCOMPARE(settings.conditions(), QString("kl > 1\nerror > 2"));
    }

    void recentFilesAreUniqueNewestFirstAndLimited() {
        const QTemporaryDir folder;
        Settings settings(folder.filePath("settings.ini"));
        QSignalSpy changed(&settings, &Settings::recentChanged);
        for (int i = 0; i < 2 * Settings::recentLimit; ++i)
            settings.addRecent(Settings::Recent::Model, QString("/models/%1").arg(i));
        settings.addRecent(Settings::Recent::Model, "/models/sub/../15");
        const QStringList models = settings.recent(Settings::Recent::Model);
        QCOMPARE(models.size(), Settings::recentLimit);
        QCOMPARE(models.first(), QString("/models/15"));
        QCOMPARE(models.at(1), QString("/models/19"));
        QCOMPARE(models.count("/models/15"), 1);
        QVERIFY(settings.recent(Settings::Recent::Text).isEmpty());
        QCOMPARE(changed.count(), 2 * Settings::recentLimit + 1);
        settings.clearRecent(Settings::Recent::Model);
        QVERIFY(settings.recent(Settings::Recent::Model).isEmpty());
    }

    void anUnknownThemeOfALaterVersionIsTheDefault() {
        const QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        QSettings(file, QSettings::IniFormat).setValue("view/theme", "Sepia");
        QCOMPARE(Settings(file).theme(), Settings::Theme::System);
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "test_settings.moc"
