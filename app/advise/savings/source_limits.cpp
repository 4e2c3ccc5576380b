#include "app/advise/savings/source_limits.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {

ConfigNode with_source_limit(const ConfigNode& root, std::string_view member, std::uint32_t limit) {
    const auto items = root.find("traffic")->items();
    std::vector<ConfigNode> sources;
    sources.reserve(items.size());
    for (const ConfigNode& source : items) {
        const std::int64_t least = std::min<std::int64_t>(limit, count_at(source, member, limit));
        sources.push_back(with_member(source, {std::string(member), advised_count(least)}));
    }
    return with_member(root, {"traffic", ConfigNode::list("advise", std::move(sources))});
}

}  // namespace spillway
