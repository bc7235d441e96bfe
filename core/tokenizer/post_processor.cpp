#include "core/tokenizer/post_processor.h"

#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/vocabulary.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

std::vector<std::int32_t> specialTokenIds(const JsonPlace& specialTokens, const std::string& name) {
    const JsonPlace token = specialTokens.require(name);
    token.onlyKeys({"id", "ids", "tokens"});
    std::vector<std::int32_t> ids;
    for (const JsonPlace& id : token.require("ids").items()) {
        ids.push_back(static_cast<std::int32_t>(id.integer(0, Vocabulary::largestId)));
    }
    return ids;
}

SpecialFrame readTemplate(const JsonPlace& place) {
    place.onlyKeys({"type", "single", "pair", "special_tokens"});
    SpecialFrame frame;
    bool isAfterText = false;
    const JsonPlace single = place.require("single");
    for (const JsonPlace& item : single.items()) {
        item.onlyKeys({"SpecialToken", "Sequence"});
        if (const auto special = item.find("SpecialToken")) {
            special->onlyKeys({"id", "type_id"});
            const std::vector<std::int32_t> ids =
                specialTokenIds(place.require("special_tokens"), special->require("id").text());
            std::vector<std::int32_t>& side = isAfterText ? frame.after : frame.before;
            side.insert(side.end(), ids.begin(), ids.end());
            continue;
        }
        const JsonPlace sequence = item.require("Sequence");
        sequence.onlyKeys({"id", "type_id"});
        const JsonPlace id = sequence.require("id");
        if (id.text() != "A") {
            id.fail("\"A\", the one text of a template for single texts");
        }
        if (isAfterText) {
            item.complain("the text stands twice in the template");
        }
        isAfterText = true;
    }
    if (!isAfterText) {
        single.complain("the template has no place for the text");
    }
    return frame;
}

std::int32_t readNamedToken(const JsonPlace& place) {
    const std::vector<JsonPlace> pair = place.items();
    if (pair.size() != 2) {
        place.fail("a token and its id");
    }
    (void)pair[0].text(); // checks that it is one; the id decides
    return static_cast<std::int32_t>(pair[1].integer(0, Vocabulary::largestId));
}

} // namespace

SpecialFrame readPostProcessor(const JsonPlace& place, int depth) {
    if (depth > deepestNesting) {
        place.complain("post-processors are nested too deep");
    }
    const JsonPlace type = place.require("type");
    const std::string name = type.text();
    if (name == "TemplateProcessing") {
        return readTemplate(place);
    }
    if (name == "ByteLevel") { // trims offsets, which nobody here uses
        place.onlyKeys({"type", "add_prefix_space", "trim_offsets", "use_regex"});
        return {};
    }
    if (name == "RobertaProcessing" || name == "BertProcessing") {
        place.onlyKeys({"type", "sep", "cls", "trim_offsets", "add_prefix_space"});
        return {{readNamedToken(place.require("cls"))}, {readNamedToken(place.require("sep"))}};
    }
    if (name == "Sequence") {
        place.onlyKeys({"type", "processors"});
        SpecialFrame frame;
        for (const JsonPlace& step : place.require("processors").items()) {
            const SpecialFrame outer = readPostProcessor(step, depth + 1);
            frame.before.insert(frame.before.begin(), outer.before.begin(), outer.before.end());
            frame.after.insert(frame.after.end(), outer.after.begin(), outer.after.end());
        }
        return frame;
    }
    type.fail("a post-processor among TemplateProcessing, ByteLevel, RobertaProcessing, "
              "BertProcessing, Sequence");
}

} // namespace quantscope
