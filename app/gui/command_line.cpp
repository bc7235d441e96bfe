#include "app/gui/command_line.h"

#include "core/data/error.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QRegularExpression>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace quantscope {

namespace {

constexpr const char* platformVariable = "QT_QPA_PLATFORM";

[[noreturn]] void refuse(const QString& message) {
    std::fputs(qPrintable(message + QLatin1Char('\n')), stderr);
    std::exit(static_cast<int>(ErrorKind::Usage));
}

std::optional<Settings::Theme> themeNamed(const QString& name) {
    if (name == QLatin1String("light"))
        return Settings::Theme::Light;
    if (name == QLatin1String("dark"))
        return Settings::Theme::Dark;
    if (name == QLatin1String("system"))
        return Settings::Theme::System;
    return std::nullopt;
}

/// "1280x800"; empty where it is no size that a window can have.
QSize sizeNamed(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
    const auto match = pattern.match(text);
    return match.hasMatch() ? QSize(match.captured(1).toInt(), match.captured(2).toInt()) : QSize();
}

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::CommandLine", text);
}

} // namespace

int preparePlatform(int argc, char** argv) {
    if (std::getenv(platformVariable))
        return 0;
    const bool drawsNothing = std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "figures" || argument == "--help" || argument == "-h" ||
               argument == "--version" || argument == "-v";
    });
    if (drawsNothing) {
        ::setenv(platformVariable, "offscreen", 1);
        return 0;
    }
    const bool named = std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "-platform" || argument == "--platform";
    });
    if (named || std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY"))
        return 0;
    std::fputs("There is no display to open a window on. Use quantscope-cli, or draw a session's "
               "figures with: quantscope figures FILE -o FOLDER\n",
               stderr);
    return static_cast<int>(ErrorKind::Usage);
}

std::optional<QString> requestedLanguage(const QStringList& arguments) {
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        if (arguments[i].startsWith(QLatin1String("--language=")))
            return arguments[i].section(QLatin1Char('='), 1);
        if (arguments[i] == QLatin1String("--language") && i + 1 < arguments.size())
            return arguments[i + 1];
    }
    return std::nullopt;
}

CommandLine parseCommandLine(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(translated(
        QT_TRANSLATE_NOOP("quantscope::CommandLine",
                          "Shows which inputs low-bit quantization of a language model breaks, "
                          "and where in the model.")));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption demo(
        QStringLiteral("demo"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine", "Run the demo study at once.")));
    const QCommandLineOption output(
        {QStringLiteral("o"), QStringLiteral("output")},
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine", "Where figures go.")),
        QStringLiteral("folder"));
    const QCommandLineOption set(
        QStringLiteral("set"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "Which figures: pages (all of the window's) or paper (those "
                                     "of the published study, with an index).")),
        QStringLiteral("set"), QStringLiteral("pages"));
    const QCommandLineOption themeOption(
        QStringLiteral("theme"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "Colours of this start: light, dark or system.")),
        QStringLiteral("theme"));
    const QCommandLineOption language(
        QStringLiteral("language"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "Language of this start: en, de or zh_CN.")),
        QStringLiteral("language"));
    const QCommandLineOption compare(
        QStringLiteral("compare"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "A session to open beside the first; the same as naming two "
                                     "sessions.")),
        QStringLiteral("file"));
    const QCommandLineOption screenshots(
        QStringLiteral("screenshot-folder"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "Picture every page once it has its values, then quit.")),
        QStringLiteral("folder"));
    const QCommandLineOption windowSize(
        QStringLiteral("window-size"),
        translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                     "Size of the window for this start, such as 1280x800.")),
        QStringLiteral("size"));
    parser.addOptions({demo, output, set, themeOption, language, compare, screenshots,
                       windowSize});
    parser.addPositionalArgument(
        QStringLiteral("path"),
        translated(
            QT_TRANSLATE_NOOP("quantscope::CommandLine",
                              "A session, a model's folder or a text to open; two sessions stand "
                              "beside each other; or: figures FILE, to draw all figures of a "
                              "session without a window.")),
        QStringLiteral("[path…]"));
    parser.process(application);

    CommandLine command;
    command.paths = parser.positionalArguments();
    command.demo = parser.isSet(demo);
    command.output = parser.value(output);
    command.compare = parser.value(compare);
    if (!command.compare.isEmpty() && command.paths.size() != 1)
        refuse(translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                            "Write: quantscope FIRST --compare SECOND")));
    command.screenshotFolder = parser.value(screenshots);
    if (parser.isSet(windowSize)) {
        command.windowSize = sizeNamed(parser.value(windowSize));
        if (command.windowSize.isEmpty())
            refuse(translated(QT_TRANSLATE_NOOP(
                "quantscope::CommandLine",
                "The size of the window is two numbers of dots, such as 1280x800.")));
    }
    if (parser.isSet(themeOption)) {
        command.theme = themeNamed(parser.value(themeOption));
        if (!command.theme)
            refuse(translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                                "The theme is light, dark or system.")));
    }
    if (command.paths.value(0) == QLatin1String("figures")) {
        command.figures = true;
        command.paths.removeFirst();
        if (command.paths.size() != 1 || command.output.isEmpty())
            refuse(translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                                "Write: quantscope figures FILE -o FOLDER [--set paper]")));
        if (parser.value(set) == QLatin1String("paper"))
            command.figureSet = FigureSet::Paper;
        else if (parser.value(set) != QLatin1String("pages"))
            refuse(translated(QT_TRANSLATE_NOOP("quantscope::CommandLine",
                                                "The set of figures is pages or paper.")));
    } else if (parser.isSet(output) || parser.isSet(set)) {
        refuse(translated(QT_TRANSLATE_NOOP(
            "quantscope::CommandLine", "--output and --set belong to: quantscope figures FILE -o FOLDER")));
    }
    return command;
}

} // namespace quantscope
