#include "app/deploy/yaml_file.hpp"

#include <cctype>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr int kDeepestYaml = 64;
constexpr int kMostYamlNodes = 100'000;

ConfigNode plain_scalar(const std::string& where, const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return ConfigNode(where);
    if (text == "true" || text == "True" || text == "TRUE")
        return ConfigNode::flag(where, true);
    if (text == "false" || text == "False" || text == "FALSE")
        return ConfigNode::flag(where, false);
    if (const auto integer = parse_integer(text))
        return ConfigNode::integer(where, *integer);
    if (const auto number = parse_number(text))
        return ConfigNode::number(where, *number);
    return ConfigNode::text(where, text);
}

class YamlReading {
public:
    explicit YamlReading(const std::string& shown) : shown_(shown) {}

    ConfigNode convert(const YAML::Node& node, const std::string& path, int depth) {
        const std::string where = place(node, path);
        if (depth > kDeepestYaml || ++nodes_ > kMostYamlNodes)
            throw InputError(where, "is nested too deep, or refers to itself");
        switch (node.Type()) {
            case YAML::NodeType::Scalar:
                return node.Tag() == "?" ? plain_scalar(where, node.Scalar())
                                         : ConfigNode::text(where, node.Scalar());
            case YAML::NodeType::Sequence:
                return sequence(node, path, depth);
            case YAML::NodeType::Map:
                return map(node, path, depth);
            case YAML::NodeType::Null:
            case YAML::NodeType::Undefined:
                break;
        }
        return ConfigNode(where);
    }

private:
    std::string place(const YAML::Node& node, const std::string& path) const {
        const std::string line = fmt::format("{}:{}", shown_, node.Mark().line + 1);
        return path.empty() ? line : fmt::format("{}: {}", line, path);
    }
    ConfigNode sequence(const YAML::Node& node, const std::string& path, int depth) {
        std::vector<ConfigNode> items;
        std::size_t number = 0;
        for (const YAML::Node& item : node)
            items.push_back(convert(item, fmt::format("{}[{}]", path, number++), depth + 1));
        return ConfigNode::list(place(node, path), std::move(items));
    }
    ConfigNode map(const YAML::Node& node, const std::string& path, int depth) {
        std::vector<ConfigNode::Member> members;
        std::set<std::string> names;
        for (const auto& member : node) {
            if (!member.first.IsScalar())
                throw InputError(place(member.first, path), "has a key that is no text");
            const std::string& name = member.first.Scalar();
            const std::string below = path.empty() ? name : fmt::format("{}.{}", path, name);
            if (!names.insert(name).second)
                throw InputError(place(member.first, below), "is given twice");
            members.emplace_back(name, convert(member.second, below, depth + 1));
        }
        return ConfigNode::object(place(node, path), std::move(members));
    }

    const std::string& shown_;
    int nodes_ = 0;
};

/// Readers of YAML 1.1 take more words for flags than those of 1.2.
bool needs_quotes(const std::string& text) {
    static const std::set<std::string> kWords{"y", "n", "yes", "no", "on", "off"};
    std::string lower = text;
    for (char& letter : lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return kWords.contains(lower) || plain_scalar("", text).kind() != Kind::kText ||
           lower.find_first_of("=<") == 0;
}

void emit_yaml(YAML::Emitter& out, const ConfigNode& node) {
    switch (node.kind()) {
        case Kind::kNull:
            out << YAML::Null;
            break;
        case Kind::kFlag:
            out << node.as_flag();
            break;
        case Kind::kInteger:
            out << node.as_integer();
            break;
        case Kind::kNumber:
            out << fmt::format("{}", node.as_number());
            break;
        case Kind::kText:
            if (node.as_text().find('\n') != std::string::npos)
                out << YAML::Literal;
            else if (needs_quotes(node.as_text()))
                out << YAML::DoubleQuoted;
            out << node.as_text();
            break;
        case Kind::kList:
            out << YAML::BeginSeq;
            for (const ConfigNode& item : node.items()) emit_yaml(out, item);
            out << YAML::EndSeq;
            break;
        case Kind::kObject:
            out << YAML::BeginMap;
            for (const auto& [name, value] : node.members()) {
                out << YAML::Key << name << YAML::Value;
                emit_yaml(out, value);
            }
            out << YAML::EndMap;
            break;
    }
}

}  // namespace

std::vector<ConfigNode> read_yaml(std::string_view text, const std::string& shown) {
    std::vector<ConfigNode> documents;
    try {
        for (const YAML::Node& node : YAML::LoadAll(std::string(text))) {
            if (!node.IsNull())
                documents.push_back(YamlReading(shown).convert(node, "", 0));
        }
    } catch (const YAML::Exception& error) {
        throw InputError(fmt::format("{}:{}", shown, error.mark.line + 1),
                         fmt::format("is not YAML: {}", error.msg));
    }
    return documents;
}

std::string yaml_text(const ConfigNode& node) {
    YAML::Emitter out;
    emit_yaml(out, node);
    return std::string(out.c_str()) + "\n";
}

}  // namespace spillway
