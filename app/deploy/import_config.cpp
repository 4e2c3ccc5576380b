#include "app/deploy/import_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/deploy/scenario_start.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// How many bytes the character at the beginning takes; 0: it is none of UTF-8's.
std::size_t utf8_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool overlong = i == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xF0 && byte < 0x90));
        const bool beyond = i == 1 && ((lead == 0xED && byte > 0x9F) || (lead == 0xF4 && byte > 0x8F));
        if (byte < 0x80 || byte > 0xBF || overlong || beyond)
            return 0;
    }
    return length;
}

/// What is read here ends in JSON, which is UTF-8.
void require_utf8(std::string_view text, const std::string& shown) {
    std::size_t line = 1;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0)
            throw InputError(fmt::format("{}:{}", shown, line), "is not UTF-8",
                             "save the file in that encoding");
        line += text.front() == '\n' ? 1 : 0;
        text.remove_prefix(length);
    }
}

/// JSON is read by functions that call themselves.
void require_shallow(std::string_view text, const std::string& shown) {
    constexpr int kDeepestImport = 200;
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos || (text[begin] != '{' && text[begin] != '['))
        return;
    int depth = 0;
    for (const char letter : text) {
        depth += letter == '{' || letter == '[' ? 1 : 0;
        depth -= letter == '}' || letter == ']' ? 1 : 0;
        if (depth > kDeepestImport)
            throw InputError(shown, "is nested too deep");
    }
}

const DeployUnit& unit_to_import(const std::vector<DeployUnit>& units, const std::string& shown,
                                 const DeployForm& form, const std::optional<std::string>& wanted) {
    std::vector<std::string_view> names;
    for (const DeployUnit& unit : units) {
        if (wanted && unit.name == *wanted)
            return unit;
        names.emplace_back(unit.name);
    }
    if (units.empty())
        throw InputError(shown, fmt::format("holds nothing that {} scales", form.speaker),
                         std::string(form.summary));
    if (wanted)
        throw unknown_name("--pool", "name in this file", *wanted, names);
    if (units.size() > 1)
        throw InputError(shown, fmt::format("configures several: {}", fmt::join(names, ", ")),
                         "say which: --pool NAME");
    return units.front();
}

}  // namespace

const DeployForm& form_of_file(std::string_view text, const std::string& shown,
                               const std::optional<std::string>& from) {
    if (from)
        return deploy_form(*from, "--from");
    std::string names;
    for (const DeployForm& form : deploy_forms()) {
        if (form.recognises(text))
            return form;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", form.name);
    }
    throw InputError(shown, "is in none of the forms that are known by their content",
                     fmt::format("--from says which: {}", names));
}

ImportedConfig import_config(std::string_view text, const std::string& shown, const DeployForm& form,
                             const std::optional<std::string>& unit_name) {
    require_utf8(text, shown);
    require_shallow(text, shown);
    const std::vector<DeployUnit> units = form.units(text, shown);
    const DeployUnit& unit = unit_to_import(units, shown, form, unit_name);
    DeployReading reading(unit.tree);
    form.read(reading);
    ScenarioStart start = scenario_start(unit.name, shown, text, reading);
    ImportedConfig result;
    result.form = form.name;
    result.unit = unit.name;
    result.scenario = std::move(start.scenario);
    result.assumed = std::move(start.assumed);
    result.unused = reading.unused();
    if (!start.model.empty())  // where it stands alone, it was used
        std::erase_if(result.unused, [&](const std::string& line) {
            return line.ends_with(": " + start.model) || line.ends_with(": " + start.model + "-Instruct");
        });
    result.unused.insert(result.unused.end(), unit.passed_over.begin(), unit.passed_over.end());
    return result;
}

}  // namespace spillway
