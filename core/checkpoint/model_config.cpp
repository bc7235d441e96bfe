#include "core/checkpoint/model_config.h"

#include "core/checkpoint/config_keys.h"
#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/families/family.h"
#include "core/checkpoint/json_file.h"
#include "core/checkpoint/model_shape.h"
#include "core/data/error.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

constexpr std::uint64_t largestConfig = 4 << 20;

const FamilyDefinition& readFamily(ConfigReader& reader) {
    const auto name = reader.text("model_type");
    if (!name)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no model_type, so the family of the model is unknown.",
                                reader.place()));
    if (const FamilyDefinition* family = findFamily(*name))
        return *family;
    reader.refuse("model_type", "one of the families that are understood: " + knownFamilies());
}

} // namespace

std::string_view familyName(Family family) { return familyDefinition(family).name; }

ModelConfig readModelConfig(const std::filesystem::path& modelDirectory) {
    const std::filesystem::path path = modelDirectory / "config.json";
    const nlohmann::json object = readJsonObject(path, largestConfig);
    ConfigReader reader(object, path.string());
    ModelConfig config;
    const FamilyDefinition& family = readFamily(reader);
    config.family = family.family;
    // How weights are stored is no part of the maths: readQuantizationConfig looks at these.
    for (const char* key : {"quantization_config", "compression_config"})
        reader.take(key);
    family.readConfig(reader, config);
    if (config.learnedPositions == 0 && rotaryWidth(config) % 2 != 0)
        throw Error(ErrorKind::Input,
                    fmt::format("{} makes heads of {} dimensions that turn; expected an even "
                                "number, since rotary embeddings turn pairs.",
                                reader.place(), rotaryWidth(config)));
    const auto newerDtype = reader.text("dtype");
    config.dtype = reader.text("torch_dtype").value_or(newerDtype.value_or(""));
    requireNeutralKeys(reader);
    refuseUnknownKeys(reader, object);
    return config;
}

} // namespace quantscope
