#include "traces/combine/traffic.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "traces/combine/combine.hpp"
#include "traces/combine/merge.hpp"

namespace spillway {
namespace {

ClassId read_class(const ConfigNode& node, std::span<const std::string> classes) {
    const ConfigNode* name = node.find("class");
    if (name == nullptr) {
        if (classes.size() == 1)
            return ClassId{0};
        throw InputError(node.where(), "\"class\" is missing",
                         "it names the class of this source's requests");
    }
    std::vector<std::string_view> names(classes.begin(), classes.end());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name->as_text())
            return ClassId{static_cast<std::uint32_t>(i)};
    }
    throw unknown_name(name->where(), "class", name->as_text(), names);
}

ConfigNode without_class(const ConfigNode& node) {
    std::vector<ConfigNode::Member> members;
    for (const ConfigNode::Member& member : node.members()) {
        if (member.first != "class")
            members.push_back(member);
    }
    return ConfigNode::object(node.where(), std::move(members));
}

/// The warm-up's instance of a source: empty where the source has nothing before time 0. Its reading is not
/// reported: the main instance reads the same rows.
class WarmUp final : public RequestSource {
public:
    WarmUp(const ConfigNode& node, const SourceContext& main, Duration length) {
        const SourceContext context{main.seed,           main.class_id, SimTime{} - length, SimTime{},
                                    main.wall_clock,     main.folder,   main.entities,      reads_,
                                    Emptiness::kAllowed, main.resample, main.measured_end};
        source_ = make_source(node, context);
    }

    std::optional<SimTime> next_time() override { return source_->next_time(); }
    void pop(Arrival& arrival) override { source_->pop(arrival); }

private:
    ReadLog reads_;
    std::unique_ptr<RequestSource> source_;
};

}  // namespace

std::unique_ptr<RequestSource> make_traffic(const ConfigNode& sources, std::span<const std::string> classes,
                                            const SourceContext& context, Duration warm_up) {
    SPILLWAY_CHECK(context.begin == SimTime{} && warm_up >= Duration{0}, "measured traffic begins at 0");
    if (sources.items().empty())
        throw InputError(sources.where(), "has no source of traffic");

    std::vector<std::unique_ptr<RequestSource>> passive;
    std::vector<std::unique_ptr<RequestSource>> reactive;
    std::vector<std::pair<ConfigNode, SourceContext>> repeated_before;  // for the warm-up
    for (const ConfigNode& item : sources.items()) {
        SourceContext own = context;
        own.class_id = read_class(item, classes);
        own.measured_end = context.end;
        const ConfigNode node = without_class(item);
        if (is_reactive(source_entry(node))) {
            own.begin = SimTime{} - warm_up;
            reactive.push_back(make_source(node, own));
        } else {
            passive.push_back(make_source(node, own));
            repeated_before.emplace_back(node, own);
        }
    }
    // After all main instances, so that their numbers, and with them their draws, do not depend on the
    // warm-up.
    for (std::size_t i = 0; warm_up > Duration{0} && i < repeated_before.size(); ++i) {
        passive.push_back(
            std::make_unique<WarmUp>(repeated_before[i].first, repeated_before[i].second, warm_up));
    }
    return merge_sources(std::move(passive), std::move(reactive));
}

}  // namespace spillway
