#include "tests/cli/cli_rig.hpp"

#include <algorithm>
#include <sstream>

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kSmall = R"({
  "name": "small",
  "horizon": "10m",
  "warm_up": "1m",
  "classes": [{"name": "chat", "slo": ["p95 total < 30s"]}],
  "traffic": [{"source": "poisson", "rate": "0.5/s", "input_tokens": 100, "output_tokens": 20}],
  "pools": [{
    "name": "gpu",
    "gpu": "L4",
    "concurrency": 2,
    "workers": {"min": 0, "max": 4},
    "service": {"model": "fixed", "time": "800ms"},
    "startup": [{"phase": "container", "time": "2s"}, {"phase": "weights", "time": "3s"}],
    "policy": {"name": "scale-to-zero", "idle_timeout": "5s"},
    "price": "$0.80/h"
  }]
}
)";

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, at);) parts.push_back(part);
    return parts;
}

}  // namespace

ProcessResult User::runs(const std::string& arguments, const std::string& before) const {
    const std::string script = "cd '" + folder_.path().string() + "' && " + before + " && exec '" +
                               program().string() + "' " + arguments;
    return run_process({"bash", "-c", script});
}

std::vector<std::string> User::files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string small_scenario() { return std::string(kSmall); }

std::string small_scenario(std::string_view from, std::string_view to) {
    std::string text(kSmall);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

void require_refused(const User& user, const std::string& arguments, const std::vector<std::string>& parts,
                     const std::string& before) {
    const std::vector<std::string> files = user.files();
    const ProcessResult result = user.runs(arguments, before);
    INFO("spillway " << arguments << "\n" << result.err);
    REQUIRE(result.status == 2);
    for (const std::string& part : parts) CHECK_THAT(result.err, contains_text(part));
    // One problem, and at most one hint under it.
    CHECK(lines_of(result.err).size() <= 2);
    CHECK(user.files() == files);
}

std::vector<std::string> lines_of(const std::string& text) { return split(text, '\n'); }
std::vector<std::string> cells_of(const std::string& line) { return split(line, ','); }

}  // namespace spillway::tests
