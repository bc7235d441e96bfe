#pragma once

#include <QString>
#include <QWidget>

class QToolButton;

namespace quantscope {

/// A heading that shows or hides what stands below it.
class CollapsibleSection : public QWidget {
    Q_OBJECT

public:
    CollapsibleSection(const QString& title, QWidget* content, QWidget* parent = nullptr);

    bool isOpen() const;
    void setOpen(bool open);

private:
    QToolButton* m_heading;
    QWidget* m_content;
};

} // namespace quantscope
