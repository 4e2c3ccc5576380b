#include "models/catalog/gpus.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kGpusJson;  // gpus.json
}

namespace {

std::vector<GpuFacts> read_gpus() {
    const nlohmann::json file = nlohmann::json::parse(catalog::kGpusJson);
    std::vector<GpuFacts> gpus;
    for (const nlohmann::json& gpu : file.at("gpus")) {
        GpuFacts& facts = gpus.emplace_back();
        facts.name = gpu.at("name");
        facts.provenance = file.at("sources").at(gpu.at("source").get<std::string>());
        if (gpu.contains("also"))
            facts.also = gpu.at("also").get<std::vector<std::string>>();
        if (!gpu.contains("memory"))
            continue;
        facts.memory_bytes = parse_bytes(gpu.at("memory").get<std::string>());
        SPILLWAY_CHECK(facts.memory_bytes.has_value(), "gpus.json: a memory size without its unit");
    }
    return gpus;
}

}  // namespace

const std::vector<GpuFacts>& gpu_catalog() {
    static const std::vector<GpuFacts> kGpus = read_gpus();
    return kGpus;
}

const GpuFacts& find_gpu(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const GpuFacts& gpu : gpu_catalog()) {
        if (gpu.name == name)
            return gpu;
        names.push_back(gpu.name);
    }
    throw unknown_name(where, "GPU", name, names);
}

const GpuFacts* gpu_of_price_list(std::string_view name) {
    for (const GpuFacts& gpu : gpu_catalog()) {
        if (gpu.name == name || std::find(gpu.also.begin(), gpu.also.end(), name) != gpu.also.end())
            return &gpu;
    }
    return nullptr;
}

}  // namespace spillway
