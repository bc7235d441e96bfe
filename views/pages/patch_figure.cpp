#include "views/pages/patch_figure.h"

#include "views/pages/page_layout.h"

#include <QCoreApplication>

#include <algorithm>

namespace quantscope {

namespace {

bool isSingleLayer(const PatchRow& row) {
    return !row.layers.empty() && std::all_of(row.layers.begin(), row.layers.end(),
                                              [](char c) { return c >= '0' && c <= '9'; });
}

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::PatchFigure", text);
}

} // namespace

QString translatedSetName(const std::string& set) {
    if (set == "d_large")
        return translated("D_large");
    if (set == "d_ctrl")
        return translated("D_ctrl");
    if (set == "d_matched")
        return translated("D_matched");
    if (set == "all")
        return translated("all examples");
    return QString::fromStdString(set);
}

std::string kindOfControl(const std::string& kind) { return kind.substr(0, kind.find(" (")); }

BarsFigure patchFigure(const PatchingValues& values, const std::string& kind) {
    BarsFigure figure;
    figure.caption.title = translated("What patching recovers").toStdString();
    figure.caption.definition =
        translated("Share of the damage that is undone when the outputs of one kind of module are "
                   "replaced by the other model's; 1 is all of it. Hatched: the damage itself is "
                   "not told from zero.")
            .toStdString();
    figure.caption.formula =
        "(NLL_quantized − NLL_patched) / (NLL_quantized − NLL_full), means over the set";
    figure.caption.source = "Chang et al., arXiv 2506.12044, section 5 and table 4";
    figure.valueTitle = translated("recovered fraction of the loss").toStdString();
    // Single layers are the map's and cumulative ones lines; here they would drown the others, and
    // so would the controls of every kind.
    const auto isElsewhere = [&](const PatchRow& row) {
        const bool isAsked = kind.empty() ? kindOfControl(row.kind) == row.kind
                                          : kindOfControl(row.kind) == kind;
        return !isAsked || isSingleLayer(row) || row.inCurve;
    };
    const bool anyHere = !std::all_of(values.rows.begin(), values.rows.end(), isElsewhere);
    for (const PatchRow& row : values.rows) {
        if (anyHere && isElsewhere(row))
            continue;
        QString label = siteTitle(row.kind);
        if (!row.layers.empty())
            label += QStringLiteral(" · ") + QString::fromStdString(row.layers);
        if (!row.positions.empty() && row.positions != "all")
            label += QStringLiteral(" · ") + QString::fromStdString(row.positions);
        if (row.donorLane != "reference")
            label += QStringLiteral(" ← ") + QString::fromStdString(row.donorLane);
        auto group =
            std::find_if(figure.groups.begin(), figure.groups.end(),
                         [&](const BarGroup& known) { return known.label == label.toStdString(); });
        if (group == figure.groups.end())
            group = figure.groups.insert(group, {label.toStdString(), {}});
        const QString note =
            translated("%1 examples; perplexity %2 full, %3 quantized, %4 patched")
                .arg(row.examples)
                .arg(formatNumber(row.perplexityFull), formatNumber(row.perplexityBase),
                     formatNumber(row.perplexityPatched));
        group->bars.push_back({translatedSetName(row.set).toStdString(), row.set, row.recovered,
                               row.unstable, note.toStdString()});
    }
    return figure;
}

} // namespace quantscope
