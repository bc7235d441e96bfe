#include "core/data/text_source.h"

#include "core/data/name_table.h"

#include <filesystem>

namespace quantscope {

namespace {

constexpr NameTable<TextFormat, 7> textFormats = {{{TextFormat::Lines, "lines"},
                                                   {TextFormat::Paragraphs, "paragraphs"},
                                                   {TextFormat::Whole, "whole"},
                                                   {TextFormat::Separator, "separator"},
                                                   {TextFormat::Jsonl, "jsonl"},
                                                   {TextFormat::Csv, "csv"},
                                                   {TextFormat::Tsv, "tsv"}}};

} // namespace

std::string_view textFormatName(TextFormat format) { return nameIn(textFormats, format); }
TextFormat parseTextFormat(std::string_view name) {
    return valueIn(textFormats, name, "text format");
}

TextFormat formatByEnding(const std::string& path) {
    std::filesystem::path name = path;
    if (name.extension() == ".gz" || name.extension() == ".zst")
        name = name.stem();
    if (name.extension() == ".jsonl" || name.extension() == ".json")
        return TextFormat::Jsonl;
    if (name.extension() == ".csv")
        return TextFormat::Csv;
    if (name.extension() == ".tsv")
        return TextFormat::Tsv;
    return TextFormat::Lines;
}

} // namespace quantscope
