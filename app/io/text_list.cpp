#include "app/io/text_list.hpp"

namespace spillway {

std::vector<std::string> text_list(const ConfigNode* list) {
    std::vector<std::string> texts;
    if (list == nullptr)
        return texts;
    texts.reserve(list->items().size());
    for (const ConfigNode& item : list->items()) texts.push_back(item.as_text());
    return texts;
}

}  // namespace spillway
