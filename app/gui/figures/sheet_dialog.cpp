#include "app/gui/figures/sheet_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"
#include "views/plots/plot_widget.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLocale>
#include <QTreeWidget>

namespace quantscope {

namespace {

constexpr int plotRole = Qt::UserRole;

} // namespace

SheetDialog::SheetDialog(const std::vector<PageFigures>& pages, const PlotWidget* current,
                         const QString& suggestedName, QWidget* parent)
    : WritingDialog(tr("Export the sheet to"), tr("Figures (*.pdf *.svg *.png)"), suggestedName,
                    parent)
    , m_figures(new QTreeWidget)
    , m_columns(new QSpinBox)
    , m_dpi(new QComboBox)
    , m_letters(new QCheckBox(tr("&Letters a, b, c …")))
    , m_captions(new QCheckBox(tr("Write what they show &beside it")))
    , m_size(new QLabel) {
    setWindowTitle(tr("Figure sheet"));
    m_figures->setHeaderHidden(true);
    m_figures->setAccessibleName(tr("Figures on the sheet"));
    for (const PageFigures& page : pages) {
        auto* parentItem = new QTreeWidgetItem({page.page});
        parentItem->setFlags(Qt::ItemIsEnabled);
        for (PlotWidget* plot : page.plots) {
            if (plot->isEmpty())
                continue;
            auto* item =
                new QTreeWidgetItem(parentItem, {QString::fromStdString(plot->caption().title)});
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(0, plot == current ? Qt::Checked : Qt::Unchecked);
            item->setData(0, plotRole, static_cast<int>(m_plots.size()));
            m_plots.emplace_back(plot);
        }
        if (parentItem->childCount() > 0)
            m_figures->addTopLevelItem(parentItem);
        else
            delete parentItem;
    }
    m_figures->expandAll();
    auto* note = new QLabel(tr("Figures of pages that were looked at, in this order:"));
    note->setWordWrap(true);
    m_figures->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    layout()->addWidget(note);
    layout()->addWidget(m_figures);
    layout()->addWidget(makeFields());
    addFoot();
    connect(m_figures, &QTreeWidget::itemChanged, this, &SheetDialog::showSize);
    connect(m_columns, &QSpinBox::valueChanged, this, &SheetDialog::showSize);
    for (QDoubleSpinBox* length : {m_width, m_row})
        connect(length, &QDoubleSpinBox::valueChanged, this, &SheetDialog::showSize);
    showSize();
    resize(520, 620);
}

QWidget* SheetDialog::makeFields() {
    const SheetOptions defaults;
    m_width = makeLength(defaults.widthMillimetres, 20, 1000, tr(" mm"));
    m_row = makeLength(defaults.rowMillimetres, 20, 500, tr(" mm"));
    m_points = makeLength(defaults.fontPoints, 4, 24, tr(" pt"));
    m_columns->setRange(1, 6);
    m_columns->setValue(defaults.columns);
    m_dpi->addItem(tr("300 dots an inch"), 300);
    m_dpi->addItem(tr("600 dots an inch"), 600);
    m_letters->setChecked(defaults.letters);
    m_captions->setChecked(true);
    auto* fields = new QWidget;
    QFormLayout* form = makeForm(fields);
    form->addRow(tr("File"), pathChooser());
    form->addRow(tr("Columns"), m_columns);
    form->addRow(tr("Width"), m_width);
    form->addRow(tr("Height of a row"), m_row);
    form->addRow(tr("Text size"), m_points);
    form->addRow(tr("Resolution of PNG"), m_dpi);
    form->addRow(m_letters);
    form->addRow(m_captions);
    form->addRow(tr("The page"), m_size);
    return fields;
}

SheetOptions SheetDialog::options() const {
    SheetOptions options;
    options.widthMillimetres = m_width->value();
    options.rowMillimetres = m_row->value();
    options.columns = m_columns->value();
    options.fontPoints = m_points->value();
    options.dpi = m_dpi->currentData().toInt();
    options.letters = m_letters->isChecked();
    return options;
}

std::vector<PlotWidget*> SheetDialog::chosen() const {
    std::vector<PlotWidget*> plots;
    for (int page = 0; page < m_figures->topLevelItemCount(); ++page) {
        const QTreeWidgetItem* item = m_figures->topLevelItem(page);
        for (int i = 0; i < item->childCount(); ++i) {
            PlotWidget* plot = m_plots[item->child(i)->data(0, plotRole).toUInt()];
            if (plot && item->child(i)->checkState(0) == Qt::Checked)
                plots.push_back(plot);
        }
    }
    return plots;
}

void SheetDialog::showSize() {
    const std::size_t figures = chosen().size();
    m_size->setText(tr("%1 × %2 mm, figures: %3")
                        .arg(QLocale().toString(m_width->value(), 'f', 0),
                             QLocale().toString(sheetHeight(options(), figures), 'f', 0))
                        .arg(figures));
}

std::vector<std::function<void()>> SheetDialog::prepare() {
    return {prepareFigureSheet(chosen(), path(), options(), m_captions->isChecked())};
}

} // namespace quantscope
