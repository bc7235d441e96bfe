#pragma once

#include "app/service/page_values_service.h"

#include <QString>

#include <vector>

namespace quantscope {

/// Pages that answer one kind of question, in the order they are offered.
struct PageGroup {
    QString title;
    std::vector<PageKind> pages;
};

/// Every page in exactly one group.
std::vector<PageGroup> pageGroups();

} // namespace quantscope
