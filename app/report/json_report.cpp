#include "app/report/json_report.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "app/report/bill_json.hpp"
#include "app/report/engine_json.hpp"
#include "app/report/stage_json.hpp"
#include "app/run/saturation.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, kWorkerStates> kStateNames{
    "asked", "acquiring", "pulling", "starting", "idle", "busy", "draining", "stopping", "stopped", "failed"};

Json seconds(Duration duration) { return to_seconds(duration); }
Json seconds(SummedTime time) { return to_seconds(time); }
Json seconds(const std::optional<Duration>& duration) {
    return duration ? Json(to_seconds(*duration)) : Json(nullptr);
}
Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// The nearest double, which reads back as the same nano-dollars up to some nine million dollars.
Json usd(Money money) { return Json::parse(exact_usd(money)); }
Json usd(const std::optional<Money>& money) { return money ? usd(*money) : Json(nullptr); }

Json figures(const LatencyFigures& one) {
    return {{"requests", one.requests},  {"never", one.never},        {"mean_s", seconds(one.mean)},
            {"min_s", seconds(one.min)}, {"p50_s", seconds(one.p50)}, {"p90_s", seconds(one.p90)},
            {"p95_s", seconds(one.p95)}, {"p99_s", seconds(one.p99)}, {"p99.9_s", seconds(one.p999)},
            {"max_s", seconds(one.max)}};
}

Json parts(const ClassSummary& one) {
    Json json = Json::object();
    for (std::size_t i = 0; i < one.parts.size(); ++i) {
        const PartFigures& part = one.parts[i];
        json[std::string(kLatencyPartNames[i])] = {
            {"mean_s", seconds(part.mean)},        {"p50_s", seconds(part.p50)},
            {"p95_s", seconds(part.p95)},          {"p99_s", seconds(part.p99)},
            {"share_of_mean", part.share_of_mean}, {"p99_band_mean_s", part.p99_band_mean_seconds},
            {"share_of_p99", part.share_of_p99}};
    }
    return json;
}

/// Those that happened.
Json setbacks_json(const SetbackCounts<std::uint64_t>& counts) {
    Json json = Json::object();
    for (std::size_t i = 0; i < kSetbacks; ++i) {
        if (counts.of[i] > 0)
            json[std::string(kSetbackNames[i])] = counts.of[i];
    }
    return json;
}

Json counts(const RequestCounts& count) {
    Json json{{"offered", count.offered},
              {"completed", count.completed},
              {"rejected", count.rejected},
              {"timed_out", count.timed_out},
              {"abandoned", count.abandoned},
              {"failed", count.failed},
              {"attempts", count.attempts},
              {"inside_slo", count.inside_slo},
              {"cold", count.cold},
              {"exposed", count.exposed},
              {"overflowed", count.overflowed},
              {"overflowed_base_sooner", count.overflowed_base_sooner},
              {"input_tokens", count.input_tokens},
              {"output_tokens", count.output_tokens},
              {"failed_share", count.share(count.missed())},
              {"cold_share", count.share(count.cold)},
              {"exposed_share", count.share(count.exposed)},
              {"slo_attainment", count.share(count.inside_slo)}};
    if (count.answers_cut > 0)
        json["answers_cut"] = count.answers_cut;
    if (count.requeues > 0)
        json["requeues"] = count.requeues;
    if (const Json setbacks = setbacks_json(count.setbacks); !setbacks.empty())
        json["setbacks"] = setbacks;
    return json;
}

Json class_json(const ClassSummary& one) {
    Json reasons = Json::array();
    for (const ReasonCount& reason : one.reasons) {
        reasons.push_back({{"outcome", kOutcomeNames[static_cast<std::size_t>(reason.outcome)]},
                           {"reason", reason.reason},
                           {"requests", reason.requests}});
    }
    return {{"name", one.name},
            {"requests", counts(one.requests)},
            {"not_completed", reasons},
            {"total", figures(one.total)},
            {"total_failures_counted", figures(one.total_failures_counted)},
            {"total_warm", figures(one.total_warm)},
            {"total_cold", figures(one.total_cold)},
            {"total_without_start", figures(one.total_without_start)},
            {"ttft", figures(one.ttft)},
            {"ttft_warm", figures(one.ttft_warm)},
            {"tpot", figures(one.tpot)},
            {"engine_queue", figures(one.engine_queue)},
            {"gateway", figures(one.gateway)},
            {"parts", parts(one)},
            {"p99_band_requests", one.p99_band_requests}};
}

Json deadline_json(const DeadlineResult& one) {
    return {{"deadline_s", seconds(one.deadline)},
            {"met", one.deadline ? Json(one.met) : Json(nullptr)},
            {"completed_per_hour", one.completed_per_hour},
            {"output_tokens_per_hour", one.output_tokens_per_hour}};
}

Json states_json(const PoolUsage& usage) {
    Json states = Json::object();
    for (std::size_t i = 0; i < kWorkerStates; ++i) {
        if (static_cast<WorkerState>(i) != WorkerState::kStopped) {
            states[std::string(kStateNames[i]) + "_s"] = seconds(usage.state_time[i]);
        }
    }
    return states;
}

/// The keys that are null of an API, which has no workers of one's own.
constexpr std::array kOfWorkers{"workers_p50",   "workers_mean",     "workers_max",      "starts",
                                "failed_starts", "timed_out_starts", "cancelled_starts", "occupied_share",
                                "loaded_share",  "mean_start_s",     "worker_time",      "idle_time",
                                "at_limit_s"};

Json pool_json(const PoolResult& pool) {
    const PoolUsage& usage = pool.usage;
    Json json{{"name", pool.setup.name},
              {"gpu", pool.setup.gpu ? Json(*pool.setup.gpu) : Json(nullptr)},
              {"policy", pool.setup.policy},
              {"workers_p50", pool.workers_p50},
              {"workers_mean", pool.workers_mean},
              {"workers_max", usage.peak_workers},
              {"starts", usage.starts},
              {"failed_starts", usage.failed_starts},
              {"timed_out_starts", usage.timed_out_starts},
              {"cancelled_starts", usage.cancelled_starts},
              {"occupied_share", pool.occupied_share},
              {"loaded_share", pool.loaded_share},
              {"peak_concurrency", usage.peak_in_flight},
              {"peak_queue", usage.peak_queue},
              {"busy_share", to_seconds(usage.busy_time) / to_seconds(usage.window)},
              {"mean_slot_s", pool.mean_slot_seconds},
              {"mean_start_s", pool.setup.mean_start_seconds},
              {"worker_time", states_json(usage)},
              {"idle_time",
               {{"floor_s", seconds(usage.idle_floor)},
                {"buffer_s", seconds(usage.idle_buffer)},
                {"timeout_s", seconds(usage.idle_timeout)},
                {"headroom_s", seconds(usage.idle_headroom)}}},
              {"slot_time_s", seconds(usage.slot_time)},
              {"slot_time_in_spells",
               {{"under_30s_s", seconds(usage.spell_slot_time[0])},
                {"under_30min_s", seconds(usage.spell_slot_time[1])},
                {"under_4h_s", seconds(usage.spell_slot_time[2])},
                {"longer_s", seconds(usage.spell_slot_time[3])}}},
              {"at_limit_s", seconds(usage.at_limit)},
              {"overflowed", usage.overflowed},
              {"overflowed_base_sooner", usage.overflowed_base_sooner}};
    if (pool.setup.sort == PoolSort::kApi) {
        for (const char* key : kOfWorkers) json[key] = nullptr;
    }
    if (const Json lost = setbacks_json(usage.lost_workers); !lost.empty())
        json["lost_workers"] = lost;
    if (usage.outdated_workers > 0)
        json["outdated_workers"] = usage.outdated_workers;
    if (pool.has_engine())
        json["engine"] = Json::parse(engine_json(pool));
    json["bill"] = pool.bill ? Json::parse(bill_json(*pool.bill)) : Json(nullptr);
    return json;
}

Json answer(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    const RequestCounts& count = one.requests;
    const std::string saturated = saturation(result);
    return {{"class", one.name},
            {"priced", result.priced},
            {"cost_usd", usd(result.cost)},
            {"cost_per_hour_usd", result.cost_per_hour()},
            {"month_usd", usd(result.month)},
            {"month_basis", kMonthBasisNames[static_cast<std::size_t>(result.month_basis)]},
            {"cost_per_1000_inside_slo_usd", number(result.cost_per_thousand_inside())},
            {"cost_per_1000_offered_usd", number(result.cost_per_thousand_offered())},
            {"cost_per_million_output_tokens_usd", number(result.cost_per_million_output_tokens())},
            {"p50_s", seconds(one.total.p50)},
            {"p95_s", seconds(one.total.p95)},
            {"p99_s", seconds(one.total.p99)},
            {"cold_share", count.share(count.cold)},
            {"failed_share", count.share(count.missed())},
            {"slo_attainment", count.share(count.inside_slo)},
            {"settled", result.settled},
            {"unsettled_reason", result.settled ? Json(nullptr) : Json(result.unsettled_reason)},
            {"saturated_reason", saturated.empty() ? Json(nullptr) : Json(saturated)}};
}

Json traffic_json(const TrafficProfile& traffic) {
    return {{"requests", traffic.requests},
            {"mean_rate_per_s", traffic.mean_rate},
            {"peak_per_minute", traffic.peak_per_minute},
            {"peak_length_s", seconds(traffic.peak_length)},
            {"chart_bin_s", seconds(traffic.chart_width)},
            {"chart", traffic.chart}};
}

Json result_json(const RunResult& result) {
    Json json{{"scenario", result.scenario},
              {"answer", answer(result)},
              {"window_s", to_seconds(result.horizon)},
              {"traffic", traffic_json(result.traffic)},
              {"all", class_json(result.summary.all)}};
    json["classes"] = Json::array();
    for (std::size_t i = 0; i < result.summary.classes.size(); ++i) {
        json["classes"].push_back(class_json(result.summary.classes[i]));
        json["classes"].back()["deadline"] = deadline_json(result.deadlines[i]);
    }
    if (result.itl.requests > 0)
        json["itl"] = Json::parse(itl_json(result.itl));
    json["slos"] = Json::array();
    for (const SloResult& one : result.summary.slos) {
        const bool share = one.slo.measure >= SloMeasure::kColdShare;
        json["slos"].push_back({{"slo", one.slo.text},
                                {"attained", one.attained},
                                {"requests", one.requests},
                                {share ? "observed_share" : "observed_s",
                                 share ? Json(one.observed_share) : seconds(one.observed)}});
    }
    for (const StageResult& stage : result.stages) json["stages"].push_back(Json::parse(stage_json(stage)));
    json["pools"] = Json::array();
    for (const PoolResult& pool : result.pools) json["pools"].push_back(pool_json(pool));
    json["left_at_end"] = {{"requests", result.leftover.requests},
                           {"drained_s", seconds(result.leftover.drained)},
                           {"gpu_time_s", seconds(result.drain_gpu_time())},
                           {"drain_cost_usd", usd(result.drain_cost)}};
    json["events"] = result.events;
    return json;
}

}  // namespace

std::string json_report(const RunResult& result) { return result_json(result).dump(2) + "\n"; }

std::string json_report(const std::vector<RunResult>& results) {
    Json list = Json::array();
    for (const RunResult& result : results) list.push_back(result_json(result));
    return list.dump(2) + "\n";
}

}  // namespace spillway
