#include "app/io/json_text.hpp"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

nlohmann::ordered_json to_json(const ConfigNode& node) {
    using Json = nlohmann::ordered_json;
    switch (node.kind()) {
        case ConfigNode::Kind::kNull:
            return nullptr;
        case ConfigNode::Kind::kFlag:
            return node.as_flag();
        case ConfigNode::Kind::kInteger:
            return node.as_integer();
        case ConfigNode::Kind::kNumber:
            return node.as_number();
        case ConfigNode::Kind::kText:
            return node.as_text();
        case ConfigNode::Kind::kList: {
            Json list = Json::array();
            for (const ConfigNode& item : node.items()) list.push_back(to_json(item));
            return list;
        }
        case ConfigNode::Kind::kObject: {
            Json object = Json::object();
            for (const auto& [name, value] : node.members()) object[name] = to_json(value);
            return object;
        }
    }
    return nullptr;
}

}  // namespace

std::string json_text(const ConfigNode& node) { return to_json(node).dump(); }

std::string json_file_text(const ConfigNode& node) { return to_json(node).dump(2) + "\n"; }

}  // namespace spillway
