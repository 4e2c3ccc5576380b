// The pages of docs/ that show what a command prints show what it does print.
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

namespace spillway::tests {
namespace {

/// The page with the output of each "$ spillway ..." in it made anew, in the root of the source tree.
std::string page_made_anew(const std::string& name) {
    std::string page = read_text(source_dir() / name);
    const std::string prompt = "```\n$ spillway ";
    int examples = 0;
    for (std::size_t at = page.find(prompt); at != std::string::npos; at = page.find(prompt, at + 1)) {
        const std::size_t command = at + prompt.size();
        const std::size_t output = page.find('\n', command) + 1;
        const ProcessResult result =
            User().runs(page.substr(command, output - 1 - command), "cd '" + source_dir().string() + "'");
        INFO(result.err);
        REQUIRE(result.status == 0);
        page.replace(output, page.find("```", output) - output, result.out);
        ++examples;
    }
    CHECK(examples > 0);
    return page;
}

}  // namespace

TEST_CASE("the page on capacity shows what the program prints", "[cli][docs]") {
    require_golden("docs/capacity.md", page_made_anew("docs/capacity.md"));
}

TEST_CASE("the page on advice shows what the program prints", "[cli][docs]") {
    require_golden("docs/advise.md", page_made_anew("docs/advise.md"));
}

TEST_CASE("the page on platforms' own configurations shows what the program prints", "[cli][docs]") {
    require_golden("docs/deploy.md", page_made_anew("docs/deploy.md"));
}

TEST_CASE("the page on sensitivity shows what the program prints", "[cli][docs]") {
    require_golden("docs/sensitivity.md", page_made_anew("docs/sensitivity.md"));
}

TEST_CASE("the page on back-tests shows what the program prints", "[cli][docs]") {
    require_golden("docs/backtest.md", page_made_anew("docs/backtest.md"));
}

TEST_CASE("the page on forecasts shows what the program prints", "[cli][docs]") {
    require_golden("docs/forecast.md", page_made_anew("docs/forecast.md"));
}

}  // namespace spillway::tests
