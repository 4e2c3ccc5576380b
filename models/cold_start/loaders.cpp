#include "models/cold_start/loaders.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "models/gpu_profile/json_config.hpp"
#include "sim/core/config.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kLoadersJson;  // loaders.json
}

namespace {

Distribution noise_of(const ConfigNode& object, std::string_view member) {
    const ConfigNode* law = object.find(member);
    return law == nullptr ? Distribution::constant(1) : parse_distribution(*law, LawUnit::kNumber);
}

Loader read_loader(const ConfigNode& node) {
    allow_only(node, {"loader", "storage", "gpu", "overhead", "bandwidth", "noise", "memory_bandwidth",
                      "memory_noise", "runs", "sizes", "fitted_error", "left_out_error", "p95_error",
                      "source", "confidence"});
    Loader loader;
    loader.name = member_of(node, "loader").as_text();
    loader.storage = member_of(node, "storage").as_text();
    loader.gpu = member_of(node, "gpu").as_text();
    loader.bandwidth = member_of(node, "bandwidth").as_byte_rate();
    loader.noise = noise_of(node, "noise");
    loader.source = member_of(node, "source").as_text();
    loader.confidence = member_of(node, "confidence").as_text();
    loader.runs = count_of(member_of(node, "runs"));
    for (const ConfigNode& size : member_of(node, "sizes").items()) loader.sizes.push_back(count_of(size));
    if (const ConfigNode* overhead = node.find("overhead"))
        loader.overhead = overhead->as_duration();
    if (const ConfigNode* rate = node.find("memory_bandwidth"))
        loader.memory_bandwidth = rate->as_byte_rate();
    loader.memory_noise = noise_of(node, "memory_noise");
    if (const ConfigNode* error = node.find("left_out_error"))
        loader.left_out_error = error->as_number();
    return loader;
}

std::vector<Loader> read_loaders() {
    const ConfigNode file = parse_json_config(catalog::kLoadersJson, "loaders.json");
    const auto texts = nlohmann::ordered_json::parse(catalog::kLoadersJson);
    std::vector<Loader> loaders;
    for (const std::string_view part : {"fitted", "published"}) {
        const auto& text = texts.at(std::string(part));
        std::size_t number = 0;
        for (const ConfigNode& node : member_of(file, part).items()) {
            loaders.push_back(read_loader(node));
            loaders.back().text = text.at(number++).dump();
        }
    }
    return loaders;
}

}  // namespace

const std::vector<Loader>& loader_catalog() {
    static const std::vector<Loader> kLoaders = read_loaders();
    return kLoaders;
}

const Loader& find_loader(std::string_view name, const std::optional<std::string>& storage,
                          const std::string& where, const std::string& storage_where) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> storages;
    for (const Loader& loader : loader_catalog()) {
        if (std::find(names.begin(), names.end(), loader.name) == names.end())
            names.emplace_back(loader.name);
        if (loader.name != name)
            continue;
        if (!storage || loader.storage == *storage)
            return loader;
        storages.emplace_back(loader.storage);
    }
    if (storages.empty())
        throw unknown_name(where, "loader", name, names);
    throw unknown_name(storage_where, "storage of that loader", *storage, storages);
}

}  // namespace spillway
