// Tables in a window from right to left: what is written in their cells keeps its own direction.

#include "app/gui/theme_style.h"

#include <QImage>
#include <QPainter>
#include <QStyleOptionViewItem>
#include <QTest>

using namespace quantscope;

namespace {

constexpr QSize cellSize(260, 24);

QImage cell(const QString& text, Qt::LayoutDirection direction, Qt::Alignment alignment) {
    const ThemeStyle style;
    QImage image(cellSize, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    QStyleOptionViewItem option;
    option.rect = image.rect();
    option.direction = direction;
    option.state = QStyle::State_Enabled;
    option.font = QFont();
    option.fontMetrics = QFontMetrics(option.font);
    option.displayAlignment = alignment | Qt::AlignVCenter;
    option.textElideMode = Qt::ElideRight;
    option.features = QStyleOptionViewItem::HasDisplay;
    option.text = text;
    style.drawControl(QStyle::CE_ItemViewItem, &option, &painter, nullptr);
    return image;
}

} // namespace

class TestThemeStyle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersKeepTheirDirection() {
        for (const char* text : {"22.5 [19.2, 26.1]", "\u22120.25", "15.8 %"}) {
            const QString number = QString::fromUtf8(text);
            const QImage mirrored = cell(number, Qt::RightToLeft, Qt::AlignRight);
            QCOMPARE(mirrored, cell(number, Qt::LeftToRight, Qt::AlignLeft));
            QVERIFY(mirrored != cell(QString(), Qt::LeftToRight, Qt::AlignLeft));
        }
    }

    /// An English text that is too long loses its end, at the right.
    void textsAreCutAtTheirEnd() {
        const QString text = QStringLiteral("Once upon a time there was a very long line of text.");
        QCOMPARE(cell(text, Qt::RightToLeft, Qt::AlignLeft),
                 cell(text, Qt::LeftToRight, Qt::AlignRight));
    }
};

QTEST_MAIN(TestThemeStyle)
#include "test_theme_style.moc"
