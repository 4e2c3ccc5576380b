#include "app/study/vary.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

struct VaryName {
    std::string_view name;
    std::string_view shown;
    bool Vary::*member;
};
constexpr std::array kNames{VaryName{"luck", "luck", &Vary::luck},
                            VaryName{"traffic", "traffic", &Vary::traffic},
                            VaryName{"model", "model error", &Vary::model}};

}  // namespace

Vary parse_vary(std::string_view text, const std::string& where) {
    Vary vary{false, false, false};
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        bool known = false;
        std::vector<std::string_view> names;
        for (const VaryName& one : kNames) {
            names.push_back(one.name);
            if (one.name != word)
                continue;
            vary.*one.member = true;
            known = true;
        }
        if (!known)
            throw unknown_name(where, "source of variation", word, names);
    }
    if (!vary.any())
        throw InputError(where, "names nothing that varies",
                         R"(write "luck,traffic,model", or some of them)");
    return vary;
}

std::string show_vary(const Vary& vary) {
    std::vector<std::string_view> shown;
    for (const VaryName& one : kNames) {
        if (vary.*one.member)
            shown.push_back(one.shown);
    }
    std::string text;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (i > 0)
            text += i + 1 == shown.size() ? " and " : ", ";
        text += shown[i];
    }
    return text;
}

Draws draws_of(const Draws& base, const Vary& vary, std::uint64_t replication) {
    Draws draws = base;
    if (vary.luck)
        draws.luck.replication += replication;
    if (vary.traffic)
        draws.traffic.replication += replication;
    return draws;
}

}  // namespace spillway
