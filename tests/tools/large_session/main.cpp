// Writes a session of made-up numbers as large as a big study's.

#include "core/data/error.h"
#include "tests/tools/large_session/large_session.h"

#include <CLI/CLI.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    quantscope::LargeSessionOptions options;
    std::string output;
    CLI::App app("Writes a session of made-up numbers as large as a big study's.");
    app.add_option("-o,--output", output, "NAME.qscope.h5")->required();
    app.add_option("--examples", options.examples)->capture_default_str();
    app.add_option("--layers", options.layers)->capture_default_str();
    app.add_option("--methods", options.methods)->capture_default_str();
    app.add_option("--site", options.sites, "Sites that are measured")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        quantscope::writeLargeSession(output, options);
    } catch (const quantscope::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return error.exitCode();
    }
    return 0;
}
