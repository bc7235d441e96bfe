#include "views/plots/cells_plottable.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace quantscope {

namespace {

/// The cells under each of `pixels` pixels along one axis: [first, last], first > last where none.
struct Span {
    int first = 0;
    int last = -1;
};

std::vector<Span> spans(int pixels, double from, double to, int count) {
    std::vector<Span> result(static_cast<std::size_t>(pixels));
    for (int pixel = 0; pixel < pixels; ++pixel) {
        double low = from + (to - from) * pixel / pixels;
        double high = from + (to - from) * (pixel + 1) / pixels;
        if (low > high)
            std::swap(low, high);
        Span& span = result[static_cast<std::size_t>(pixel)];
        if (high - low <= 1) { // Cells wider than a pixel: the one in its middle.
            const double middle = std::floor((low + high) / 2 + 0.5);
            if (middle >= 0 && middle < count)
                span.first = span.last = static_cast<int>(middle);
        } else {
            span.first = std::max(0, static_cast<int>(std::floor(low + 0.5)));
            span.last = std::min(count - 1, static_cast<int>(std::ceil(high + 0.5)) - 2);
            span.last = std::max(span.last, std::min(span.first, count - 1));
        }
    }
    return result;
}

float meanOf(const Matrix& matrix, const Span& rows, const Span& columns) {
    double sum = 0;
    int number = 0;
    for (int row = rows.first; row <= rows.last; ++row) {
        const float* values = matrix.values.data() + static_cast<std::size_t>(row) * matrix.columns;
        for (int column = columns.first; column <= columns.last; ++column) {
            if (!std::isnan(values[column])) {
                sum += values[column];
                ++number;
            }
        }
    }
    return number > 0 ? static_cast<float>(sum / number) : std::numeric_limits<float>::quiet_NaN();
}

bool sameSpan(const Span& left, const Span& right) {
    return left.first == right.first && left.last == right.last;
}

} // namespace

CellsPlottable::CellsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis) {
    setAntialiased(false);
}

void CellsPlottable::setMatrix(std::shared_ptr<const Matrix> matrix) {
    m_matrix = std::move(matrix);
}

void CellsPlottable::setColours(const ColourScale& scale, ColourMap map) {
    m_scale = scale;
    m_map = map;
}

QImage CellsPlottable::image(QSize size, const QCPRange& columns, const QCPRange& rows,
                             bool rowsUpward) const {
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    if (!m_matrix || m_matrix->values.empty() || size.isEmpty())
        return image;
    const double top = rowsUpward ? rows.upper : rows.lower;
    const double bottom = rowsUpward ? rows.lower : rows.upper;
    const auto columnSpans =
        spans(size.width(), columns.lower, columns.upper, static_cast<int>(m_matrix->columns));
    const auto rowSpans = spans(size.height(), top, bottom, static_cast<int>(m_matrix->rows));
    const std::array<QRgb, 256>& table = colourTable(m_map);
    const QRgb hatch = m_style.missing.rgb();
    const QRgb ground = m_style.background.rgb();
    const int hatchPeriod = std::max(4, static_cast<int>(std::lround(m_style.length(5))));
    const int hatchWidth = std::max(1, hatchPeriod / 5);
    const std::size_t lineBytes = columnSpans.size() * sizeof(QRgb);
    std::vector<float> line(columnSpans.size());
    bool isWhole = false; // all of the line has colours, which do not depend on y
    for (int y = 0; y < size.height(); ++y) {
        const Span& rowSpan = rowSpans[static_cast<std::size_t>(y)];
        if (rowSpan.first > rowSpan.last)
            continue;
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(y));
        if (y > 0 && sameSpan(rowSpan, rowSpans[static_cast<std::size_t>(y) - 1])) {
            if (isWhole) {
                std::memcpy(pixels, image.constScanLine(y - 1), lineBytes);
                continue;
            }
        } else {
            for (std::size_t x = 0; x < line.size(); ++x) {
                if (x > 0 && sameSpan(columnSpans[x], columnSpans[x - 1]))
                    line[x] = line[x - 1];
                else
                    line[x] = meanOf(*m_matrix, rowSpan, columnSpans[x]);
            }
            isWhole = std::none_of(line.begin(), line.end(),
                                   [](float value) { return std::isnan(value); });
        }
        for (std::size_t x = 0; x < line.size(); ++x) {
            if (columnSpans[x].first > columnSpans[x].last)
                continue;
            if (std::isnan(line[x])) {
                const bool onLine = (static_cast<int>(x) + y) % hatchPeriod < hatchWidth;
                pixels[x] = onLine ? hatch : ground;
            } else {
                const double position = m_scale.position(line[x]);
                pixels[x] = table[static_cast<std::size_t>(std::lround(position * 255))];
            }
        }
    }
    return image;
}

QCPRange CellsPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    found = m_matrix && m_matrix->columns > 0;
    return found ? QCPRange(-0.5, static_cast<double>(m_matrix->columns) - 0.5) : QCPRange();
}

QCPRange CellsPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = m_matrix && m_matrix->rows > 0;
    return found ? QCPRange(-0.5, static_cast<double>(m_matrix->rows) - 0.5) : QCPRange();
}

void CellsPlottable::draw(QCPPainter* painter) {
    if (!m_matrix || m_matrix->values.empty())
        return;
    const QRect frame = mKeyAxis->axisRect()->rect();
    const bool vector = painter->modes().testFlag(QCPPainter::pmVectorized);
    // On a file's fine raster an image of a third of its dots (some 240 an inch) shows every
    // cell and stays small; on a screen one of its own dots is sharp.
    const double density = vector ? 1.0 / 3.0 : mParentPlot->bufferDevicePixelRatio();
    const QSize size(std::max(1, static_cast<int>(frame.width() * density)),
                     std::max(1, static_cast<int>(frame.height() * density)));
    painter->save();
    painter->setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter->drawImage(
        frame, image(size, mKeyAxis->range(), mValueAxis->range(), !mValueAxis->rangeReversed()));
    painter->restore();
    if (m_numbersShown)
        drawNumbers(painter);
}

QString CellsPlottable::numberText(double value) const {
    if (!m_coefficients || std::abs(value) > 1.0)
        return formatNumber(value);
    if (std::abs(value) < 0.005)
        value = 0; // No "−0.00".
    return QString::number(value, 'f', 2).replace(QLatin1Char('-'), QStringLiteral("−"));
}

void CellsPlottable::drawNumbers(QCPPainter* painter) {
    const double width = std::abs(mKeyAxis->coordToPixel(1) - mKeyAxis->coordToPixel(0));
    const double height = std::abs(mValueAxis->coordToPixel(1) - mValueAxis->coordToPixel(0));
    const QFontMetricsF metrics(m_style.font);
    if (metrics.horizontalAdvance(m_coefficients ? QStringLiteral("−0.88")
                                                 : QStringLiteral("0.0888")) > width * 0.95 ||
        metrics.height() > height)
        return;
    painter->setFont(m_style.font);
    const int firstColumn = std::max(0, static_cast<int>(mKeyAxis->range().lower));
    const int lastColumn = std::min(static_cast<int>(m_matrix->columns) - 1,
                                    static_cast<int>(std::ceil(mKeyAxis->range().upper)));
    const int firstRow = std::max(0, static_cast<int>(mValueAxis->range().lower));
    const int lastRow = std::min(static_cast<int>(m_matrix->rows) - 1,
                                 static_cast<int>(std::ceil(mValueAxis->range().upper)));
    for (int row = firstRow; row <= lastRow; ++row) {
        for (int column = firstColumn; column <= lastColumn; ++column) {
            const double value =
                m_matrix->at(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
            if (std::isnan(value))
                continue;
            const QRgb ground = colourAt(m_map, m_scale.position(value));
            painter->setPen(QColor(readableOn(ground)));
            const QPointF centre(mKeyAxis->coordToPixel(column), mValueAxis->coordToPixel(row));
            painter->drawText(
                QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height),
                Qt::AlignCenter, numberText(value));
        }
    }
}

} // namespace quantscope
