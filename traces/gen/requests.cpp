#include "traces/gen/requests.hpp"

#include <algorithm>
#include <limits>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

TokenLaw read_tokens(ParamReader& params, std::string_view name) {
    const ConfigNode* node = params.node(name);
    if (node == nullptr)
        return {};
    return TokenLaw(parse_distribution(*node, LawUnit::kNumber));
}

std::optional<Distribution> read_service(ParamReader& params) {
    const ConfigNode* node = params.node("service");
    if (node == nullptr)
        return std::nullopt;
    return parse_distribution(*node, LawUnit::kSeconds);
}

std::uint32_t read_max_tokens(ParamReader& params) {
    const std::int64_t tokens = params.optional_integer("max_tokens").value_or(0);
    if (tokens > std::numeric_limits<std::uint32_t>::max()) {
        throw InputError(params.where("max_tokens"), "more tokens than a request can have");
    }
    return static_cast<std::uint32_t>(tokens);
}

std::optional<SimTime> read_end(ParamReader& params, const SourceContext& context) {
    const std::optional<Duration> duration = params.optional_duration("duration");
    if (!duration)
        return context.end;
    // A stated duration is measured traffic: what a source sends before time 0 is warm-up.
    const SimTime start = std::max(context.begin, SimTime{});
    const SimTime stated = *duration < SimTime::max() - start ? start + *duration : SimTime::max();
    return context.end ? std::min(*context.end, stated) : stated;
}

std::uint64_t read_count(ParamReader& params) {
    const std::optional<std::int64_t> count = params.optional_integer("count");
    return count ? static_cast<std::uint64_t>(*count) : kUnlimited;
}

}  // namespace

TokenLaw::TokenLaw(Distribution law) {
    if (law.is_constant()) {
        constant_ = to_tokens(law.mean());
    } else {
        law_ = std::move(law);
    }
}

std::uint32_t TokenLaw::to_tokens(double length) noexcept {
    constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp(length + 0.5, 0.0, kMost));
}

RequestMaker::RequestMaker(ParamReader& params, const SourceContext& context)
    : seed_(context.seed),
      leaf_(context.entities.next_leaf()),
      begin_(context.begin),
      end_(read_end(params, context)),
      count_(read_count(params)),
      token_key_(seed_, "request tokens"),
      service_key_(seed_, "request service"),
      input_(read_tokens(params, "input_tokens")),
      output_(read_tokens(params, "output_tokens")),
      service_(read_service(params)) {
    common_.class_id = context.class_id;
    common_.max_tokens = read_max_tokens(params);
    draws_ = service_ || !input_.is_constant() || !output_.is_constant();
    if (!draws_) {
        common_.input_tokens = input_.draw(0.5);
        common_.output_tokens = output_.draw(0.5);
    }
}

void RequestMaker::require_end(const ParamReader& params) const {
    if (end_ || count_ != kUnlimited)
        return;
    throw InputError(params.where(), "this source never ends",
                     "give it a \"duration\" or a \"count\", or give the scenario a \"horizon\"");
}

void RequestMaker::draw(Arrival& arrival, const TokenLaw& input, const TokenLaw& output) const {
    if (input.is_constant() && output.is_constant()) {
        arrival.input_tokens = input.draw(0.5);
        arrival.output_tokens = output.draw(0.5);
    } else {
        RandomStream draws(token_key_, arrival.origin);
        arrival.input_tokens = input.draw(draws.uniform());
        arrival.output_tokens = output.draw(draws.uniform());
    }
    if (service_) {
        const double u = service_->is_constant() ? 0.5 : RandomStream(service_key_, arrival.origin).uniform();
        arrival.service = service_->duration(u);
    }
}

}  // namespace spillway
