#include "app/gui/study/collapsible_section.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

CollapsibleSection::CollapsibleSection(const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent)
    , m_heading(new QToolButton(this))
    , m_content(content) {
    QFont bold = font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_heading->setText(title);
    m_heading->setAccessibleName(title);
    m_heading->setCheckable(true);
    m_heading->setChecked(true);
    m_heading->setAutoRaise(true);
    m_heading->setArrowType(Qt::DownArrow);
    m_heading->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_heading->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_heading);
    layout->addWidget(m_content);
    m_content->setParent(this);
    connect(m_heading, &QToolButton::toggled, this, [this](bool open) {
        m_heading->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_content->setVisible(open);
    });
}

bool CollapsibleSection::isOpen() const { return m_heading->isChecked(); }

void CollapsibleSection::setOpen(bool open) { m_heading->setChecked(open); }

} // namespace quantscope
