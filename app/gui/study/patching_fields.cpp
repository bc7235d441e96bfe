#include "app/gui/study/patching_fields.h"

#include "app/gui/study/form_layout.h"
#include "core/data/error.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

#include <optional>

namespace quantscope {

namespace {

std::vector<ChoicesGrid<PatchKind>::Entry> kindEntries() {
    return {
        {PatchKind::Down, PatchingFields::tr("MLP output"),
         PatchingFields::tr("The output of the MLP (down)")},
        {PatchKind::Gate, PatchingFields::tr("Gate"),
         PatchingFields::tr("The gate after its activation")},
        {PatchKind::Up, PatchingFields::tr("Up"), PatchingFields::tr("The up projection")},
        {PatchKind::GateUp, PatchingFields::tr("Gate and up"),
         PatchingFields::tr("Both factors of the MLP at once")},
        {PatchKind::Attention, PatchingFields::tr("Attention"),
         PatchingFields::tr("The output of the attention module")},
        {PatchKind::AttentionDown, PatchingFields::tr("Attention + MLP"),
         PatchingFields::tr("Both outputs that the residual stream is made of")},
        {PatchKind::Q, PatchingFields::tr("Queries"), PatchingFields::tr("The query projection")},
        {PatchKind::K, PatchingFields::tr("Keys"), PatchingFields::tr("The key projection")},
        {PatchKind::V, PatchingFields::tr("Values"), PatchingFields::tr("The value projection")},
        {PatchKind::GateInput, PatchingFields::tr("Gate's input"),
         PatchingFields::tr("What the gate's matrix is given, after the norm")},
        {PatchKind::Residual, PatchingFields::tr("Residual"),
         PatchingFields::tr("The residual stream that leaves the block; at single layers "
                            "only: each, or 7")}};
}

std::vector<ChoicesGrid<PatchControl>::Entry> controlEntries() {
    return {{PatchControl::Zero, PatchingFields::tr("Zero"),
             PatchingFields::tr("Zero in the place of the donor's values")},
            {PatchControl::Mean, PatchingFields::tr("Mean"),
             PatchingFields::tr("The reference's mean over the examples")},
            {PatchControl::Random, PatchingFields::tr("Random"),
             PatchingFields::tr("A step in a random direction, as far as the donor's values lie "
                                "away")}};
}

std::vector<ChoicesGrid<WeightKind>::Entry> weightEntries() {
    const auto matrix = [](WeightKind kind, const QString& title) {
        return ChoicesGrid<WeightKind>::Entry{kind, title, {}};
    };
    return {matrix(WeightKind::Q, PatchingFields::tr("Query")),
            matrix(WeightKind::K, PatchingFields::tr("Key")),
            matrix(WeightKind::V, PatchingFields::tr("Value")),
            matrix(WeightKind::O, PatchingFields::tr("Output")),
            matrix(WeightKind::Gate, PatchingFields::tr("Gate")),
            matrix(WeightKind::Up, PatchingFields::tr("Up")),
            matrix(WeightKind::Down, PatchingFields::tr("Down")),
            matrix(WeightKind::Attention, PatchingFields::tr("All of attention")),
            matrix(WeightKind::Mlp, PatchingFields::tr("All of the MLP")),
            matrix(WeightKind::All, PatchingFields::tr("All matrices"))};
}

QString written(const std::vector<LayerSet>& layers) {
    QStringList parts;
    for (const LayerSet& set : layers)
        parts << QString::fromStdString(toString(set));
    return parts.join(QStringLiteral(", "));
}

/// Nothing when a part cannot be read.
std::optional<std::vector<LayerSet>> parsedLayers(const QString& text) {
    std::vector<LayerSet> layers;
    try {
        for (const QString& part : text.split(QLatin1Char(',')))
            layers.push_back(parseLayerSet(part.trimmed().toStdString()));
    } catch (const Error&) {
        return std::nullopt;
    }
    return layers;
}

std::optional<PositionSet> parsedPositions(const QString& text) {
    try {
        return parsePositionSet(text.trimmed().toStdString());
    } catch (const Error&) {
        return std::nullopt;
    }
}

QComboBox* layersBox(const QStringList& suggestions) {
    auto* box = new QComboBox;
    box->setEditable(true);
    box->addItems(suggestions);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    return box;
}

} // namespace

PatchingFields::PatchingFields(QWidget* parent)
    : QWidget(parent)
    , m_form(makeForm(this))
    , m_kinds(kindEntries(), 2, [this] { refresh(); })
    , m_layers(layersBox({QStringLiteral("upper-half"), QStringLiteral("all"),
                          QStringLiteral("each"), QStringLiteral("upward"),
                          QStringLiteral("downward"), QStringLiteral("upper-half, each")}))
    , m_positions(new QLineEdit)
    , m_controls(controlEntries(), 3, [this] { refresh(); })
    , m_direction(new QComboBox)
    , m_weights(weightEntries(), 2, [this] { refresh(); })
    , m_weightLayers(
          layersBox({QStringLiteral("all"), QStringLiteral("upper-half"), QStringLiteral("each"),
                     QStringLiteral("upward"), QStringLiteral("downward")}))
    , m_problem(new QLabel) {
    m_layers->setToolTip(tr("Layers whose values are replaced: upper-half, all, each (one at a "
                            "time), upward (0 to each in turn), downward (each in turn to the "
                            "last), 7, 10-31; several with commas between."));
    m_weightLayers->setToolTip(m_layers->toolTip());
    m_positions->setToolTip(tr("Positions whose values are replaced: all, or such as 0, 1-4,7"));
    m_direction->addItem(tr("Full precision into quantized"),
                         static_cast<int>(PatchDirection::ReferenceIntoQuantized));
    m_direction->addItem(tr("Quantized into full precision"),
                         static_cast<int>(PatchDirection::QuantizedIntoReference));
    m_direction->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_direction->setMinimumContentsLength(10);
    m_problem->setWordWrap(true);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->addRow(new QLabel(tr("Patch these outputs:")));
    m_form->addRow(m_kinds.widget());
    m_form->addRow(tr("Layers"), m_layers);
    m_form->addRow(tr("Positions"), m_positions);
    m_form->addRow(tr("Direction"), m_direction);
    m_form->addRow(tr("Controls"), m_controls.widget());
    m_form->addRow(new QLabel(tr("Restore these matrices to 16 bit:")));
    m_form->addRow(m_weights.widget());
    m_form->addRow(tr("Layers"), m_weightLayers);
    m_form->addRow(m_problem);
    setOptions({});
    connect(m_direction, &QComboBox::currentIndexChanged, this, &PatchingFields::refresh);
    connect(m_positions, &QLineEdit::textChanged, this, &PatchingFields::refresh);
    for (QComboBox* box : {m_layers, m_weightLayers})
        connect(box, &QComboBox::editTextChanged, this, &PatchingFields::refresh);
}

PatchOptions PatchingFields::options() const {
    PatchOptions options;
    options.kinds = m_kinds.chosen();
    options.layers = parsedLayers(m_layers->currentText()).value_or(options.layers);
    options.positions = parsedPositions(m_positions->text()).value_or(options.positions);
    options.controls = m_controls.chosen();
    options.direction = static_cast<PatchDirection>(m_direction->currentData().toInt());
    options.weights = m_weights.chosen();
    options.weightLayers =
        parsedLayers(m_weightLayers->currentText()).value_or(options.weightLayers);
    return options;
}

void PatchingFields::setOptions(const PatchOptions& options) {
    m_kinds.choose(options.kinds);
    m_layers->setEditText(written(options.layers));
    m_positions->setText(QString::fromStdString(toString(options.positions)));
    m_controls.choose(options.controls);
    m_direction->setCurrentIndex(m_direction->findData(static_cast<int>(options.direction)));
    m_weights.choose(options.weights);
    m_weightLayers->setEditText(written(options.weightLayers));
    refresh();
}

QString PatchingFields::problem() const {
    for (const QComboBox* box : {m_layers, m_weightLayers})
        if (!parsedLayers(box->currentText()))
            return tr("“%1” is not a set of layers. Write upper-half, all, each, upward, downward, "
                      "7 or 10-31.")
                .arg(box->currentText());
    if (!parsedPositions(m_positions->text()))
        return tr("“%1” is not a set of positions. Write all, or ascending numbers and ranges such "
                  "as 0, 1-4,7.")
            .arg(m_positions->text());
    if (m_controls.any() && !m_kinds.any())
        return tr("Controls go with patches: choose outputs to patch.");
    return {};
}

void PatchingFields::refresh() {
    const QString text = problem();
    m_problem->setText(text);
    m_form->setRowVisible(m_problem, !text.isEmpty());
    Q_EMIT changed();
}

} // namespace quantscope
