#include "app/deploy/knob.hpp"

#include "app/deploy/config_tree.hpp"
#include "app/deploy/gpu_names.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

ConfigNode text(std::string value) { return ConfigNode::text("pool", std::move(value)); }
ConfigNode number(double value) { return ConfigNode::number("pool", value); }

std::string written(KnobUnit unit, const ConfigNode& value) {
    return json_text(to_platform({"policy.x", "x", unit}, value).value);
}
std::string read(KnobUnit unit, const ConfigNode& value) {
    return json_text(from_platform({"policy.x", "x", unit}, value));
}

}  // namespace

TEST_CASE("each unit is written as the platforms write it", "[app][deploy]") {
    CHECK(written(KnobUnit::kSeconds, text("1m30s")) == "90");
    CHECK(written(KnobUnit::kMilliseconds, text("10m")) == "600000");
    CHECK(written(KnobUnit::kMilliseconds, text("250ms")) == "250");
    CHECK(written(KnobUnit::kDurationText, text("5m")) == "\"300s\"");
    CHECK(written(KnobUnit::kDurationText, text("1500ms")) == "\"1.5s\"");
    CHECK(written(KnobUnit::kPercentText, text("70%")) == "\"70\"");
    CHECK(written(KnobUnit::kPercentText, number(0.07)) == "\"7\"");
    CHECK(written(KnobUnit::kPercent, number(1)) == "100");
    CHECK(written(KnobUnit::kQuantity, number(2.8)) == "\"2800m\"");
    CHECK(written(KnobUnit::kQuantity, number(3)) == "\"3\"");
    CHECK(written(KnobUnit::kNumberText, number(2.8)) == "\"2.8\"");
    CHECK(written(KnobUnit::kCountText, ConfigNode::integer("", 4)) == "\"4\"");
    CHECK(written(KnobUnit::kRate, text("24/min")) == "0.4");
    CHECK(written(KnobUnit::kMebibytes, text("16GiB")) == "16384");
    CHECK(written(KnobUnit::kBytesText, text("16GiB")) == "\"16Gi\"");
    CHECK(written(KnobUnit::kBytesText, text("512MiB")) == "\"512Mi\"");
}

TEST_CASE("each unit is read back to what a pool says", "[app][deploy]") {
    CHECK(read(KnobUnit::kSeconds, ConfigNode::integer("", 90)) == "\"90s\"");
    CHECK(read(KnobUnit::kMilliseconds, ConfigNode::integer("", 600'000)) == "\"10m\"");
    CHECK(read(KnobUnit::kDurationText, text("1m30s")) == "\"90s\"");
    CHECK(read(KnobUnit::kPercentText, text("70")) == "0.7");
    CHECK(read(KnobUnit::kPercentText, text("200")) == "2");
    CHECK(read(KnobUnit::kQuantity, text("2800m")) == "2.8");
    CHECK(read(KnobUnit::kQuantity, text("1k")) == "1000");
    CHECK(read(KnobUnit::kQuantity, ConfigNode::integer("", 3)) == "3");
    CHECK(read(KnobUnit::kCount, text("4")) == "4");
    CHECK(read(KnobUnit::kRate, number(0.4)) == "\"0.4/s\"");
    CHECK(read(KnobUnit::kBytesText, text("16Gi")) == "\"16GiB\"");
    CHECK(read(KnobUnit::kMebibytes, ConfigNode::integer("", 16384)) == "\"16GiB\"");
}

TEST_CASE("what a unit cannot say is written as the next that it can, and said", "[app][deploy]") {
    const KnobRow seconds{"policy.idle_timeout", "idleTimeout", KnobUnit::kSeconds, 1, 3600};
    CHECK(json_text(to_platform(seconds, text("1500ms")).value) == "2");
    CHECK(to_platform(seconds, text("1500ms")).rounded ==
          "policy.idle_timeout 1500ms is written as 2 (whole seconds alone)");
    CHECK(json_text(to_platform(seconds, text("2h")).value) == "3600");
    CHECK(to_platform(seconds, text("2h")).rounded ==
          "policy.idle_timeout 2h is written as 3600 (documented: 1 to 3600)");
    CHECK(to_platform(seconds, text("0s")).rounded ==
          "policy.idle_timeout 0s is written as 1 (documented: 1 to 3600)");
    CHECK(to_platform(seconds, text("90s")).rounded.empty());
    CHECK(to_platform({"policy.target", "", KnobUnit::kQuantity}, number(0.35000049)).rounded ==
          "policy.target 0.35000049 is written as 351m (thousandths alone)");
}

TEST_CASE("a value of another kind is refused at its place", "[app][deploy]") {
    const ConfigNode wrong = ConfigNode::text("keda.yaml:7: spec.pollingInterval", "often");
    for (const KnobUnit unit : {KnobUnit::kCount, KnobUnit::kSeconds, KnobUnit::kMilliseconds,
                                KnobUnit::kDurationText, KnobUnit::kPercent, KnobUnit::kQuantity,
                                KnobUnit::kRate, KnobUnit::kMebibytes, KnobUnit::kBytesText}) {
        std::string where = "not refused";
        try {
            from_platform({"a", "b", unit}, wrong);
        } catch (const InputError& error) {
            where = error.where();
        }
        CHECK(where == "keda.yaml:7: spec.pollingInterval");
    }
    CHECK_THROWS_AS(from_platform({"a", "b", KnobUnit::kCount}, number(1.5)), InputError);
    CHECK_THROWS_AS(from_platform({"a", "b", KnobUnit::kSeconds}, number(-1)), InputError);
    CHECK_THROWS_AS(from_platform({"a", "b", KnobUnit::kSeconds}, number(1e300)), InputError);
    CHECK_THROWS_AS(from_platform({"a", "b", KnobUnit::kCount}, expression_node("x:1", "var.max")),
                    InputError);
}

TEST_CASE("a GPU has the name that each platform gives it, and is found by it", "[app][deploy]") {
    CHECK(gpu_name_of(GpuNaming::kRunpod, "H100") == "NVIDIA H100 80GB HBM3");
    CHECK(gpu_name_of(GpuNaming::kNodeLabel, "L4") == "NVIDIA-L4");
    CHECK(gpu_name_of(GpuNaming::kGoogle, "L4") == "nvidia-l4");
    CHECK(gpu_name_of(GpuNaming::kSkyPilot, "A100-40GB") == "A100");
    CHECK(gpu_name_of(GpuNaming::kModal, "A40").empty());
    CHECK(gpu_named(GpuNaming::kModal, "h100") == "H100");
    CHECK(gpu_named(GpuNaming::kModal, "A10G") == "A10");
    CHECK(gpu_named(GpuNaming::kRunpodGroup, "ADA_80_PRO") == "H100");
    CHECK(!gpu_named(GpuNaming::kModal, "TPU"));
    for (const char* gpu : {"L4", "L40S", "A100-80GB", "H100", "H200", "B200", "T4", "A40"}) {
        for (const GpuNaming naming : {GpuNaming::kRunpod, GpuNaming::kNodeLabel, GpuNaming::kModal,
                                       GpuNaming::kSkyPilot, GpuNaming::kGoogle}) {
            if (!gpu_name_of(naming, gpu).empty())
                CHECK(gpu_named(naming, gpu_name_of(naming, gpu)) == gpu);
        }
    }
}

TEST_CASE("a pool's name becomes a DNS label", "[app][deploy]") {
    CHECK(dns_label("H100 pool") == "h100-pool");
    CHECK(dns_label("8x L4 (spot)") == "w-8x-l4-spot");
    CHECK(dns_label("___") == "workers");
    CHECK(dns_label(std::string(80, 'a')).size() == 49);
    CHECK(dns_label(dns_label("8x L4")) == dns_label("8x L4"));
}

}  // namespace spillway::tests
