// RunPod Serverless: an endpoint as its REST interface takes it (POST /v1/endpoints), and as its GraphQL
// names the same things.
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 2> kRunpodPolicies{"runpod-queue-delay", "runpod-request-count"};

constexpr std::array kRunpodSize{
    KnobRow{"gpus.per_worker", "gpuCount", KnobUnit::kCount, 1},
    KnobRow{"workers.min", "workersMin", KnobUnit::kCount},
    KnobRow{"workers.max", "workersMax", KnobUnit::kCount},
};
constexpr std::array kRunpodTimes{
    KnobRow{"policy.idle_timeout", "idleTimeout", KnobUnit::kSeconds, 1, 3600},
    KnobRow{"execution_timeout", "executionTimeoutMs", KnobUnit::kMilliseconds, 5000, 604'800'000},
};
constexpr KnobRow kRunpodQueueDelay{"policy.queue_delay", "scalerValue", KnobUnit::kSeconds, 1};
constexpr KnobRow kRunpodScalerValue{"policy.scaler_value", "scalerValue", KnobUnit::kCount, 1};

constexpr std::string_view kFlashBoot = "runpod/flashboot";
constexpr std::string_view kNoFlashBoot = "runpod/no-cache";

NativePolicy runpod_from_idle(const IdleScaling& scaling) {
    NativePolicy native;
    std::vector<ConfigNode::Member> members{{"name", ConfigNode::text("", "runpod-queue-delay")}};
    members.emplace_back("queue_delay",
                         scaling.queue_delay ? *scaling.queue_delay : ConfigNode::text("", "1s"));
    native.differs.emplace_back(
        "the scenario's policy itself: QUEUE_DELAY starts workers once requests have waited scalerValue "
        "seconds, and \"policy\": \"runpod-queue-delay\" simulates that");
    members.emplace_back("idle_timeout", scaling.idle_timeout);
    native.policy = ConfigNode::object("", std::move(members));
    if (scaling.spare > 0)
        native.differs.push_back(
            fmt::format("policy.buffer {}: RunPod keeps no spare workers", scaling.spare));
    if (scaling.requests_per_worker)
        native.differs.push_back(
            fmt::format("policy.requests_per_worker {}: QUEUE_DELAY goes by the wait alone",
                        plain_text(*scaling.requests_per_worker)));
    return native;
}

void put_flashboot(DeployDraft& draft, DeployPool& pool) {
    const auto start = pool.value("startup.preset");
    if (start && (start->as_text() == kFlashBoot || start->as_text() == kNoFlashBoot))
        draft.put("flashboot", ConfigNode::flag("", start->as_text() == kFlashBoot));
    else
        draft.unsaid.emplace_back("startup: flashboot is left out, for starts of one's own do not tell");
}

void write_runpod(DeployPool& pool, DeployDraft& draft) {
    draft.put_text("name", dns_label(pool.name()));
    draft.put_placeholder("templateId", kReplaceMe,
                          pool.facts().serves ? fmt::format("the template, with the image of a server of {}",
                                                            *pool.facts().serves)
                                              : std::string("the template, with the image"));
    draft.put("gpuTypeIds", ConfigNode::list("", {}));
    draft.put_gpu(pool, "gpuTypeIds>[0]", GpuNaming::kRunpod);
    draft.put_knobs(pool, "", kRunpodSize);
    const bool by_delay = pool.policy() == "runpod-queue-delay";
    draft.put_text("scalerType", by_delay ? "QUEUE_DELAY" : "REQUEST_COUNT");
    draft.put_knob(pool, "", by_delay ? kRunpodQueueDelay : kRunpodScalerValue);
    draft.put_knobs(pool, "", kRunpodTimes);
    put_flashboot(draft, pool);
    if (const int slots = pool.facts().concurrency; slots > 1)
        draft.unsaid.push_back(fmt::format(
            "concurrency {}: a worker's own handler says it (concurrency_modifier; MAX_CONCURRENCY of the "
            "vLLM worker)",
            slots));
    pool.value("concurrency");
}

std::vector<DeployUnit> runpod_units(std::string_view text, const std::string& shown) {
    const ConfigNode root = read_config_text(text, shown);
    std::vector<ConfigNode> endpoints;
    if (root.kind() == Kind::kList)
        endpoints.assign(root.items().begin(), root.items().end());
    else if (root.kind() == Kind::kObject && root.members().size() == 1 && root.find("input") != nullptr)
        endpoints.push_back(*root.find("input"));  // the variables of GraphQL's saveEndpoint
    else
        endpoints.push_back(root);
    std::vector<DeployUnit> units;
    for (const ConfigNode& endpoint : endpoints) {
        if (endpoint.kind() != Kind::kObject)
            throw InputError(endpoint.where(), "is no endpoint", "RunPod's are objects with \"workersMax\"");
        const ConfigNode* name = endpoint.find("name");
        units.push_back(
            {name != nullptr && name->kind() == Kind::kText ? name->as_text() : "endpoint", endpoint, {}});
    }
    return units;
}

void read_runpod_gpu(DeployReading& reading) {
    reading.take_gpu("gpuTypeIds>[0]", GpuNaming::kRunpod);
    const std::string groups = reading.take_text("gpuIds");
    if (groups.empty())
        return;
    const std::string first = groups.substr(0, groups.find(','));
    if (const auto gpu = gpu_named(GpuNaming::kRunpodGroup, first)) {
        reading.set_text("gpu", *gpu);
        reading.assume(fmt::format("gpu {}: one of those that gpuIds \"{}\" stands for", *gpu, groups));
    } else {
        reading.assume(fmt::format("no GPU: gpuIds \"{}\" is not known", groups));
    }
}

void read_runpod(DeployReading& reading) {
    reading.take("name");
    const std::string scaler = reading.take_text("scalerType");
    const bool by_count = scaler == "REQUEST_COUNT";
    if (!scaler.empty() && !by_count && scaler != "QUEUE_DELAY") {
        throw InputError(reading.take("scalerType")->where(), fmt::format("unknown scaler \"{}\"", scaler),
                         "QUEUE_DELAY or REQUEST_COUNT");
    }
    if (scaler.empty())
        reading.assume("QUEUE_DELAY: the file names no scalerType");
    reading.set_text("platform", by_count ? "runpod-serverless-request-count" : "runpod-serverless");
    read_runpod_gpu(reading);
    reading.take_knobs("", kRunpodSize);
    reading.set_text("policy.name", kRunpodPolicies[by_count ? 1 : 0]);
    reading.take_knob("", by_count ? kRunpodScalerValue : kRunpodQueueDelay);
    const ConfigNode* timeout = reading.peek("executionTimeoutMs");
    if (timeout != nullptr && timeout->kind() == Kind::kInteger && timeout->as_integer() <= 0)
        reading.pass_over("executionTimeoutMs", "no time-out of its own");
    else
        reading.take_knob("", kRunpodTimes[1]);
    reading.take_knob("", kRunpodTimes[0]);
    if (by_count && reading.has("policy.idle_timeout")) {
        reading.set_text("platform", "runpod-load-balancing");
        reading.assume(
            "a load-balancing endpoint, which alone has both REQUEST_COUNT and idleTimeout; a "
            "queue endpoint ignores idleTimeout: for one, write \"platform\": "
            "\"runpod-serverless-request-count\" and leave policy.idle_timeout out");
    }
    const ConfigNode* flashboot = reading.take("flashboot");
    if (flashboot == nullptr)
        reading.assume("starts with FlashBoot: the file does not say whether it is on");
    reading.set_text("startup.preset",
                     flashboot == nullptr || require_value(*flashboot).as_flag() ? kFlashBoot : kNoFlashBoot);
}

}  // namespace

DeployForm runpod_form() {
    return {"runpod",
            "RunPod Serverless: an endpoint's fields as JSON, for POST /v1/endpoints",
            "RunPod",
            "runpod-serverless",
            "",
            kRunpodPolicies,
            "it starts workers by QUEUE_DELAY or REQUEST_COUNT and stops each after idleTimeout",
            runpod_from_idle,
            write_runpod,
            json_file_text,
            [](std::string_view text) {
                return text.find("\"scalerType\"") != text.npos || text.find("\"workersMax\"") != text.npos ||
                       text.find("\"gpuTypeIds\"") != text.npos;
            },
            runpod_units,
            read_runpod};
}

}  // namespace spillway
