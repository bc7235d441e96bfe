#pragma once

#include "core/data/pages/paper.h"
#include "views/export/figure_set.h"

#include <QStringList>

namespace quantscope {

/// What the index says the figures are of.
struct PaperSetHeading {
    QString model;
    QString text;
    bool smallModel = false; ///< shows how the program works, not whether the study holds
};

/// Writes the figures and tables of the published study into a folder, each figure in every kind
/// of file with its values as CSV, and index.html: one page with all of them, their captions, and
/// why what is missing is missing. Needs a QApplication, not a display.
/// @param lanes  of the study in order, which fixes their colours
/// @returns the names of the figures and tables without ending
/// @throws Error (Output) where the folder or a file cannot be written
QStringList writePaperSet(const std::vector<PaperFigure>& figures,
                          const std::vector<std::string>& lanes, const PaperSetHeading& heading,
                          const QString& folder, const FigureSetOptions& options = {});

} // namespace quantscope
