#include "app/deploy/python_file.hpp"

#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/source_tokens.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr int kDeepestPython = 32;

class PythonReading {
public:
    PythonReading(std::string_view text, const std::string& shown)
        : text_(text),
          shown_(shown),
          tokens_(source_tokens(text, SourceLanguage::kPython, shown)),
          cursor_(tokens_) {}

    ConfigNode read() {
        std::vector<ConfigNode> units;
        while (!cursor_.at_end()) {
            if (begins_line() && cursor_.at_mark("@")) {
                add_unit(units);
            } else {
                if (begins_line() && cursor_.here().kind == TokenKind::kName)
                    read_constant();
                skip_line();
            }
        }
        ConfigNode result = ConfigNode::object(shown_, {});
        if (app_)
            result = with_member(result, {"app", *app_});
        return with_member(result, {"units", ConfigNode::list(shown_, std::move(units))});
    }

private:
    bool begins_line() const {
        return cursor_.here().column == 0 && cursor_.here().kind != TokenKind::kNewline;
    }
    void skip_line() {
        while (!cursor_.at_end() && cursor_.here().kind != TokenKind::kNewline) cursor_.next();
        cursor_.next();
    }
    std::string place(std::size_t line, std::string_view what) const {
        return fmt::format("{}:{}: {}", shown_, line, what);
    }

    /// NAME = value, or app = modal.App("name").
    void read_constant() {
        const std::size_t begin = cursor_.place();
        const std::string name(cursor_.here().source);
        const std::size_t line = cursor_.here().line;
        cursor_.next();
        if (cursor_.take_mark("=")) {
            const std::size_t value = cursor_.place();
            if (const auto result = expression(place(line, name), 0);
                result && cursor_.here().kind == TokenKind::kNewline) {
                constants_.insert_or_assign(name, *result);
            } else {
                constants_.erase(name);
                cursor_.go_back(value);
                read_app();
            }
        } else {
            constants_.erase(name);
        }
        cursor_.go_back(begin);
    }
    void read_app() {
        const std::string callee = dotted_name();
        if (app_ || !(callee == "App" || callee.ends_with(".App")) || !cursor_.take_mark("("))
            return;
        const std::size_t line = cursor_.here().line;
        const auto name = expression(place(line, "App"), 0);
        if (name && name->kind() == Kind::kText)
            app_ = *name;
    }
    std::string dotted_name() {
        std::string name;
        while (cursor_.here().kind == TokenKind::kName || cursor_.at_mark(".")) {
            name += cursor_.here().source;
            cursor_.next();
        }
        return name;
    }

    void add_unit(std::vector<ConfigNode>& units) {
        const std::size_t line = cursor_.here().line;
        std::vector<ConfigNode::Member> decorators;
        while (cursor_.take_mark("@")) {
            const std::string callee = dotted_name();
            const std::string name = callee.substr(callee.rfind('.') + 1);
            if (cursor_.take_mark("(")) {
                ConfigNode arguments = read_arguments(callee);
                std::erase_if(decorators, [&](const auto& one) { return one.first == name; });
                decorators.emplace_back(name, std::move(arguments));
            }
            while (!cursor_.at_end() && cursor_.here().kind != TokenKind::kNewline) cursor_.next();
            while (cursor_.here().kind == TokenKind::kNewline && !cursor_.at_end()) cursor_.next();
        }
        std::string name = "unnamed";
        if (cursor_.here().source == "async")
            cursor_.next();
        if (cursor_.here().source == "class" || cursor_.here().source == "def") {
            cursor_.next();
            name = cursor_.here().source;
        }
        if (decorators.empty())
            return;
        decorators.insert(decorators.begin(), {"name", ConfigNode::text(place(line, "name"), name)});
        units.push_back(ConfigNode::object(place(line, name), std::move(decorators)));
    }

    ConfigNode read_arguments(const std::string& callee) {
        ConfigNode result = ConfigNode::object(place(cursor_.here().line, callee), {});
        int number = 0;
        while (!cursor_.at_end() && !cursor_.at_mark(")")) {
            std::string name = fmt::format("(argument {})", ++number);
            const std::size_t line = cursor_.here().line;
            if (cursor_.here().kind == TokenKind::kName && cursor_.ahead(1).source == "=") {
                name = cursor_.here().source;
                cursor_.next();
                cursor_.next();
            }
            const std::string where = place(line, fmt::format("{}({}=)", callee, name));
            if (result.find(name) != nullptr)
                throw InputError(where, "is given twice");
            result = with_member(result, {name, argument(where)});
            cursor_.take_mark(",");
        }
        cursor_.next();
        return result;
    }
    /// The value, or the text of what is none.
    ConfigNode argument(const std::string& where) {
        const std::size_t begin = cursor_.place();
        const SourceToken& first = cursor_.here();
        auto value = expression(where, 0);
        if (value && (cursor_.at_mark(",") || cursor_.at_mark(")")))
            return *std::move(value);
        cursor_.go_back(begin);
        skip_balanced(cursor_, {","}, false);
        if (cursor_.place() == begin)  // a mark where a value belongs
            throw InputError(where, "has no value");
        return expression_node(where, source_between(text_, first, cursor_.before()));
    }

    using MaybeNode = std::optional<ConfigNode>;

    MaybeNode expression(const std::string& where, int depth) {
        MaybeNode left = product(where, depth);
        while (left && (cursor_.at_mark("+") || cursor_.at_mark("-"))) {
            const bool plus = cursor_.at_mark("+");
            cursor_.next();
            left = combine(where, left, product(where, depth),
                           [plus](double a, double b) { return plus ? a + b : a - b; });
        }
        return left;
    }
    MaybeNode product(const std::string& where, int depth) {
        MaybeNode left = factor(where, depth);
        while (left && (cursor_.at_mark("*") || cursor_.at_mark("/"))) {
            const bool times = cursor_.at_mark("*");
            cursor_.next();
            left = combine(where, left, factor(where, depth),
                           [times](double a, double b) { return times ? a * b : a / b; });
        }
        return left;
    }
    template <typename Operation>
    static MaybeNode combine(const std::string& where, const MaybeNode& left, const MaybeNode& right,
                             Operation&& operation) {
        if (!left || !right || !is_number(*left) || !is_number(*right))
            return std::nullopt;
        return number_node(where, operation(left->as_number(), right->as_number()));
    }
    static bool is_number(const ConfigNode& node) {
        return node.kind() == Kind::kInteger || node.kind() == Kind::kNumber;
    }
    static MaybeNode number_node(const std::string& where, double value) {
        constexpr double kMostExact = 9e15;
        if (!(std::abs(value) < kMostExact))
            return std::nullopt;
        if (value == std::floor(value))
            return ConfigNode::integer(where, static_cast<std::int64_t>(value));
        return ConfigNode::number(where, value);
    }

    MaybeNode factor(const std::string& where, int depth) {
        if (depth > kDeepestPython)
            return std::nullopt;
        const SourceToken token = cursor_.here();
        if (cursor_.take_mark("-")) {
            const MaybeNode value = factor(where, depth + 1);
            return value && is_number(*value) ? number_node(where, -value->as_number()) : std::nullopt;
        }
        if (cursor_.take_mark("(") || cursor_.take_mark("["))
            return bracketed(where, token.source == "(", depth + 1);
        if (token.kind == TokenKind::kText)
            return text(where);
        cursor_.next();
        if (token.kind == TokenKind::kNumber) {
            std::string digits(token.source);
            std::erase(digits, '_');
            const auto value = parse_number(digits);
            return value ? number_node(where, *value) : std::nullopt;
        }
        return token.kind == TokenKind::kName ? word(where, token) : std::nullopt;
    }
    MaybeNode word(const std::string& where, const SourceToken& token) const {
        if (token.source == "True" || token.source == "False")
            return ConfigNode::flag(where, token.source == "True");
        if (token.source == "None")
            return ConfigNode(where);
        const auto known = constants_.find(std::string(token.source));
        return known != constants_.end() ? MaybeNode(known->second) : std::nullopt;
    }
    MaybeNode bracketed(const std::string& where, bool round, int depth) {
        std::vector<ConfigNode> items;
        bool comma = false;
        while (!cursor_.at_end() && !cursor_.at_mark(round ? ")" : "]")) {
            MaybeNode item = expression(where, depth);
            if (!item)
                return std::nullopt;
            items.push_back(*std::move(item));
            const bool more = cursor_.take_mark(",");
            comma |= more;
            if (!more && !cursor_.at_mark(round ? ")" : "]"))
                return std::nullopt;
        }
        cursor_.next();
        if (round && !comma && items.size() == 1)
            return items.front();
        return ConfigNode::list(where, std::move(items));
    }
    /// Texts side by side are one; in f"H100:{N}" a constant's value takes the place of its name.
    MaybeNode text(const std::string& where) {
        std::string value;
        while (cursor_.here().kind == TokenKind::kText) {
            const SourceToken& part = cursor_.here();
            if (!part.interpolated) {
                value += part.value;
            } else if (const auto filled = fill_in(part.value)) {
                value += *filled;
            } else {
                return std::nullopt;
            }
            cursor_.next();
        }
        return ConfigNode::text(where, std::move(value));
    }
    std::optional<std::string> fill_in(std::string_view pattern) const {
        std::string result;
        while (!pattern.empty()) {
            const std::size_t open = pattern.find('{');
            result += pattern.substr(0, open);
            if (open == pattern.npos)
                break;
            const std::size_t close = pattern.find('}', open);
            if (close == pattern.npos)
                return std::nullopt;
            const auto known = constants_.find(std::string(pattern.substr(open + 1, close - open - 1)));
            if (known == constants_.end())
                return std::nullopt;
            result += plain_text(known->second);
            pattern.remove_prefix(close + 1);
        }
        return result;
    }

    std::string_view text_;
    const std::string& shown_;
    std::vector<SourceToken> tokens_;
    TokenCursor cursor_;
    std::map<std::string, ConfigNode> constants_;
    MaybeNode app_;
};

}  // namespace

ConfigNode read_python(std::string_view text, const std::string& shown) {
    return PythonReading(text, shown).read();
}

}  // namespace spillway
