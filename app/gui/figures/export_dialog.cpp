#include "app/gui/figures/export_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"
#include "views/plots/plot_widget.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QToolButton>

namespace quantscope {

ExportDialog::ExportDialog(PlotWidget& plot, const QString& suggestedName, QWidget* parent)
    : WritingDialog(tr("Export the figure to"), tr("Figures (*.pdf *.svg *.png *.csv)"),
                    suggestedName, parent)
    , m_plot(plot)
    , m_ending(new QComboBox)
    , m_points(makeLength(7, 4, 24, tr(" pt")))
    , m_dpi(new QComboBox)
    , m_values(new QCheckBox(tr("Write its &values beside it, as CSV"))) {
    setWindowTitle(tr("Export figure"));
    m_values->setChecked(true);
    const FigureOptions defaults;
    m_width = makeLength(defaults.widthMillimetres, 20, 1000, tr(" mm"));
    m_height = makeLength(defaults.heightMillimetres, 20, 1000, tr(" mm"));
    m_ending->addItem(tr("PDF"), QStringLiteral("pdf"));
    m_ending->addItem(tr("SVG"), QStringLiteral("svg"));
    m_ending->addItem(tr("PNG"), QStringLiteral("png"));
    m_ending->addItem(tr("Values as CSV"), QStringLiteral("csv"));
    m_dpi->addItem(tr("300 dots an inch"), 300);
    m_dpi->addItem(tr("600 dots an inch"), 600);
    pathChooser()->setMinimumWidth(320);

    auto* widths = new QHBoxLayout;
    widths->addWidget(m_width, 1);
    for (const auto& [title, width] : {std::pair{tr("One column"), singleColumnMillimetres},
                                       std::pair{tr("Two columns"), doubleColumnMillimetres}}) {
        auto* button = new QToolButton;
        button->setText(title);
        connect(button, &QToolButton::clicked, m_width,
                [this, chosen = width] { m_width->setValue(chosen); });
        widths->addWidget(button);
    }
    auto* fields = new QWidget;
    QFormLayout* form = makeForm(fields);
    form->addRow(tr("Kind"), m_ending);
    form->addRow(tr("File"), pathChooser());
    form->addRow(tr("Width"), widths);
    form->addRow(tr("Height"), m_height);
    form->addRow(tr("Text size"), m_points);
    form->addRow(tr("Resolution"), m_dpi);
    form->addRow(m_values);
    layout()->addWidget(fields);
    addFoot();
    connect(m_ending, &QComboBox::currentIndexChanged, this, [this] {
        const QFileInfo file(path());
        pathChooser()->setPath(file.dir().filePath(file.completeBaseName() + QLatin1Char('.') +
                                                   m_ending->currentData().toString()));
        followEnding();
    });
    connect(pathChooser(), &PathChooser::pathChanged, this, [this](const QString& path) {
        const int index = m_ending->findData(QFileInfo(path).suffix().toLower());
        if (index >= 0)
            m_ending->setCurrentIndex(index);
    });
    followEnding();
}

FigureOptions ExportDialog::options() const {
    FigureOptions options;
    options.widthMillimetres = m_width->value();
    options.heightMillimetres = m_height->value();
    options.fontPoints = m_points->value();
    options.dpi = m_dpi->currentData().toInt();
    return options;
}

std::vector<std::function<void()>> ExportDialog::prepare() {
    std::vector<std::function<void()>> files = {prepareFigure(m_plot, path(), options())};
    const QFileInfo file(path());
    if (m_values->isEnabled() && m_values->isChecked())
        files.push_back(prepareFigure(
            m_plot, file.dir().filePath(file.completeBaseName() + QStringLiteral(".csv"))));
    return files;
}

void ExportDialog::followEnding() {
    const QString ending = m_ending->currentData().toString();
    const bool drawn = ending != QLatin1String("csv");
    for (QWidget* field : {static_cast<QWidget*>(m_width), static_cast<QWidget*>(m_height),
                           static_cast<QWidget*>(m_points)})
        field->setEnabled(drawn);
    m_values->setEnabled(drawn);
    m_dpi->setEnabled(ending == QLatin1String("png"));
}

} // namespace quantscope
