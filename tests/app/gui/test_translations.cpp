#include "app/gui/translation.h"
#include "tests/places.h"

#include <QDir>
#include <QFile>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace quantscope;

namespace {

struct Message {
    QString source;
    QStringList translations;
    bool finished = true;
};

QString root() { return QString::fromStdString(testing::testData() + "/../.."); }

QString translationFile(const QString& language) {
    return root() + QStringLiteral("/translations/quantscope_%1.ts").arg(language);
}

QList<Message> messagesOf(const QString& path) {
    QList<Message> messages;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("message")) {
            messages.append(Message{});
        } else if (xml.name() == QLatin1String("source")) {
            messages.last().source = xml.readElementText();
        } else if (xml.name() == QLatin1String("translation")) {
            const QStringView type = xml.attributes().value(QLatin1String("type"));
            if (type == QLatin1String("vanished") || type == QLatin1String("obsolete")) {
                messages.removeLast();
                continue;
            }
            messages.last().finished = type != QLatin1String("unfinished");
            messages.last().translations
                << xml.readElementText(QXmlStreamReader::IncludeChildElements);
        }
    }
    return messages;
}

/// %1, %2, … of a text, sorted, each as often as it stands there.
QStringList placeholders(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("%L?\\d+|%n"));
    QStringList found;
    for (auto match = pattern.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    found.sort();
    return found;
}

QString findLupdate() {
    for (const QString& folder : {QLibraryInfo::path(QLibraryInfo::BinariesPath),
                                  QLibraryInfo::path(QLibraryInfo::LibraryExecutablesPath)})
        if (QFile::exists(folder + QStringLiteral("/lupdate")))
            return folder + QStringLiteral("/lupdate");
    return {};
}

} // namespace

class TestTranslations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTextIsTranslated_data() {
        QTest::addColumn<QString>("language");
        for (const QString& language : shippedLanguages())
            if (language != QLatin1String("en"))
                QTest::newRow(qPrintable(language)) << language;
    }

    void everyTextIsTranslated() {
        QFETCH(QString, language);
        const QList<Message> messages = messagesOf(translationFile(language));
        QVERIFY2(messages.size() > 300, qPrintable(QString::number(messages.size())));
        for (const Message& message : messages) {
            QVERIFY2(message.finished && !message.translations.isEmpty(),
                     qPrintable(message.source));
            for (const QString& translation : message.translations) {
                QVERIFY2(!translation.isEmpty(), qPrintable(message.source));
                QVERIFY2(placeholders(translation) == placeholders(message.source),
                         qPrintable(message.source + QLatin1String(" → ") + translation));
            }
        }
    }

    void theFilesHoldEveryTextOfTheSources() {
        const QString lupdate = findLupdate();
        if (lupdate.isEmpty())
            QSKIP("Qt's lupdate is not installed");
        const QTemporaryDir folder;
        const QString copy = folder.filePath("quantscope_de.ts");
        QVERIFY(QFile::copy(translationFile("de"), copy));
        QVERIFY(QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner));
        QProcess process;
        process.setWorkingDirectory(root());
        process.start(lupdate, {"-I", ".", "app", "views", "-locations", "none", "-no-ui-lines",
                                "-no-obsolete", "-ts", copy});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 0);
        const QList<Message> messages = messagesOf(copy);
        QVERIFY(!messages.isEmpty());
        for (const Message& message : messages)
            QVERIFY2(message.finished,
                     qPrintable("build update_translations and translate: " + message.source));
    }

    void aLanguageIsLoadedFromTheProgram() {
        installTranslation(*QCoreApplication::instance(), QStringLiteral("de"));
        QCOMPARE(QCoreApplication::translate("quantscope::MainMenu", "&File"),
                 QStringLiteral("&Datei"));
        installTranslation(*QCoreApplication::instance(), QStringLiteral("zh_CN"));
        QCOMPARE(QCoreApplication::translate("quantscope::MainMenu", "&File"),
                 QStringLiteral("文件(&F)"));
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "test_translations.moc"
