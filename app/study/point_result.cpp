#include "app/study/point_result.hpp"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json encode(const RunOutcome& run) {
    Json readings = Json::array();
    for (const Reading& reading : run.readings) readings.push_back(reading_text(reading));
    return {readings, run.unsettled, run.saturated, run.held};
}

RunOutcome decode(const Json& json) {
    RunOutcome run;
    for (const Json& reading : json[0]) run.readings.push_back(parse_reading(reading.get<std::string>()));
    run.unsettled = json[1];
    run.saturated = json[2];
    run.held = json[3];
    return run;
}

}  // namespace

std::string encode_result(const PointResult& result) {
    Json runs = Json::array();
    for (const RunOutcome& run : result.runs.runs) runs.push_back(encode(run));
    return Json{result.id, result.refused, result.runs.begin, result.runs.precise, runs}.dump();
}

PointResult decode_result(std::string_view text) {
    const Json json = Json::parse(text);
    PointResult result{json[0], json[1], {}};
    result.runs.begin = json[2];
    result.runs.precise = json[3];
    for (const Json& run : json[4]) result.runs.runs.push_back(decode(run));
    return result;
}

}  // namespace spillway
