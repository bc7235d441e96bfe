#pragma once

#include "core/data/selection_values.h"
#include "core/data/session_data.h"

#include <QByteArray>
#include <QVariantMap>

#include <optional>

namespace quantscope {

/// Where a session keeps the state of the window, as JSON.
inline constexpr const char* viewStatePath = "/view/state";

/// How the window looks at a session.
struct ViewState {
    SelectionValues selection;
    std::optional<int> page; ///< the one in front
    QVariantMap views;       ///< of the pages; see PageViews
};

QByteArray viewStateToJson(const ViewState& state);

/// Examples, positions and layers that the session doesn't have are left out, and so is a state
/// that cannot be read: it holds no result.
ViewState viewStateFromJson(const QByteArray& json, const SessionData& session);

/// Puts the state into a session.
void writeViewState(SessionData& session, const ViewState& state);

/// The state that a session was saved with.
ViewState readViewState(const SessionData& session);

} // namespace quantscope
