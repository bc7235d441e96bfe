#include "views/pages/page_layout.h"

#include "views/pages/flow_layout.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::names", text);
}

struct Name {
    const char* key;
    const char* title;
};

constexpr Name siteNames[] = {
    {"resid_pre", QT_TRANSLATE_NOOP("quantscope::names", "Residual before the block")},
    {"ln1", QT_TRANSLATE_NOOP("quantscope::names", "Norm before attention")},
    {"q", QT_TRANSLATE_NOOP("quantscope::names", "Queries")},
    {"k", QT_TRANSLATE_NOOP("quantscope::names", "Keys")},
    {"v", QT_TRANSLATE_NOOP("quantscope::names", "Values")},
    {"o_input", QT_TRANSLATE_NOOP("quantscope::names", "Input of the output projection")},
    {"attn", QT_TRANSLATE_NOOP("quantscope::names", "Attention output")},
    {"attn_out", QT_TRANSLATE_NOOP("quantscope::names", "Attention output")},
    {"resid_mid", QT_TRANSLATE_NOOP("quantscope::names", "Residual after attention, r")},
    {"ln2", QT_TRANSLATE_NOOP("quantscope::names", "Norm before the MLP, h")},
    {"gate", QT_TRANSLATE_NOOP("quantscope::names", "Gate")},
    {"up", QT_TRANSLATE_NOOP("quantscope::names", "Up projection")},
    {"down_input", QT_TRANSLATE_NOOP("quantscope::names", "Input of the down projection")},
    {"down", QT_TRANSLATE_NOOP("quantscope::names", "MLP output")},
    {"resid_post", QT_TRANSLATE_NOOP("quantscope::names", "Residual after the block, z")},
    // kinds of patches that are no site
    {"attn", QT_TRANSLATE_NOOP("quantscope::names", "Attention output")},
    {"gate+up", QT_TRANSLATE_NOOP("quantscope::names", "Gate and up")},
    {"gate-input", QT_TRANSLATE_NOOP("quantscope::names", "Input of the gate")},
    {"residual", QT_TRANSLATE_NOOP("quantscope::names", "Residual stream")},
    {"attn+down", QT_TRANSLATE_NOOP("quantscope::names", "Attention and MLP outputs")},
};

constexpr Name statisticNames[] = {
    {"norm", QT_TRANSLATE_NOOP("quantscope::names", "Norm")},
    {"error_norm", QT_TRANSLATE_NOOP("quantscope::names", "Norm of the error")},
    {"relative_error", QT_TRANSLATE_NOOP("quantscope::names", "Relative error")},
    {"cosine", QT_TRANSLATE_NOOP("quantscope::names", "Cosine to the reference")},
    {"kurtosis", QT_TRANSLATE_NOOP("quantscope::names", "Kurtosis")},
    {"kurtosis_median", QT_TRANSLATE_NOOP("quantscope::names", "Kurtosis, median of tokens")},
    {"maximum", QT_TRANSLATE_NOOP("quantscope::names", "Largest value")},
    {"mse", QT_TRANSLATE_NOOP("quantscope::names", "Mean squared error")},
    {"mse_local", QT_TRANSLATE_NOOP("quantscope::names", "Mean squared error, local")},
    {"sqnr", QT_TRANSLATE_NOOP("quantscope::names", "Signal to quantization noise")},
    {"activation_bits", QT_TRANSLATE_NOOP("quantscope::names", "Bits of inputs")},
    {"basis_misfit", QT_TRANSLATE_NOOP("quantscope::names", "Misfit of the recovered basis")},
    {"training_loss", QT_TRANSLATE_NOOP("quantscope::names", "Training loss of blocks")},
    {"bits", QT_TRANSLATE_NOOP("quantscope::names", "Bits per weight")},
};

template <std::size_t count>
QString titleAmong(const Name (&names)[count], const std::string& key) {
    for (const Name& name : names) {
        if (key == name.key)
            return translated(name.title);
    }
    return QString::fromStdString(key);
}

} // namespace

FlowLayout* addControlRow(QWidget* page) {
    auto* layout = qobject_cast<QVBoxLayout*>(page->layout());
    if (!layout) {
        layout = new QVBoxLayout(page);
        layout->setContentsMargins(8, 6, 8, 4);
        layout->setSpacing(6);
    }
    auto* row = new FlowLayout;
    layout->addLayout(row);
    return row;
}

void addControl(FlowLayout* row, const QString& label, QWidget* control) {
    auto* name = new QLabel(label);
    name->setBuddy(control);
    QString plain = label;
    control->setAccessibleName(plain.remove(QLatin1Char('&')).remove(QLatin1Char(':')));
    if (auto* combo = qobject_cast<QComboBox*>(control)) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        combo->setMinimumContentsLength(6);
        combo->setMaximumWidth(260);
    }
    // Together, so that a label never ends a line that its control does not begin.
    auto* pair = new QWidget;
    auto* layout = new QHBoxLayout(pair);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(name);
    layout->addWidget(control);
    row->addWidget(pair);
}

void fillCombo(QComboBox* combo, const std::vector<std::string>& names, const std::string& current,
               const std::vector<QString>& texts) {
    const QSignalBlocker blocker(combo);
    combo->clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QString name = QString::fromStdString(names[i]);
        combo->addItem(i < texts.size() ? texts[i] : name, name);
    }
    // Nothing chosen yet means the first: the reference among lanes.
    combo->setCurrentIndex(std::max(0, combo->findData(QString::fromStdString(current))));
    combo->setEnabled(combo->count() > 1);
}

std::string comboValue(const QComboBox* combo) {
    return combo->currentData().toString().toStdString();
}

QSplitter* split(Qt::Orientation orientation, std::initializer_list<QWidget*> widgets,
                 std::initializer_list<int> shares) {
    auto* splitter = new QSplitter(orientation);
    splitter->setChildrenCollapsible(false);
    // All the height that rows of controls leave.
    QSizePolicy policy = splitter->sizePolicy();
    policy.setVerticalStretch(1);
    splitter->setSizePolicy(policy);
    for (QWidget* widget : widgets)
        splitter->addWidget(widget);
    QList<int> sizes;
    int index = 0;
    for (const int share : shares) {
        splitter->setStretchFactor(index++, share);
        sizes.append(share * 100);
    }
    splitter->setSizes(sizes);
    return splitter;
}

QTabWidget* addTabs(QWidget* page, std::initializer_list<std::pair<QString, QWidget*>> parts) {
    if (!page->layout()) {
        auto* layout = new QVBoxLayout(page);
        layout->setContentsMargins(0, 2, 0, 0);
    }
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    for (const auto& [title, part] : parts)
        tabs->addTab(part, title);
    page->layout()->addWidget(tabs);
    return tabs;
}

QString siteTitle(const std::string& site) { return titleAmong(siteNames, site); }

QString statisticTitle(const std::string& statistic) {
    return titleAmong(statisticNames, statistic);
}

} // namespace quantscope
