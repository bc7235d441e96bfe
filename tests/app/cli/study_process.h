#pragma once

// The command line as a person or a script uses it: real processes, their output and exit codes.

#include "tests/places.h"

#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>

namespace quantscope::testing {

struct Outcome {
    int code = -1; ///< −1: killed by a signal
    QString output;
    QString error;
};

inline const QString program = QString::fromStdString(binaryFolder() + "/quantscope-cli");
inline const QString demo = QString::fromStdString(testData() + "/../../resources/demo");

/// @param before  runs in the new process before the program does: limits, signals
inline Outcome run(const QStringList& arguments, const QByteArray& input = {},
                   const std::function<void()>& before = {}, const QString& command = program) {
    QProcess process;
    if (before)
        process.setChildProcessModifier(before);
    process.start(command, arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(-1); // the time limit of the test program is the limit
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

/// A study of a second.
inline QStringList smallStudy(const QString& output) {
    return {"run",
            "--model",
            demo + "/model",
            "--text",
            demo + "/text.jsonl",
            "--examples",
            "12",
            "--tokens",
            "48",
            "--label-field",
            "register",
            "--method",
            "rtn:bits=3,group=32,name=rtn",
            "--method",
            "gptq:bits=3,group=32,name=gptq",
            "--calibration-examples",
            "4",
            "-o",
            output};
}

/// A study of some seconds with every phase and instrument there is.
inline QStringList fullStudy(const QString& output, int examples = 6, int tokens = 24) {
    return {"run",
            "--model",
            demo + "/model",
            "--text",
            demo + "/text.jsonl",
            "--examples",
            QString::number(examples),
            "--tokens",
            QString::number(tokens),
            "--label-field",
            "register",
            "--method",
            "rtn:bits=3,group=32,name=rtn",
            "--method",
            "gptq:bits=3,group=32,name=gptq",
            "--method",
            "prefixquant:name=prefix",
            "--method",
            "efficientqat:bits=3,group=32,epochs=1,name=qat",
            "--calibration-examples",
            "2",
            "--early-exit",
            "--patch",
            "down",
            "--patch-layers",
            "upper-half",
            "--patch-control",
            "zero",
            "--restore",
            "down",
            "--restore-layers",
            "upper-half",
            "--instruments",
            "local,drift,attention,outliers,cka,budget,channels,activations,depth",
            "--token-maps",
            "--removal",
            "2",
            "--noise-floor",
            "batch",
            "--questions",
            QString::fromStdString(testData() + "/questions/demo.jsonl"),
            "--shots",
            "1",
            "--question-count",
            "2",
            "--answer-tokens",
            "4",
            "--threads",
            "2",
            "-o",
            output};
}

} // namespace quantscope::testing
