#pragma once

#include "views/plots/plot_style.h"

#include <qcustomplot.h>

#include <string>
#include <vector>

namespace quantscope {

/// As many ticks as the axis has room for, labels with as many decimals as the steps between them
/// need, and a true minus sign.
class NumberTicker : public QCPAxisTicker {
public:
    explicit NumberTicker(const QCPAxis* axis) : m_axis(axis) {}

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                         int precision) override;

private:
    const QCPAxis* m_axis;
    double m_step = 0;
};

/// Powers of ten and their multiples.
class LogarithmTicker : public QCPAxisTickerLog {
public:
    LogarithmTicker();

protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar,
                         int precision) override;
};

/// Ticks at whole numbers 0 … count − 1, named or not. The first and the last are always labelled;
/// between them as many as the axis has room for. Long names of a vertical axis are broken into
/// lines where rows are high enough, and lose their middle where they are not.
class CategoryTicker : public QCPAxisTicker {
public:
    explicit CategoryTicker(const QCPAxis* axis) : m_axis(axis) {}

    /// `labels` may be empty: then the numbers themselves, counted from `first`.
    void setCategories(std::size_t count, std::vector<QString> labels, int first = 0);
    const std::vector<QString>& labels() const { return m_labels; }
    std::size_t count() const { return m_count; }
    /// Whether the labels are whole numbers and nothing else.
    bool isNumbered() const { return m_isNumbered; }
    /// The width of the widest label among these categories, in the font of the axis.
    double widestLabel(int lowest, int highest);
    void setEvenSteps(bool even) { m_evenSteps = even; }
    /// Labels of these categories only, e.g. numbers where names do not fit.
    void setLabelsShown(bool shown) { m_labelsShown = shown; }

    void generate(const QCPRange& range, const QLocale& locale, QChar formatChar, int precision,
                  QVector<double>& ticks, QVector<double>* subTicks,
                  QVector<QString>* tickLabels) override;

    /// The categories that get a label in a range, when each needs `labelLength` of the
    /// `axisLength` pixels: evenly stepped by 1, 2, 5, 10 …, with the range's ends.
    /// With `evenSteps` steps are 1, 2, 4, 10 …, for categories of two alternating kinds.
    static std::vector<int> chosen(int lowest, int highest, double axisLength, double labelLength,
                                   bool evenSteps = false);

private:
    QString label(int category) const;
    double width(const QFontMetricsF& metrics, int category);

    const QCPAxis* m_axis;
    std::size_t m_count = 0;
    int m_first = 0;
    std::vector<QString> m_labels;
    bool m_isNumbered = true;
    std::vector<double> m_widths; ///< of labels in m_widthsFont; negative: not measured yet
    QFont m_widthsFont;
    bool m_labelsShown = true;
    bool m_evenSteps = false;
};

} // namespace quantscope
