#include "core/engine/codes_manifest.h"

#include "core/checkpoint/json_file.h"
#include "core/data/error.h"
#include "core/quant/option_value.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace quantscope {

namespace {

constexpr const char* manifestFile = "manifest.json";
constexpr std::uint64_t largestManifest = 64 << 20; // a recipe names every matrix of a model

} // namespace

void writeCodesManifest(const std::filesystem::path& folder, const MethodSpec& spec,
                        const CalibrationProvenance* calibration) {
    nlohmann::json manifest = {{"method", spec.method},
                               {"options", spec.options},
                               {"lane", spec.lane},
                               {"calibration", nullptr}};
    if (const auto recipe = optionValue(spec, "recipe"))
        manifest["recipe"] = readJsonObject(*recipe, largestManifest);
    if (calibration)
        manifest["calibration"] = {
            {"set", calibration->set},           {"draw", calibration->draw},
            {"source", calibration->source},     {"seed", calibration->seed},
            {"examples", calibration->examples}, {"tokens", calibration->tokens},
            {"hash", calibration->hash}};
    std::ofstream out(folder / manifestFile);
    out << manifest.dump(1);
    out.flush();
    if (!out)
        throw Error(ErrorKind::Output, fmt::format("{}: the manifest of the packed codes could not "
                                                   "be written.",
                                                   folder.string()));
}

nlohmann::json readCodesManifest(const std::filesystem::path& folder) {
    return readJsonObject(folder / manifestFile, largestManifest);
}

} // namespace quantscope
