#include "views/pages/training_page.h"

#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"

#include <QComboBox>
#include <QFrame>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int largestSide = 65536;
constexpr int wholeRow = 0; ///< of the field of groups, for -1

QSpinBox* makeSpin(int low, int high, int value) {
    auto* spin = new QSpinBox;
    spin->setRange(low, high);
    spin->setValue(value);
    return spin;
}

const MethodInfo* findMethod(const std::vector<MethodInfo>& methods, const std::string& name) {
    const auto found = std::find_if(methods.begin(), methods.end(),
                                    [&](const MethodInfo& method) { return method.name == name; });
    return found == methods.end() ? nullptr : &*found;
}

const OptionInfo* findOption(const MethodInfo* method, const std::string& name) {
    if (!method)
        return nullptr;
    const auto found =
        std::find_if(method->options.begin(), method->options.end(),
                     [&](const OptionInfo& option) { return option.name == name; });
    return found == method->options.end() ? nullptr : &*found;
}

/// The names of an option that is one of a list.
QStringList choicesOf(const MethodInfo& method, const std::string& option) {
    const OptionInfo* found = findOption(&method, option);
    return found ? QString::fromStdString(found->values)
                       .split(QRegularExpression(QStringLiteral("\\s*,\\s*")), Qt::SkipEmptyParts)
                 : QStringList();
}

} // namespace

TrainingPage::TrainingPage(QWidget* parent)
    : ReportPage(ReportKind::Training, parent)
    , m_base(new QComboBox)
    , m_learned(new QComboBox)
    , m_band(makeSpin(1, largestSide, 1))
    , m_square(makeSpin(1, largestSide, 100))
    , m_horizon(new QComboBox)
    , m_epochs(makeSpin(1, 1000, 20))
    , m_bits(makeSpin(2, 8, 3))
    , m_group(makeSpin(wholeRow, 1 << 20, 128))
    , m_inputs(new QComboBox)
    , m_train(new QPushButton(tr("Train and compare"))) {
    auto* header = new QWidget;
    FlowLayout* row = addControlRow(header);
    addControl(row, tr("&Base:"), m_base);
    addControl(row, tr("&Learned:"), m_learned);
    addControl(row, tr("Band &k:"), m_band);
    addControl(row, tr("S&quare n:"), m_square);
    addControl(row, tr("&Horizon:"), m_horizon);
    addControl(row, tr("&Epochs:"), m_epochs);
    addControl(row, tr("B&its:"), m_bits);
    addControl(row, tr("&Group:"), m_group);
    addControl(row, tr("In&puts:"), m_inputs);
    row->addWidget(m_train);
    auto* line = new QFrame;
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Plain);
    line->setForegroundRole(QPalette::Mid);
    static_cast<QVBoxLayout*>(header->layout())->addWidget(line);
    setHeader(header);

    fillCombo(m_learned, {"diagonal", "diagonal+square", "band", "square", "both"}, "diagonal",
              {tr("diagonal (LSI)"), tr("diagonal and square (LSI)"), tr("band (SDE)"),
               tr("square (SDE)"), tr("band and square (SDE)")});
    fillCombo(m_horizon, {"0", "1", "2"}, "0",
              {tr("own block"), tr("1 block ahead"), tr("2 blocks ahead")});
    m_band->setToolTip(tr("Entries (i, j) with |i − j| ≤ k are learned"));
    m_square->setToolTip(tr("Entries among the n largest singular values are learned"));
    m_horizon->setToolTip(tr("Blocks that a block's output is carried through, where its error "
                             "counts as well"));
    m_epochs->setToolTip(tr("Passes over the calibration windows, for each block"));
    m_group->setToolTip(tr("Input columns that share a scale"));
    m_group->setSpecialValueText(tr("whole row"));
    fillCombo(m_inputs, {"4", "8", "16"}, "16",
              {tr("4 bits"), tr("8 bits"), tr("as they are")});
    m_inputs->setToolTip(tr("Bits that the inputs of matrices are rounded to while the model runs"));
    m_train->setObjectName(QStringLiteral("train"));
    m_train->setToolTip(tr("Run the study in the dock with these two methods in place of its own"));
    connect(m_base, &QComboBox::currentIndexChanged, this, &TrainingPage::takeDefaultsOfBase);
    connect(m_learned, &QComboBox::currentIndexChanged, this, &TrainingPage::enableControls);
    connect(m_train, &QPushButton::clicked, this, [this] { Q_EMIT trainRequested(specs()); });
    enableControls();
}

void TrainingPage::setMethods(const std::vector<MethodInfo>& methods) {
    m_methods = methods;
    const MethodInfo* sde = findMethod(methods, "sde");
    std::vector<std::string> names;
    std::vector<QString> titles;
    for (const QString& base : sde ? choicesOf(*sde, "base") : QStringList()) {
        names.push_back(base.toStdString());
        const MethodInfo* method = findMethod(methods, names.back());
        titles.push_back(method ? QString::fromStdString(method->title) : base);
    }
    fillCombo(m_base, names, names.empty() ? std::string() : names.front(), titles);
    takeDefaultsOfBase();
}

const MethodInfo* TrainingPage::base() const { return findMethod(m_methods, comboValue(m_base)); }

/// Groups and bits of inputs as the base has them where nothing is said.
void TrainingPage::takeDefaultsOfBase() {
    if (const OptionInfo* group = findOption(base(), "group"))
        m_group->setValue(std::max(wholeRow, QString::fromStdString(group->defaultValue).toInt()));
    const OptionInfo* inputs = findOption(base(), "activation_bits");
    m_inputs->setCurrentIndex(std::max(
        0, m_inputs->findData(QString::fromStdString(inputs ? inputs->defaultValue : "16"))));
    enableControls();
}

void TrainingPage::setStudyRunning(bool running) {
    m_running = running;
    enableControls();
}

void TrainingPage::enableControls() {
    const std::string learned = comboValue(m_learned);
    m_band->setEnabled(learned == "band" || learned == "both");
    m_square->setEnabled(learned != "diagonal" && learned != "band");
    m_inputs->setEnabled(findOption(base(), "activation_bits") != nullptr);
    m_train->setEnabled(!m_running && m_base->count() > 0);
}

std::vector<MethodSpec> TrainingPage::specs() const {
    const auto text = [](const QSpinBox* spin) { return std::to_string(spin->value()); };
    MethodSpec base;
    base.method = comboValue(m_base);
    base.options = {{"bits", text(m_bits)},
                    {"group", m_group->value() == wholeRow ? "-1" : text(m_group)}};
    MethodSpec trained;
    trained.options = base.options;
    trained.options["base"] = base.method;
    const OptionInfo* inputs = findOption(this->base(), "activation_bits");
    if (inputs && comboValue(m_inputs) != inputs->defaultValue) {
        base.options["activation_bits"] = comboValue(m_inputs);
        trained.options["base_options"] = "activation_bits=" + comboValue(m_inputs);
    }
    trained.options["horizon"] = comboValue(m_horizon);
    trained.options["epochs"] = text(m_epochs);
    const std::string learned = comboValue(m_learned);
    trained.method = learned.starts_with("diagonal") ? "lsi" : "sde";
    if (trained.method == "sde")
        trained.options["mask"] = learned;
    if (m_band->isEnabled())
        trained.options["band"] = text(m_band);
    if (m_square->isEnabled())
        trained.options["square"] = text(m_square);
    // Short names, which figures have room for; the options are in the session.
    for (MethodSpec* spec : {&base, &trained})
        spec->lane = spec->method;
    return {base, trained};
}

} // namespace quantscope
