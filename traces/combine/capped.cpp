#include "traces/combine/capped.hpp"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

class Capped final : public RequestSource {
public:
    Capped(std::unique_ptr<RequestSource> source, std::optional<std::uint32_t> most_input,
           std::optional<std::uint32_t> most_output)
        : source_(std::move(source)), most_input_(most_input), most_output_(most_output) {}

    std::optional<SimTime> next_time() override { return source_->next_time(); }

    void pop(Arrival& arrival) override {
        source_->pop(arrival);
        if (most_input_ && arrival.input_tokens > *most_input_) {
            arrival.input_tokens = *most_input_;
            arrival.prefix_blocks = {};
        }
        if (!most_output_)
            return;
        arrival.output_tokens = std::min(arrival.output_tokens, *most_output_);
        // Without a limit of its own (0) a request keeps the scenario's, which may be lower.
        arrival.max_tokens = std::min(arrival.max_tokens, *most_output_);
    }

    bool reacts() const override { return source_->reacts(); }
    void answered(const ClientAnswer& answer) override { source_->answered(answer); }

private:
    std::unique_ptr<RequestSource> source_;
    std::optional<std::uint32_t> most_input_;
    std::optional<std::uint32_t> most_output_;
};

}  // namespace

std::unique_ptr<RequestSource> cap_lengths(std::unique_ptr<RequestSource> source,
                                           std::optional<std::uint32_t> most_input,
                                           std::optional<std::uint32_t> most_output) {
    return std::make_unique<Capped>(std::move(source), most_input, most_output);
}

}  // namespace spillway
