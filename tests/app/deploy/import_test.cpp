// Files as people write them after the platforms' documentation.
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "tests/app/deploy/deploy_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// As said() shows it.
std::string json(const std::string& text) { return json_text(read_config_text(text, "")); }

constexpr const char* kRunpodRest = R"({
  "id": "jpnw0v75y3qoql", "name": "llama-8b", "templateId": "30zmvf89kd", "computeType": "GPU",
  "gpuTypeIds": ["NVIDIA GeForce RTX 4090", "NVIDIA L4"], "gpuCount": 1, "workersMin": 1, "workersMax": 8,
  "scalerType": "QUEUE_DELAY", "scalerValue": 6, "idleTimeout": 20, "executionTimeoutMs": 900000,
  "flashboot": false, "networkVolumeId": "agv6w2qcg7"})";

constexpr const char* kModalVllm = R"PY(import modal

MINUTES = 60  # seconds
N_GPU = 2
app = modal.App("example-vllm-inference")
vllm_image = modal.Image.from_registry("nvidia/cuda:12.8.0-devel-ubuntu22.04").uv_pip_install("vllm==0.10.1")
MODEL_NAME = "Qwen/Qwen3-8B"


@app.function(
    image=vllm_image,
    gpu=f"H100:{N_GPU}",
    scaledown_window=15 * MINUTES,  # how long should we stay up with no requests?
    timeout=10 * MINUTES,
    min_containers=1,
    buffer_containers=2,
)
@modal.concurrent(max_inputs=32, target_inputs=24)
@modal.web_server(port=8000, startup_timeout=10 * MINUTES)
def serve():
    import subprocess
    subprocess.Popen(" ".join(["vllm", "serve", MODEL_NAME]), shell=True)
)PY";

constexpr const char* kKnativeService = R"(apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: llama
  namespace: inference
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/minScale: "1"
        autoscaling.knative.dev/max-scale: "5"
        autoscaling.knative.dev/target: "8"
        autoscaling.knative.dev/target-utilization-percentage: "80"
        autoscaling.knative.dev/window: "40s"
        autoscaling.knative.dev/panic-window-percentage: "20.0"
        autoscaling.knative.dev/panic-threshold-percentage: "150.0"
        autoscaling.knative.dev/scale-down-delay: 15m
    spec:
      containerConcurrency: 10
      timeoutSeconds: 120
      containers:
        - image: vllm/vllm-openai:latest
          args: ["--model", "meta-llama/Llama-3.1-8B-Instruct"]
          resources:
            limits: {nvidia.com/gpu: 1}
      nodeSelector:
        cloud.google.com/gke-accelerator: nvidia-l4
)";

constexpr const char* kKedaObject = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 1
  template:
    spec:
      terminationGracePeriodSeconds: 120
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}
      containers:
      - name: server
        image: example/server
        resources: {limits: {nvidia.com/gpu: "2"}}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: chat-scaler
spec:
  scaleTargetRef: {name: chat}
  pollingInterval: 15
  cooldownPeriod: 600
  idleReplicaCount: 0
  minReplicaCount: 1
  maxReplicaCount: 6
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleUp:
          policies:
          - {type: Pods, value: 2, periodSeconds: 60}
        scaleDown:
          stabilizationWindowSeconds: 120
          policies:
          - {type: Percent, value: 50, periodSeconds: 30}
  triggers:
  - type: prometheus
    metadata:
      serverAddress: http://prometheus:9090
      query: sum(vllm:num_requests_waiting{namespace="chat"})
      threshold: "5"
      activationThreshold: "1.5"
---
apiVersion: v1
kind: Service
metadata: {name: chat}
)";

constexpr const char* kHpa = R"(apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: chat
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  minReplicas: 2
  maxReplicas: 9
  metrics:
  - type: External
    external:
      metric: {name: queue_messages_waiting}
      target: {type: AverageValue, averageValue: 1500m}
  behavior:
    scaleDown:
      selectPolicy: Disabled
    scaleUp:
      tolerance: 0.05
      policies:
      - {type: Percent, value: 300, periodSeconds: 15}
)";

constexpr const char* kSkyServe = R"(service:
  readiness_probe: /v1/models
  replica_policy:
    min_replicas: 0
    max_replicas: 4
    target_qps_per_replica: 2.5
    upscale_delay_seconds: 60
    downscale_delay_seconds: 600
    dynamic_ondemand_fallback: true
resources:
  ports: 8080
  accelerators: {A100: 1}
  use_spot: true
setup: pip install vllm
run: python -m vllm.entrypoints.openai.api_server --model mistralai/Mistral-Nemo-Instruct-2407
)";

constexpr const char* kTerraform = R"(provider "google" { project = "p" }
resource "google_cloud_run_v2_service" "ollama" {
  name     = "ollama-gemma"
  location = "europe-west1"
  template {
    timeout                          = "3.5s"
    max_instance_request_concurrency = 8
    scaling { max_instance_count = 3 }
    node_selector { accelerator = "nvidia-l4" }
    containers {
      image = var.image
      resources {
        limits            = { "cpu" = "8", "memory" = "32Gi", "nvidia.com/gpu" = "1" }
        startup_cpu_boost = true
      }
    }
  }
}
)";

}  // namespace

TEST_CASE("a RunPod endpoint is read from what its REST interface answers", "[app][deploy]") {
    const ImportedConfig imported = import_text(kRunpodRest, "runpod");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "name") == "\"llama-8b\"");
    CHECK(said(pool, "platform") == "\"runpod-serverless\"");
    CHECK(said(pool, "gpu") == "\"RTX4090\"");
    CHECK(said(pool, "workers") == json(R"({"min": 1, "max": 8})"));
    CHECK(said(pool, "policy") ==
          json(R"({"name": "runpod-queue-delay", "queue_delay": "6s", "idle_timeout": "20s"})"));
    CHECK(said(pool, "execution_timeout") == "\"15m\"");
    CHECK(said(pool, "startup.preset") == "\"runpod/no-cache\"");
    CHECK(any_holds(imported.unused, "networkVolumeId: agv6w2qcg7"));
    CHECK(any_holds(imported.unused, "gpuTypeIds[1]: NVIDIA L4"));
    CHECK(!any_holds(imported.unused, "workersMin"));
}

TEST_CASE("RunPod's GraphQL names the GPU by its group", "[app][deploy]") {
    const ImportedConfig imported = import_text(
        R"({"input": {"name": "x", "gpuIds": "ADA_80_PRO,AMPERE_80", "workersMax": 3, "workersMin": 0,
            "idleTimeout": 5, "scalerType": "REQUEST_COUNT", "scalerValue": 4}})",
        "runpod");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "gpu") == "\"H100\"");
    CHECK(said(pool, "platform") == "\"runpod-load-balancing\"");
    CHECK(said(pool, "policy.scaler_value") == "4");
    CHECK(any_holds(imported.assumed, "load-balancing"));
}

TEST_CASE("a Modal function is read with its constants, and its model is found", "[app][deploy]") {
    const ImportedConfig imported = import_text(kModalVllm, "modal");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "name") == "\"example-vllm-inference\"");
    CHECK(said(pool, "gpu") == "\"H100\"");
    CHECK(said(pool, "gpus.per_worker") == "2");
    CHECK(said(pool, "concurrency") == "32");
    CHECK(said(pool, "workers.min") == "1");
    CHECK(
        said(pool, "policy") ==
        json(R"({"name": "modal", "buffer_containers": 2, "scaledown_window": "15m", "target_inputs": 24})"));
    CHECK(said(pool, "execution_timeout") == "\"10m\"");
    CHECK(said(pool, "service") == json(R"({"model": "llm", "llm": "Qwen3-8B"})"));
    CHECK(any_holds(imported.assumed, "service Qwen3-8B"));
    CHECK(any_holds(imported.unused, "file:19: modal.web_server(startup_timeout=): 600"));
}

TEST_CASE("a Knative Service is read with percents, durations and old spellings", "[app][deploy]") {
    const ImportedConfig imported = import_text(kKnativeService, "knative");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "workers") == json(R"({"min": 1, "max": 5})"));
    CHECK(said(pool, "policy.target") == "8");
    CHECK(said(pool, "policy.target_utilization") == "0.8");
    CHECK(said(pool, "policy.window") == "\"40s\"");
    CHECK(said(pool, "policy.panic_window") == "0.2");
    CHECK(said(pool, "policy.panic_threshold") == "1.5");
    CHECK(said(pool, "policy.scale_down_delay") == "\"15m\"");
    CHECK(said(pool, "concurrency") == "10");
    CHECK(said(pool, "execution_timeout") == "\"2m\"");
    CHECK(said(pool, "gpu") == "\"L4\"");
    CHECK(said(pool, "service.llm") == "\"Llama-3.1-8B\"");
    CHECK(any_holds(imported.unused, "metadata.namespace: inference"));
    CHECK(any_holds(imported.unused, "file:5: metadata.namespace"));
}

TEST_CASE("a ScaledObject is read with its Deployment", "[app][deploy]") {
    const ImportedConfig imported = import_text(kKedaObject, "keda");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "gpu") == "\"L40S\"");
    CHECK(said(pool, "gpus.per_worker") == "2");
    CHECK(said(pool, "workers") == json(R"({"min": 1, "max": 6})"));
    CHECK(said(pool, "policy.polling_interval") == "\"15s\"");
    CHECK(said(pool, "policy.cooldown_period") == "\"10m\"");
    CHECK(said(pool, "policy.metric") == "\"queued\"");
    CHECK(said(pool, "policy.target") == "5");
    CHECK(said(pool, "policy.activation") == "1.5");
    CHECK(said(pool, "policy.up_pods") == "2");
    CHECK(said(pool, "policy.up_period") == "\"1m\"");
    CHECK(said(pool, "policy.down_share") == "0.5");
    CHECK(said(pool, "policy.down_period") == "\"30s\"");
    CHECK(said(pool, "policy.down_window") == "\"2m\"");
    CHECK(said(pool, "policy.drain_limit") == "\"2m\"");
    CHECK(any_holds(imported.unused, "idleReplicaCount: 0 ("));
    CHECK(any_holds(imported.unused, "Service \"chat\""));
}

TEST_CASE("a server's own limit is read from vLLM's command line", "[app][deploy]") {
    const auto with = [](std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    };
    for (const char* args :
         {"image: example/server\n        args: [\"--max-num-seqs\", \"12\"]",
          "image: example/server\n        args: [--max-num-seqs=12]",
          "image: example/server\n        command: [sh, -c, vllm serve --max-num-seqs 12 --port 80]"}) {
        const ImportedConfig imported = import_text(with(kKedaObject, "image: example/server", args), "keda");
        CHECK(said(pool_of(imported), "concurrency") == "12");
        CHECK(!any_holds(imported.assumed, "concurrency"));
        CHECK(!any_holds(imported.unused, ": 12"));
    }
    CHECK(said(pool_of(import_text(kKedaObject, "keda")), "concurrency") == "8");
    const std::string task = with(kSkyServe, "api_server", "api_server --max-num-seqs 6");
    CHECK(said(pool_of(import_text(task, "skyserve")), "concurrency") == "6");
}

TEST_CASE("a HorizontalPodAutoscaler is read with quantities and what is disabled", "[app][deploy]") {
    const ImportedConfig imported = import_text(kHpa, "hpa");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "workers") == json(R"({"min": 2, "max": 9})"));
    CHECK(said(pool, "policy.metric") == "\"queued\"");
    CHECK(said(pool, "policy.target") == "1.5");
    CHECK(said(pool, "policy.down_share") == "0");
    CHECK(said(pool, "policy.up_share") == "3");
    CHECK(said(pool, "policy.up_pods") == "0");
    CHECK(said(pool, "policy.tolerance") == "0.05");
    CHECK(any_holds(imported.assumed, "the file holds no Deployment"));
}

TEST_CASE("a SkyServe task is read with its accelerators, and spot has its price", "[app][deploy]") {
    const ImportedConfig imported = import_text(kSkyServe, "skyserve");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "gpu") == "\"A100-40GB\"");
    CHECK(said(pool, "workers") == json(R"({"min": 0, "max": 4})"));
    CHECK(said(pool, "policy.target_qps_per_replica") == "\"2.5/s\"");
    CHECK(said(pool, "policy.upscale_delay") == "\"1m\"");
    CHECK(said(pool, "policy.downscale_delay") == "\"10m\"");
    CHECK_THAT(said(pool, "price.catalog"), Catch::Contains("spot"));
    CHECK(any_holds(imported.unused, "dynamic_ondemand_fallback: true"));
    CHECK(any_holds(imported.unused, "readiness_probe: /v1/models"));
}

TEST_CASE("a SkyServe task of a fixed size is a fixed pool", "[app][deploy]") {
    for (const char* size : {"replicas: 3", "replica_policy: {min_replicas: 3}"}) {
        const std::string text =
            std::string("service:\n  readiness_probe: /\n  ") + size + "\nresources: {accelerators: L4}\n";
        const ConfigNode pool = pool_of(import_text(text, "skyserve"));
        CHECK(said(pool, "policy") == json(R"({"name": "fixed", "workers": 3})"));
        CHECK(said(pool, "workers.max") == "3");
    }
}

TEST_CASE("a Cloud Run service is read from Terraform and from its JSON form", "[app][deploy]") {
    const ImportedConfig imported = import_text(kTerraform, "terraform");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "name") == "\"ollama-gemma\"");
    CHECK(said(pool, "gpu") == "\"L4\"");
    CHECK(said(pool, "concurrency") == "8");
    CHECK(said(pool, "workers") == json(R"({"max": 3})"));
    CHECK(said(pool, "execution_timeout") == "\"3.5s\"");
    CHECK(said(pool, "price") ==
          json(R"({"catalog": "cloud-run/L4-zonal", "cpu": {"vcpu": 8}, "memory": {"size": "32GiB"}})"));
    CHECK(any_holds(imported.unused, "template.containers.image: var.image"));
    CHECK(any_holds(imported.unused, "startup_cpu_boost: true"));
    CHECK(any_holds(imported.unused, "provider"));
    const ConfigNode other = pool_of(import_text(
        R"({"resource": {"google_cloud_run_v2_service": {"x": {"name": "ollama", "template": [{"scaling":
            [{"min_instance_count": 1, "max_instance_count": 2}], "node_selector": [{"accelerator": "nvidia-l4"}],
            "gpu_zonal_redundancy_disabled": true}]}}}})",
        "terraform"));
    CHECK(said(other, "workers") == json(R"({"min": 1, "max": 2})"));
    CHECK(said(other, "concurrency") == "80");
    CHECK(said(other, "price") == "absent");
}

TEST_CASE("a SageMaker endpoint is read from its scaling and its instance", "[app][deploy]") {
    const ImportedConfig imported = import_text(R"(
resource "aws_appautoscaling_target" "asr" {
  max_capacity       = 5
  min_capacity       = 0
  resource_id        = "endpoint/asr-async/variant/AllTraffic"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  service_namespace  = "sagemaker"
}
resource "aws_appautoscaling_policy" "asr" {
  name        = "backlog"
  policy_type = "TargetTrackingScaling"
  resource_id = aws_appautoscaling_target.asr.resource_id
  target_tracking_scaling_policy_configuration {
    target_value       = 7.5
    scale_in_cooldown  = 600
    scale_out_cooldown = 120
    customized_metric_specification {
      metric_name = "ApproximateBacklogSizePerInstance"
      namespace   = "AWS/SageMaker"
      statistic   = "Average"
    }
  }
}
resource "aws_sagemaker_endpoint_configuration" "config" {
  production_variants {
    model_name    = aws_sagemaker_model.m.name
    instance_type = "ml.g6e.xlarge"
  }
}
)",
                                                "terraform");
    const ConfigNode pool = pool_of(imported);
    CHECK(said(pool, "name") == "\"asr-async\"");
    CHECK(said(pool, "platform") == "\"sagemaker-async\"");
    CHECK(said(pool, "workers") == json(R"({"min": 0, "max": 5})"));
    CHECK(said(pool, "policy.target") == "7.5");
    CHECK(said(pool, "policy.cooldown_in") == "\"10m\"");
    CHECK(said(pool, "policy.cooldown_out") == "\"2m\"");
    CHECK(said(pool, "policy.metric") == "\"backlog-per-instance\"");
    CHECK(said(pool, "gpu") == "\"L40S\"");
    CHECK(any_holds(imported.unused, "aws_sagemaker_model.m.name"));
    CHECK_THROWS_WITH(
        import_text(R"(resource "aws_appautoscaling_target" "x" { service_namespace = "sagemaker" })",
                    "terraform"),
        Catch::Contains("no target tracking policy"));
}

TEST_CASE("each of these files is recognised by its content", "[app][deploy]") {
    const auto form = [](const char* text) { return form_of_file(text, "f", std::nullopt).name; };
    CHECK(form(kRunpodRest) == "runpod");
    CHECK(form(kModalVllm) == "modal");
    CHECK(form(kKnativeService) == "knative");
    CHECK(form(kKedaObject) == "keda");
    CHECK(form(kHpa) == "hpa");
    CHECK(form(kSkyServe) == "skyserve");
    CHECK(form(kTerraform) == "terraform");
    CHECK_THROWS_AS(form("hello: world\n"), InputError);
}

TEST_CASE("what a file says wrong is refused at its line", "[app][deploy]") {
    const auto refusal = [](std::string text, std::string_view form) {
        try {
            import_text(text, form);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("not refused");
    };
    const auto with = [](std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    };
    CHECK_THAT(refusal(with(kKedaObject, "pollingInterval: 15", "pollingInterval: often"), "keda"),
               Catch::Contains("file:21: spec.pollingInterval: is often, not a number of seconds"));
    CHECK_THAT(refusal(with(kKedaObject, "type: prometheus", "type: cpu"), "keda"),
               Catch::Contains("no trigger that counts requests"));
    CHECK_THAT(refusal(with(kModalVllm, "min_containers=1", "min_containers=FLOOR"), "modal"),
               Catch::Contains("file:15: app.function(min_containers=): is an expression") &&
                   Catch::Contains("write the value itself"));
    CHECK_THAT(
        refusal(with(kTerraform, "max_instance_count = 3", "max_instance_count = var.most"), "terraform"),
        Catch::Contains("file:8: ") && Catch::Contains("var.most"));
    CHECK_THAT(refusal(with(kRunpodRest, "QUEUE_DELAY", "QUEUE"), "runpod"),
               Catch::Contains("unknown scaler"));
    CHECK_THAT(refusal(with(kHpa, "minReplicas: 2", "minReplicas: 20"), "hpa"),
               Catch::Contains("says what cannot be run"));
    CHECK_THAT(refusal("kind: Service\napiVersion: v1\n", "knative"),
               Catch::Contains("nothing that Knative scales"));
}

TEST_CASE("what a platform's answer holds beside its settings does no harm", "[app][deploy]") {
    const auto with = [](std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    };
    const ImportedConfig endless = import_text(
        with(kRunpodRest, "\"executionTimeoutMs\": 900000", "\"executionTimeoutMs\": 0"), "runpod");
    CHECK(said(pool_of(endless), "execution_timeout") == "absent");
    CHECK(any_holds(endless.unused, "executionTimeoutMs: 0 (no time-out of its own)"));
    const ImportedConfig unlimited =
        import_text(with(kModalVllm, "min_containers=1", "min_containers=12"), "modal");
    CHECK(said(pool_of(unlimited), "workers") == json(R"({"min": 12, "max": 12})"));
    CHECK(any_holds(unlimited.assumed, "workers.max 12"));
    std::string listed = std::string("kind: List\nitems:\n- ");
    for (const char letter : std::string(kHpa))
        listed += letter == '\n' ? std::string("\n  ") : std::string(1, letter);
    CHECK(said(pool_of(import_text(listed, "hpa")), "policy.target") == "1.5");
    CHECK_THROWS_WITH(import_text(std::string(300'000, '['), "runpod"), Catch::Contains("nested too deep"));
}

TEST_CASE("a file in another encoding is refused at its line", "[app][deploy]") {
    CHECK_THROWS_WITH(import_text("name: a\nservice: {replicas: 1}\nrun: \"\xe9t\xe9\"\n", "skyserve"),
                      Catch::Contains("file:3: is not UTF-8"));
}

TEST_CASE("of several in a file, one is chosen by its name", "[app][deploy]") {
    const std::string two = std::string(kHpa) + "---\n" +
                            R"({"kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2",
 "metadata": {"name": "other"}, "spec": {"maxReplicas": 3, "metrics": [{"type": "Pods", "pods": {"metric":
 {"name": "in_flight"}, "target": {"averageValue": "7"}}}]}})";
    CHECK_THROWS_WITH(import_text(two, "hpa"),
                      Catch::Contains("configures several: chat, other") && Catch::Contains("--pool NAME"));
    const ImportedConfig other = import_config(two, "f", deploy_form("hpa", ""), "other");
    CHECK(said(pool_of(other), "policy.target") == "7");
    CHECK(said(pool_of(other), "concurrency") == "10");
    CHECK(any_holds(other.unused, "HorizontalPodAutoscaler \"chat\""));
    CHECK_THROWS_WITH(import_config(two, "f", deploy_form("hpa", ""), "othr"), Catch::Contains("other"));
}

}  // namespace spillway::tests
