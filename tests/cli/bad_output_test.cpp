#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

TEST_CASE("a full disk ends the run with a message, whatever the output", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    for (const std::string option : {"--json", "--csv", "--requests", "--timeline"}) {
        require_refused(user, "run day.json " + option + " /dev/full", {"/dev/full", "disk full"});
    }
    require_refused(user, "run day.json > /dev/full", {"standard output", "disk full"});
    require_refused(user, "run day.json --explain > /dev/full", {"standard output", "disk full"});
    require_refused(user, "schema --output /dev/full", {"/dev/full", "disk full"});
    CHECK(std::filesystem::is_character_file("/dev/full"));
}

TEST_CASE("an output that meets a size limit leaves no file behind", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario("10m", "3h"));
    for (const std::string option : {"--json", "--requests", "--timeline"}) {
        require_refused(user, "run day.json " + option + " out.txt", {"out.txt", "disk full"}, "ulimit -f 1");
    }
    require_refused(user, "trace generate day.json --output out.csv", {"out.csv", "disk full"},
                    "ulimit -f 1");
    require_refused(user, "schema --output schema.json", {"schema.json", "disk full"}, "ulimit -f 1");
}

TEST_CASE("an output that fails leaves the file of an earlier run as it was", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario("10m", "3h"));
    user.writes("rows.csv", "of yesterday\n");
    require_refused(user, "run day.json --requests rows.csv", {"rows.csv"}, "ulimit -f 1");
    CHECK(user.reads("rows.csv") == "of yesterday\n");
}

TEST_CASE("a run that is refused leaves the file of an earlier run as it was", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario("scale-to-zero", "scale-to-one"));
    user.writes("result.json", "of yesterday\n");
    require_refused(user, "run day.json --json result.json", {"scale-to-one"});
    CHECK(user.reads("result.json") == "of yesterday\n");
}

TEST_CASE("an output into a folder that is not there, or onto a folder, is refused", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    std::filesystem::create_directory(user.file("taken"));
    require_refused(user, "run day.json --json none/result.json",
                    {"none/result.json", "no folder", "create it"});
    require_refused(user, "run day.json --requests taken", {"taken", "is a directory"});
}

TEST_CASE("an output that is a link writes the file behind it", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    user.writes("real.json", "");
    std::filesystem::create_symlink("real.json", user.file("link.json"));
    REQUIRE(user.runs("run day.json --json link.json").status == 0);
    CHECK(std::filesystem::is_symlink(user.file("link.json")));
    CHECK(user.reads("real.json").size() > 100);
}

}  // namespace
}  // namespace spillway::tests
