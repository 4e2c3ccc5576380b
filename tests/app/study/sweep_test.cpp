// A sweep's results: the same whoever computes them, whenever, in how many parts.
#include "app/study/sweep.hpp"

#include <mutex>

#include "app/run/parallel_for.hpp"
#include "app/study/merge_results.hpp"
#include "app/study/sweep_table.hpp"
#include "app/study/workforce.hpp"
#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kAxes = R"("axes": [
    {"at": "pools[gpu].policy.idle_timeout", "values": ["10s", "60s", "5m"]},
    {"at": "pools[gpu].concurrency", "from": 1, "to": 3, "step": 1}],
  "metrics": ["cost", "p99 total", "cold share"])";

std::string outputs(const ResultStore& store) {
    const SweepTable table = read_table(store, default_front(store.layout().metrics));
    return sweep_csv(table) + sweep_json(table) + sweep_text(table);
}

std::string swept(const StudyRig& rig, const Study& study, const std::string& file, int threads) {
    ResultStore store = ResultStore::open(rig.folder / file, StudyLayout::of(study), {});
    run_sweep(study, &store, nullptr, threads, Progress::Form::kSilent);
    return outputs(store);
}

}  // namespace

TEST_CASE("one thread or many give the same bytes", "[app][study][threads]") {
    const StudyRig rig;
    const Study study = rig.study(std::string(kAxes) + R"(, "replications": 3)");
    const std::string one = swept(rig, study, "one.db", 1);
    CHECK(swept(rig, study, "four.db", 4) == one);
    CHECK(one.find("cost_per_hour_usd_half_width") != std::string::npos);
}

TEST_CASE("a sweep that was stopped goes on with what is missing, and ends the same", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(kAxes);
    const std::string whole = swept(rig, study, "whole.db", 2);
    {
        ResultStore part = ResultStore::open(rig.folder / "part.db", StudyLayout::of(study), {});
        for (const std::uint64_t id : {7, 2, 4}) part.keep(run_point(study, id));
    }
    std::vector<std::uint64_t> again;
    {
        const ResultStore part = ResultStore::open_to_read(rig.folder / "part.db");
        CHECK(missing_points(part) == std::vector<std::uint64_t>{0, 1, 3, 5, 6, 8});
    }
    CHECK(swept(rig, study, "part.db", 2) == whole);
}

TEST_CASE("shards hold each point once, and joined they are the whole", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(kAxes);
    const std::string whole = swept(rig, study, "whole.db", 2);
    std::vector<std::filesystem::path> files;
    for (std::uint64_t index = 1; index <= 4; ++index) {
        files.push_back(rig.folder / ("shard" + std::to_string(index) + ".db"));
        ResultStore store = ResultStore::open(files.back(), StudyLayout::of(study), {index, 4});
        run_sweep(study, &store, nullptr, 2, Progress::Form::kSilent);
    }
    CHECK(outputs(merge_results(files, rig.folder / "joined.db")) == whole);
    // A part is missing, then one is there twice.
    const std::vector<std::filesystem::path> three(files.begin(), files.begin() + 3);
    CHECK(missing_points(merge_results(three, rig.folder / "three.db")) == std::vector<std::uint64_t>{3, 7});
    files.push_back(files.front());
    CHECK_THROWS_WITH(merge_results(files, rig.folder / "twice.db"), Catch::Contains("another file has too"));
}

TEST_CASE("results of another study are not mixed in", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(kAxes);
    swept(rig, study, "results.db", 2);
    write_text(rig.folder / "small.json", StudyRig::scenario_text(R"("$2/h")", R"("$3/h")"));
    const Study other = rig.study(kAxes);
    CHECK_THROWS_WITH(ResultStore::open(rig.folder / "results.db", StudyLayout::of(other), {}),
                      Catch::Contains("another study"));
    write_text(rig.folder / "no.db",
               "not a database, and longer than the header of one, which SQLite looks at first "
               "and which is a hundred bytes long");
    CHECK_THROWS_AS(ResultStore::open(rig.folder / "no.db", StudyLayout::of(study), {}), InputError);
    CHECK_THROWS_AS(ResultStore::open_to_read(rig.folder / "none.db"), InputError);
}

TEST_CASE("a merge replaces what a killed sweep left, its log included", "[app][study]") {
    const StudyRig rig;
    const Study other = rig.study(R"("name": "other", "axes": [{"at": "seed", "values": [1, 2, 3]}])");
    const std::filesystem::path out = rig.folder / "out.db";
    swept(rig, other, "killed.db", 1);
    ResultStore open = ResultStore::open(rig.folder / "log.db", StudyLayout::of(other), {});
    open.keep(run_point(other, 0));
    for (const char* ending : {"", "-wal"}) {  // as a kill leaves them
        if (std::filesystem::exists((rig.folder / "log.db").string() + ending))
            std::filesystem::copy_file((rig.folder / "log.db").string() + ending, out.string() + ending);
    }
    const Study study = rig.study(kAxes);
    const std::string whole = swept(rig, study, "whole.db", 2);
    CHECK(outputs(merge_results(std::vector<std::filesystem::path>{rig.folder / "whole.db"}, out)) == whole);
    CHECK(outputs(ResultStore::open_to_read(out)) == whole);
}

TEST_CASE("nothing but results is deleted to start over", "[app][study]") {
    const StudyRig rig;
    write_text(rig.folder / "precious.txt",
               "a text that is dear to somebody, longer than the header of a database is, "
               "which is a hundred bytes");
    CHECK_THROWS_AS(ResultStore::remove(rig.folder / "precious.txt"), InputError);
    CHECK_THROWS_AS(ResultStore::remove(rig.folder.path()), InputError);
    CHECK(std::filesystem::exists(rig.folder / "precious.txt"));
    CHECK_NOTHROW(ResultStore::remove(rig.folder / "nothing.db"));
}

TEST_CASE("a point that cannot be run is kept with its reason", "[app][study]") {
    const StudyRig rig;
    // Each value stands alone; together, the least is above the most.
    const Study study = rig.study(R"("axes": [{"at": "pools[gpu].workers.min", "values": [0, 6]},
                                              {"at": "pools[gpu].workers.max", "values": [8, 4]}])");
    ResultStore store = ResultStore::open(rig.folder / "r.db", StudyLayout::of(study), {});
    run_sweep(study, &store, nullptr, 2, Progress::Form::kSilent);
    const SweepTable table = read_table(store, std::nullopt);
    REQUIRE(table.rows.size() == 4);
    CHECK(table.rows[2].refused.empty());
    CHECK_FALSE(table.rows[3].refused.empty());
    CHECK(sweep_csv(table).find("refused") != std::string::npos);
}

TEST_CASE("a result survives the way between processes", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(std::string(kAxes) + R"(, "replications": 2)");
    const PointResult result = run_point(study, 5);
    CHECK(encode_result(decode_result(encode_result(result))) == encode_result(result));
    CHECK(decode_result(encode_result(result)).runs.of(1) == result.runs.of(1));
}

TEST_CASE("of calls that throw, the lowest number's exception leaves, whatever the threads",
          "[app][study][threads]") {
    for (const int threads : {1, 4}) {
        std::string what;
        try {
            within_threads(threads, [] {
                parallel_for(100, [](std::size_t i) {
                    if (i % 7 == 3)
                        throw InputError("call", std::to_string(i));
                });
            });
        } catch (const InputError& error) {
            what = error.problem();
        }
        CHECK(what == "3");
    }
}

}  // namespace spillway::tests
