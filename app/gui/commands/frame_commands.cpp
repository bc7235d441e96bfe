#include "app/gui/commands/frame_commands.h"

#include "app/gui/commands/command_palette.h"
#include "app/gui/commands/selection_menu.h"
#include "app/gui/commands/shortcut_editor.h"
#include "app/gui/commands/shortcuts.h"
#include "app/gui/main_menu.h"
#include "app/gui/navigation/page_groups.h"
#include "app/gui/pages_panel.h"
#include "views/history/view_history.h"
#include "views/pages/examples_page.h"
#include "views/plots/plot_widget.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMainWindow>
#include <QMenuBar>

namespace quantscope {

FrameCommands::FrameCommands(QMainWindow& window, MainMenu& menu, PagesPanel& pages,
                             Selection& selection, Settings& settings)
    : QObject(&window)
    , m_window(window)
    , m_menu(menu)
    , m_pages(pages)
    , m_history(new ViewHistory(pages.pages(), selection, this))
    , m_selectionMenu(new SelectionMenu(*window.menuBar(), menu.studyMenu(), selection)) {
    addPages();
    menu.addHistory(m_history->stack());
    connect(m_history, &ViewHistory::pageWanted, &pages, &PagesPanel::setCurrentPage);
    wireEdit();
    m_shortcuts = new Shortcuts(menuActions(*window.menuBar()), settings, this);
}

void FrameCommands::addPages() {
    for (const PageGroup& group : pageGroups()) {
        QMenu* menu = m_menu.addPageGroup(group.title);
        for (const PageKind kind : group.pages)
            m_menu.addPage(menu, static_cast<int>(kind),
                           QString::number(static_cast<int>(kind) + 1),
                           m_pages.page(kind)->title());
    }
    connect(&m_menu, &MainMenu::pageChosen, &m_pages, &PagesPanel::setCurrentIndex);
    connect(m_menu.previousPage, &QAction::triggered, &m_pages, [this] { m_pages.step(-1); });
    connect(m_menu.nextPage, &QAction::triggered, &m_pages, [this] { m_pages.step(1); });
}

void FrameCommands::wireEdit() {
    const auto currentPlot = [this]() -> PlotWidget* {
        PlotWidget* plot = m_pages.currentPage()->currentPlot();
        return plot && !plot->isEmpty() ? plot : nullptr;
    };
    connect(m_menu.copyImage, &QAction::triggered, this, [currentPlot] {
        if (PlotWidget* plot = currentPlot())
            plot->copyAsImage();
    });
    connect(m_menu.copyValues, &QAction::triggered, this, [currentPlot] {
        if (const PlotWidget* plot = currentPlot())
            QApplication::clipboard()->setText(plot->csv());
    });
    connect(m_menu.find, &QAction::triggered, this, [this] {
        m_pages.setCurrentIndex(static_cast<int>(PageKind::Examples));
        static_cast<ExamplesPage*>(m_pages.page(PageKind::Examples))->find();
    });
    connect(m_menu.commands, &QAction::triggered, this, [this] {
        auto* palette = new CommandPalette(menuActions(*m_window.menuBar()), &m_window);
        palette->setAttribute(Qt::WA_DeleteOnClose);
        palette->open();
    });
    connect(m_menu.shortcuts, &QAction::triggered, this, [this] {
        auto* editor = new ShortcutEditor(*m_shortcuts, &m_window);
        editor->setAttribute(Qt::WA_DeleteOnClose);
        editor->open();
    });
}

} // namespace quantscope
