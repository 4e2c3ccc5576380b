#include "app/ranks/agree.hpp"

#include <chrono>
#include <thread>

namespace spillway {
namespace {

constexpr auto kAgreePause = std::chrono::milliseconds{1};

RankMessage wait_for_message(Ranks& ranks) {
    std::optional<RankMessage> message = ranks.poll();
    for (; !message; message = ranks.poll()) std::this_thread::sleep_for(kAgreePause);
    return *std::move(message);
}

/// One letter says which of the two follows.
std::string encode(const RankReport& report) {
    return report.problem.empty() ? "i" + report.identity : "p" + report.problem;
}

std::string lead(Ranks& ranks, const RankReport& mine) {
    std::string problem = mine.problem;
    for (int others = ranks.place().size - 1; others > 0; --others) {
        const RankMessage message = wait_for_message(ranks);
        const std::string text = message.text.substr(1);
        if (!problem.empty())
            continue;
        if (message.text.front() == 'p') {
            problem = "rank " + std::to_string(message.from) + ": " + text;
        } else if (text != mine.identity) {
            problem = "rank " + std::to_string(message.from) +
                      " has read other files than rank 0: all machines need the same";
        }
    }
    for (int rank = 1; rank < ranks.place().size; ++rank) ranks.send(rank, problem);
    return problem;
}

}  // namespace

std::string agree(Ranks& ranks, const RankReport& mine) {
    if (ranks.place().rank == 0)
        return lead(ranks, mine);
    ranks.send(0, encode(mine));
    return wait_for_message(ranks).text;
}

}  // namespace spillway
