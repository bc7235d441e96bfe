#include "views/plots/title_lines.h"

#include <QStringList>

namespace quantscope {

QString titleInLines(const QString& title, const QFontMetricsF& metrics, double length, int most) {
    if (metrics.horizontalAdvance(title) <= length)
        return title;
    QStringList lines;
    QString rest = title;
    while (lines.size() + 1 < most) {
        qsizetype end = -1; // of the line: the last space before which all fits
        for (qsizetype space = rest.indexOf(QLatin1Char(' ')); space > 0;
             space = rest.indexOf(QLatin1Char(' '), space + 1)) {
            if (metrics.horizontalAdvance(rest.left(space)) > length)
                break;
            end = space;
        }
        if (end < 0)
            break; // not even a word
        lines << rest.left(end);
        rest = rest.mid(end + 1);
        if (metrics.horizontalAdvance(rest) <= length)
            break;
    }
    lines << metrics.elidedText(rest, Qt::ElideMiddle, length);
    return lines.join(QLatin1Char('\n'));
}

} // namespace quantscope
