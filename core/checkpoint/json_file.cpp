#include "core/checkpoint/json_file.h"

#include "core/checkpoint/file_handle.h"
#include "core/data/error.h"
#include "core/data/shown_text.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace quantscope {

namespace {

constexpr int deepestNesting = 64;

} // namespace

nlohmann::json readJsonObject(const std::filesystem::path& path, std::uint64_t largestSize) {
    return parseJsonObject(readSmallFile(path, largestSize), path.string());
}

nlohmann::json parseJsonObject(const std::string& text, const std::string& place) {
    using Event = nlohmann::json::parse_event_t;
    // One set of keys for every object that is open.
    std::vector<std::set<std::string>> keys;
    const auto check = [&](int depth, Event event, nlohmann::json& value) {
        if (depth > deepestNesting)
            throw Error(ErrorKind::Input,
                        fmt::format("{} is nested deeper than {} levels.", place, deepestNesting));
        if (event == Event::object_start)
            keys.emplace_back();
        else if (event == Event::object_end)
            keys.pop_back();
        else if (event == Event::key && !keys.back().insert(value.get<std::string>()).second)
            throw Error(ErrorKind::Input,
                        fmt::format("{} has the key {} twice.", place, shownText(value.get<std::string>())));
        return true;
    };
    nlohmann::json parsed;
    try {
        parsed = nlohmann::json::parse(text, check);
    } catch (const nlohmann::json::parse_error& error) {
        throw Error(ErrorKind::Input,
                    fmt::format("{} is not valid JSON: it breaks at byte {} of {}.", place,
                                error.byte, text.size()));
    } catch (const nlohmann::json::exception&) {
        throw Error(
            ErrorKind::Input,
            fmt::format("{} is not valid JSON: a number or a text in it is out of range.", place));
    }
    if (!parsed.is_object())
        throw Error(ErrorKind::Input, fmt::format("{} holds a JSON {}; expected an object.", place,
                                                  parsed.type_name()));
    return parsed;
}

} // namespace quantscope
