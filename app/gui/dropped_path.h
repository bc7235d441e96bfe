#pragma once

#include <QString>
#include <QStringList>

class QMimeData;

namespace quantscope {

/// What a path that a person dropped or named is to the program.
enum class PathRole {
    Unknown,
    Session, ///< NAME.qscope.h5, or a folder NAME.qscope.d
    Model,   ///< a folder with a config.json, or that file itself; a GGUF file
    Text,    ///< any other regular file
};

/// Looks at names and at what exists, never into a file.
PathRole roleOfPath(const QString& path);

/// The model's folder or its GGUF file, for a path whose role is Model.
QString modelPath(const QString& path);

/// Local files among what is dragged.
QStringList localPaths(const QMimeData* data);

} // namespace quantscope
