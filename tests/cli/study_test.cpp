// Studies as a user starts them: stopped, resumed, in parts, in many processes.
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/skip.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kStudy = R"({"name": "many", "scenario": "day.json",
    "axes": [{"at": "seed", "from": 1, "to": 60, "step": 1}, {"name": "spare", "at": "pools[0].workers.max", "values": [3, 4, 5, 6]}],
    "metrics": ["cost", "p99 total"]})";

struct StudyUser : User {
    StudyUser() {
        writes("day.json", small_scenario());
        writes("study.json", kStudy);
    }
};

/// The CSV and JSON of a whole sweep in one go.
std::string whole(const User& user) {
    const ProcessResult result =
        user.runs("sweep study.json --out whole.db --csv whole.csv --json whole.json");
    INFO(result.err);
    REQUIRE(result.status == 0);
    return user.reads("whole.csv") + user.reads("whole.json");
}

}  // namespace

TEST_CASE("a sweep that is killed goes on, and its files are those of one that was not", "[cli][study]") {
    const StudyUser user;
    const std::string expected = whole(user);
    int killed = 0;
    for (int round = 0; round < 40; ++round) {
        const std::string command = "cd '" + user.file("").string() + "' && timeout -s KILL 0.15 '" +
                                    program().string() +
                                    "' sweep study.json --out part.db --threads 1 --csv part.csv "
                                    "--json part.json";
        const int status = run_process({"sh", "-c", command}).status;
        if (status == 0)
            break;
        ++killed;
    }
    INFO("killed " << killed << " times");
    CHECK(killed >= 1);
    const ProcessResult last = user.runs("sweep study.json --out part.db --csv part.csv --json part.json");
    INFO(last.err);
    REQUIRE(last.status == 0);
    CHECK(user.reads("part.csv") + user.reads("part.json") == expected);
}

TEST_CASE("shards joined are the whole, and a missing one is told", "[cli][study]") {
    const StudyUser user;
    const std::string expected = whole(user);
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        const std::string file = std::string(shard, 1) + ".db";
        CHECK(user.runs("sweep study.json --threads 1 --shard " + std::string(shard) + " --out " + file)
                  .status == 0);
    }
    CHECK(user.runs("merge 3.db 1.db 2.db --out all.db --csv all.csv --json all.json").status == 0);
    CHECK(user.reads("all.csv") + user.reads("all.json") == expected);
    const ProcessResult part = user.runs("merge 1.db 2.db --out some.db");
    CHECK(part.status == 1);
    CHECK_THAT(part.err, Catch::Contains("80 of 240 points are missing, the first is 2"));
}

TEST_CASE("four processes under mpirun write what one does", "[cli][study]") {
    if (run_process({"mpirun", "--version"}).status != 0)
        SPILLWAY_SKIP("there is no mpirun");
    const StudyUser user;
    const std::string expected = whole(user);
    const std::string command =
        "cd '" + user.file("").string() + "' && mpirun --allow-run-as-root --oversubscribe -n 4 '" +
        program().string() + "' sweep study.json --out mpi.db --csv mpi.csv --json mpi.json";
    const ProcessResult result = run_process({"sh", "-c", command});
    INFO(result.err);
    REQUIRE(result.status == 0);
    CHECK(user.reads("mpi.csv") + user.reads("mpi.json") == expected);
    // An error is told once.
    user.writes("study.json", "{}");
    const ProcessResult wrong = run_process({"sh", "-c", command});
    CHECK(wrong.status != 0);
    const std::string told = "\"scenario\" is missing";
    INFO(wrong.err);
    const std::size_t first = wrong.err.find(told);
    REQUIRE(first != std::string::npos);
    CHECK(wrong.err.find(told, first + 1) == std::string::npos);
}

TEST_CASE("the gate's exit code is 0 for the same, 1 for worse and for missing, 2 for bad input",
          "[cli][study]") {
    const User user;
    user.writes("base.json", small_scenario());
    user.writes("same.json", small_scenario("\"name\": \"small\"", "\"name\": \"small\", \"seed\": 1"));
    user.writes("dear.json", small_scenario("$0.80/h", "$0.90/h"));
    const std::string gate = "check --replications 5 --base ";
    CHECK(user.runs(gate + "base.json --head same.json").status == 0);
    const ProcessResult dearer = user.runs(gate + "base.json --head dear.json");
    CHECK(dearer.status == 1);
    CHECK_THAT(dearer.out, Catch::Contains("worse: beyond cost=+2%"));
    CHECK(user.runs(gate + "dear.json --head base.json").status == 0);
    CHECK(user.runs("check --replications 1 --base base.json --head dear.json").status == 2);
    CHECK(user.runs("run base.json --replications 5 --metrics cost,p99,failed --json kept.json").status == 0);
    const ProcessResult kept =
        user.runs("check --base kept.json --head base.json --markdown c.md --junit j.xml --json g.json");
    CHECK(kept.status == 0);
    CHECK_THAT(user.reads("c.md"), Catch::Contains("No metric moved beyond its limit"));
    CHECK_THAT(user.reads("j.xml"), Catch::Contains("failures=\"0\""));
    CHECK(user.runs(gate + "nothing.json --head base.json").status == 2);
    CHECK(user.runs(gate + "base.json --head base.json --max cost=2%").status == 2);
    CHECK(user.runs("check --base base.json").status == 2);
    const std::string folders =
        "mkdir a b && cp base.json a/one.json && cp base.json a/two.json && cp base.json b/one.json";
    const ProcessResult missing = user.runs(gate + "a --head b", folders);
    CHECK(missing.status == 1);
    CHECK_THAT(missing.out, Catch::Contains("head does not have this scenario"));
}

TEST_CASE("the examples of CI ask the gate for what it takes, and it passes what did not change",
          "[cli][study]") {
    const User user;
    const std::string folder = (source_dir() / "examples/17_cost_gate").string();
    for (const char* file : {"/ci/github.yml", "/ci/gitlab.yml"}) {
        const std::string text = read_text(folder + file);
        const std::size_t begin = text.find("--max");
        const std::size_t end = text.find("--markdown");
        REQUIRE(begin < end);
        std::string options = text.substr(begin, end - begin);
        for (char& c : options) c = c == '\n' ? ' ' : c;
        const ProcessResult result =
            user.runs("check --replications 4 --base '" + folder + "' --head '" + folder + "' " + options);
        INFO(result.err);
        CHECK(result.status == 0);
    }
}

TEST_CASE("options about one run and about several do not mix", "[cli][study]") {
    const User user;
    user.writes("day.json", small_scenario());
    require_refused(user, "run day.json --replications 3 --requests r.csv", {"--requests", "one run"});
    require_refused(user, "run day.json --vary luck", {"--vary", "--replications"});
    require_refused(user, "run day.json --replications 0", {"--replications", "0"});
    require_refused(user, "run day.json --precision 2", {"--precision"});
    require_refused(user, "compare day.json", {"two scenarios"});
    require_refused(user, "sweep", {"takes one study"});
    require_refused(user, "merge a.db", {"--out"});
}

}  // namespace spillway::tests
