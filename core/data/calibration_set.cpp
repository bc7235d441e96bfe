#include "core/data/calibration_set.h"

#include "core/data/error.h"
#include "core/data/name_table.h"

#include <charconv>
#include <set>
#include <utility>

namespace quantscope {

namespace {

constexpr NameTable<CalibrationKind, 3> kinds = {
    {{CalibrationKind::Text, "text"},
     {CalibrationKind::Punctuation, "punctuation"},
     {CalibrationKind::RandomTokens, "random-tokens"}}};

constexpr std::int64_t mostDraws = 1000;

[[noreturn]] void refuse(std::string_view text, const std::string& what) {
    throw Error(ErrorKind::Usage, "The calibration set \"" + std::string(text) + "\" " + what +
                                      "; write e.g. wiki=wiki.txt, punctuation, or "
                                      "web:path=web.jsonl,examples=64,draws=5.");
}

std::int64_t positive(std::string_view text, const std::string& key, const std::string& value) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < 1)
        refuse(text, "has " + key + " = " + value + ", which is no number of at least 1");
    return number;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
        end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    }
    return parts;
}

/// What stands after "NAME:" or, in files of plans, in the keys of a table.
struct Options {
    std::string path;
    std::string format;
    std::string field = "text";
    std::string kind;
};

void applyOption(std::string_view text, const std::string& key, const std::string& value,
                 Options& options, CalibrationSet& set) {
    if (key == "path")
        options.path = value;
    else if (key == "format")
        options.format = value;
    else if (key == "field")
        options.field = value;
    else if (key == "kind")
        options.kind = value;
    else if (key == "examples")
        set.examples = positive(text, key, value);
    else if (key == "tokens")
        set.tokens = positive(text, key, value);
    else if (key == "draws")
        set.draws = positive(text, key, value);
    else
        refuse(text, "has the option " + key +
                         ", but knows path, format, field, kind, examples, tokens and draws");
    if (key == "draws" && *set.draws > mostDraws)
        refuse(text, "asks for more than 1000 draws");
}

} // namespace

std::string_view calibrationKindName(CalibrationKind kind) { return nameIn(kinds, kind); }
CalibrationKind parseCalibrationKind(std::string_view name) {
    return valueIn(kinds, name, "kind of calibration set");
}

CalibrationSet parseCalibrationSet(std::string_view text) {
    CalibrationSet set;
    Options options;
    const std::size_t sign = text.find_first_of(":=");
    set.name = std::string(text.substr(0, sign));
    if (sign != std::string_view::npos && text[sign] == '=') {
        options.path = std::string(text.substr(sign + 1));
    } else if (sign != std::string_view::npos) {
        for (const std::string& item : split(std::string(text.substr(sign + 1)), ',')) {
            const std::size_t equals = item.find('=');
            if (equals == std::string::npos || equals == 0 || equals + 1 == item.size())
                refuse(text, "has \"" + item + "\", which is not of the form option=value");
            applyOption(text, item.substr(0, equals), item.substr(equals + 1), options, set);
        }
    }
    if (set.name.empty())
        refuse(text, "has no name");
    const bool isNonsenseByName = options.path.empty() && options.kind.empty();
    if (isNonsenseByName && set.name != "punctuation" && set.name != "random-tokens")
        refuse(text, "names no file");
    if (isNonsenseByName)
        options.kind = set.name;
    if (!options.kind.empty())
        set.kind = parseCalibrationKind(options.kind);
    if ((set.kind == CalibrationKind::Text) == options.path.empty())
        refuse(text, options.path.empty() ? "names no file" : "is drawn, so it takes no file");
    if (set.kind != CalibrationKind::Text)
        return set;
    for (std::string& path : split(options.path, '+')) {
        if (path.empty())
            refuse(text, "has an empty file name");
        TextSource source;
        source.format =
            options.format.empty() ? formatByEnding(path) : parseTextFormat(options.format);
        if (source.format == TextFormat::Separator)
            refuse(text, "cannot name a separator; write the documents as lines or jsonl");
        source.path = std::move(path);
        source.textField = options.field;
        set.sources.push_back(std::move(source));
    }
    return set;
}

std::string describe(const CalibrationSet& set) {
    if (set.kind == CalibrationKind::Punctuation)
        return "random ASCII punctuation and white space";
    if (set.kind == CalibrationKind::RandomTokens)
        return "random tokens of the vocabulary";
    std::string text;
    for (const TextSource& source : set.sources)
        text += (text.empty() ? "" : " + ") + source.path;
    return text;
}

std::vector<MethodSpec> withCalibrationSets(const std::vector<MethodSpec>& methods,
                                            const std::vector<CalibrationSet>& sets,
                                            std::int64_t draws) {
    if (sets.empty())
        return methods;
    std::set<std::string> names;
    for (const CalibrationSet& set : sets)
        if (!names.insert(set.name).second)
            throw Error(ErrorKind::Usage, "Two calibration sets are called \"" + set.name +
                                              "\"; give one of them another name.");
    std::vector<MethodSpec> all;
    for (const MethodSpec& method : methods)
        for (const CalibrationSet& set : sets)
            for (std::int64_t draw = 0; draw < set.draws.value_or(draws); ++draw) {
                MethodSpec drawn = method;
                drawn.lane += "@" + set.name + "-" + std::to_string(draw + 1);
                drawn.calibration = CalibrationDraw{set.name, draw};
                all.push_back(std::move(drawn));
            }
    return all;
}

} // namespace quantscope
