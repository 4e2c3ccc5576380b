// Places in a scenario as a study names them.
#include "app/study/node_path.hpp"

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

ConfigNode scenario() {
    return read_config_text(
        R"({"pools": [{"name": "chat", "policy": {"idle": "30s"}}, {"name": "batch"}], "seed": 1})",
        "s.json");
}

std::string changed(std::string_view path, const char* value) {
    return json_text(with_value_at(scenario(), path, read_config_text(value, "v"), "study"));
}

}  // namespace

TEST_CASE("a list's member is found by its name or its number", "[app][study]") {
    const ConfigNode root = scenario();
    CHECK(find_at(root, "pools[chat].policy.idle", "x")->as_text() == "30s");
    CHECK(find_at(root, "pools[1].name", "x")->as_text() == "batch");
    CHECK(find_at(root, "pools[chat].workers", "x") == nullptr);
}

TEST_CASE("a value takes the place of what is there, and nothing else moves", "[app][study]") {
    CHECK(changed("pools[chat].policy.idle", R"("5m")") ==
          R"({"pools":[{"name":"chat","policy":{"idle":"5m"}},{"name":"batch"}],"seed":1})");
}

TEST_CASE("objects on the way to a new member are made, and null takes a member away", "[app][study]") {
    CHECK(
        changed("pools[batch].workers.min", "2") ==
        R"({"pools":[{"name":"chat","policy":{"idle":"30s"}},{"name":"batch","workers":{"min":2}}],"seed":1})");
    CHECK(changed("seed", "null") ==
          R"({"pools":[{"name":"chat","policy":{"idle":"30s"}},{"name":"batch"}]})");
}

TEST_CASE("a path that leads nowhere is an error where it was written", "[app][study]") {
    for (const char* path : {"pools[chta].policy", "pools[7].name", "seed.more", "pools[chat", "pools..x", "",
                             "[0]", "pools[chat].", "routes[0].x"}) {
        INFO(path);
        try {
            with_value_at(scenario(), path, ConfigNode("v"), "study.json: axes[0].at");
            FAIL("no error");
        } catch (const InputError& error) {
            CHECK(error.where() == "study.json: axes[0].at");
        }
    }
    CHECK_THROWS_WITH(with_value_at(scenario(), "pools[chta].policy", ConfigNode("v"), "x"),
                      Catch::Contains("chat"));
}

}  // namespace spillway::tests
