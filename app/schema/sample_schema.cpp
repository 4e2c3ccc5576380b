#include "app/schema/sample_schema.hpp"

#include <nlohmann/json.hpp>

#include "calibration/common/sample_file.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json described(Json type, const char* meaning) {
    type["description"] = meaning;
    return type;
}

Json text() { return {{"type", "string"}}; }
Json number() { return {{"type", "number"}}; }
Json seconds() { return {{"type", "number"}, {"exclusiveMinimum", 0}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json map_of(Json values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }

Json object(Json properties, Json required) {
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

Json params() {
    return described(map_of({{"type", {"string", "number"}}}),
                     "What was measured: words and sizes; calibration/README.md lists them by probe.");
}

Json sample() {
    Json spread = list_of(seconds());
    spread["minItems"] = spread["maxItems"] = 4;
    return object(
        {{"probe", described(text(), "Name of the probe: gemm, attn.decode, load, ...")},
         {"params", params()},
         {"unit", {{"const", "s"}}},
         {"median", described({{"type", {"number", "null"}}, {"exclusiveMinimum", 0}},
                              "Seconds; null where there is no time.")},
         {"n", described({{"type", "integer"}, {"minimum", 1}}, "How many samples the median is of.")},
         {"spread", described(std::move(spread), "Least, lower quartile, upper quartile, most.")},
         {"half_width", described(number(), "Half the median's 95 % interval, as a share of the median.")},
         {"rerun", described(number(), "The second round's median over the first's, less 1.")},
         {"stopped", described(text(), "Why measuring stopped: precise, most samples, out of time.")},
         {"values", described(list_of(seconds()), "Every sample, where they are few.")},
         {"marks", described(list_of(text()), "What speaks against the point: throttling, drift.")}},
        {"probe", "params", "unit", "median", "n"});
}

Json skipped() {
    return object({{"probe", text()}, {"params", params()}, {"reason", text()}},
                  {"probe", "params", "reason"});
}

}  // namespace

std::string sample_schema() {
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", "Samples: raw measurements of one machine"}};
    schema.update(object(
        {{"schema", {{"const", kSampleSchema}}},
         {"gpu", described(text(), "As the catalogue has it, or the device's own name.")},
         {"backend", described({{"enum", {"cuda", "host", "table"}}}, "table: what others published.")},
         {"device",
          described(map_of(number()), "Sizes that the device reports: memory_bytes, l2_bytes, ...")},
         {"env", described(map_of(text()), "Software, driver, processor, storage, date.")},
         {"provenance", described(map_of(text()), "Where the samples come from.")},
         {"probes", list_of(sample())},
         {"skipped", described(list_of(skipped()), "Points that were not measured, and why.")}},
        {"schema", "gpu", "backend", "env", "provenance", "probes"}));
    return schema.dump(2) + "\n";
}

}  // namespace spillway
