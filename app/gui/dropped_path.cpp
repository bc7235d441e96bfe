#include "app/gui/dropped_path.h"

#include <QDir>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace quantscope {

namespace {

const char* const modelMarker = "config.json";

bool isGguf(const QFileInfo& file) {
    return file.suffix().compare(QLatin1String("gguf"), Qt::CaseInsensitive) == 0;
}

} // namespace

PathRole roleOfPath(const QString& path) {
    const QFileInfo file(path);
    if (file.isDir()) {
        if (file.fileName().endsWith(QStringLiteral(".qscope.d")))
            return PathRole::Session;
        return QDir(path).exists(QString::fromLatin1(modelMarker)) ? PathRole::Model
                                                                   : PathRole::Unknown;
    }
    if (!file.isFile())
        return PathRole::Unknown;
    if (file.fileName().endsWith(QStringLiteral(".h5")))
        return PathRole::Session;
    if (file.fileName() == QLatin1String(modelMarker) || isGguf(file))
        return PathRole::Model;
    return PathRole::Text;
}

QString modelPath(const QString& path) {
    const QFileInfo file(path);
    return file.isDir() || isGguf(file) ? file.absoluteFilePath() : file.absolutePath();
}

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    const QList<QUrl> urls = data ? data->urls() : QList<QUrl>();
    for (const QUrl& url : urls)
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace quantscope
