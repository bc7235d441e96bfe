#pragma once

#include "core/data/selection_values.h"

#include <QObject>

#include <cstddef>
#include <optional>
#include <vector>

namespace quantscope {

/// The one selection that all views share. Every setter does nothing when the value is the one
/// already held, so that views can be wired to each other without running in circles.
class Selection : public QObject {
    Q_OBJECT

public:
    explicit Selection(QObject* parent = nullptr);

    std::optional<std::size_t> primary() const { return m_values.primary; }
    const std::vector<std::size_t>& selected() const { return m_values.selected; }
    const std::vector<std::size_t>& pinned() const { return m_values.pinned; }
    std::optional<std::size_t> token() const { return m_values.token; }
    std::optional<std::size_t> layer() const { return m_values.layer; }
    const std::vector<ExampleGroup>& groups() const { return m_values.groups; }

    bool isPinned(std::size_t example) const;

    /// The example that details, token maps and markers are about. Another example has other
    /// tokens, so a change clears the token.
    void setPrimary(std::optional<std::size_t> example);
    /// The set that a lasso or a table picked; sorted and without repetitions afterwards.
    void setSelected(std::vector<std::size_t> examples);
    void setPinned(std::vector<std::size_t> examples);
    void setExamplePinned(std::size_t example, bool pinned);
    void setToken(std::optional<std::size_t> position);
    void setLayer(std::optional<std::size_t> layer);
    void setGroups(std::vector<ExampleGroup> groups);
    /// Names a set of examples; a group of that name is replaced.
    void setGroup(const std::string& name, std::vector<std::size_t> examples);
    void removeGroup(const std::string& name);

    SelectionValues values() const { return m_values; }
    /// Takes over a stored selection; emits what differs.
    void restore(const SelectionValues& values);

Q_SIGNALS:
    void primaryChanged();
    /// The selected or the pinned examples changed.
    void selectionChanged();
    void tokenChanged();
    void layerChanged();
    void groupsChanged();

private:
    SelectionValues m_values;
};

} // namespace quantscope
