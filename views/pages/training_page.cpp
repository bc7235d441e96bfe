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

/// The names of an option that is one of a list.
QStringList choicesOf(const MethodInfo& method, const std::string& option) {
    for (const OptionInfo& each : method.options)
        if (each.name == option)
            return QString::fromStdString(each.values)
                .split(QRegularExpression(QStringLiteral("\\s*,\\s*")), Qt::SkipEmptyParts);
    return {};
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
    , m_group(makeSpin(1, 1 << 20, 128))
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
    m_train->setObjectName(QStringLiteral("train"));
    m_train->setToolTip(tr("Run the study in the dock with these two methods in place of its own"));
    connect(m_learned, &QComboBox::currentIndexChanged, this, &TrainingPage::enableControls);
    connect(m_train, &QPushButton::clicked, this, [this] { Q_EMIT trainRequested(specs()); });
    enableControls();
}

void TrainingPage::setMethods(const std::vector<MethodInfo>& methods) {
    const MethodInfo* sde = findMethod(methods, "sde");
    std::vector<std::string> names;
    std::vector<QString> titles;
    for (const QString& base : sde ? choicesOf(*sde, "base") : QStringList()) {
        names.push_back(base.toStdString());
        const MethodInfo* method = findMethod(methods, names.back());
        titles.push_back(method ? QString::fromStdString(method->title) : base);
    }
    fillCombo(m_base, names, names.empty() ? std::string() : names.front(), titles);
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
    m_train->setEnabled(!m_running && m_base->count() > 0);
}

std::vector<MethodSpec> TrainingPage::specs() const {
    const auto text = [](const QSpinBox* spin) { return std::to_string(spin->value()); };
    MethodSpec base;
    base.method = comboValue(m_base);
    base.options = {{"bits", text(m_bits)}, {"group", text(m_group)}};
    MethodSpec trained;
    trained.options = base.options;
    trained.options["base"] = base.method;
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
    for (MethodSpec* spec : {&base, &trained})
        spec->lane = toString(*spec);
    return {base, trained};
}

} // namespace quantscope
