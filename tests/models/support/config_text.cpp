#include "tests/models/support/config_text.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::ordered_json;

ConfigNode to_config(const std::string& where, const Json& json) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number_integer())
        return ConfigNode::integer(where, json.get<std::int64_t>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array()) {
        std::vector<ConfigNode> items;
        for (const Json& item : json) {
            items.push_back(to_config(where + "[" + std::to_string(items.size()) + "]", item));
        }
        return ConfigNode::list(where, std::move(items));
    }
    if (!json.is_object())
        return ConfigNode(where);
    std::vector<ConfigNode::Member> members;
    for (const auto& [name, value] : json.items())
        members.emplace_back(name, to_config(where + "." + name, value));
    return ConfigNode::object(where, std::move(members));
}

}  // namespace

ConfigNode config(std::string_view json) { return to_config("file: test", Json::parse(json)); }

ModelContext context(std::uint64_t replication, std::string_view pool) {
    return {RunSeed{1, replication}, pool};
}

void require_input_error(const std::function<void()>& act, const std::string& place,
                         const std::string& problem) {
    try {
        act();
    } catch (const InputError& error) {
        INFO("where: " << error.where() << "\nproblem: " << error.problem() << "\nhint: " << error.hint());
        CHECK(error.where().ends_with(place));
        CHECK(error.problem().find(problem) != std::string::npos);
        CHECK_FALSE(error.hint().empty());
        return;
    }
    FAIL("nothing was thrown about: " << problem);
}

}  // namespace spillway::tests
