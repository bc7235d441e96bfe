#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

class QComboBox;
class QToolButton;

namespace quantscope {

/// A path typed, picked from recent ones, chosen in a dialog, or dropped.
class PathChooser : public QWidget {
    Q_OBJECT

public:
    /// A checkpoint is a folder or a GGUF file.
    enum class Kind { Checkpoint, File, NewFile };

    PathChooser(Kind kind, const QString& dialogTitle, const QString& filter = {},
                QWidget* parent = nullptr);

    QString path() const;
    /// Emits pathChanged when it differs.
    void setPath(const QString& path);
    void setRecent(const QStringList& paths);
    void setPlaceholder(const QString& text);
    void setName(const QString& accessibleName);

Q_SIGNALS:
    void pathChanged(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void browse();
    void browseFolder();
    void chosen(const QString& path);
    void commit();

    Kind m_kind;
    QString m_dialogTitle;
    QString m_filter;
    QString m_committed;
    QComboBox* m_edit;
    QToolButton* m_browse;
};

} // namespace quantscope
