#include "traces/gen/sessions.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <vector>

#include "sim/core/check.hpp"
#include "traces/gen/modulated_times.hpp"
#include "traces/gen/reactive.hpp"
#include "traces/gen/requests.hpp"
#include "traces/gen/unit_gaps.hpp"

namespace spillway {
namespace {

constexpr int kTurnBits = 14;  // requests of one session; leaves 2^34 sessions a leaf
constexpr std::uint64_t kMaxRequests = std::uint64_t{1} << kTurnBits;
constexpr int kBlockBits = 24;                                       // prefix blocks of one prompt
constexpr std::uint64_t kSystemText = (std::uint64_t{1} << 34) - 1;  // in place of a session's number

struct SessionSpec {
    double rate;
    TokenLaw turns;
    Distribution think_time;
    std::uint64_t system_tokens;
    std::uint64_t block_tokens;  ///< 0: prompts have no prefix blocks
    std::uint64_t max_context;
    bool ends_on_failure;
};

SessionSpec read_sessions_spec(ParamReader& params) {
    return {positive_rate(params, "rate"),
            TokenLaw(parse_distribution(*params.node("turns"), LawUnit::kNumber)),
            parse_distribution(*params.node("think_time"), LawUnit::kSeconds),
            static_cast<std::uint64_t>(params.integer("system_tokens")),
            static_cast<std::uint64_t>(params.integer("block_tokens")),
            static_cast<std::uint64_t>(
                params.optional_integer("max_context").value_or(std::numeric_limits<std::uint32_t>::max())),
            params.choice("on_failure") == 0};
}

/// One open conversation: its next turn while it thinks, the open one while it waits for the answer.
struct Session {
    std::uint64_t number = 0;
    std::uint64_t history = 0;   ///< tokens of all that was said before the turn
    std::uint32_t turns = 0;     ///< in all
    std::uint32_t requests = 0;  ///< made so far; more than turns when some were asked again
    Arrival turn;
};

class Sessions final : public RequestSource {
public:
    Sessions(RequestMaker requests, SessionSpec spec)
        : requests_(std::move(requests)),
          spec_(std::move(spec)),
          turns_key_(requests_.seed(), "session turns"),
          think_key_(requests_.seed(), "think time"),
          starts_(requests_.begin(), ConstantRate(spec_.rate, requests_.end().value_or(kForEver)),
                  ExponentialGaps(requests_.stream("arrival gaps"))),
          next_start_(draw_start()),
          left_(requests_.count()) {}

    std::optional<SimTime> next_time() override {
        if (left_ == 0)
            return std::nullopt;
        if (ready_.empty())
            return next_start_;
        return next_start_ ? std::min(*next_start_, ready_.top().at) : ready_.top().at;
    }

    void pop(Arrival& arrival) override {
        if (ready_.empty() || (next_start_ && *next_start_ <= ready_.top().at)) {
            start_session();
        }
        const Session& session = sessions_[ready_.top().who];
        arrival = session.turn;
        write_blocks(session);
        arrival.prefix_blocks = blocks_;
        ready_.pop();
        if (arrival.at >= SimTime{})
            --left_;
    }

    bool reacts() const override { return true; }
    void answered(const ClientAnswer& answer) override {
        if (!belongs_to(answer.origin, requests_.leaf()))
            return;
        const auto found = slots_.find(number_of(answer.origin) >> kTurnBits);
        SPILLWAY_CHECK(found != slots_.end(), "an answer for a session that is not open");
        const std::uint32_t slot = found->second;
        const double u = RandomStream(think_key_, answer.origin).uniform();
        const SimTime at = answer.at + spec_.think_time.duration(u);
        if (prepare(sessions_[slot], answer, at)) {
            ready_.push({at, slot});
        } else {
            slots_.erase(found);
            free_.push_back(slot);
        }
    }

private:
    std::optional<SimTime> draw_start() {
        SimTime at;
        if (!starts_.next(at))
            return std::nullopt;
        return at;
    }

    void start_session() {
        const std::uint64_t number = started_++;
        std::uint32_t slot = static_cast<std::uint32_t>(sessions_.size());
        if (free_.empty()) {
            sessions_.emplace_back();
        } else {
            slot = free_.back();
            free_.pop_back();
        }
        Session& session = sessions_[slot];
        session = Session{};
        session.number = number;
        session.history = spec_.system_tokens;
        RandomStream draws(turns_key_, entity_id(requests_.leaf(), number));
        session.turns = std::max(spec_.turns.draw(draws.uniform()), 1U);
        write_turn(session, *next_start_, 0);
        slots_.emplace(number, slot);
        ready_.push({*next_start_, slot});
        next_start_ = draw_start();
    }

    /// Makes the request that follows an answer; false when the session is over.
    bool prepare(Session& session, const ClientAnswer& answer, SimTime at) {
        if (at >= requests_.end().value_or(SimTime::max()) || session.requests == kMaxRequests)
            return false;
        if (answer.outcome != Outcome::kCompleted) {
            if (spec_.ends_on_failure)
                return false;
            ask_again(session, at);
            return true;
        }
        if (session.turn.turn + 1 >= session.turns)
            return false;
        session.history = std::uint64_t{session.turn.input_tokens} + answer.output_tokens;
        write_turn(session, at, session.turn.turn + 1);
        return session.turn.input_tokens <= spec_.max_context;
    }

    void write_turn(Session& session, SimTime at, std::uint32_t turn) {
        requests_.fill(session.turn, at, next_number(session));
        session.turn.session = entity_id(requests_.leaf(), session.number);
        session.turn.turn = turn;
        constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
        session.turn.input_tokens =
            static_cast<std::uint32_t>(std::min(session.history + session.turn.input_tokens, kMost));
    }

    /// Whole blocks only. All that was said before comes first in a prompt, so that the n-th block of a
    /// session is the same in each of its turns.
    void write_blocks(const Session& session) {
        blocks_.clear();
        if (spec_.block_tokens == 0)
            return;
        const std::uint64_t count = session.turn.input_tokens / spec_.block_tokens;
        const std::uint64_t common = spec_.system_tokens / spec_.block_tokens;
        for (std::uint64_t n = 0; n < count; ++n) {
            const std::uint64_t owner = n < common ? kSystemText : session.number;
            constexpr std::uint64_t kHashed = std::uint64_t{1} << 63;  // more than an id's 48 bits
            blocks_.push_back(scoped_id(requests_.leaf(), kHashed | owner << kBlockBits | n));
        }
    }

    void ask_again(Session& session, SimTime at) {
        session.turn.at = at;
        session.turn.origin = entity_id(requests_.leaf(), next_number(session));
    }

    static std::uint64_t next_number(Session& session) {
        return session.number << kTurnBits | session.requests++;
    }

    RequestMaker requests_;
    SessionSpec spec_;
    StreamKey turns_key_;
    StreamKey think_key_;
    ModulatedTimes<ConstantRate, ExponentialGaps> starts_;
    std::optional<SimTime> next_start_;
    std::uint64_t left_;
    std::uint64_t started_ = 0;
    std::vector<std::uint64_t> blocks_;                       // of the last popped arrival
    std::vector<Session> sessions_;                           // by slot
    std::vector<std::uint32_t> free_;                         // slots
    std::unordered_map<std::uint64_t, std::uint32_t> slots_;  // of open sessions, by number
    ReadyQueue ready_;
};

}  // namespace

std::unique_ptr<RequestSource> make_sessions(ParamReader& params, const SourceContext& context) {
    SessionSpec spec = read_sessions_spec(params);
    RequestMaker requests(params, context);
    requests.require_end(params);
    return std::make_unique<Sessions>(std::move(requests), std::move(spec));
}

}  // namespace spillway
