#include "views/history/page_views.h"

#include "views/history/page_view.h"
#include "views/pages/page.h"

#include <QTimer>

namespace quantscope {

PageViews::PageViews(std::vector<Page*> pages, QObject* parent)
    : QObject(parent)
    , m_pages(std::move(pages)) {
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        // Not at once: a page says so in the middle of showing its values.
        connect(m_pages[i], &Page::ready, this,
                [this, i] {
                    if (!m_waiting.isEmpty())
                        QTimer::singleShot(0, this, [this, i] { putInPlace(i); });
                });
    }
}

QVariantMap PageViews::capture() const {
    QVariantMap views = m_waiting;
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i]->state() == PageState::Ready)
            views[QString::number(i)] = pageView(*m_pages[i]);
    }
    return views;
}

void PageViews::restore(const QVariantMap& views) { m_waiting = views; }

void PageViews::putInPlace(std::size_t index) {
    const QVariant view = m_waiting.take(QString::number(index));
    if (view.isValid() && m_pages[index]->state() == PageState::Ready)
        restorePageView(*m_pages[index], view.toMap());
}

} // namespace quantscope
