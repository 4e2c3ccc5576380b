#include "traces/gen/servegen.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/combine/winner_tree.hpp"
#include "traces/gen/servegen_times.hpp"

namespace spillway {
namespace {

/// The law of the window nearest to an arrival; times only go forward.
class NearestWindow {
public:
    NearestWindow(const std::vector<LengthWindow>& windows, const TokenLaw& fallback) {
        for (const LengthWindow& window : windows) laws_.push_back(window.law);
        if (laws_.empty())
            laws_.push_back(fallback);
        for (std::size_t i = 1; i < windows.size(); ++i) {
            const Duration end = windows[i - 1].start + LengthWindow::kLength;
            ends_.push_back(end + (windows[i].start - end) / 2);
        }
    }

    const TokenLaw& at(Duration time) {
        while (now_ < ends_.size() && time >= ends_[now_]) ++now_;
        return laws_[now_];
    }

private:
    std::vector<TokenLaw> laws_;
    std::vector<Duration> ends_;  // of all but the last
    std::size_t now_ = 0;
};

struct PlayedClient {
    std::uint32_t id;
    ServegenTimes times;
    NearestWindow input;
    NearestWindow output;
    Duration next{};
    std::uint64_t sent = 0;
};

class Servegen final : public RequestSource {
public:
    Servegen(RequestMaker requests, std::vector<PlayedClient> clients, Duration from)
        : requests_(std::move(requests)),
          clients_(std::move(clients)),
          shift_(requests_.begin() - SimTime{} - from),
          end_(requests_.end().value_or(SimTime::max())),
          left_(requests_.count()),
          tree_(clients_.size()) {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            do advance(i);
            while (tree_.time(i) < requests_.begin());
        }
    }

    std::optional<SimTime> next_time() override {
        const SimTime next = tree_.earliest();
        if (left_ == 0 || next >= end_)
            return std::nullopt;
        return next;
    }

    void pop(Arrival& arrival) override {
        const std::size_t index = tree_.winner();
        PlayedClient& client = clients_[index];
        const Duration at = client.next;
        requests_.fill(arrival, tree_.earliest(), std::uint64_t{client.id} << 32 | client.sent++,
                       client.input.at(at), client.output.at(at));
        if (arrival.at >= SimTime{})
            --left_;
        advance(index);
    }

private:
    void advance(std::size_t index) {
        const std::optional<Duration> next = clients_[index].times.next();
        if (next)
            clients_[index].next = *next;
        tree_.set(index, next ? SimTime{*next} + shift_ : SimTime::max());
    }

    RequestMaker requests_;
    std::vector<PlayedClient> clients_;
    Duration shift_;  // from the data's time to simulated time
    SimTime end_;
    std::uint64_t left_;
    WinnerTree tree_;
};

ServegenFiles read_files(ParamReader& params, const SourceContext& context) {
    return {context.folder / params.text("folder"), params.text("rates_file"), params.text("tokens_file"),
            params.text("model"), params.optional_integer("client")};
}

void check_lengths(const ServegenClient& client, ParamReader& params) {
    const std::string who = "client " + std::to_string(client.id);
    if (client.id > 0xffff)
        throw InputError(params.where(), who + " is out of range: 65535 is the highest number");
    if (client.input.empty() && !params.has("input_tokens")) {
        throw InputError(params.where(), who + " has no prompt lengths in the tokens file",
                         "give \"input_tokens\" for the clients without (0 where no model looks at them)");
    }
    if (client.output.empty() && !params.has("output_tokens")) {
        throw InputError(params.where(), who + " has no answer lengths in the tokens file",
                         "give \"output_tokens\" for the clients without (0 where no model looks at them)");
    }
}

}  // namespace

std::unique_ptr<RequestSource> make_servegen(ParamReader& params, const SourceContext& context) {
    const ServegenFiles files = read_files(params, context);
    const Duration from = params.duration("from");
    RequestMaker requests(params, context);
    const StreamKey key(requests.seed(), "servegen gaps");
    std::vector<PlayedClient> played;
    for (ServegenClient& client : read_servegen(files)) {
        check_lengths(client, params);
        ServegenTimes times(std::move(client.rates), key,
                            entity_id(requests.leaf(), std::uint64_t{client.id} << 16));
        played.push_back({client.id, std::move(times), NearestWindow(client.input, requests.input()),
                          NearestWindow(client.output, requests.output())});
    }
    return std::make_unique<Servegen>(std::move(requests), std::move(played), from);
}

}  // namespace spillway
