#include "traces/combine/recordings.hpp"

#include <fmt/format.h>

namespace spillway {
namespace {

/// With its length, so that no two lists of texts read the same.
std::string counted(std::string_view text) { return fmt::format("{}:{}", text.size(), text); }

}  // namespace

std::shared_ptr<const Recording> Recordings::get(const std::string& key, const Make& make) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Recording>& found = made_[key];
    if (!found)
        found = std::make_shared<const Recording>(make());
    return found;
}

std::string config_text(const ConfigNode& node) {
    std::string text;
    switch (node.kind()) {
        case ConfigNode::Kind::kNull:
            return "null";
        case ConfigNode::Kind::kFlag:
            return node.as_flag() ? "true" : "false";
        case ConfigNode::Kind::kInteger:
            return fmt::format("{}", node.as_integer());
        case ConfigNode::Kind::kNumber:
            return fmt::format("{}", node.as_number());
        case ConfigNode::Kind::kText:
            return counted(node.as_text());
        case ConfigNode::Kind::kList:
            for (const ConfigNode& item : node.items()) text += config_text(item) + ",";
            return "[" + text + "]";
        case ConfigNode::Kind::kObject:
            for (const auto& [name, value] : node.members())
                text += counted(name) + "=" + config_text(value) + ",";
            return "{" + text + "}";
    }
    return text;
}

}  // namespace spillway
