#include "app/calibrate/published_names.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("a published model is the catalogue's of that name, else of the longest name in it",
          "[app][published_names]") {
    const auto name = [](std::string_view published) { return published_llm(published, "runs.csv:2").name; };
    CHECK(name("Qwen3-8B") == "Qwen3-8B");
    CHECK(name("mistralai/Mistral-Nemo-Instruct-2407") == "Mistral-Nemo-12B");
    CHECK(name("nvidia/Llama-3.1-70B-Instruct-FP8") == "Llama-3.1-70B");
    CHECK(name("Qwen/Qwen3-235B-A22B-FP8") == "Qwen3-235B");
    CHECK(name("bloom-176b") == "BLOOM-176B");
    CHECK_THROWS_WITH(name("Llama-9"), contains_text("runs.csv:2"));
}

TEST_CASE("tables name GPUs in their own ways", "[app][published_names]") {
    CHECK(find_published_gpu("h100_sxm") == "H100");
    CHECK(find_published_gpu("h100-80gb") == "H100");
    CHECK(find_published_gpu("b300_sxm") == "B300");
    CHECK_FALSE(find_published_gpu("gb300"));
}
