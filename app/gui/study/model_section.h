#pragma once

#include "core/data/model_summary.h"

#include <QWidget>

class QLabel;

namespace quantscope {

class PathChooser;

/// The checkpoint under study, with a card of what it is.
class ModelSection : public QWidget {
    Q_OBJECT

public:
    explicit ModelSection(QWidget* parent = nullptr);

    QString path() const;
    void setPath(const QString& path);
    void setRecent(const QStringList& paths);

    void showSummary(const ModelSummary& summary);
    void showProblem(const QString& text);
    void clearCard();

Q_SIGNALS:
    void changed();

private:
    PathChooser* m_path;
    QLabel* m_card;
};

} // namespace quantscope
