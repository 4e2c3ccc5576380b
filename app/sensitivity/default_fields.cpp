#include "app/sensitivity/default_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "traces/combine/combine.hpp"

namespace spillway {
namespace {

using NodeKind = ConfigNode::Kind;
constexpr const char* kDefaultWhere = "the fields by default";

bool is_number(const ConfigNode& node) {
    return node.kind() == NodeKind::kInteger || node.kind() == NodeKind::kNumber;
}
bool has_unit(const ConfigNode& node) {
    return node.kind() == NodeKind::kText && magnitude(node.as_text()).has_value();
}

/// To the digits that a user would write.
double rounded(double number) {
    if (number == 0)
        return 0;
    const double scale = std::pow(10, 5 - std::floor(std::log10(std::abs(number))));
    return std::round(number * scale) / scale;
}

/// Empty for a 0, which a share of itself does not move.
std::optional<FieldRange> around(const std::string& path, const ConfigNode& node) {
    Quantity low = read_quantity(node);
    Quantity high = low;
    if (!(low.number > 0))
        return std::nullopt;
    if (low.whole && low.unit.empty()) {
        low.number = std::min(std::floor(low.number * (1 - kDefaultReach)), low.number - 1);
        high.number = std::max(std::ceil(high.number * (1 + kDefaultReach)), high.number + 1);
    } else {
        low.number = rounded(low.number * (1 - kDefaultReach));
        high.number = rounded(high.number * (1 + kDefaultReach));
        low.whole = high.whole = false;
    }
    return FieldRange(path, low, high, kDefaultWhere);
}

/// What of a part of the scenario is a field.
struct FieldFilter {
    bool plain_numbers;  ///< counts and factors too, not only what has a unit
    bool lists;          ///< those in lists too
    std::string_view left_out;
};
constexpr FieldFilter kOfService{false, false, ""};
constexpr FieldFilter kOfStarts{false, true, "bytes"};
constexpr FieldFilter kOfPolicies{true, false, ""};

class FieldFinder {
public:
    void add(const std::string& path, const ConfigNode& node) {
        if (auto range = around(path, node))
            fields_.push_back(std::move(*range));
    }
    void add_member(const std::string& path, const ConfigNode& object, std::string_view name) {
        const ConfigNode* member = object.find(name);
        if (member != nullptr && is_number(*member))
            add(fmt::format("{}.{}", path, name), *member);
    }
    void add_all(const std::string& path, const ConfigNode& node, const FieldFilter& filter) {
        if (node.kind() == NodeKind::kObject) {
            for (const auto& [name, member] : node.members()) {
                if (name != filter.left_out && name.find_first_of(".[]") == std::string::npos)
                    add_all(fmt::format("{}.{}", path, name), member, filter);
            }
        } else if (node.kind() == NodeKind::kList && filter.lists) {
            for (std::size_t i = 0; i < node.items().size(); ++i)
                add_all(fmt::format("{}[{}]", path, i), node.items()[i], filter);
        } else if (has_unit(node) || (filter.plain_numbers && is_number(node))) {
            add(path, node);
        }
    }
    void add_part(const std::string& path, const ConfigNode& object, std::string_view name,
                  const FieldFilter& filter) {
        if (const ConfigNode* part = object.find(name))
            add_all(path.empty() ? std::string(name) : fmt::format("{}.{}", path, name), *part, filter);
    }
    std::vector<FieldRange> take() && { return std::move(fields_); }

private:
    std::vector<FieldRange> fields_;
};

void add_traffic(const ConfigNode& scenario, FieldFinder& finder) {
    const ConfigNode* traffic = scenario.find("traffic");
    for (std::size_t i = 0; traffic != nullptr && i < traffic->items().size(); ++i) {
        const ConfigNode& source = traffic->items()[i];
        const ConfigNode* factor = source.find("rate_factor");
        if (!is_reactive(source_entry(source)))
            finder.add(fmt::format("traffic[{}].rate_factor", i),
                       factor != nullptr ? *factor : ConfigNode::number(kDefaultWhere, 1));
    }
}

void add_pool(const std::string& path, const ConfigNode& pool, FieldFinder& finder) {
    finder.add_member(path, pool, "concurrency");
    if (const ConfigNode* workers = pool.find("workers")) {
        finder.add_member(path + ".workers", *workers, "min");
        finder.add_member(path + ".workers", *workers, "max");
    }
    finder.add_part(path, pool, "service", kOfService);
    finder.add_part(path, pool, "startup", kOfStarts);
    finder.add_part(path, pool, "policy", kOfPolicies);
}

bool is_ruled_out(const Scenario& scenario, const std::string& pool) {
    return std::any_of(scenario.ruled_out.begin(), scenario.ruled_out.end(),
                       [&](const RuledOut& one) { return one.pool == pool; });
}

}  // namespace

std::vector<FieldRange> default_fields(const ScenarioFile& file) {
    const Scenario scenario = file.scenario();
    FieldFinder finder;
    add_traffic(file.node(), finder);
    const auto pools = file.node().find("pools")->items();
    for (std::size_t i = 0; i < pools.size(); ++i) {
        const std::string& name = pools[i].find("name")->as_text();
        if (is_ruled_out(scenario, name))
            continue;
        const bool plain = name.find_first_of(".[]") == std::string::npos;
        add_pool(plain ? fmt::format("pools[{}]", name) : fmt::format("pools[{}]", i), pools[i], finder);
    }
    finder.add_part("", file.node(), "policy", kOfPolicies);
    return std::move(finder).take();
}

}  // namespace spillway
