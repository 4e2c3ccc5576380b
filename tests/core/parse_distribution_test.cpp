#include <array>

#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;
using tests::Approx;
using tests::contains_text;

namespace {

using Members = std::vector<ConfigNode::Member>;

ConfigNode text(const std::string& value) { return ConfigNode::text("s.json: start", value); }
ConfigNode number(double value) { return ConfigNode::number("s.json: start", value); }
ConfigNode object(Members members) { return ConfigNode::object("s.json: start", std::move(members)); }
ConfigNode list(std::vector<ConfigNode> items) { return ConfigNode::list("s.json: start", std::move(items)); }
ConfigNode law(const std::string& name, ConfigNode parameters) {
    return object({{name, std::move(parameters)}});
}

Distribution seconds(const ConfigNode& node) { return parse_distribution(node, LawUnit::kSeconds); }
Distribution plain(const ConfigNode& node) { return parse_distribution(node, LawUnit::kNumber); }

}  // namespace

TEST_CASE("a bare value is a constant law in its unit", "[core][parse_distribution]") {
    REQUIRE(seconds(text("250ms")).duration(0.5) == 250ms);
    REQUIRE(plain(number(3)).quantile(0.5) == 3);
    REQUIRE(seconds(law("constant", text("2s"))).is_constant());
}

TEST_CASE("each law is read with its parameters", "[core][parse_distribution]") {
    REQUIRE(seconds(law("uniform", object({{"min", text("1s")}, {"max", text("4s")}}))).quantile(0.25) ==
            1.75);
    REQUIRE(seconds(law("exponential", object({{"mean", text("2s")}}))).mean() == 2);
    const Distribution lognormal =
        seconds(law("lognormal", object({{"mean", text("2s")}, {"cv", number(0.3)}})));
    REQUIRE(lognormal.mean() == Approx(2));
    REQUIRE(lognormal.quantile(0.3) == Distribution::lognormal(2, 0.3).quantile(0.3));
    const Distribution by_quantiles =
        plain(law("lognormal", object({{"p50", number(2)}, {"p95", number(7)}})));
    REQUIRE(by_quantiles.quantile(0.95) == Approx(7));
    REQUIRE(plain(law("gamma", object({{"mean", number(2)}, {"cv", number(3)}}))).quantile(0.3) ==
            Distribution::gamma(2, 3).quantile(0.3));
    REQUIRE(plain(law("weibull", object({{"mean", number(2)}, {"shape", number(3)}}))).quantile(0.3) ==
            Distribution::weibull(2, 3).quantile(0.3));
    REQUIRE(seconds(law("empirical", list({text("3s"), text("1s")}))).quantile(0.9) == 3);
    const Members points{
        {"p0", text("1s")}, {"p50", text("2s")}, {"p99.9", text("9s")}, {"p100", text("9s")}};
    REQUIRE(seconds(law("quantiles", object(points))).quantile(0.25) == 1.5);
}

TEST_CASE("a mixture holds laws of any form", "[core][parse_distribution]") {
    const ConfigNode first = object({{"weight", number(0.9)}, {"law", text("1s")}});
    const ConfigNode second =
        object({{"weight", number(0.1)}, {"law", law("exponential", object({{"mean", text("11s")}}))}});
    REQUIRE(seconds(law("mixture", list({first, second}))).mean() == Approx(2));
}

TEST_CASE("the parameters of every law are listed", "[core][parse_distribution]") {
    REQUIRE(law_forms(LawUnit::kSeconds).size() == 9);
    REQUIRE(law_forms(LawUnit::kNumber).size() == 9);
    REQUIRE(law_forms(LawUnit::kSeconds)[1].params[0].kind == ParamKind::kDuration);
    REQUIRE(law_forms(LawUnit::kNumber)[1].params[0].kind == ParamKind::kNumber);
}

TEST_CASE("an unknown law is answered with the nearest", "[core][parse_distribution]") {
    REQUIRE_THROWS_WITH(seconds(law("lognorml", object({}))),
                        contains_text("s.json: start: unknown distribution \"lognorml\"") &&
                            contains_text("did you mean \"lognormal\"?"));
}

TEST_CASE("an unknown or missing parameter of a law is named", "[core][parse_distribution]") {
    REQUIRE_THROWS_WITH(seconds(law("gamma", object({{"mean", text("1s")}, {"vc", number(1)}}))),
                        contains_text("unknown key \"vc\"") && contains_text("did you mean \"cv\"?"));
    REQUIRE_THROWS_WITH(seconds(law("gamma", object({{"mean", text("1s")}}))),
                        contains_text("\"cv\" is missing"));
}

TEST_CASE("a law in seconds wants units and a law of numbers wants none", "[core][parse_distribution]") {
    REQUIRE_THROWS_WITH(seconds(number(2)), contains_text("the unit is missing"));
    REQUIRE_THROWS_WITH(seconds(law("exponential", object({{"mean", number(2)}}))),
                        contains_text("the unit is missing"));
    REQUIRE_THROWS_AS(plain(text("2s")), InputError);
    REQUIRE_THROWS_AS(seconds(list({text("1s")})), InputError);
}

TEST_CASE("parameters out of range are rejected", "[core][parse_distribution]") {
    const std::array bad{
        number(-1),
        law("uniform", object({{"min", number(2)}, {"max", number(1)}})),
        law("exponential", object({{"mean", number(-2)}})),
        law("lognormal", object({{"mean", number(2)}, {"cv", number(0)}})),
        law("lognormal", object({{"mean", number(2)}, {"cv", number(-1)}})),
        law("lognormal", object({{"mean", number(2)}, {"p95", number(3)}})),
        law("lognormal", object({{"mean", number(2)}, {"cv", number(1)}, {"p50", number(3)}})),
        law("lognormal", object({{"p50", number(0)}, {"p95", number(3)}})),
        law("lognormal", object({{"p50", number(4)}, {"p95", number(3)}})),
        law("lognormal", object({})),
        law("gamma", object({{"mean", number(2)}, {"cv", number(0)}})),
        law("weibull", object({{"mean", number(2)}, {"shape", number(0)}})),
        law("empirical", list({})),
        law("empirical", list({number(1), number(-1)})),
        law("empirical", number(1)),
        law("quantiles", object({{"p0", number(1)}, {"p50", number(2)}})),
        law("quantiles", object({{"p50", number(1)}, {"p100", number(2)}})),
        law("quantiles", object({{"p0", number(2)}, {"p100", number(1)}})),
        law("quantiles", object({{"p100", number(1)}, {"p0", number(2)}})),
        law("quantiles", object({{"p0", number(1)}, {"median", number(2)}, {"p100", number(3)}})),
        law("quantiles", object({{"p0", number(1)}, {"p101", number(2)}})),
        law("mixture", list({})),
        law("mixture", list({object({{"weight", number(0)}, {"law", number(1)}})})),
        law("mixture", list({object({{"weight", number(1)}})})),
        object({}),
        object({{"constant", number(1)}, {"gamma", number(1)}}),
    };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        INFO("case " << i);
        REQUIRE_THROWS_AS(plain(bad[i]), InputError);
    }
}

TEST_CASE("a law of seconds that can outlast the clock is rejected", "[core][parse_distribution]") {
    const auto exponential = [](const std::string& mean) {
        return law("exponential", object({{"mean", text(mean)}}));
    };
    REQUIRE_THROWS_WITH(seconds(exponential("1500d")), contains_text("beyond a hundred years"));
    REQUIRE_NOTHROW(seconds(exponential("900d")));
    REQUIRE_NOTHROW(plain(law("exponential", object({{"mean", number(1e12)}}))));
}
