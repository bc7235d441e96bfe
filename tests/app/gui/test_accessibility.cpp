// Every control has a name that a screen reader says, and the keyboard reaches it.

#include "app/gui/pages_panel.h"
#include "tests/app/gui/fake_window.h"
#include "views/pages/page.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>

using namespace quantscope;
using namespace quantscope::testing;

namespace {

bool isControl(const QWidget& widget) {
    return qobject_cast<const QAbstractButton*>(&widget) ||
           qobject_cast<const QComboBox*>(&widget) ||
           qobject_cast<const QAbstractSpinBox*>(&widget) ||
           qobject_cast<const QLineEdit*>(&widget) || qobject_cast<const QSlider*>(&widget) ||
           (qobject_cast<const QAbstractItemView*>(&widget) &&
            !qobject_cast<const QHeaderView*>(&widget));
}

/// What is part of another control, of a dock's frame or of a table's corner has no name of its own.
bool belongsToAnother(const QWidget& widget) {
    if (widget.objectName().startsWith(QLatin1String("qt_")) ||
        widget.inherits("QTableCornerButton"))
        return true;
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const QLineEdit*>(parent) || parent->inherits("QTabBar"))
            return true;
    }
    return widget.inherits("QDockWidgetTitleButton");
}

QString describe(const QWidget& widget) {
    QString place = QString::fromLatin1(widget.metaObject()->className());
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget())
        if (!parent->objectName().isEmpty() || parent->inherits("quantscope::Page"))
            place.prepend(QString::fromLatin1(parent->metaObject()->className()) + "/");
    return place + QLatin1Char(' ') + widget.objectName() + QLatin1Char(' ') + widget.toolTip();
}

} // namespace

class TestAccessibility : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasAName() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        QStringList nameless;
        int controls = 0;
        const auto widgets = bench.window.findChildren<QWidget*>();
        for (QWidget* widget : widgets) {
            if (!isControl(*widget) || belongsToAnother(*widget))
                continue;
            ++controls;
            const QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            if (!interface || interface->text(QAccessible::Name).trimmed().isEmpty())
                nameless << describe(*widget);
        }
        QVERIFY(controls > 60);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

    void theKeyboardReachesEveryControl() {
        Bench bench;
        bench.window.show();
        bench.openFake();
        QStringList unreached;
        for (const PageKind kind : allPages) {
            bench.window.pagesPanel()->setCurrentIndex(static_cast<int>(kind));
            QTRY_VERIFY_WITH_TIMEOUT(!bench.window.values().isBusy(), waitMilliseconds);
            const Page* page = bench.window.pagesPanel()->currentPage();
            const auto widgets = page->findChildren<QWidget*>();
            for (const QWidget* widget : widgets) {
                // Among exclusive buttons the arrow keys go on from the one that Tab reaches.
                if (!isControl(*widget) || belongsToAnother(*widget) || !widget->isVisible())
                    continue;
                if ((widget->focusPolicy() & Qt::TabFocus) == 0 && widget->isEnabled())
                    unreached << describe(*widget);
            }
        }
        QVERIFY2(unreached.isEmpty(), qPrintable(unreached.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestAccessibility)
#include "test_accessibility.moc"
