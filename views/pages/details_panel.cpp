#include "views/pages/details_panel.h"

#include "views/pages/page_layout.h"
#include "views/pages/token_colour_bar.h"
#include "views/pages/token_text_view.h"
#include "views/plots/plot_style.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

enum Measure { TokenError, TokenLoss, TokenDivergence };

double measured(const TokenDetail& token, int measure) {
    switch (measure) {
    case TokenLoss:
        return token.nllReference;
    case TokenDivergence:
        return token.kl;
    default:
        return token.nllLane - token.nllReference;
    }
}

QString rankText(std::int64_t rank) {
    return rank < 0 ? QStringLiteral("–") : QString::number(rank);
}

} // namespace

DetailsPanel::DetailsPanel(QWidget* parent) : QWidget(parent) {
    m_heading = new QLabel;
    QFont bold = m_heading->font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_summary = new QLabel;
    m_labels = new QLabel;
    m_token = new QLabel;
    m_pin = new QToolButton;
    m_pin->setText(tr("Pin"));
    m_pin->setCheckable(true);
    m_pin->setToolTip(tr("Keep this example marked in every view"));
    m_lanes = new QComboBox;
    m_lanes->setAccessibleName(tr("Quantized lane"));
    m_lanes->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_measure = new QComboBox;
    m_measure->setAccessibleName(tr("What the colours of the text show"));
    m_measure->addItem(tr("Error of the token"));
    m_measure->addItem(tr("Loss in the reference"));
    m_measure->addItem(tr("KL divergence"));
    m_scale = new TokenColourBar;
    m_text = new TokenTextView;
    m_text->setAccessibleName(tr("Text of the example"));
    for (QLabel* label : {m_summary, m_labels, m_token}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::RichText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setMinimumWidth(1);
        label->setFont(withTabularDigits(label->font()));
    }
    m_token->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_token->setMinimumHeight(m_token->fontMetrics().height() * 5);
    auto* heading = new QHBoxLayout;
    heading->addWidget(m_heading, 1);
    heading->addWidget(m_pin);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(6);
    layout->addLayout(heading);
    layout->addWidget(m_lanes);
    layout->addWidget(m_summary);
    layout->addWidget(m_labels);
    layout->addWidget(m_measure);
    layout->addWidget(m_scale);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_token);

    connect(m_lanes, &QComboBox::currentIndexChanged, this, [this] {
        m_lane = comboValue(m_lanes);
        Q_EMIT requestChanged();
    });
    connect(m_measure, &QComboBox::currentIndexChanged, this, &DetailsPanel::colourText);
    connect(m_pin, &QToolButton::clicked, this, [this](bool pinned) {
        if (m_selection && m_values)
            m_selection->setExamplePinned(m_values->example, pinned);
    });
    connect(m_text, &TokenTextView::tokenHovered, this, [this](int token) {
        const bool marked = token < 0 && m_selection && m_selection->token();
        showToken(marked ? static_cast<int>(*m_selection->token()) : token);
    });
    connect(m_text, &TokenTextView::tokenClicked, this, [this](std::size_t token) {
        if (m_selection)
            m_selection->setToken(token);
    });
    setValues(nullptr);
}

void DetailsPanel::setSelection(Selection* selection) {
    if (m_selection)
        disconnect(m_selection, nullptr, this, nullptr);
    m_selection = selection;
    if (!selection)
        return;
    connect(selection, &Selection::tokenChanged, this, [this] {
        m_text->setMarked(m_selection->token());
        showToken(m_selection->token() ? static_cast<int>(*m_selection->token()) : -1);
    });
    connect(selection, &Selection::selectionChanged, this,
            [this] { m_pin->setChecked(m_values && m_selection->isPinned(m_values->example)); });
}

void DetailsPanel::setValues(std::shared_ptr<const ExampleDetail> values) {
    m_values = std::move(values);
    showValues();
}

void DetailsPanel::showLoading() {
    m_heading->setText(m_selection && m_selection->primary()
                           ? tr("Example %1 …").arg(*m_selection->primary())
                           : tr("Loading …"));
}

void DetailsPanel::showFailed(const QString& text) {
    setValues(nullptr);
    m_heading->setText(tr("This example could not be shown"));
    m_summary->setText(text.toHtmlEscaped());
    m_summary->show();
}

void DetailsPanel::showValues() {
    for (QWidget* widget : std::initializer_list<QWidget*>{m_lanes, m_summary, m_labels, m_measure,
                                                           m_scale, m_text, m_token, m_pin})
        widget->setVisible(m_values != nullptr);
    if (!m_values) {
        m_heading->setText(tr("No example selected"));
        m_text->setTokens({});
        return;
    }
    m_lane = m_values->lane;
    fillCombo(m_lanes, m_values->lanes, m_lane);
    m_heading->setText(tr("Example %1").arg(m_values->example));
    m_pin->setChecked(m_selection && m_selection->isPinned(m_values->example));
    showSummary();
    m_text->setTokens(m_values->tokens);
    colourText();
    if (m_selection)
        m_text->setMarked(m_selection->token());
    showToken(m_selection && m_selection->token() ? static_cast<int>(*m_selection->token()) : -1);
}

void DetailsPanel::showSummary() {
    std::size_t agreeing = 0;
    std::size_t predicted = 0;
    for (const TokenDetail& token : m_values->tokens) {
        if (std::isnan(token.nllReference))
            continue;
        ++predicted;
        agreeing += token.topAgrees ? 1 : 0;
    }
    m_summary->setText(
        tr("error <b>%1</b> nat · loss %2 → %3 · same top token at %4 of %5 positions")
            .arg(formatNumber(m_values->error), formatNumber(m_values->nllReference),
                 formatNumber(m_values->nllReference + m_values->error))
            .arg(agreeing)
            .arg(predicted));
    QStringList labels;
    for (const std::string& label : m_values->labels)
        labels.append(QString::fromStdString(label).toHtmlEscaped());
    m_labels->setText(labels.join(QStringLiteral(" · ")));
    m_labels->setVisible(!labels.isEmpty());
}

void DetailsPanel::colourText() {
    if (!m_values)
        return;
    const int measure = m_measure->currentIndex();
    std::vector<float> values;
    for (const TokenDetail& token : m_values->tokens)
        values.push_back(static_cast<float>(measured(token, measure)));
    const bool centred = measure == TokenError;
    const ColourMap map = centred ? ColourMap::Diverging : ColourMap::Viridis;
    const ColourScale scale = ColourScale::fitted(
        centred ? ScaleKind::Symmetric : ScaleKind::Linear, values, PercentileLimits{1, 99});
    m_scale->setScale(scale, map, tr("nat"));
    m_text->colour([&](std::size_t token) {
        const double position = scale.position(values[token]);
        return std::isnan(position) ? QColor() : QColor(colourAt(map, position));
    });
}

void DetailsPanel::showToken(int position) {
    if (!m_values || position < 0 ||
        static_cast<std::size_t>(position) >= m_values->tokens.size()) {
        m_token->setText(tr("Point at a token to see what both models made of it."));
        return;
    }
    const TokenDetail& token = m_values->tokens[static_cast<std::size_t>(position)];
    const QString piece = TokenTextView::shown(token.piece).toHtmlEscaped();
    if (std::isnan(token.nllReference)) {
        m_token->setText(
            tr("<b>%1</b> “%2” — not predicted: nothing comes before it").arg(position).arg(piece));
        return;
    }
    const QString row =
        QStringLiteral("<tr><td><nobr>%1</nobr></td><td align=right><nobr>&nbsp;%2</nobr></td>"
                       "<td align=right><nobr>&nbsp;%3</nobr></td>"
                       "<td align=right><nobr>&nbsp;%4</nobr></td></tr>");
    const QString lane = m_token->fontMetrics().elidedText(QString::fromStdString(m_values->lane),
                                                           Qt::ElideMiddle, width() / 3);
    QString text =
        tr("<b>%1</b> “%2”: error %3 nat, KL %4 nat, %5")
            .arg(position)
            .arg(piece, formatNumber(token.nllLane - token.nllReference), formatNumber(token.kl),
                 token.topAgrees ? tr("same top token") : tr("other top token"));
    text += QStringLiteral("<table cellspacing=4>") +
            row.arg(QString(), tr("loss"), tr("probability"), tr("rank"));
    text += row.arg(tr("reference"), formatNumber(token.nllReference),
                    formatNumber(std::exp(-token.nllReference)), rankText(token.rankReference));
    text += row.arg(lane.toHtmlEscaped(), formatNumber(token.nllLane),
                    formatNumber(std::exp(-token.nllLane)), rankText(token.rankLane));
    m_token->setText(text + QStringLiteral("</table>"));
    Q_EMIT statusMessage(tr("Token %1 “%2”: probability %3 in the reference, %4 in %5")
                             .arg(position)
                             .arg(TokenTextView::shown(token.piece).trimmed(),
                                  formatNumber(std::exp(-token.nllReference)),
                                  formatNumber(std::exp(-token.nllLane)),
                                  QString::fromStdString(m_values->lane)));
}

} // namespace quantscope
