#pragma once

#include <QString>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

class QComboBox;
class QSplitter;
class QTabWidget;
class QWidget;

namespace quantscope {

class FlowLayout;

/// A row of labelled controls above the figures of a page, in more lines where it is narrow.
FlowLayout* addControlRow(QWidget* page);
/// Adds "label: widget" with the label as the widget's accessible name.
void addControl(FlowLayout* row, const QString& label, QWidget* control);

/// Replaces the entries of a combo box without its signals, keeping `current` chosen where it is
/// among them. Entries show `texts` (or the names themselves) and carry the names as data.
void fillCombo(QComboBox* combo, const std::vector<std::string>& names, const std::string& current,
               const std::vector<QString>& texts = {});
std::string comboValue(const QComboBox* combo);

/// A splitter of widgets that share the space as `shares` say.
QSplitter* split(Qt::Orientation orientation, std::initializer_list<QWidget*> widgets,
                 std::initializer_list<int> shares);

/// Parts of a page that are looked at one at a time, each with its title.
QTabWidget* addTabs(QWidget* page, std::initializer_list<std::pair<QString, QWidget*>> parts);

/// Names of sites and statistics as a person reads them; unknown ones as they are.
QString siteTitle(const std::string& site);
QString statisticTitle(const std::string& statistic);

} // namespace quantscope
