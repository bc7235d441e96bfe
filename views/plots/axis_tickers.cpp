#include "views/plots/axis_tickers.h"

#include "views/plots/name_lines.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

double NumberTicker::getTickStep(const QCPRange& range) {
    const QFontMetricsF metrics(m_axis->tickLabelFont());
    const bool horizontal = m_axis->orientation() == Qt::Horizontal;
    const double length = horizontal ? m_axis->axisRect()->width() : m_axis->axisRect()->height();
    const double needed = horizontal ? metrics.horizontalAdvance(QStringLiteral("−0.00")) * 1.7
                                     : metrics.height() * 2.2;
    setTickCount(std::clamp(static_cast<int>(length / needed), 2, 6));
    m_step = QCPAxisTicker::getTickStep(range);
    return m_step;
}

QString NumberTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    const double largest = std::max(std::abs(tick), m_step);
    if (m_step <= 0 || largest >= 1e6 || m_step < 1e-5)
        return formatNumber(tick);
    int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(m_step) + 1e-9)));
    // A step such as 2.5 needs a digit more than its size says.
    while (decimals < 8) {
        const double scaled = m_step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6)
            break;
        ++decimals;
    }
    if (std::abs(tick) < m_step * 1e-6)
        tick = 0;
    QString text = QString::number(tick, 'f', decimals);
    return text.replace(QLatin1Char('-'), QStringLiteral("−"));
}

LogarithmTicker::LogarithmTicker() {
    setLogBase(10);
    setSubTickCount(9);
}

QString LogarithmTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    if (tick >= 1e-3 && tick < 1e5)
        return QString::number(tick, 'g', 3);
    return formatNumber(tick, 1);
}

void CategoryTicker::setCategories(std::size_t count, std::vector<QString> labels, int first) {
    m_count = count;
    m_labels = std::move(labels);
    m_first = first;
    m_widths.clear();
    m_isNumbered = std::all_of(m_labels.begin(), m_labels.end(), [](const QString& label) {
        return std::all_of(label.begin(), label.end(), [](QChar c) { return c.isDigit(); });
    });
}

/// Measuring text takes microseconds, and an axis may have thousands of labels in every frame: a
/// name is measured once, and of numbers their digits are counted.
double CategoryTicker::width(const QFontMetricsF& metrics, int category) {
    const auto index = static_cast<std::size_t>(category);
    if (!m_labelsShown || index >= m_labels.size())
        return metrics.horizontalAdvance(label(category));
    if (m_widthsFont != m_axis->tickLabelFont()) {
        m_widthsFont = m_axis->tickLabelFont();
        m_widths.clear();
    }
    m_widths.resize(m_labels.size(), -1);
    double& width = m_widths[index];
    if (width < 0)
        width = metrics.horizontalAdvance(m_labels[index]);
    return width;
}

double CategoryTicker::widestLabel(int lowest, int highest) {
    const QFontMetricsF metrics(m_axis->tickLabelFont());
    if (!m_isNumbered) {
        double widest = 0;
        for (int category = lowest; category <= highest; ++category)
            widest = std::max(widest, width(metrics, category));
        return widest;
    }
    qsizetype digits = 0;
    for (int category = lowest; category <= highest; ++category) {
        const auto index = static_cast<std::size_t>(category);
        if (index >= m_labels.size())
            break;
        digits = std::max(digits, m_labels[index].size());
    }
    return static_cast<double>(digits) * metrics.horizontalAdvance(QLatin1Char('0'));
}

QString CategoryTicker::label(int category) const {
    const auto index = static_cast<std::size_t>(category);
    if (m_labelsShown && index < m_labels.size())
        return m_labels[index];
    return QString::number(category + m_first);
}

std::vector<int> CategoryTicker::chosen(int lowest, int highest, double axisLength,
                                        double labelLength, bool evenSteps) {
    std::vector<int> categories;
    if (highest < lowest)
        return categories;
    const double perCategory = axisLength / (highest - lowest + 1);
    int step = 1;
    for (int factor = 1; step * perCategory < labelLength && factor < 100000000; factor *= 10) {
        for (const int multiple : {1, 2, evenSteps ? 4 : 5}) {
            step = multiple * factor;
            if (step * perCategory >= labelLength)
                break;
        }
    }
    for (int category = (lowest + step - 1) / step * step; category <= highest; category += step)
        categories.push_back(category);
    // The ends matter more than a round number next to them.
    const auto room = [&](int left, int right) {
        return (right - left) * perCategory >= 0.9 * labelLength;
    };
    while (!categories.empty() && categories.front() != lowest && !room(lowest, categories.front()))
        categories.erase(categories.begin());
    if (categories.empty() || categories.front() != lowest)
        categories.insert(categories.begin(), lowest);
    while (categories.size() > 1 && categories.back() != highest &&
           !room(categories.back(), highest))
        categories.pop_back();
    if (categories.back() != highest && room(categories.back(), highest))
        categories.push_back(highest);
    return categories;
}

void CategoryTicker::generate(const QCPRange& range, const QLocale&, QChar, int,
                              QVector<double>& ticks, QVector<double>* subTicks,
                              QVector<QString>* tickLabels) {
    ticks.clear();
    if (subTicks)
        subTicks->clear();
    if (tickLabels)
        tickLabels->clear();
    if (m_count == 0)
        return;
    const int last = static_cast<int>(m_count) - 1;
    const int lowest = std::clamp(static_cast<int>(std::ceil(range.lower - 1e-9)), 0, last);
    const int highest = std::clamp(static_cast<int>(std::floor(range.upper + 1e-9)), 0, last);
    const bool horizontal = m_axis->orientation() == Qt::Horizontal;
    const QFontMetricsF metrics(m_axis->tickLabelFont());
    double needed = metrics.height() * 1.15;
    if (horizontal && m_axis->tickLabelRotation() == 0) {
        needed = 0;
        for (const int category : {lowest, highest})
            needed = std::max(needed, metrics.horizontalAdvance(label(category)));
        if (m_labelsShown)
            needed = std::max(needed, widestLabel(lowest, std::min(highest, lowest + 2000)));
        needed += metrics.averageCharWidth() * 1.5;
    }
    const double length = horizontal ? m_axis->axisRect()->width() : m_axis->axisRect()->height();
    // Names beside a vertical axis leave most of the width to the values.
    const double widest = 0.38 * m_axis->parentPlot()->viewport().width();
    const std::vector<int> categories = chosen(lowest, highest, length, needed, m_evenSteps);
    const double perLabel =
        length / static_cast<double>(std::max<std::size_t>(categories.size(), 1));
    const int lines = static_cast<int>(perLabel / needed);
    for (const int category : categories) {
        ticks.append(category);
        if (tickLabels)
            tickLabels->append(horizontal ? label(category)
                                          : inLines(label(category), metrics, widest, lines));
    }
}

} // namespace quantscope
