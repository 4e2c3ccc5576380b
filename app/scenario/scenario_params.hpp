#pragma once

#include <array>

#include "app/scenario/place_params.hpp"
#include "sim/core/config.hpp"

// The members of a scenario file, in one place for the loader, the JSON Schema and the documentation.
namespace spillway::scenario_tables {

inline constexpr std::array kRetry{
    default_param("attempts", ParamKind::kCount, "3", "Attempts in all."),
    default_param("backoff", ParamKind::kDuration, "1s", "Before the second attempt."),
    default_param("factor", ParamKind::kNumber, "2", "Each further back-off is longer by it."),
    default_param("jitter", ParamKind::kRatio, "0", "The back-off is multiplied by a uniform in 1 +- this."),
    default_param("on_rejected", ParamKind::kFlag, "true", "After a rejection."),
    default_param("on_timed_out", ParamKind::kFlag, "true", "After a time-out."),
    default_param("on_failed", ParamKind::kFlag, "true", "After a failure."),
    default_param("on_execution_timeout", ParamKind::kFlag, "true",
                  "After a failure that was an execution time-out (with on_failed)."),
};

inline constexpr std::array kClass{
    required_param("name", ParamKind::kText, "Name of the class: interactive, batch, a tenant, a model."),
    default_param("headline", ParamKind::kFlag, "false",
                  "The class that the first line reports; without any, the first one."),
    default_param("priority", ParamKind::kInteger, "0", "Higher is served first."),
    default_param("streaming", ParamKind::kFlag, "true",
                  "Tokens reach the client one by one; false: the time to first token is the total."),
    optional_param("timeout", ParamKind::kDuration,
                   "The client gives an attempt up after this, served or not."),
    optional_param("patience", ParamKind::kDurationLaw,
                   "The client gives up waiting for a worker after this."),
    optional_param("learned_patience", ParamKind::kText,
                   "In place of patience: the law that `spillway learn` wrote to this file."),
    optional_param("poll", ParamKind::kDuration,
                   "An asynchronous job: its client asks this often whether it is done, and learns of the "
                   "answer then; streaming is off."),
    optional_param("deadline", ParamKind::kDuration,
                   "Batch: completion is reported against this, from arrival."),
    optional_param(
        "ttl", ParamKind::kDuration,
        "From the first attempt: a request that old ends, wherever it is, and is not tried again."),
    object_param("retry", kRetry,
                 "What a client does after an attempt that did not complete; without it, nothing."),
    optional_param("slo", ParamKind::kList, "Objectives of this class, such as \"p95 ttft < 2s\"."),
};

inline constexpr std::array kStage{
    required_param("name", ParamKind::kText, "Name of the stage, for \"after\" and reports."),
    optional_param("pool", ParamKind::kText,
                   "Pool that serves it; without it, the one that the scenario's route chooses."),
    optional_param("after", ParamKind::kList,
                   "Stages that must have ended before it begins; without it, the one written before; []: "
                   "none."),
    default_param("share", ParamKind::kRatio, "1",
                  "Of the requests that take it; one that does not passes through in no time."),
    optional_param("input_factor", ParamKind::kNumber,
                   "Prompt tokens, as a multiple of the request's (1, or 0 beside input_tokens)."),
    optional_param("input_tokens", ParamKind::kNumberLaw, "Prompt tokens on top of that multiple."),
    optional_param("output_factor", ParamKind::kNumber,
                   "Answer tokens, as a multiple of the request's (1, or 0 beside output_tokens)."),
    optional_param("output_tokens", ParamKind::kNumberLaw, "Answer tokens on top of that multiple."),
    optional_param("max_tokens", ParamKind::kCount,
                   "Limit of the answer; without it, the same multiple of the request's own limit."),
    default_param("service_factor", ParamKind::kNumber, "1",
                  "Service time that a trace measured, as a multiple of the request's."),
    default_param("streams", ParamKind::kFlag, "false",
                  "The client reads this stage's tokens; without any, the last one on the critical path."),
};

inline constexpr std::array kFlow{
    required_param("name", ParamKind::kText, "Name of the flow."),
    optional_param("class", ParamKind::kText,
                   "Class whose requests go through it; may be left out where there is one only."),
    choice_param("retry", "stage|request", "stage",
                 "What a class's retry rule repeats after a failed stage: the stage, or the whole request."),
    ParamSpec{
        "stages", ParamKind::kList, Presence::kRequired, {}, "What a request goes through.", {}, kStage},
};

inline constexpr std::array kWorkers{
    default_param("min", ParamKind::kCount, "0", "Smallest size that a policy may be told."),
    required_param("max", ParamKind::kCount, "Largest size."),
    default_param("excess", ParamKind::kCount, "0",
                  "Workers beyond the maximum that the platform may add in a spike."),
};

inline constexpr std::array kGpus{
    default_param("per_worker", ParamKind::kCount, "1", "GPUs that one worker takes (tensor parallelism)."),
    optional_param("per_instance", ParamKind::kCount,
                   "GPUs that an instance has (as many as a worker takes)."),
};

inline constexpr std::array kPendingLimit{
    default_param("start_factor", ParamKind::kNumber, "3.5", "Times the pool's mean start-up time,"),
    default_param("at_least", ParamKind::kDuration, "10s", "or this, if that is longer."),
};

inline constexpr std::array kQueue{
    optional_param("max_length", ParamKind::kCount, "A request beyond it is rejected."),
    default_param("max_wait", ParamKind::kDuration, "1h",
                  "A request that waited this long ends as timed out."),
    object_param("pending_limit", kPendingLimit,
                 "In place of max_wait, after the pool's start-up time: what waited this long is rejected "
                 "with 429."),
    choice_param("without_worker", "hold|reject", "hold",
                 "What happens to a request that finds no ready worker."),
};

inline constexpr std::array kWindowLimit{
    required_param("base", ParamKind::kNumber, "Requests in a window, at least."),
    default_param("per_worker", ParamKind::kNumber, "0", "For each ready worker, if that makes more."),
    default_param("window", ParamKind::kDuration, "10s", "Length of a window of the clock."),
};

inline constexpr std::array kConcurrentLimit{
    required_param("base", ParamKind::kNumber, "Requests that wait or run at once, at least."),
    default_param("per_worker", ParamKind::kNumber, "0", "For each ready worker, if that makes more."),
};

inline constexpr std::array kRateLimit{
    optional_param("requests_per_minute", ParamKind::kNumber,
                   "A token bucket of one minute's allowance; beyond: 429."),
    optional_param("tokens_per_minute", ParamKind::kNumber, "The same, over prompt and max_tokens."),
    object_param("requests", kWindowLimit, "Requests in each window of the clock; beyond: 429."),
    object_param("concurrent", kConcurrentLimit, "Requests that wait or run at once; beyond: 429."),
};

inline constexpr std::array kStartBackoff{
    default_param("factor", ParamKind::kNumber, "2", "start_retry grows by it with each failure in a row."),
    default_param("max", ParamKind::kDuration, "5m", "It grows no further than this."),
    default_param("jitter", ParamKind::kRatio, "0", "It is multiplied by a uniform in 1 +- this."),
};

inline constexpr std::array kPool{
    required_param("name", ParamKind::kText, "Name of the pool."),
    choice_param(
        "kind", "workers|api", "workers",
        "workers: GPUs of your own; api: a pay-per-token endpoint, always there, billed by the request."),
    optional_param(
        "platform", ParamKind::kText,
        "A platform that sets what the pool does not: policy, limits, queue, time-outs and, with a "
        "gpu, the price; `spillway list platforms`."),
    ParamSpec{"offer",
              ParamKind::kChoice,
              Presence::kOptional,
              {},
              "How the platform's GPUs are bought (as `spillway list platforms` has it first).",
              "serverless|serverless-active|on-demand|spot|reserved"},
    optional_param("region", ParamKind::kText,
                   "Whose prices of the platform are taken, as the vendor names it."),
    optional_param("gpu", ParamKind::kText, "GPU model, as `spillway list gpus` names it."),
    optional_param("tags", ParamKind::kList, "What the pool offers: regions, isolation, residency."),
    default_param("concurrency", ParamKind::kCount, "1", "Requests that a worker serves at once."),
    choice_param(
        "binding", "late|start|push", "late",
        "late: one queue, bound when a slot is free; start: to the worker that the arrival started; push: on "
        "arrival, into a worker's own queue."),
    object_param("workers", kWorkers, "Limits of the pool's size (required for kind workers)."),
    object_param("gpus", kGpus, "GPUs of workers and instances."),
    choice_param("initial", "steady|empty", "steady",
                 "steady: the policy's opening size is ready at the start."),
    default_param("cancel_starting", ParamKind::kFlag, "false",
                  "A start whose requests are gone is cancelled."),
    default_param("stop_time", ParamKind::kDuration, "0s", "From the order to stop to gone."),
    default_param("start_retry", ParamKind::kDuration, "10s",
                  "After a start that failed or found no supply."),
    object_param("start_backoff", kStartBackoff, "How start_retry grows; without it, it does not."),
    optional_param("init_timeout", ParamKind::kDuration, "A start that takes longer has failed."),
    choice_param("init_timeout_from", "grant|container", "grant",
                 "What init_timeout counts from: GPUs were found, or what acquires and pulls was over."),
    optional_param("execution_timeout", ParamKind::kDuration,
                   "An attempt that holds its slot on a worker for longer has failed."),
    default_param("crash_rate", ParamKind::kRate, "0/h", "Of each worker: it dies alone."),
    choice_param("on_worker_lost", "fail|requeue", "fail",
                 "What happens to a request whose worker crashes, is interrupted or reaches its drain limit: "
                 "its attempt fails, or it goes back to the head of the queue."),
    default_param("max_requeues", ParamKind::kCount, "3",
                  "Of one request under on_worker_lost \"requeue\"; then its attempt fails."),
    optional_param("supply", ParamKind::kText,
                   "Name of the supply that its GPUs come from; without it, unlimited."),
    object_param("queue", kQueue, "How requests wait."),
    object_param("rate_limit", kRateLimit, "What the endpoint lets in; the rest is rejected with 429."),
    required_param("service", ParamKind::kObject,
                   "How a worker serves: {\"model\": ...}; `spillway list models`."),
    optional_param("startup", ParamKind::kObject, "How a worker starts: phases; without it, at once."),
    optional_param("path", ParamKind::kObject, "Gateway in and out, take-up by polling workers."),
    optional_param("post", ParamKind::kObject, "Post-processing after the last token."),
    optional_param("policy", ParamKind::kObject, "What scales the pool; `spillway list policies`."),
    optional_param(
        "route", ParamKind::kObject,
        "Which worker; `spillway list routes`. Without it, warm-first, which fills a worker before it "
        "takes the next: token-level models usually want least-loaded."),
    optional_param("price", ParamKind::kObject, "What it costs: \"$2.49/h\", or {\"catalog\": ...}."),
};

inline constexpr std::array kScenario{
    default_param("name", ParamKind::kText, "unnamed", "What the scenario is about, in a few words."),
    default_param("seed", ParamKind::kCount, "1", "Everything random is keyed by it."),
    default_param("replication", ParamKind::kCount, "0", "Another sample of the same world."),
    default_param("start", ParamKind::kWallClock, "2026-01-05T00:00",
                  "Wall clock at time 0 (a Monday by default)."),
    optional_param("horizon", ParamKind::kDuration,
                   "End of the measured window; without it, the end of the traffic."),
    default_param("warm_up", ParamKind::kDuration, "10m",
                  "Traffic before time 0: neither measured nor billed."),
    list_param("classes", kClass, "Classes of requests; without any, one named \"default\"."),
    list_param("flows", kFlow, "Requests of several stages, each in a pool of its own."),
    required_param("traffic", ParamKind::kList,
                   "Sources: {\"source\": ..., \"class\": ...}; `spillway list readers`."),
    list_param("pools", kPool, "Kinds of workers, each with limits, models, policy and price."),
    list_param("supplies", kSupply, "GPUs that several pools share."),
    list_param("zones", kZone, "What fails together."),
    list_param("hosts", kHosts, "The machines of supplies, where something is known of them."),
    list_param("links", kLink, "Links that starts share: twenty pulls at once slow each other down."),
    list_param("rollouts", kRollout, "New versions that replace the workers of a pool."),
    optional_param("policy", ParamKind::kObject, "A policy over several pools; `spillway list policies`."),
    optional_param("route", ParamKind::kObject, "Which pool a request goes to; `spillway list routes`."),
    optional_param("requires", ParamKind::kList, "Tags that a pool must have, or it is ruled out."),
    optional_param("slo", ParamKind::kList, "Objectives over all requests, such as \"failed < 0.1%\"."),
    optional_param("prices", ParamKind::kText, "A price file of your own, laid over the built-in catalog."),
    optional_param("gpu_profiles", ParamKind::kList,
                   "Files of GPU profiles of your own, which `spillway calibrate fit` writes: each replaces "
                   "the catalogue's of its name."),
    default_param("allow_host_profiles", ParamKind::kFlag, "false",
                  "Profiles that were measured on a processor may stand in for GPUs."),
    optional_param("month_shape", ParamKind::kList,
                   "168 weights, one an hour of the week from Monday 00:00: makes a month of less than a "
                   "week's traffic."),
    default_param("month", ParamKind::kDuration, "720h", "How long a month is."),
};

}  // namespace spillway::scenario_tables
