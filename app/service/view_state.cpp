#include "app/service/view_state.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace quantscope {

namespace {

QJsonArray toJson(const std::vector<std::size_t>& examples) {
    QJsonArray array;
    for (const std::size_t example : examples)
        array.append(static_cast<qint64>(example));
    return array;
}

std::optional<std::size_t> indexFrom(const QJsonValue& value, std::size_t end) {
    const qint64 index = value.isDouble() ? value.toInteger(-1) : -1;
    if (index < 0 || static_cast<std::size_t>(index) >= end)
        return std::nullopt;
    return static_cast<std::size_t>(index);
}

std::vector<std::size_t> examplesFrom(const QJsonValue& value, std::size_t end) {
    std::vector<std::size_t> examples;
    const QJsonArray array = value.toArray();
    for (const QJsonValue& entry : array)
        if (const auto example = indexFrom(entry, end))
            examples.push_back(*example);
    return examples;
}

} // namespace

QByteArray viewStateToJson(const ViewState& state) {
    const SelectionValues& selection = state.selection;
    QJsonObject object;
    if (selection.primary)
        object[QStringLiteral("primary")] = static_cast<qint64>(*selection.primary);
    if (selection.token)
        object[QStringLiteral("token")] = static_cast<qint64>(*selection.token);
    if (selection.layer)
        object[QStringLiteral("layer")] = static_cast<qint64>(*selection.layer);
    object[QStringLiteral("selected")] = toJson(selection.selected);
    object[QStringLiteral("pinned")] = toJson(selection.pinned);
    QJsonArray groups;
    for (const ExampleGroup& group : selection.groups)
        groups.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(group.name)},
                                  {QStringLiteral("examples"), toJson(group.examples)}});
    object[QStringLiteral("groups")] = groups;
    if (state.page)
        object[QStringLiteral("page")] = *state.page;
    if (!state.views.isEmpty())
        object[QStringLiteral("views")] = QJsonObject::fromVariantMap(state.views);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

ViewState viewStateFromJson(const QByteArray& json, const SessionData& session) {
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    ViewState state;
    SelectionValues& selection = state.selection;
    const std::size_t examples = session.extent("example");
    selection.primary = indexFrom(object[QStringLiteral("primary")], examples);
    selection.token = indexFrom(object[QStringLiteral("token")], session.extent("position"));
    selection.layer = indexFrom(object[QStringLiteral("layer")], session.extent("layer"));
    selection.selected = examplesFrom(object[QStringLiteral("selected")], examples);
    selection.pinned = examplesFrom(object[QStringLiteral("pinned")], examples);
    const QJsonArray groups = object[QStringLiteral("groups")].toArray();
    for (const QJsonValue& entry : groups) {
        const QJsonObject group = entry.toObject();
        selection.groups.push_back({group[QStringLiteral("name")].toString().toStdString(),
                                    examplesFrom(group[QStringLiteral("examples")], examples)});
    }
    if (object[QStringLiteral("page")].isDouble())
        state.page = object[QStringLiteral("page")].toInt();
    state.views = object[QStringLiteral("views")].toObject().toVariantMap();
    return state;
}

void writeViewState(SessionData& session, const ViewState& state) {
    NamedArray array;
    array.values = std::vector<std::string>{viewStateToJson(state).toStdString()};
    array.longName = "state of the window: selection, pins, groups and views, as JSON";
    session.arrays[viewStatePath] = std::move(array);
}

ViewState readViewState(const SessionData& session) {
    const NamedArray* array = session.find(viewStatePath);
    if (!array || !std::holds_alternative<std::vector<std::string>>(array->values) ||
        array->strings().empty())
        return {};
    return viewStateFromJson(QByteArray::fromStdString(array->strings().front()), session);
}

} // namespace quantscope
