#include "views/plots/bracket_layout.h"

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

constexpr double narrowestBracket = 3; // pixels

/// Names that are written already: from where to where.
using Taken = std::vector<std::pair<double, double>>;

bool isFree(const Taken& taken, double left, double right, double apart) {
    return std::none_of(taken.begin(), taken.end(), [&](const auto& name) {
        return left < name.second + apart && name.first < right + apart;
    });
}

} // namespace

std::vector<Bracket> bracketLayout(const std::vector<ColumnGroup>& groups, const Stretch& columns,
                                   const Stretch& pixels, const QFontMetricsF& metrics) {
    const double perColumn = (pixels.to - pixels.from) / (columns.to - columns.from);
    std::vector<Bracket> result;
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const auto first = static_cast<double>(groups[index].first);
        const auto count = static_cast<double>(groups[index].count);
        Bracket bracket;
        bracket.group = index;
        bracket.left =
            std::max(pixels.from, pixels.from + (first - 0.5 - columns.from) * perColumn);
        bracket.right =
            std::min(pixels.to, pixels.from + (first + count - 0.5 - columns.from) * perColumn);
        if (bracket.right - bracket.left >= narrowestBracket)
            result.push_back(bracket);
    }
    const double apart = metrics.averageCharWidth();
    Taken taken;
    const auto write = [&](Bracket& bracket, const QString& name, double place) {
        bracket.name = name;
        bracket.nameLeft = place;
        taken.emplace_back(place, place + metrics.horizontalAdvance(name));
    };
    const auto nameOf = [&](const Bracket& bracket) {
        return QString::fromStdString(groups[bracket.group].name).simplified();
    };
    for (Bracket& bracket : result) {
        const QString name = nameOf(bracket);
        const double width = metrics.horizontalAdvance(name);
        if (width <= bracket.right - bracket.left)
            write(bracket, name, (bracket.left + bracket.right - width) / 2);
    }
    for (std::size_t index = 0; index < result.size(); ++index) {
        Bracket& bracket = result[index];
        if (!bracket.name.isEmpty())
            continue;
        const QString name = nameOf(bracket);
        const double width = metrics.horizontalAdvance(name);
        const auto fits = [&](double from, double to) {
            return from >= pixels.from && to <= pixels.to && isFree(taken, from, to, apart);
        };
        // Over one neighbour at most: else it would be read as the name of what lies beyond.
        const double furthest = index + 1 < result.size() ? result[index + 1].right : pixels.to;
        const double nearest = index > 0 ? result[index - 1].left : pixels.from;
        if (bracket.left + width <= furthest && fits(bracket.left, bracket.left + width)) {
            write(bracket, name, bracket.left);
        } else if (bracket.right - width >= nearest && fits(bracket.right - width, bracket.right)) {
            write(bracket, name, bracket.right - width);
        } else {
            const QString shorter =
                metrics.elidedText(name, Qt::ElideRight, bracket.right - bracket.left);
            if (shorter.size() > 3 && fits(bracket.left, bracket.right))
                write(bracket, shorter, bracket.left);
        }
    }
    return result;
}

} // namespace quantscope
