#include <array>

#include "sim/core/check.hpp"
#include "sim/core/config.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;
using tests::contains_text;

namespace {

constexpr std::array kParams{
    required_param("model", ParamKind::kText, "which model is served"),
    default_param("idle_timeout", ParamKind::kDuration, "5m", "quiet time before a stop"),
    default_param("max_workers", ParamKind::kCount, "8", "at most so many"),
    default_param("offset", ParamKind::kInteger, "-2", "any whole number"),
    default_param("weight", ParamKind::kNumber, "1.5", "any number"),
    default_param("busy", ParamKind::kRatio, "70%", "target share"),
    default_param("disk", ParamKind::kBytes, "16GiB", "local disk"),
    default_param("link", ParamKind::kByteRate, "3GB/s", "link to the store"),
    default_param("arrivals", ParamKind::kRate, "90/min", "mean rate"),
    default_param("sticky", ParamKind::kFlag, "true", "a flag"),
    choice_param("order", "fifo|priority|deadline", "priority", "queue order"),
    default_param("start", ParamKind::kDurationLaw, "2s", "time to start"),
    default_param("tokens", ParamKind::kNumberLaw, "3.5", "a law of numbers"),
    optional_param("deadline", ParamKind::kDuration, "latest end"),
    optional_param("price", ParamKind::kPrice, "price"),
    optional_param("limit", ParamKind::kCount, "a limit"),
    default_param("tags", ParamKind::kList, "[]", "tags"),
};

using Members = std::vector<ConfigNode::Member>;

/// An object at "s.json: pool" with a model and the members given.
class Pool {
public:
    explicit Pool(Members members = {})
        : node_(ConfigNode::object("s.json: pool", with_model(std::move(members)))) {}
    ParamReader reader() const { return {node_, kParams}; }

private:
    static Members with_model(Members members) {
        members.emplace_back("model", ConfigNode::text("s.json: pool.model", "llama"));
        return members;
    }
    ConfigNode node_;
};

ConfigNode::Member text(const std::string& name, const std::string& value) {
    return {name, ConfigNode::text("s.json: pool." + name, value)};
}
ConfigNode::Member integer(const std::string& name, std::int64_t value) {
    return {name, ConfigNode::integer("s.json: pool." + name, value)};
}

}  // namespace

TEST_CASE("a value in the file wins over the default", "[core][param_reader]") {
    const Pool pool({text("idle_timeout", "90s"), integer("max_workers", 3), text("order", "deadline"),
                     text("busy", "5%"), text("deadline", "10s")});
    ParamReader reader = pool.reader();
    REQUIRE(reader.text("model") == "llama");
    REQUIRE(reader.duration("idle_timeout") == 90s);
    REQUIRE(reader.integer("max_workers") == 3);
    REQUIRE(reader.choice("order") == 2);
    REQUIRE(reader.ratio("busy") == 0.05);
    REQUIRE(reader.optional_duration("deadline") == 10s);
}

TEST_CASE("a default of every kind is read as if it stood in the file", "[core][param_reader]") {
    const Pool pool;
    ParamReader reader = pool.reader();
    REQUIRE(reader.duration("idle_timeout") == 5min);
    REQUIRE(reader.integer("max_workers") == 8);
    REQUIRE(reader.integer("offset") == -2);
    REQUIRE(reader.number("weight") == 1.5);
    REQUIRE(reader.ratio("busy") == 0.7);
    REQUIRE(reader.bytes("disk") == std::int64_t{16} << 30);
    REQUIRE(reader.byte_rate("link") == 3e9);
    REQUIRE(reader.rate("arrivals") == 1.5);
    REQUIRE(reader.flag("sticky"));
    REQUIRE(reader.choice("order") == 1);
    REQUIRE(reader.node("start")->as_duration() == 2s);
    REQUIRE(reader.node("tokens")->as_number() == 3.5);
    REQUIRE(reader.node("tags")->items().empty());
    REQUIRE(reader.optional_integer("max_workers") == 8);
}

TEST_CASE("an absent optional parameter is nothing", "[core][param_reader]") {
    const Pool pool;
    ParamReader reader = pool.reader();
    REQUIRE_FALSE(reader.has("deadline"));
    REQUIRE_FALSE(reader.optional_duration("deadline"));
    REQUIRE_FALSE(reader.optional_integer("limit"));
    REQUIRE(reader.node("price") == nullptr);
}

TEST_CASE("an unknown key is answered with the nearest one", "[core][param_reader]") {
    const Pool pool({text("idle_timeot", "90s")});
    REQUIRE_THROWS_WITH(pool.reader(), contains_text("s.json: pool: unknown key \"idle_timeot\"") &&
                                           contains_text("did you mean \"idle_timeout\"?"));
}

TEST_CASE("a missing required parameter is named with its meaning", "[core][param_reader]") {
    const ConfigNode node = ConfigNode::object("s.json: pool", {});
    REQUIRE_THROWS_WITH(ParamReader(node, kParams),
                        "s.json: pool: \"model\" is missing\n  hint: model: which model is served");
}

TEST_CASE("something else than an object has no parameters", "[core][param_reader]") {
    const ConfigNode node = ConfigNode::integer("s.json: pool", 3);
    REQUIRE_THROWS_AS(ParamReader(node, kParams), InputError);
}

TEST_CASE("values out of range are rejected at their place", "[core][param_reader]") {
    const Pool pool({integer("max_workers", -1), text("busy", "120%"), text("idle_timeout", "-5s"),
                     text("link", "0GB/s"), integer("limit", -7)});
    ParamReader reader = pool.reader();
    REQUIRE_THROWS_WITH(reader.integer("max_workers"),
                        "s.json: pool.max_workers: -1 is out of range: it must be 0 or more");
    REQUIRE_THROWS_WITH(reader.ratio("busy"),
                        "s.json: pool.busy: 1.2 is out of range: it must be from 0 to 1");
    REQUIRE_THROWS_WITH(reader.duration("idle_timeout"),
                        contains_text("-5s is out of range: it must be 0 or more"));
    REQUIRE_THROWS_WITH(reader.byte_rate("link"), contains_text("it must be above 0"));
    REQUIRE_THROWS_WITH(reader.optional_integer("limit"), contains_text("it must be 0 or more"));
}

TEST_CASE("a word that is no choice is answered with the nearest and the list", "[core][param_reader]") {
    const Pool pool({text("order", "prioritty")});
    ParamReader reader = pool.reader();
    REQUIRE_THROWS_WITH(reader.choice("order"),
                        "s.json: pool.order: unknown order \"prioritty\"\n"
                        "  hint: did you mean \"priority\"? valid: fifo, priority, deadline");
}

TEST_CASE("two tables are read as one", "[core][param_reader]") {
    static constexpr std::array kName{required_param("name", ParamKind::kText, "which")};
    static constexpr std::array kOwn{default_param("size", ParamKind::kCount, "2", "how many")};
    const ConfigNode node =
        ConfigNode::object("s.json", {{"name", ConfigNode::text("s.json: name", "fixed")}});
    ParamReader reader(node, kName, kOwn);
    REQUIRE(reader.text("name") == "fixed");
    REQUIRE(reader.integer("size") == 2);
    REQUIRE_NOTHROW(reader.finish());
    REQUIRE(reader.where("size") == "s.json: size");
    REQUIRE_THROWS_AS(ParamReader(node, kName, kName), InternalError);
}

TEST_CASE("a declared parameter that nobody reads is our own bug", "[core][param_reader]") {
    static constexpr std::array kTwo{optional_param("a", ParamKind::kText, "a"),
                                     default_param("b", ParamKind::kCount, "2", "b")};
    const ConfigNode given = ConfigNode::object("s.json", {{"a", ConfigNode::text("s.json: a", "x")}});
    ParamReader reader(given, kTwo);
    reader.integer("b");
    REQUIRE(reader.has("a"));
    REQUIRE_THROWS_AS(reader.finish(), InternalError);
    reader.text("a");
    REQUIRE_NOTHROW(reader.finish());

    const ConfigNode absent = ConfigNode::object("s.json", {});
    ParamReader second(absent, kTwo);
    REQUIRE_FALSE(second.has("a"));
    REQUIRE_FALSE(second.has("b"));
    REQUIRE_THROWS_AS(second.finish(), InternalError);
}

TEST_CASE("reading a parameter as another kind than declared is our own bug", "[core][param_reader]") {
    const Pool pool;
    ParamReader reader = pool.reader();
    REQUIRE_THROWS_AS(reader.number("max_workers"), InternalError);
    REQUIRE_THROWS_AS(reader.text("unheard_of"), InternalError);
    REQUIRE_THROWS_AS(reader.node("weight"), InternalError);
    REQUIRE_THROWS_AS(reader.duration("deadline"), InternalError);
}
