#include "app/deploy/scenario_start.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/assemble.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform_catalog.hpp"
#include "app/scenario/platform_price.hpp"
#include "models/catalog/gpus.hpp"
#include "models/llm/llm_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::string_view kExampleGpu = "L4";
constexpr std::string_view kExampleService =
    R"({"model": "token-rate", "prefill_rate": "3000/s", "decode_rate": "35/s"})";
constexpr std::string_view kExampleWeights = R"({"name": "my-model", "bytes": "16GB"})";
constexpr std::string_view kExampleTraffic =
    R"([{"source": "poisson", "rate": "0.2/s", "input_tokens": 1000, "output_tokens": 200}])";

bool is_word_letter(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '.' ||
           letter == '_';
}

/// The catalogue's model whose name as it is published, or its own, stands in the text as a word.
const LlmSpec* model_in(std::string_view text) {
    const auto stands_in = [&](std::string_view name) {
        for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
            const std::size_t end = at + name.size();
            const bool begins = at == 0 || !is_word_letter(text[at - 1]);
            // "-Instruct" is the same model, "-AWQ" is not
            const std::string_view after = text.substr(end);
            if (begins && (after.empty() || !is_word_letter(after.front()) || after.starts_with("-Instruct")))
                return true;
        }
        return false;
    };
    for (const LlmSpec& llm : llm_catalog()) {
        if (stands_in(llm.hub) || stands_in(llm.name))
            return &llm;
    }
    return nullptr;
}

std::string text_member_of(const ConfigNode& pool, std::string_view name) {
    const ConfigNode* member = pool.find(name);
    return member != nullptr ? member->as_text() : "";
}

/// Instances that hold one worker exactly, on demand or spot.
const PriceBook::Entry* example_price(const PriceBook& book, const ConfigNode& pool, Offer offer) {
    const std::string gpu = text_member_of(pool, "gpu");
    const ConfigNode* gpus = find_in_tree(pool, "gpus>per_worker");
    const int per_worker = gpus != nullptr ? static_cast<int>(gpus->as_integer()) : 1;
    for (const PriceBook::Entry& entry : book.entries()) {
        const GpuFacts* facts = gpu_of_price_list(entry.gpu);
        if (facts != nullptr && facts->name == gpu && entry.offer == offer &&
            instance_gpus(entry).value_or(1) == per_worker)
            return &entry;
    }
    return nullptr;
}

/// The pool's members in the order in which one reads a scenario.
ConfigNode in_reading_order(const ConfigNode& pool, const std::string& name) {
    constexpr std::array<std::string_view, 12> kOrder{
        "platform",          "gpu",          "gpus",    "concurrency", "workers", "queue", "policy",
        "execution_timeout", "init_timeout", "service", "startup",     "price"};
    std::vector<ConfigNode::Member> members{{"name", ConfigNode::text("", name)}};
    for (const std::string_view member : kOrder) {
        if (const ConfigNode* value = pool.find(member)) {
            ConfigNode ordered = *value;
            if (member == "policy")
                ordered = overlay_members(ConfigNode::object("", {{"name", *value->find("name")}}), *value);
            members.emplace_back(member, std::move(ordered));
        }
    }
    return ConfigNode::object("", std::move(members));
}

class ScenarioDraft {
public:
    ScenarioDraft(std::string unit, const std::string& shown, const DeployReading& reading)
        : unit_(std::move(unit)), shown_(shown), pool_(reading.pool()), assumed_(reading.assumed()) {}

    /// Tries what is most like the real thing first. Throws InputError when not even an example can be run.
    std::string make(std::string_view text, bool spot) {
        complete_gpu();
        complete_limit();
        complete_price(spot);
        const LlmSpec* llm = model_in(text);
        if (llm != nullptr && pool_.find("gpu") != nullptr && try_model(*llm))
            return finish();
        assumed_.push_back(
            fmt::format("service {}: the file says nothing of how long requests take", kExampleService));
        const ConfigNode plain = with_member(pool_, {"service", read_config_text(kExampleService, "")});
        const std::optional<InputError> problem = try_pool(plain);
        if (!problem)
            return finish();
        if (try_pool(with_in_tree(plain, "startup>weights", read_config_text(kExampleWeights, "")))) {
            throw InputError(
                shown_, fmt::format("says what cannot be run{}: {}", problem->where(), problem->problem()),
                problem->hint());
        }
        assumed_.emplace_back("a model of 16 GB to load: the file does not say which");
        return finish();
    }
    std::vector<std::string> take_assumed() { return std::move(assumed_); }
    const std::string& model() const noexcept { return model_; }

private:
    const PlatformPreset& preset() const { return preset_named(text_member_of(pool_, "platform"), shown_); }

    void complete_gpu() {
        if (pool_.find("gpu") != nullptr || preset().prices.empty())
            return;
        pool_ = with_member(pool_, {"gpu", ConfigNode::text("", std::string(kExampleGpu))});
        assumed_.push_back(fmt::format("gpu {}: the file names none that is known", kExampleGpu));
    }
    /// The platform's own maximum, unless the file's minimum is beyond it.
    void complete_limit() {
        const ConfigNode* own = find_in_tree(preset().pool, "workers>max");
        if (own == nullptr || find_in_tree(pool_, "workers>max") != nullptr)
            return;
        const ConfigNode* floor = find_in_tree(pool_, "workers>min");
        const std::int64_t most =
            std::max(own->as_integer(), floor != nullptr ? floor->as_integer() : std::int64_t{0});
        pool_ = with_in_tree(pool_, "workers>max", ConfigNode::integer("", most));
        assumed_.push_back(fmt::format(
            "workers.max {}: the file sets no limit (`spillway list platforms {}`)", most, preset().name));
    }
    void complete_price(bool spot) {
        if (!preset().prices.empty() || pool_.find("price") != nullptr)
            return;
        if (pool_.find("gpu") == nullptr) {
            assumed_.emplace_back("no price: the file names no GPU");
            return;
        }
        const PriceBook book = PriceBook::built_in();
        const PriceBook::Entry* entry = example_price(book, pool_, spot ? Offer::kSpot : Offer::kOnDemand);
        if (entry == nullptr) {
            assumed_.emplace_back("no price: none is known for such a worker (`spillway list prices`)");
            return;
        }
        pool_ = with_in_tree(pool_, "price>catalog", ConfigNode::text("", entry->name));
        assumed_.push_back(
            fmt::format("price {}: the file does not say where its nodes come from", entry->name));
    }

    std::string scenario_text(const ConfigNode& pool) const {
        const ConfigNode scenario =
            ConfigNode::object("", {{"name", ConfigNode::text("", unit_)},
                                    {"horizon", ConfigNode::text("", "1h")},
                                    {"traffic", read_config_text(kExampleTraffic, "")},
                                    {"pools", ConfigNode::list("", {in_reading_order(pool, unit_)})}});
        return json_file_text(scenario);
    }
    /// Why it cannot be run; empty when it can: then it is the one.
    std::optional<InputError> try_pool(const ConfigNode& pool) {
        std::string text = scenario_text(pool);
        try {
            assemble(read_scenario(read_config_text(text, ""), {}));
        } catch (const InputError& error) {
            return error;
        }
        scenario_ = std::move(text);
        return std::nullopt;
    }
    bool try_model(const LlmSpec& llm) {
        const ConfigNode service = ConfigNode::object(
            "", {{"model", ConfigNode::text("", "llm")}, {"llm", ConfigNode::text("", llm.name)}});
        const std::optional<InputError> problem = try_pool(with_member(pool_, {"service", service}));
        assumed_.push_back(
            problem
                ? fmt::format("the file names {}, which cannot be taken: {}", llm.name, problem->problem())
                : fmt::format("service {} in bf16 by vLLM: the file names the model", llm.name));
        if (!problem)
            model_ = llm.hub;
        return !problem;
    }
    std::string finish() {
        assumed_.push_back(fmt::format("traffic {}: an example, in the place of yours", kExampleTraffic));
        return std::move(scenario_);
    }

    std::string unit_;
    const std::string& shown_;
    ConfigNode pool_;
    std::vector<std::string> assumed_;
    std::string scenario_;
    std::string model_;
};

}  // namespace

ScenarioStart scenario_start(const std::string& unit, const std::string& shown, std::string_view text,
                             const DeployReading& reading) {
    const ConfigNode* spot = reading.peek("resources>use_spot");
    ScenarioDraft draft(unit, shown, reading);
    ScenarioStart start;
    start.scenario = draft.make(text, spot != nullptr && spot->kind() == Kind::kFlag && spot->as_flag());
    start.assumed = draft.take_assumed();
    start.model = draft.model();
    return start;
}

}  // namespace spillway
