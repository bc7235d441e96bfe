#pragma once

#include <QObject>
#include <QVariantMap>

#include <vector>

namespace quantscope {

class Page;

/// The views of all pages as one value, to be kept with a session.
class PageViews : public QObject {
    Q_OBJECT

public:
    explicit PageViews(std::vector<Page*> pages, QObject* parent = nullptr);

    /// Of the pages that show values, by their index.
    QVariantMap capture() const;
    /// Each page gets its view once its next values are there; a view that was not put in place
    /// yet is forgotten.
    void restore(const QVariantMap& views);

private:
    void putInPlace(std::size_t index);

    std::vector<Page*> m_pages;
    QVariantMap m_waiting;
};

} // namespace quantscope
