#include "models/learned/learned_file.hpp"

#include <fstream>
#include <sstream>

#include "models/gpu_profile/json_config.hpp"
#include "models/llm/empirical_fields.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kMostCount = 1e9;
constexpr double kMostErrorShare = 1e6;

std::string text_of(const std::filesystem::path& file, const std::string& name, const std::string& where) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in && !std::filesystem::is_directory(file))
        text << in.rdbuf();
    if (!in || text.str().empty()) {
        throw InputError(where, "\"" + name + "\" cannot be read, or is empty",
                         "the name of a file that `spillway learn` wrote, relative to the scenario");
    }
    return std::move(text).str();
}

std::uint32_t count_from(const ConfigNode& object, std::string_view name, double least) {
    return static_cast<std::uint32_t>(number_within(member_of(object, name), least, kMostCount));
}

LearnedRange range_of(const ConfigNode& list) {
    if (list.items().size() != 2)
        throw InputError(list.where(), "must be a list of two numbers, the least and the most");
    LearnedRange range{};
    for (std::size_t i = 0; i < 2; ++i)
        range[i] = static_cast<std::uint32_t>(number_within(list.items()[i], 1, kMostCount));
    if (range[0] > range[1])
        throw InputError(list.where(), "its least is above its most");
    return range;
}

bool is_null(const ConfigNode* node) { return node == nullptr || node->kind() == ConfigNode::Kind::kNull; }

void read_identity(const ConfigNode& node, LearnedEngine& engine) {
    engine.llm = member_of(node, "llm").as_text();
    engine.gpu = member_of(node, "gpu").as_text();
    engine.gpus = static_cast<int>(number_within(member_of(node, "gpus"), 1, kMostLearnedGpus));
    if (const ConfigNode& weights = member_of(node, "weights"); !is_null(&weights))
        engine.weights = read_precision(weights);
    engine.scheduler = member_of(node, "scheduler").as_text();
}

LearnedEngine read_engine(const ConfigNode& node) {
    LearnedEngine engine;
    read_identity(node, engine);
    engine.max_sequences = count_from(node, "max_sequences", 1);
    engine.max_batched_tokens = count_from(node, "max_batched_tokens", 1);
    engine.block_tokens = count_from(node, "block_tokens", 1);
    if (const ConfigNode& blocks = member_of(node, "kv_blocks"); !is_null(&blocks))
        engine.kv_blocks = static_cast<std::uint64_t>(number_within(blocks, 1, kMostCount));
    engine.expert_share = number_within(member_of(node, "expert_share"), 0, 1);
    read_numbers<EmpiricalStep>(member_of(node, "seconds"), kEmpiricalFields, engine.step);
    const ConfigNode& valid = member_of(node, "valid");
    engine.sequences = range_of(member_of(valid, "sequences"));
    engine.input_tokens = range_of(member_of(valid, "input_tokens"));
    engine.output_tokens = range_of(member_of(valid, "output_tokens"));
    const ConfigNode& errors = member_of(node, "errors");
    engine.ttft_error = number_within(member_of(errors, "ttft"), 0, kMostErrorShare);
    engine.tpot_error = number_within(member_of(errors, "tpot"), 0, kMostErrorShare);
    engine.errors_of = member_of(errors, "of").as_text();
    return engine;
}

/// Why a part is not there: {"not_identifiable": "two starts, ..."}.
std::string missing_reason(const ConfigNode& part) {
    const ConfigNode* why = part.find("not_identifiable");
    return why == nullptr ? std::string{} : why->as_text();
}

void read_parts(const ConfigNode& file, LearnedFile& learned) {
    if (const ConfigNode& engine = member_of(file, "engine"); engine.find("seconds") != nullptr)
        learned.engine = read_engine(engine);
    else
        learned.no_engine = missing_reason(engine);
    if (const ConfigNode& startup = member_of(file, "startup"); startup.find("phases") != nullptr)
        learned.startup = *startup.find("phases");
    else
        learned.no_startup = missing_reason(startup);
    if (const ConfigNode& patience = member_of(file, "patience"); patience.find("law") != nullptr)
        learned.patience = *patience.find("law");
    else
        learned.no_patience = missing_reason(patience);
}

}  // namespace

LearnedFile read_learned_text(const std::string& text, const std::string& name) {
    const ConfigNode file = parse_json_config(text, name);
    const ConfigNode* schema = file.kind() == ConfigNode::Kind::kObject ? file.find("schema") : nullptr;
    if (schema == nullptr || schema->as_text() != kLearnedSchema) {
        throw InputError(name, "is no file of \"" + std::string(kLearnedSchema) + "\"",
                         "`spillway learn` writes such files");
    }
    allow_only(file, {"schema", "program", "sources", "notes", "engine", "startup", "patience"});
    LearnedFile learned;
    learned.name = name;
    read_parts(file, learned);
    return learned;
}

LearnedFile read_learned_file(const std::filesystem::path& folder, const std::string& name,
                              const std::string& where) {
    return read_learned_text(text_of(folder / name, name, where), name);
}

}  // namespace spillway
