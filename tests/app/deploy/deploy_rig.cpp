#include "tests/app/deploy/deploy_rig.hpp"

#include <algorithm>

#include "app/deploy/config_tree.hpp"
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"

namespace spillway::tests {

std::string scenario_of(const std::string& members) {
    const auto or_own = [&](const std::string& name, const std::string& value) {
        return members.find("\"" + name + "\":") == std::string::npos ? ", \"" + name + "\": " + value : "";
    };
    const std::string name = members.starts_with("\"name\":") ? "" : R"("name": "chat", )";
    return R"({"name": "day", "horizon": "1h", "traffic": [{"source": "poisson", "rate": "0.2/s",
 "input_tokens": 100, "output_tokens": 20}], "pools": [{)" +
           name + members + or_own("gpu", "\"L4\"") + or_own("price", "\"$1/h\"") +
           or_own("service", R"({"model": "fixed", "time": "2s"})") +
           or_own("startup", R"([{"phase": "container", "time": "10s"}])") + "}]}";
}

DeployText export_scenario(const std::string& scenario, std::string_view form) {
    const ScenarioFile file(read_config_text(scenario, "day.json"), {});
    return export_pool(file, deploy_form(form, "--to"), std::nullopt);
}

ImportedConfig import_text(const std::string& text, std::string_view form) {
    return import_config(text, "file", deploy_form(form, "--from"), std::nullopt);
}

ConfigNode pool_of(const ImportedConfig& imported) {
    return read_config_text(imported.scenario, "imported").find("pools")->items().front();
}

std::string said(const ConfigNode& pool, std::string_view at) {
    std::string path(at);
    std::replace(path.begin(), path.end(), '.', '>');
    const ConfigNode* node = find_in_tree(pool, path);
    return node != nullptr ? json_text(*node) : "absent";
}

std::string without_comments(const std::string& text) {
    std::string rest;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size() - 1);
        if (text[begin] != '#')
            rest += text.substr(begin, end + 1 - begin);
        begin = end + 1;
    }
    return rest;
}

bool any_holds(const std::vector<std::string>& lines, std::string_view words) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

}  // namespace spillway::tests
