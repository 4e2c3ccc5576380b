#include "app/schema/schema_text.hpp"

#include <nlohmann/json.hpp>

namespace spillway::schema {
namespace {

nlohmann::ordered_json to_json(const Node& node) {
    using Json = nlohmann::ordered_json;
    switch (node.kind()) {
        case Node::Kind::kNull:
            return nullptr;
        case Node::Kind::kFlag:
            return node.as_flag();
        case Node::Kind::kInteger:
            return node.as_integer();
        case Node::Kind::kNumber:
            return node.as_number();
        case Node::Kind::kText:
            return node.as_text();
        case Node::Kind::kList: {
            Json list = Json::array();
            for (const Node& item : node.items()) list.push_back(to_json(item));
            return list;
        }
        case Node::Kind::kObject: {
            Json object = Json::object();
            for (const auto& [name, value] : node.members()) object[name] = to_json(value);
            return object;
        }
    }
    return nullptr;
}

}  // namespace

std::string text_of(const Node& schema) { return to_json(schema).dump(2) + "\n"; }

}  // namespace spillway::schema
