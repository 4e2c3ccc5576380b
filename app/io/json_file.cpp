#include "app/io/json_file.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/io/text_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::size_t line_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

Json parse(std::string_view text, const std::string& shown) {
    std::vector<std::set<std::string>> open;
    const auto refuse_twice = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        if (event == Json::parse_event_t::object_end)
            open.pop_back();
        if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) {
            throw InputError(shown,
                             fmt::format("\"{}\" is given twice in one object", value.get<std::string>()));
        }
        return true;
    };
    try {
        return Json::parse(text, refuse_twice, true, true);
    } catch (const Json::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 3, column 11: what it met"
        std::string_view what = error.what();
        const std::size_t column = what.find("column ");
        if (const auto colon = what.find(": ", column); column != what.npos && colon != what.npos) {
            what.remove_prefix(colon + 2);
        }
        throw InputError(fmt::format("{}:{}", shown, line_of(text, error.byte > 0 ? error.byte - 1 : 0)),
                         fmt::format("is not JSON: {}", what), "comments (// and /* */) are allowed");
    } catch (const Json::out_of_range& error) {
        // "[json.exception.out_of_range.406] number overflow parsing '1e999'"
        std::string_view what = error.what();
        what.remove_prefix(std::min(what.find("] ") + 2, what.size()));
        throw InputError(shown, fmt::format("cannot be read: {}", what));
    }
}

Json read_extended(const fs::path& file, const std::string& shown, std::vector<fs::path>& chain) {
    const fs::path key = fs::weakly_canonical(file);
    if (std::find(chain.begin(), chain.end(), key) != chain.end())
        throw InputError(shown, "extends itself");
    chain.push_back(key);
    Json json = parse(read_text_file(file, shown), shown);
    if (!json.is_object())
        return json;
    json.erase("$schema");  // editors look for it
    if (!json.contains("extends"))
        return json;
    if (!json["extends"].is_string())
        throw InputError(shown + ": extends", "is not a file name");
    const auto base = json["extends"].get<std::string>();
    json.erase("extends");
    if (!fs::exists(file.parent_path() / base))
        throw InputError(shown + ": extends", fmt::format("\"{}\": there is no such file", base),
                         "the name is relative to the file that extends it");
    Json merged = read_extended(file.parent_path() / base, base, chain);
    merged.merge_patch(json);
    return merged;
}

ConfigNode convert(const Json& json, const std::string& file, const std::string& path);

std::string place(const std::string& file, const std::string& path) {
    return path.empty() ? file : file + ": " + path;
}

ConfigNode convert_list(const Json& json, const std::string& file, const std::string& path) {
    std::vector<ConfigNode> items;
    for (std::size_t i = 0; i < json.size(); ++i)
        items.push_back(convert(json[i], file, fmt::format("{}[{}]", path, i)));
    return ConfigNode::list(place(file, path), std::move(items));
}

ConfigNode convert_object(const Json& json, const std::string& file, const std::string& path) {
    std::vector<ConfigNode::Member> members;
    const std::string prefix = path.empty() ? path : path + ".";
    for (const auto& [name, value] : json.items()) {
        std::string member = prefix;
        member += name;
        members.emplace_back(name, convert(value, file, member));
    }
    return ConfigNode::object(place(file, path), std::move(members));
}

ConfigNode convert(const Json& json, const std::string& file, const std::string& path) {
    const std::string where = place(file, path);
    switch (json.type()) {
        case Json::value_t::boolean:
            return ConfigNode::flag(where, json.get<bool>());
        case Json::value_t::number_integer:
            return ConfigNode::integer(where, json.get<std::int64_t>());
        case Json::value_t::number_unsigned:
            if (json.get<std::uint64_t>() >
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                throw InputError(where, fmt::format("{} is too large", json.dump()));
            }
            return ConfigNode::integer(where, json.get<std::int64_t>());
        case Json::value_t::number_float:
            return ConfigNode::number(where, json.get<double>());
        case Json::value_t::string:
            return ConfigNode::text(where, json.get<std::string>());
        case Json::value_t::array:
            return convert_list(json, file, path);
        case Json::value_t::object:
            return convert_object(json, file, path);
        case Json::value_t::null:
        case Json::value_t::binary:
        case Json::value_t::discarded:
            break;
    }
    return ConfigNode(where);
}

}  // namespace

ConfigNode read_config_file(const fs::path& file) {
    std::vector<fs::path> chain;
    return convert(read_extended(file, file.string(), chain), file.string(), "");
}

ConfigNode read_config_text(std::string_view text, const std::string& where) {
    return convert(parse(text, where), where, "");
}

}  // namespace spillway
