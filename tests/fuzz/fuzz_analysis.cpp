// A session whose file is sound and whose values are not: every array of the format with small
// extents and made-up values, some then changed or left out as the bytes say, through every page,
// figure and table.

#include "core/analysis/pages.h"
#include "core/analysis/paper_figures.h"
#include "core/analysis/reports.h"
#include "core/analysis/tables.h"
#include "core/data/session_schema.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace quantscope;

namespace {

using fuzz::ByteSource;

std::size_t extentOf(const std::string& dimension) {
    if (dimension == "lane" || dimension == "layer")
        return 3;
    if (dimension == "method" || dimension == "patch")
        return 2;
    if (dimension == "example")
        return 7;
    return 4;
}

double strangeNumber(std::size_t which) {
    constexpr std::array numbers = {-1.0, 0.0, 1.0, 2.0, 3.0, 255.0, -7.0, 1e30, -1e30, 2147483647.0,
                                    1e-30, 0.5};
    if (which == numbers.size())
        return std::numeric_limits<double>::quiet_NaN();
    if (which > numbers.size())
        return std::numeric_limits<double>::infinity();
    return numbers[which];
}

template <typename T>
T numberAs(double number) {
    if constexpr (std::is_floating_point_v<T>)
        return static_cast<T>(number);
    else if (std::isnan(number))
        return T(-1);
    else
        return static_cast<T>(std::clamp<double>(number, double(std::numeric_limits<T>::min()),
                                                 double(std::numeric_limits<T>::max())));
}

void set(NamedArray& array, std::size_t index, double number, const std::string& text) {
    std::visit(
        [&](auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_same_v<T, std::string>)
                values[index] = text;
            else
                values[index] = numberAs<T>(number);
        },
        array.values);
}

const std::vector<std::string>& names(const std::string& path) {
    static const std::map<std::string, std::vector<std::string>> known = {
        {"/lane", {"reference", "a", "b"}},
        {"/method", {"a", "b"}},
        {"/module", {"q", "o", "up", "down"}},
        {"/patches/kind", {"down", "gate"}},
        {"/patches/base_lane", {"a", "b"}},
        {"/patches/donor_lane", {"reference", "reference"}},
    };
    static const std::vector<std::string> none;
    const auto found = known.find(path);
    return found == known.end() ? none : found->second;
}

SessionData wholeSession() {
    SessionData session;
    session.attributes = {{attribute::status, "complete"}, {attribute::resamples, "3"},
                          {attribute::seed, "1"},          {attribute::pairMethod, "a"},
                          {attribute::setFraction, "0.3"}, {attribute::controlShare, "0.5"},
                          {attribute::plan, "{}"},         {attribute::blocksDone, "3"},
                          {attribute::layers, "3"},        {attribute::modelConfig, "{}"}};
    for (const ArrayDescription& description : sessionArrays()) {
        std::string path = description.path;
        if (const std::size_t star = path.find('*'); star != std::string::npos)
            path.replace(star, 1, path.starts_with("/text") ? "kind" : "down");
        std::vector<std::size_t> shape;
        for (const std::string& dimension : description.dimensions)
            shape.push_back(extentOf(dimension));
        NamedArray array = makeSessionArray(path, shape);
        const std::vector<std::string>& known = names(path);
        for (std::size_t index = 0; index < array.size(); ++index)
            set(array, index, double(index % 3),
                index < known.size() ? known[index] : std::to_string(index % 3));
        session.arrays.emplace(path, std::move(array));
    }
    return session;
}

void change(SessionData& session, ByteSource& bytes) {
    auto entry = session.arrays.begin();
    std::advance(entry, bytes.below(session.arrays.size()));
    NamedArray& array = entry->second;
    switch (bytes.below(8)) {
    case 0: // coordinates are always there: the reader refuses a session without
        if (entry->first.rfind('/') != 0)
            session.arrays.erase(entry);
        return;
    case 1: {
        auto attribute = session.attributes.begin();
        std::advance(attribute, bytes.below(session.attributes.size()));
        attribute->second = bytes.text(8);
        return;
    }
    case 2: // all alike
        if (const double number = strangeNumber(bytes.below(14)); array.size() > 0) {
            const std::string text = bytes.text(3);
            for (std::size_t index = 0; index < array.size(); ++index)
                set(array, index, number, text);
        }
        return;
    default:
        if (array.size() > 0) {
            const std::size_t index = bytes.below(array.size());
            const double number = strangeNumber(bytes.below(14));
            set(array, index, number, bytes.text(3));
        }
    }
}

void read(const SessionData& session) {
    const auto each = [](const std::function<void()>& action) { fuzz::readOrRefuse(action); };
    each([&] { overviewValues(session); });
    each([&] { examplesValues(session); });
    each([&] { errorsValues(session); });
    each([&] { residualsValues(session, {}); });
    for (const char* lane : {"a", "none"}) {
        each([&] { earlyExitValues(session, lane); });
        each([&] { patchingValues(session, lane); });
        each([&] { weightsValues(session, lane, "sqnr"); });
        each([&] { exampleDetail(session, 1, lane); });
    }
    each([&] { paperFigures(SessionView(session)); });
    for (const ReportKind kind : allReports)
        each([&] { reportValues(session, kind, "a"); });
    TableOptions options;
    options.example = 1;
    for (const TableDescription& table : sessionTables())
        each([&] { sessionTable(session, table.name, options); });
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const SessionData whole = wholeSession();
    SessionData session = whole;
    ByteSource bytes(data, size);
    for (int step = 0; step < 16 && !bytes.isEmpty() && !session.arrays.empty(); ++step)
        change(session, bytes);
    read(session);
    return 0;
}
