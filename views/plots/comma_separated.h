#pragma once

#include <QString>

namespace quantscope {

/// Builds comma-separated text (RFC 4180): fields with commas, quotes or line breaks are quoted,
/// numbers have a point and all their digits, what was not measured is an empty field.
class CommaSeparated {
public:
    CommaSeparated& add(const QString& field);
    CommaSeparated& add(double value);
    void endLine();

    const QString& text() const { return m_text; }

private:
    void separate();

    QString m_text;
    bool m_lineStarted = false;
};

} // namespace quantscope
