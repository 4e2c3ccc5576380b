#include "app/plan/named_pool.hpp"

#include <utility>

namespace spillway {

NamedPool named_pool(ConfigNode pool) {
    const ConfigNode* name = pool.find("name");
    std::string label = name != nullptr ? name->as_text() : "pool";
    return {std::move(pool), std::move(label)};
}

}  // namespace spillway
