#pragma once

#include "app/learn/observed.hpp"

namespace spillway {

/// A run of which means alone are known.
struct MeanFigures {
    std::string where;
    LoadKind load = LoadKind::kClients;
    double clients = 0;    ///< of kClients; of kRate the most at once, 0: no limit
    double rate = 0;       ///< requests a second
    double completed = 0;  ///< requests
    double input = 0;      ///< mean tokens
    double output = 0;
    double ttft = 0;  ///< mean, seconds
    double tpot = 0;
};

/// Requests that stand for those of the run: as many as it had, but no more than 20 a client (600 at least),
/// with answers within 10 tokens (and a tenth) of the mean: all of one length would keep clients in lock-step
/// for ever. Clients begin all at once, as load generators do. Throws InputError where
/// no request was served, a mean is missing, not above 0 or beyond all requests, or the load is unknown.
ObservedRun mean_run(const MeanFigures& figures);

/// Requests with their lengths, in place of those that mean_run makes up. Throws as above.
ObservedRun mean_run(const MeanFigures& figures, std::vector<ObservedRequest> requests);

/// A request of which a file has the lengths alone. Throws InputError at `where` for less than a token, and
/// for more than kMostRequestTokens.
ObservedRequest sized_request(const std::string& where, double input, double output);

/// A request with times from a file. Throws as sized_request does, and for times that contradict each other
/// (a first token at 0, or after the last) or are beyond kLongestRequest.
ObservedRequest timed_request(const std::string& where, double input, double output, double ttft,
                              double total);

/// By when they were sent, from 0. Throws InputError at `where` when the last was sent more than kLongestRun
/// after the first. Requires that each says it.
void begin_at_zero(std::vector<ObservedRequest>& requests, const std::string& where);

}  // namespace spillway
