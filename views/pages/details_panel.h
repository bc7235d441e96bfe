#pragma once

#include "core/data/pages/details.h"
#include "views/models/selection.h"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <string>

class QComboBox;
class QLabel;
class QToolButton;

namespace quantscope {

class TokenColourBar;
class TokenTextView;

/// The selected example: its text coloured by what quantization did to each token, its numbers and
/// labels. Hovering shows a token's losses, probabilities and ranks; a click selects it.
class DetailsPanel : public QWidget {
    Q_OBJECT

public:
    explicit DetailsPanel(QWidget* parent = nullptr);

    void setSelection(Selection* selection);
    /// Null clears the panel.
    void setValues(std::shared_ptr<const ExampleDetail> values);
    /// The lane that is wanted; empty before the first values.
    std::string lane() const { return m_lane; }
    /// The panel is waiting for values of another example or lane.
    void showLoading();
    void showFailed(const QString& text);

Q_SIGNALS:
    /// Values of another lane are wanted.
    void requestChanged();
    void statusMessage(const QString& text);

private:
    void showValues();
    void showSummary();
    void showToken(int position);
    void colourText();

    std::shared_ptr<const ExampleDetail> m_values;
    QPointer<Selection> m_selection;
    std::string m_lane;
    QLabel* m_heading = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_labels = nullptr;
    QLabel* m_token = nullptr;
    QComboBox* m_lanes = nullptr;
    QComboBox* m_measure = nullptr;
    QToolButton* m_pin = nullptr;
    TokenColourBar* m_scale = nullptr;
    TokenTextView* m_text = nullptr;
};

} // namespace quantscope
