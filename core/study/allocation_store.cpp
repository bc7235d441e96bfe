#include "core/study/allocation_store.h"

#include "core/data/error.h"
#include "core/session/durable_file.h"
#include "core/session/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

namespace quantscope {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string textOf(const fs::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Json numbersJson(const std::vector<double>& numbers) {
    Json list = Json::array();
    for (const double number : numbers) // JSON has no NaN
        list.push_back(std::isfinite(number) ? Json(number) : Json(nullptr));
    return list;
}

std::vector<double> numbersOf(const Json& list) {
    std::vector<double> numbers;
    for (const Json& number : list)
        numbers.push_back(number.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                           : number.get<double>());
    return numbers;
}

std::string keyOf(std::int64_t draw, const std::string& text, const Assignment& assignment) {
    return fmt::format("{} {} {}", draw, text, fmt::join(assignment, ","));
}

} // namespace

AllocationStore::AllocationStore(fs::path folder, const std::string& asked)
    : m_folder(std::move(folder)) {
    const fs::path question = m_folder / "asked.json";
    m_goesOn = fs::exists(question) && textOf(question) == asked;
    if (m_goesOn) {
        load();
        return;
    }
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    writeDurableText(question, asked);
}

/// A file that was damaged meanwhile holds nothing: its numbers are measured again.
void AllocationStore::load() {
    const Json all = Json::parse(textOf(m_folder / "measured.json"), nullptr, false);
    if (!all.is_object())
        return;
    try {
        for (const auto& [key, value] : all.items())
            m_measured[key] = {numbersOf(value.at("kl")), numbersOf(value.at("nll")),
                               value.at("bits").get<double>()};
    } catch (const Json::exception&) {
        m_measured.clear();
    }
}

fs::path AllocationStore::sensitivityFile(std::int64_t draw) const {
    return m_folder / fmt::format("sensitivity-{}.h5", draw);
}

std::optional<SessionData> AllocationStore::sensitivity(std::int64_t draw) const {
    if (!fs::exists(sensitivityFile(draw)))
        return std::nullopt;
    try {
        return readSession(sensitivityFile(draw));
    } catch (const Error&) { // damaged: it is measured again
        return std::nullopt;
    }
}

void AllocationStore::keepSensitivity(std::int64_t draw, const SessionData& session) const {
    writeSession(sensitivityFile(draw), session);
}

std::optional<MeasuredAssignment> AllocationStore::measured(std::int64_t draw,
                                                            const std::string& text,
                                                            const Assignment& assignment) const {
    const auto found = m_measured.find(keyOf(draw, text, assignment));
    return found == m_measured.end() ? std::nullopt : std::optional(found->second);
}

void AllocationStore::keepMeasured(std::int64_t draw, const std::string& text,
                                   const Assignment& assignment, MeasuredAssignment measured) {
    m_measured[keyOf(draw, text, assignment)] = std::move(measured);
}

void AllocationStore::commit() const {
    Json all = Json::object();
    for (const auto& [key, measured] : m_measured)
        all[key] = {{"kl", numbersJson(measured.kl)},
                    {"nll", numbersJson(measured.nll)},
                    {"bits", measured.bits}};
    writeDurableText(m_folder / "measured.json", all.dump());
}

void AllocationStore::beginLast() const { writeDurableText(m_folder / "last", "begun\n"); }

bool AllocationStore::lastHasBegun() const { return fs::exists(m_folder / "last"); }

void AllocationStore::remove() const { fs::remove_all(m_folder); }

} // namespace quantscope
