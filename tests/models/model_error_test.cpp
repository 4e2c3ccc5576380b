// What a model's stated error does to its times.
#include "models/model_error.hpp"

#include <cmath>

#include "models/cold_start/loaders.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/registry.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/engine_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr int kDraws = 20'000;

double drawn(std::uint64_t replication, std::string_view profile, std::optional<double> error) {
    return ModelErrors(RunSeed{1, replication}).factor(profile, error);
}

/// Of a request without tokens, alone on a worker.
Duration time_of(const char* service, ModelErrors* errors) {
    ModelContext own = context();
    own.errors = errors;
    EngineLog log(make_service(config(service), own));
    log.admit(0, SimTime{});
    log.run();
    return log.ends().at(0).last_token - SimTime{};
}

double mean_start(const char* startup, ModelErrors* errors, std::string_view pool = "pool") {
    ModelContext own = context(0, pool);
    own.errors = errors;
    return make_startup(config(startup), own)->mean_seconds();
}

}  // namespace

TEST_CASE("a factor has mean 1 and the stated mean of absolute errors", "[models][model_error]") {
    for (const double error : {0.03, 0.1, 0.3}) {
        double sum = 0;
        double off = 0;
        for (std::uint64_t i = 0; i < kDraws; ++i) {
            const double factor = drawn(i, "H100", error);
            sum += factor;
            off += std::abs(factor - 1);
        }
        INFO(error);
        // Standard deviations: 0.009 error of the mean, 0.005 error of the absolute error.
        CHECK(sum / kDraws == Approx(1).margin(0.04 * error));
        CHECK(off / kDraws == Approx(error).epsilon(0.03));
    }
}

TEST_CASE("a factor grows with the uniform, and a larger error spreads it", "[models][model_error]") {
    CHECK(error_factor(0.1, 0.2) < error_factor(0.1, 0.8));
    CHECK(error_factor(0.1, 0.99) < error_factor(0.2, 0.99));
    CHECK(error_factor(0.1, 0.01) > error_factor(0.2, 0.01));
    CHECK(error_factor(0, 0.01) == 1);
}

TEST_CASE("a profile has one factor in a replication, whoever asks and in whatever order",
          "[models][model_error]") {
    ModelErrors one(RunSeed{1, 7});
    ModelErrors other(RunSeed{1, 7});
    const double first = one.factor("H100", 0.05);
    const double second = one.factor("L40S", 0.05);
    CHECK(other.factor("L40S", 0.05) == second);
    CHECK(other.factor("H100", 0.05) == first);
    CHECK(one.factor("H100", 0.05) == first);
    CHECK(first != second);
    CHECK(drawn(8, "H100", 0.05) != first);
}

TEST_CASE("without a draw, or without a stated error, nothing is multiplied", "[models][model_error]") {
    ModelErrors none;
    CHECK(none.factor("H100", 0.05) == 1);
    CHECK(drawn(1, "H100", std::nullopt) == 1);
    CHECK(scaled(Duration{1'234'567'891'234'567}, 1) == Duration{1'234'567'891'234'567});
    CHECK(scaled(10s, 1.5) == Duration{15s});
}

TEST_CASE("each profile is listed once, with its error or that none is stated", "[models][model_error]") {
    ModelErrors errors;
    errors.factor("H100", 0.05);
    errors.factor("pull", std::nullopt);
    errors.factor("H100", 0.05);
    CHECK(errors.stated() == std::vector<StatedError>{{"H100", 0.05}, {"pull", std::nullopt}});
}

TEST_CASE("the mean of a normal law's absolute errors follows from their median", "[models][model_error]") {
    // 0.67449 and 0.79788 standard deviations.
    CHECK(mean_error_of_median(0.67449) == Approx(0.79788).epsilon(1e-4));
}

TEST_CASE("services whose scenario states an error are multiplied as a whole", "[models][model_error]") {
    for (
        const char* service :
        {R"({"model": "fixed", "time": "2s", "error": "20%"})",
         R"({"model": "fixed", "time": {"empirical": ["2s", "2s"]}, "error": "20%"})",
         R"({"model": "micro-batch", "times": {"1": "2s"}, "error": "20%"})",
         R"({"model": "token-rate", "prefill_rate": "10/s", "decode_rate": "10/s", "overhead": "2s", "error": "20%"})"}) {
        INFO(service);
        ModelErrors exact;
        ModelErrors off(RunSeed{1, 3});
        CHECK(time_of(service, nullptr) == Duration{2s});
        CHECK(time_of(service, &exact) == Duration{2s});
        const double factor = ModelErrors(RunSeed{1, 3}).factor("service of pool", 0.2);
        CHECK(time_of(service, &off) == scaled(2s, factor));
        CHECK(off.stated() == std::vector<StatedError>{{"service of pool", 0.2}});
    }
}

TEST_CASE("a service without an error says so and stays as it is", "[models][model_error]") {
    ModelErrors errors(RunSeed{1, 3});
    CHECK(time_of(R"({"model": "fixed", "time": "2s"})", &errors) == Duration{2s});
    CHECK(errors.stated() == std::vector<StatedError>{{"service of pool", std::nullopt}});
}

TEST_CASE("an error of all and more is refused", "[models][model_error]") {
    require_input_error(
        [] { make_service(config(R"({"model": "fixed", "time": "2s", "error": 1})"), context()); }, "error",
        "must be below 100%");
}

TEST_CASE("a phase's own error is its pool's alone", "[models][model_error]") {
    constexpr const char* kStart =
        R"([{"phase": "pull", "time": "10s", "error": "10%"}, {"phase": "container", "time": "1s"}])";
    ModelErrors errors(RunSeed{1, 3});
    const double mine = mean_start(kStart, &errors);
    CHECK(mine != 11);
    CHECK(mean_start(kStart, &errors, "other") != mine);
    CHECK(errors.stated() == std::vector<StatedError>{{"start: pull of pool", 0.1},
                                                      {"start: container", std::nullopt},
                                                      {"start: pull of other", 0.1}});
    CHECK(mean_start(kStart, nullptr) == 11);
}

TEST_CASE("a loader's error is the same in every pool, on disk as in memory", "[models][model_error]") {
    constexpr const char* kStart =
        R"([{"phase": "weights", "loader": "safetensors", "storage": "nvme-29.4gb/s", "bytes": "16GB"}])";
    ModelErrors errors(RunSeed{1, 3});
    const double exact = mean_start(kStart, nullptr);
    const double off = mean_start(kStart, &errors);
    CHECK(off != exact);
    CHECK(mean_start(kStart, &errors, "other") == off);
    const Loader& loader = find_loader("safetensors", "nvme-29.4gb/s", "", "");
    CHECK(errors.stated() ==
          std::vector<StatedError>{{"loader safetensors on nvme-29.4gb/s", loader.left_out_error}});
    CHECK(off / exact ==
          Approx(ModelErrors(RunSeed{1, 3}).factor(errors.stated()[0].profile, loader.left_out_error)));
}

TEST_CASE("a phase that takes no time has nothing to be wrong about", "[models][model_error]") {
    ModelErrors errors(RunSeed{1, 3});
    CHECK(mean_start(R"([{"phase": "container", "time": "0s"}])", &errors) == 0);
    CHECK(errors.stated().empty());
}
