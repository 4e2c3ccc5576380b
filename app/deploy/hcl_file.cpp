#include "app/deploy/hcl_file.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/source_tokens.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr int kDeepestHcl = 64;

std::string hcl_path(const std::string& above, std::string_view name) {
    return above.empty() ? std::string(name) : fmt::format("{}.{}", above, name);
}

class HclReading {
public:
    HclReading(std::string_view text, const std::string& shown)
        : text_(text),
          shown_(shown),
          tokens_(source_tokens(text, SourceLanguage::kHcl, shown)),
          cursor_(tokens_) {}

    ConfigNode read() {
        ConfigNode root = body("", 0);
        if (!cursor_.at_end())
            throw unexpected();
        return root;
    }

private:
    std::string place(const std::string& path) const {
        return fmt::format("{}:{}: {}", shown_, cursor_.here().line, path);
    }
    InputError unexpected() const {
        return {fmt::format("{}:{}", shown_, cursor_.here().line),
                fmt::format("is no Terraform: \"{}\" where a name or the end of a block belongs",
                            cursor_.here().source.substr(0, 40))};
    }
    void skip_newlines() {
        while (cursor_.here().kind == TokenKind::kNewline) cursor_.next();
    }

    ConfigNode body(const std::string& path, int depth) {
        if (depth > kDeepestHcl)
            throw InputError(place(path), "is nested too deep");
        ConfigNode result = ConfigNode::object(place(path), {});
        skip_newlines();
        while (!cursor_.at_end() && !cursor_.at_mark("}")) {
            if (cursor_.here().kind != TokenKind::kName)
                throw unexpected();
            const std::string name(cursor_.here().source);
            const std::string below = hcl_path(path, name);
            const std::string where = place(below);
            cursor_.next();
            if (cursor_.take_mark("=")) {
                if (result.find(name) != nullptr)
                    throw InputError(where, "is given twice");
                result = with_member(result, {name, value(below, where, depth + 1)});
            } else {
                add_block(result, name, below, depth + 1);
            }
            if (cursor_.here().kind != TokenKind::kNewline && !cursor_.at_mark("}"))
                throw unexpected();
            skip_newlines();
        }
        return result;
    }

    void add_block(ConfigNode& into, const std::string& type, const std::string& path, int depth) {
        std::vector<std::string> labels;
        while (cursor_.here().kind == TokenKind::kText || cursor_.here().kind == TokenKind::kName) {
            labels.push_back(cursor_.here().kind == TokenKind::kText ? cursor_.here().value
                                                                     : std::string(cursor_.here().source));
            cursor_.next();
        }
        if (!cursor_.take_mark("{"))
            throw unexpected();
        std::string below = path;
        for (const std::string& label : labels) below = hcl_path(below, label);
        ConfigNode content = body(below, depth);
        cursor_.take_mark("}");
        into = with_block(into, type, labels, std::move(content));
    }
    /// Blocks with labels are objects within objects, as in JSON; of one and the same place, a list.
    static ConfigNode with_block(const ConfigNode& into, const std::string& name,
                                 std::vector<std::string> labels, ConfigNode content) {
        const ConfigNode* present = into.find(name);
        if (!labels.empty()) {
            const std::string next = labels.front();
            labels.erase(labels.begin());
            const ConfigNode below = present != nullptr && present->kind() == Kind::kObject
                                         ? *present
                                         : ConfigNode::object(content.where(), {});
            return with_member(into, {name, with_block(below, next, std::move(labels), std::move(content))});
        }
        if (present == nullptr)
            return with_member(into, {name, std::move(content)});
        std::vector<ConfigNode> all{*present};
        if (present->kind() == Kind::kList)
            all.assign(present->items().begin(), present->items().end());
        all.push_back(std::move(content));
        return with_member(into, {name, ConfigNode::list(into.where(), std::move(all))});
    }

    bool ends_value() const {
        return cursor_.here().kind == TokenKind::kNewline || cursor_.at_end() || cursor_.at_mark(",") ||
               cursor_.at_mark("]") || cursor_.at_mark("}");
    }
    ConfigNode value(const std::string& path, const std::string& where, int depth) {
        if (depth > kDeepestHcl)
            throw InputError(where, "is nested too deep");
        const std::size_t begin = cursor_.place();
        const SourceToken& first = cursor_.here();
        std::optional<ConfigNode> read;
        if (cursor_.at_mark("["))
            read = list(path, where, depth);
        else if (cursor_.at_mark("{"))
            read = map(path, where, depth);
        else
            read = scalar(where);
        if (read && ends_value())
            return *std::move(read);
        cursor_.go_back(begin);
        skip_balanced(cursor_, {","}, true);
        if (cursor_.place() == begin)
            throw InputError(where, "has no value");
        return expression_node(where, source_between(text_, first, cursor_.before()));
    }
    std::optional<ConfigNode> scalar(const std::string& where) {
        const bool negative = cursor_.take_mark("-");
        const SourceToken token = cursor_.here();
        cursor_.next();
        if (token.kind == TokenKind::kText && !negative && !token.interpolated)
            return ConfigNode::text(where, token.value);
        if (token.kind == TokenKind::kName && !negative) {
            if (token.source == "true" || token.source == "false")
                return ConfigNode::flag(where, token.source == "true");
            if (token.source == "null")
                return ConfigNode(where);
        }
        if (token.kind != TokenKind::kNumber)
            return std::nullopt;
        const std::string digits = (negative ? "-" : "") + std::string(token.source);
        if (const auto integer = parse_integer(digits))
            return ConfigNode::integer(where, *integer);
        const auto number = parse_number(digits);
        return number ? std::optional(ConfigNode::number(where, *number)) : std::nullopt;
    }
    std::optional<ConfigNode> list(const std::string& path, const std::string& where, int depth) {
        cursor_.next();
        std::vector<ConfigNode> items;
        skip_newlines();
        while (!cursor_.at_end() && !cursor_.at_mark("]")) {
            const std::string below = fmt::format("{}[{}]", path, items.size());
            const std::string item_where = place(below);
            items.push_back(value(below, item_where, depth + 1));
            skip_newlines();
            if (!cursor_.take_mark(",") && !cursor_.at_mark("]"))
                return std::nullopt;
            skip_newlines();
        }
        cursor_.next();
        return ConfigNode::list(where, std::move(items));
    }
    std::optional<ConfigNode> map(const std::string& path, const std::string& where, int depth) {
        cursor_.next();
        ConfigNode result = ConfigNode::object(where, {});
        skip_newlines();
        while (!cursor_.at_end() && !cursor_.at_mark("}")) {
            const SourceToken key = cursor_.here();
            if ((key.kind != TokenKind::kText && key.kind != TokenKind::kName) || key.interpolated)
                return std::nullopt;
            const std::string name = key.kind == TokenKind::kText ? key.value : std::string(key.source);
            const std::string below = hcl_path(path, name);
            const std::string member = place(below);
            cursor_.next();
            if (!cursor_.take_mark("=") && !cursor_.take_mark(":"))
                return std::nullopt;
            if (result.find(name) != nullptr)
                throw InputError(member, "is given twice");
            result = with_member(result, {name, value(below, member, depth + 1)});
            cursor_.take_mark(",");
            skip_newlines();
        }
        cursor_.next();
        return result;
    }

    std::string_view text_;
    const std::string& shown_;
    std::vector<SourceToken> tokens_;
    TokenCursor cursor_;
};

/// JSON's escapes are HCL's. No text that is written here holds a template.
std::string hcl_value(const ConfigNode& node) {
    return node.kind() == Kind::kText ? json_text(node) : plain_text(node);
}

bool is_hcl_block(std::string_view name, const ConfigNode& value) {
    return value.kind() == Kind::kObject && name != "limits";
}

}  // namespace

ConfigNode read_hcl(std::string_view text, const std::string& shown) {
    return HclReading(text, shown).read();
}

std::string hcl_text(const ConfigNode& body, int depth) {
    const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
    std::size_t width = 0;
    for (const auto& [name, value] : body.members()) {
        if (value.kind() != Kind::kObject)
            width = std::max(width, name.size());
    }
    std::string text;
    for (const auto& [name, value] : body.members()) {
        if (value.kind() != Kind::kObject)
            text += fmt::format("{}{:<{}} = {}\n", indent, name, width, hcl_value(value));
    }
    for (const auto& [name, value] : body.members()) {
        if (value.kind() != Kind::kObject)
            continue;
        if (!text.empty())
            text += '\n';
        if (is_hcl_block(name, value)) {
            text += fmt::format("{}{} {{\n{}{}}}\n", indent, name, hcl_text(value, depth + 1), indent);
            continue;
        }
        std::size_t key_width = 0;
        for (const auto& [key, item] : value.members()) key_width = std::max(key_width, key.size() + 2);
        text += fmt::format("{}{} = {{\n", indent, name);
        for (const auto& [key, item] : value.members())
            text += fmt::format("{}  {:<{}} = {}\n", indent, "\"" + key + "\"", key_width, hcl_value(item));
        text += indent + "}\n";
    }
    return text;
}

}  // namespace spillway
