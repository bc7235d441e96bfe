#include "views/plots/name_lines.h"

#include <QStringList>

namespace quantscope {

QString inLines(const QString& name, const QFontMetricsF& metrics, double width, int lines) {
    QStringList whole;
    QString line;
    for (const QString& word : name.split(QLatin1Char(' '))) {
        const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
        if (line.isEmpty() || whole.size() + 1 >= lines ||
            metrics.horizontalAdvance(longer) <= width) {
            line = longer;
        } else {
            whole.append(metrics.elidedText(line, Qt::ElideMiddle, width));
            line = word;
        }
    }
    whole.append(metrics.elidedText(line, Qt::ElideMiddle, width));
    return whole.join(QLatin1Char('\n'));
}

} // namespace quantscope
