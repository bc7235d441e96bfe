#include "app/gui/figures/export_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"
#include "core/data/error.h"
#include "views/plots/plot_widget.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

QDoubleSpinBox* makeLength(double value, double low, double high, const QString& unit) {
    auto* spin = new QDoubleSpinBox;
    spin->setRange(low, high);
    spin->setDecimals(1);
    spin->setSuffix(unit);
    spin->setValue(value);
    return spin;
}

} // namespace

ExportDialog::ExportDialog(PlotWidget& plot, const QString& suggestedName, QWidget* parent)
    : QDialog(parent)
    , m_plot(plot)
    , m_path(new PathChooser(PathChooser::Kind::NewFile, tr("Export the figure to"),
                             tr("Figures (*.pdf *.svg *.png *.csv)")))
    , m_ending(new QComboBox)
    , m_points(makeLength(7, 4, 24, tr(" pt")))
    , m_dpi(new QComboBox)
    , m_values(new QCheckBox(tr("Write its &values beside it, as CSV")))
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel)) {
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
    m_problem->setWordWrap(true);
    m_problem->hide();
    const QDir pictures(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    m_path->setPath(pictures.filePath(suggestedName + QStringLiteral(".pdf")));
    m_path->setMinimumWidth(320);

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
    form->addRow(tr("File"), m_path);
    form->addRow(tr("Width"), widths);
    form->addRow(tr("Height"), m_height);
    form->addRow(tr("Text size"), m_points);
    form->addRow(tr("Resolution"), m_dpi);
    form->addRow(m_values);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(fields);
    layout->addWidget(m_problem);
    layout->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_writing, &LatestRequest::failed, this, &ExportDialog::showProblem);
    connect(m_ending, &QComboBox::currentIndexChanged, this, [this] {
        const QFileInfo file(path());
        m_path->setPath(file.dir().filePath(file.completeBaseName() + QLatin1Char('.') +
                                            m_ending->currentData().toString()));
        followEnding();
    });
    connect(m_path, &PathChooser::pathChanged, this, [this](const QString& path) {
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

QString ExportDialog::path() const { return m_path->path(); }

void ExportDialog::accept() {
    try {
        std::vector<std::function<void()>> files = {prepareFigure(m_plot, path(), options())};
        const QFileInfo file(path());
        if (m_values->isEnabled() && m_values->isChecked())
            files.push_back(prepareFigure(
                m_plot, file.dir().filePath(file.completeBaseName() + QStringLiteral(".csv"))));
        m_buttons->setEnabled(false); // until they are written
        m_writing.submit(
            [files](const std::stop_token&) {
                for (const auto& write : files)
                    write();
                return true;
            },
            this, [this](bool) { QDialog::accept(); });
    } catch (const Error& error) {
        showProblem(QString::fromUtf8(error.what()));
    }
}

void ExportDialog::showProblem(const QString& text) {
    m_buttons->setEnabled(true);
    m_problem->setText(text);
    m_problem->show();
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
