#include "core/session/child_check.h"
#include "core/session/durable_file.h"
#include "core/session/merge.h"
#include "core/session/session.h"
#include "core/session/session_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>
#include <system_error>

namespace quantscope {

namespace {

constexpr const char* fileSuffix = ".qscope.h5";
constexpr const char* folderSuffix = ".qscope.d";
constexpr const char* partSuffix = ".h5";
constexpr std::uintmax_t maximumPlanBytes = 64u << 20;
/// Larger arrays go from the parts into the session a layer at a time, which takes longer.
constexpr std::size_t mergedInMemory = 16u << 20;

std::filesystem::path withSuffix(const std::filesystem::path& path, const std::string& from,
                                 const std::string& to) {
    const std::string text = path.string();
    return text.ends_with(from) ? text.substr(0, text.size() - from.size()) + to : text + to;
}

std::size_t sizeOf(const ArrayLayout& layout) {
    return std::accumulate(layout.shape.begin(), layout.shape.end(), elementBytes(layout.type),
                           std::multiplies<>());
}

std::filesystem::path partPath(const StudyFolder& folder, const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos || name.front() == '.')
        throw Error(ErrorKind::Internal, "\"" + name + "\" is not a name of a part.");
    return folder.path() / "parts" / (name + partSuffix);
}

void makeFolder(const std::filesystem::path& path) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        throw Error(ErrorKind::Output,
                    fmt::format("The folder {} could not be made: {}. Choose another place for the "
                                "session.",
                                path.string(), failed.message()));
}

void removeAll(const std::filesystem::path& path) {
    std::error_code failed;
    std::filesystem::remove_all(path, failed);
    if (failed)
        throw Error(ErrorKind::Output,
                    fmt::format("{} could not be removed: {}.", path.string(), failed.message()));
}

} // namespace

StudyFolder::StudyFolder(const std::filesystem::path& sessionFile) {
    std::filesystem::path given = sessionFile;
    if (!given.has_filename()) // "NAME.qscope.d/"
        given = given.parent_path();
    if (given.string().ends_with(folderSuffix)) {
        m_path = given;
        m_sessionFile = withSuffix(given, folderSuffix, fileSuffix);
    } else {
        m_sessionFile = given;
        m_path = withSuffix(given, fileSuffix, folderSuffix);
    }
}

void StudyFolder::create() const {
    makeFolder(m_path / "parts");
    makeFolder(scratch());
    makeFolder(codes());
}

bool StudyFolder::exists() const {
    std::error_code failed;
    return std::filesystem::is_directory(m_path, failed);
}

void StudyFolder::removeWork() const {
    removeAll(m_path / "parts");
    removeAll(scratch());
}

void StudyFolder::writePlan(const std::string& planJson) const {
    writeDurableText(m_path / "plan.json", planJson);
}

std::string StudyFolder::readPlan() const {
    const std::filesystem::path file = m_path / "plan.json";
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    std::ifstream stream(file, std::ios::binary);
    if (failed || !stream)
        throw Error(ErrorKind::Input,
                    fmt::format("{} cannot be read, so {} is not the folder of a study.",
                                file.string(), m_path.string()));
    if (size > maximumPlanBytes)
        throw Error(ErrorKind::Input,
                    fmt::format("{} has {} bytes, too many for a plan.", file.string(), size));
    return {std::istreambuf_iterator<char>(stream), {}};
}

void StudyFolder::writePart(const std::string& name, const SessionData& part) const {
    writeSession(partPath(*this, name), part, Storage::Plain);
}

std::vector<std::string> StudyFolder::partNames() const {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(m_path / "parts", failed), end;
         !failed && entry != end; entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        if (name.ends_with(partSuffix) && name.front() != '.')
            names.push_back(name.substr(0, name.size() - std::string(partSuffix).size()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

SessionData StudyFolder::readPart(const std::string& name) const {
    return readSession(partPath(*this, name));
}

void StudyFolder::removePart(const std::string& name) const { removeAll(partPath(*this, name)); }

void StudyFolder::assemble(const std::map<std::string, std::string>& attributes) const {
    const std::vector<std::string> names = partNames();
    std::vector<SessionReader> readers;
    std::vector<PartOutline> outlines;
    for (const std::string& name : names) {
        const std::filesystem::path file = partPath(*this, name);
        checkInChildProcess(file, {});
        SessionReader& reader = readers.emplace_back(file);
        PartOutline outline;
        outline.name = name;
        outline.attributes = reader.attributes();
        outline.arrays = reader.layouts();
        for (const ArrayLayout& layout : outline.arrays)
            if (layout.path == "/layer")
                outline.layers = layersOf(reader.read(layout), name);
        outlines.push_back(std::move(outline));
    }
    if (!outlines.empty())
        for (const auto& [name, value] : attributes)
            outlines.back().attributes[name] = value; // these win, and may say how many layers
    const MergePlan plan = planMerge(outlines, 0);

    const auto layoutIn = [&](std::size_t part, const std::string& path) {
        const auto& arrays = outlines[part].arrays;
        return *std::find_if(arrays.begin(), arrays.end(),
                             [&](const ArrayLayout& layout) { return layout.path == path; });
    };

    DurableFile target(m_sessionFile);
    SessionWriter writer(target.temporary(), m_sessionFile.string());
    auto all = names.empty() ? attributes : plan.attributes;
    all[attribute::format] = "quantscope-session";
    all[attribute::version] = std::to_string(sessionVersion);
    writer.writeAttributes(all);
    if (plan.layers > 0)
        writer.addDimension("layer", makeSessionIndex("/layer", plan.layers));
    for (const MergedArray& entry : plan.arrays) {
        const std::string& path = entry.layout.path;
        const auto readFrom = [&](std::size_t part) {
            return readers[part].read(layoutIn(part, path));
        };
        if (entry.layout.dimensions.size() == 1 && path == "/" + entry.layout.dimensions.front()) {
            writer.addDimension(entry.layout.dimensions.front(), readFrom(entry.parts.back()));
        } else if (!entry.layerAxis) {
            writer.writeArray(path, readFrom(entry.parts.back()));
        } else if (sizeOf(entry.layout) <= mergedInMemory) {
            NamedArray whole = makeMerged(entry);
            for (const std::size_t part : entry.parts)
                addLayers(entry, readFrom(part), outlines[part], whole);
            writer.writeArray(path, whole);
        } else {
            const hdf5::Handle dataset = writer.createArray(entry.layout);
            for (const std::size_t part : entry.parts) {
                const NamedArray array = readFrom(part);
                for (std::size_t at = 0; at < outlines[part].layers.size(); ++at)
                    writer.writeSlab(dataset, entry.layout, array, *entry.layerAxis, at,
                                     static_cast<std::size_t>(outlines[part].layers[at]));
            }
        }
    }
    writer.close();
    target.commit();
    trustFile(m_sessionFile);
}

} // namespace quantscope
