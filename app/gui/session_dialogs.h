#pragma once

#include <QString>

class QWidget;

namespace quantscope {

/// Which file a person wants; empty where none. @param near  a path whose folder is shown first
QString chooseSession(QWidget* parent, const QString& title, const QString& near);
QString chooseStudyFolder(QWidget* parent, const QString& near);
/// The name to save a session under, with a session's ending. @param current  its name until now
QString chooseSessionName(QWidget* parent, const QString& current);

} // namespace quantscope
