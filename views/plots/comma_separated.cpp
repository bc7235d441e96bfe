#include "views/plots/comma_separated.h"

#include <cmath>

namespace quantscope {

void CommaSeparated::separate() {
    if (m_lineStarted)
        m_text += QLatin1Char(',');
    m_lineStarted = true;
}

CommaSeparated& CommaSeparated::add(const QString& field) {
    separate();
    bool quoted = false;
    for (const char special : {',', '"', '\n', '\r'})
        quoted = quoted || field.contains(QLatin1Char(special));
    if (!quoted) {
        m_text += field;
        return *this;
    }
    QString escaped = field;
    escaped.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    m_text += QLatin1Char('"') + escaped + QLatin1Char('"');
    return *this;
}

CommaSeparated& CommaSeparated::add(double value) {
    separate();
    if (!std::isnan(value))
        m_text += QString::number(value, 'g', 9);
    return *this;
}

void CommaSeparated::endLine() {
    m_text += QStringLiteral("\r\n");
    m_lineStarted = false;
}

} // namespace quantscope
