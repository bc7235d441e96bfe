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

void writeViewState(SessionData& session, const SelectionValues& selection) {
    QJsonObject state;
    if (selection.primary)
        state[QStringLiteral("primary")] = static_cast<qint64>(*selection.primary);
    if (selection.token)
        state[QStringLiteral("token")] = static_cast<qint64>(*selection.token);
    if (selection.layer)
        state[QStringLiteral("layer")] = static_cast<qint64>(*selection.layer);
    state[QStringLiteral("selected")] = toJson(selection.selected);
    state[QStringLiteral("pinned")] = toJson(selection.pinned);
    QJsonArray groups;
    for (const ExampleGroup& group : selection.groups)
        groups.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(group.name)},
                                  {QStringLiteral("examples"), toJson(group.examples)}});
    state[QStringLiteral("groups")] = groups;
    NamedArray array;
    array.values =
        std::vector<std::string>{QJsonDocument(state).toJson(QJsonDocument::Compact).toStdString()};
    array.longName = "state of the window: selection, pins and groups, as JSON";
    session.arrays[viewStatePath] = std::move(array);
}

SelectionValues readViewState(const SessionData& session) {
    SelectionValues selection;
    const NamedArray* array = session.find(viewStatePath);
    if (!array || !std::holds_alternative<std::vector<std::string>>(array->values) ||
        array->strings().empty())
        return selection;
    const QJsonObject state =
        QJsonDocument::fromJson(QByteArray::fromStdString(array->strings().front())).object();
    const std::size_t examples = session.extent("example");
    selection.primary = indexFrom(state[QStringLiteral("primary")], examples);
    selection.token = indexFrom(state[QStringLiteral("token")], session.extent("position"));
    selection.layer = indexFrom(state[QStringLiteral("layer")], session.extent("layer"));
    selection.selected = examplesFrom(state[QStringLiteral("selected")], examples);
    selection.pinned = examplesFrom(state[QStringLiteral("pinned")], examples);
    const QJsonArray groups = state[QStringLiteral("groups")].toArray();
    for (const QJsonValue& entry : groups) {
        const QJsonObject group = entry.toObject();
        selection.groups.push_back({group[QStringLiteral("name")].toString().toStdString(),
                                    examplesFrom(group[QStringLiteral("examples")], examples)});
    }
    return selection;
}

} // namespace quantscope
