#include "core/comparison/comparison_files.h"
#include "core/session/session_writer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace quantscope {

namespace {

/// Text inside an attribute or element: valid UTF-8 without what XML 1.0 cannot hold.
std::string escaped(const std::string& text) {
    std::string out;
    const std::string valid = storableText(text);
    for (std::size_t at = 0; at < valid.size(); ++at) {
        const char character = valid[at];
        const auto byte = static_cast<unsigned char>(character);
        if (character == '&')
            out += "&amp;";
        else if (character == '<')
            out += "&lt;";
        else if (character == '>')
            out += "&gt;";
        else if (character == '"')
            out += "&quot;";
        else if (character == '\n' || character == '\r' || character == '\t')
            out += fmt::format("&#{};", byte); // else an attribute would make spaces of them
        else if (byte < 0x20 || std::string_view(valid).substr(at).starts_with("\xEF\xBF\xBE") ||
                 std::string_view(valid).substr(at).starts_with("\xEF\xBF\xBF")) {
            out += "\xEF\xBF\xBD"; // U+FFFD
            at += byte < 0x20 ? 0 : 2;
        } else
            out += character;
    }
    return out;
}

std::string suiteName(const LanePair& lanes) {
    return lanes.a == lanes.b ? lanes.a : lanes.a + " → " + lanes.b;
}

std::string property(const std::string& name, const std::string& value) {
    return fmt::format("   <property name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value));
}

std::string testCase(const std::string& suite, const std::string& name, double seconds,
                     const GateResult* result) {
    std::string out =
        fmt::format("  <testcase classname=\"quantscope.{}\" name=\"{}\" time=\"{:.3f}\"",
                    escaped(suite), escaped(name), seconds);
    if (!result || (!result->failed && !result->undecided && result->detail.empty()))
        return out + "/>\n";
    out += ">\n";
    if (result->failed || result->undecided) {
        const char* element = result->undecided ? "error" : "failure";
        out += fmt::format("   <{0} message=\"{1}\" type=\"{2}\">{1}</{0}>\n", element,
                           escaped(result->detail),
                           result->undecided ? "NotMeasured" : "ConditionHolds");
    } else
        out += fmt::format("   <system-out>{}</system-out>\n", escaped(result->detail));
    return out + "  </testcase>\n";
}

struct Suite {
    LanePair lanes;
    std::vector<const GateResult*> cases;

    std::size_t count(bool GateResult::*flag) const {
        return static_cast<std::size_t>(
            std::count_if(cases.begin(), cases.end(),
                          [flag](const GateResult* result) { return result->*flag; }));
    }
};

std::vector<Suite> suitesOf(const ComparisonValues& comparison,
                            const std::vector<GateResult>& gates) {
    std::vector<Suite> suites;
    for (const ComparedLanes& compared : comparison.lanes) {
        Suite suite{compared.lanes, {}};
        for (const GateResult& result : gates)
            if (result.lanes == compared.lanes)
                suite.cases.push_back(&result);
        if (gates.empty() || !suite.cases.empty())
            suites.push_back(std::move(suite));
    }
    return suites;
}

} // namespace

std::string comparisonJunit(const ComparisonValues& comparison,
                            const std::vector<GateResult>& gates, double seconds) {
    const std::vector<Suite> suites = suitesOf(comparison, gates);
    const auto now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string timestamp = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(now));
    std::size_t tests = 0, failures = 0, errors = 0;
    std::string body;
    for (const Suite& suite : suites) {
        const std::size_t cases = std::max<std::size_t>(1, suite.cases.size());
        const double each = seconds / static_cast<double>(cases * suites.size());
        tests += cases;
        failures += suite.count(&GateResult::failed);
        errors += suite.count(&GateResult::undecided);
        const std::string name = suiteName(suite.lanes);
        body += fmt::format(" <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
                            "skipped=\"0\" time=\"{:.3f}\" timestamp=\"{}\">\n",
                            escaped(name), cases, suite.count(&GateResult::failed),
                            suite.count(&GateResult::undecided), each * double(cases), timestamp);
        body += "  <properties>\n" + property("a", comparison.a.name) +
                property("b", comparison.b.name) +
                property("matched examples", std::to_string(comparison.matching.pairs.size())) +
                "  </properties>\n";
        for (const GateResult* result : suite.cases)
            body += testCase(name, "fail if " + result->condition, each, result);
        if (suite.cases.empty())
            body += testCase(name, "compared", each, nullptr);
        body += " </testsuite>\n";
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
                       "name=\"{} → {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
                       "time=\"{:.3f}\">\n",
                       escaped(comparison.a.name), escaped(comparison.b.name), tests, failures,
                       errors, seconds) +
           body + "</testsuites>\n";
}

} // namespace quantscope
