#pragma once

#include "core/data/session_data.h"
#include "core/data/session_schema.h"

#include <cmath>

namespace quantscope {

/// A made-up value that depends on the array and the index, so that a mix-up of either shows.
inline double madeUp(std::size_t array, std::size_t index) {
    return std::sin(static_cast<double>(array) * 1.7 + static_cast<double>(index) * 0.31);
}

/// A session with an array of every type and group, small enough to look at.
inline SessionData exampleSession(std::size_t examples = 6, std::size_t positions = 5,
                                  std::size_t layers = 3) {
    SessionData data;
    data.attributes = {{"status", "complete"},
                       {"blocks_done", std::to_string(layers)},
                       {"plan", R"({"seed": 7})"},
                       {"/model/@name", "example"},
                       {"/model/@parameters", "262144"}};
    const std::vector<std::string> lanes = {"reference", "rtn:bits=3", "nf4"};
    data.arrays["/lane"] = makeSessionText("/lane", lanes);
    data.arrays["/method"] = makeSessionText("/method", {lanes[1], lanes[2]});
    data.arrays["/module"] = makeSessionText("/module", {"q", "down"});
    data.arrays["/example"] = makeSessionIndex("/example", examples);
    data.arrays["/position"] = makeSessionIndex("/position", positions);
    data.arrays["/layer"] = makeSessionIndex("/layer", layers);
    data.arrays["/patch"] = makeSessionIndex("/patch", 0);

    std::size_t number = 0;
    const auto add = [&](const std::string& path, std::vector<std::size_t> shape) {
        NamedArray array = makeSessionArray(path, std::move(shape));
        ++number;
        std::visit(
            [&](auto& values) {
                using T = typename std::decay_t<decltype(values)>::value_type;
                for (std::size_t index = 0; index < values.size(); ++index)
                    if constexpr (std::is_same_v<T, std::string>)
                        values[index] = "text " + std::to_string(index) + " – äß漢";
                    else if constexpr (std::is_floating_point_v<T>)
                        values[index] = static_cast<T>(madeUp(number, index));
                    else
                        values[index] = static_cast<T>((index * 7 + number) % 100);
            },
            array.values);
        data.arrays[path] = std::move(array);
    };
    add("/output/nll", {3, examples, positions});
    add("/output/top1_agrees", {3, examples, positions});
    add("/output/rank", {3, examples, positions});
    add("/examples/error", {3, examples});
    add("/text/token_ids", {examples, positions});
    add("/text/excerpt", {examples});
    add(labelPath("register"), {examples});
    add("/sites/down/norm", {3, layers, examples});
    add("/sites/resid_mid/norm", {3, layers, examples});
    add("/tokens/down/norm", {3, layers, examples, positions});
    add("/weights/sqnr", {2, layers, 2});
    add("/weights/bits_per_weight", {2});
    add("/model/ln2_gamma", {layers, 4});
    data.arrays["/hidden"] = makeSessionIndex("/hidden", 4);
    add("/patches/kind", {0});
    add("/patches/nll", {0, examples});
    // What was not measured.
    auto& nll = std::get<std::vector<float>>(data.arrays["/output/nll"].values);
    nll[0] = std::nanf("");
    std::get<std::vector<std::int32_t>>(data.arrays["/text/token_ids"].values)[1] = -1;
    return data;
}

} // namespace quantscope
