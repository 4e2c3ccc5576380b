// Modal: the decorators of a class or function.
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/python_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 1> kModalPolicies{"modal"};

constexpr KnobRow kModalFloor{"workers.min", "min_containers", KnobUnit::kCount};
constexpr std::array kModalScaling{
    KnobRow{"workers.max", "max_containers", KnobUnit::kCount, 1},
    KnobRow{"policy.buffer_containers", "buffer_containers", KnobUnit::kCount},
    KnobRow{"policy.scaledown_window", "scaledown_window", KnobUnit::kSeconds, 2, 1200},
    KnobRow{"execution_timeout", "timeout", KnobUnit::kSeconds, 1, 86400},
    KnobRow{"init_timeout", "startup_timeout", KnobUnit::kSeconds, 1, 86400},
    KnobRow{"price.memory.size", "memory", KnobUnit::kMebibytes},
};
constexpr std::array kModalInputs{
    KnobRow{"concurrency", "max_inputs", KnobUnit::kCount, 1},
    KnobRow{"policy.target_inputs", "target_inputs", KnobUnit::kCount, 1},
};
/// Names of before version 1.0 of Modal's client.
constexpr std::array kModalFormerly{
    KnobRow{"workers.min", "keep_warm", KnobUnit::kCount},
    KnobRow{"workers.max", "concurrency_limit", KnobUnit::kCount},
    KnobRow{"policy.scaledown_window", "container_idle_timeout", KnobUnit::kSeconds},
    KnobRow{"concurrency", "allow_concurrent_inputs", KnobUnit::kCount},
};

NativePolicy modal_from_idle(const IdleScaling& scaling) {
    NativePolicy native;
    std::vector<ConfigNode::Member> members{{"name", ConfigNode::text("", "modal")},
                                            {"scaledown_window", scaling.idle_timeout}};
    if (scaling.spare > 0)
        members.emplace_back("buffer_containers", ConfigNode::integer("", scaling.spare));
    if (scaling.requests_per_worker)
        members.emplace_back("target_inputs", *scaling.requests_per_worker);
    native.policy = ConfigNode::object("", std::move(members));
    native.differs.emplace_back(
        "the scenario's policy itself: Modal's own rule is near it, and \"policy\": \"modal\" simulates "
        "that");
    if (scaling.queue_delay)
        native.differs.push_back(fmt::format("policy.queue_delay {}: Modal starts a container at once",
                                             plain_text(*scaling.queue_delay)));
    return native;
}

/// "chat-4b" is "Chat4b".
std::string class_name(std::string_view label) {
    std::string name;
    bool capital = true;
    for (const char letter : label) {
        if (letter != '-')
            name += static_cast<char>(capital ? std::toupper(static_cast<unsigned char>(letter)) : letter);
        capital = letter == '-';
    }
    return name;
}

void write_modal(DeployPool& pool, DeployDraft& draft) {
    const std::string label = dns_label(pool.name());
    draft.put_text("app", label);
    draft.put_text("name", class_name(label));
    if (pool.value("gpu")) {
        const auto per_worker = pool.value("gpus.per_worker")->as_integer();
        draft.put_gpu(pool, "cls>gpu", GpuNaming::kModal,
                      per_worker > 1 ? fmt::format(":{}", per_worker) : std::string());
    }
    put_image(draft, pool, "cls>image");
    const auto floor = pool.value_or("policy.min_containers", "workers.min");
    draft.put("cls>min_containers", to_platform(kModalFloor, *floor).value);
    draft.put_knobs(pool, "cls>", kModalScaling);
    draft.put_knobs(pool, "concurrent>", kModalInputs);
}

/// The decorator's arguments, one a line.
std::string argument_lines(const ConfigNode& arguments) {
    std::string text;
    for (const auto& [name, value] : arguments.members()) {
        const std::string literal = json_text(value);
        text += name == "image" ? fmt::format("    image=modal.Image.from_registry({}),\n", literal)
                                : fmt::format("    {}={},\n", name, literal);
    }
    return text;
}

std::string modal_text(const ConfigNode& tree) {
    std::string inputs;
    for (const auto& [name, value] : tree.find("concurrent")->members())
        inputs += fmt::format("{}{}={}", inputs.empty() ? "" : ", ", name, json_text(value));
    return fmt::format(
        "import modal\n\napp = modal.App({})\n\n\n@app.cls(\n{})\n@modal.concurrent({})\nclass {}:\n"
        "    @modal.method()\n    def serve(self, request):\n"
        "        raise NotImplementedError(\"REPLACE_ME\")\n",
        json_text(*tree.find("app")), argument_lines(*tree.find("cls")), inputs,
        tree.find("name")->as_text());
}

std::vector<DeployUnit> modal_units(std::string_view text, const std::string& shown) {
    const ConfigNode file = read_python(text, shown);
    std::vector<DeployUnit> units;
    for (const ConfigNode& unit : file.find("units")->items()) {
        if (unit.find("cls") != nullptr || unit.find("function") != nullptr)
            units.push_back({unit.find("name")->as_text(), unit, {}});
    }
    const ConfigNode* app = file.find("app");
    if (units.size() == 1 && app != nullptr)
        units.front().name = app->as_text();
    return units;
}

void read_modal(DeployReading& reading) {
    reading.take("name");
    reading.set_text("platform", "modal");
    const std::string at = reading.peek("cls") != nullptr ? "cls>" : "function>";
    const ConfigNode* gpu = reading.peek(at + "gpu");
    // Of several, Modal takes the first that it has.
    reading.take_gpu(at + (gpu != nullptr && gpu->kind() == Kind::kList ? "gpu>[0]" : "gpu"),
                     GpuNaming::kModal);
    reading.take_knobs(at, kModalFormerly);
    reading.take_knob(at, kModalFloor);
    reading.take_knobs(at, kModalScaling);
    reading.take_knobs("concurrent>", kModalInputs);
    reading.set_text("policy.name", "modal");
    reading.pass_over("batched", "a service that batches: \"service\": {\"model\": \"micro-batch\"}");
}

}  // namespace

DeployForm modal_form() {
    return {"modal",
            "Modal: the decorators of a class, as Python",
            "Modal",
            "modal",
            "#",
            kModalPolicies,
            "it keeps min_containers, starts one for inputs without a slot and stops each after "
            "scaledown_window",
            modal_from_idle,
            write_modal,
            modal_text,
            [](std::string_view text) {
                return text.find("modal") != text.npos && text.find('@') != text.npos &&
                       (text.find(".cls(") != text.npos || text.find(".function(") != text.npos);
            },
            modal_units,
            read_modal};
}

}  // namespace spillway
