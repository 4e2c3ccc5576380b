#include "calibration/cuda/unusable.hpp"

#include "calibration/cuda/device_monitor.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::cuda;
using spillway::tests::contains_text;

TEST_CASE("a device that answers can be used", "[cuda][unusable]") {
    CHECK(why_unusable({0, 1, 13000, 13000}, "no error").empty());
}

TEST_CASE("without a driver the sentence says which one is needed", "[cuda][unusable]") {
    CHECK(why_unusable({kInsufficientDriver, 0, 0, 13000}, "") ==
          "no NVIDIA driver is installed: this program needs one for CUDA 13.0 or later (driver R580 or "
          "later for "
          "CUDA 13)");
}

TEST_CASE("a driver that is too old is named with the one that is needed", "[cuda][unusable]") {
    CHECK(
        why_unusable({kInsufficientDriver, 0, 12040, 13000}, "") ==
        "a driver for CUDA 12.4 is installed, and this program needs 13.0 or later (driver R580 or later for "
        "CUDA 13)");
}

TEST_CASE("each way of having no device has a sentence of its own", "[cuda][unusable]") {
    CHECK_THAT(why_unusable({kStubLibrary, 0, 0, 13000}, ""), contains_text("stub"));
    CHECK_THAT(why_unusable({kNoDevice, 0, 13000, 13000}, ""), contains_text("finds no GPU"));
    CHECK_THAT(why_unusable({kDevicesUnavailable, 0, 13000, 13000}, ""), contains_text("not available"));
    CHECK_THAT(why_unusable({0, 0, 13000, 13000}, ""), contains_text("CUDA_VISIBLE_DEVICES"));
    CHECK(why_unusable({999, 0, 13000, 13000}, "unknown error") ==
          "the CUDA runtime cannot be used: unknown error (code 999)");
}

TEST_CASE("an idle GPU is not throttled, a hot one is", "[cuda][clocks]") {
    CHECK(throttle_reasons(0x01).empty());
    CHECK(throttle_reasons(0x44) == std::vector<std::string>{"power cap", "hardware temperature"});
}
