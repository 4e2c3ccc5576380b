#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/fleet/observer.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// Writes one CSV row for each measured request, in the order of their ends, as the run goes: nothing is kept
/// but one buffer. Times are exact decimals of seconds; lost_s + ... + post_s = total_s on every row. A
/// request that did not complete has its time in lost_s and queue_s, and no ttft_s and worker.
class RequestsWriter : public RequestObserver {
public:
    /// `out` outlives the writer; `where` names it in errors. Classes and pool names by id.
    RequestsWriter(std::ostream& out, std::string where, std::span<const MeasuredClass> classes,
                   std::span<const std::string> pools);

    /// Throws InputError when the stream takes no more (a full disk).
    void request_ended(const RequestRecord& request) override;

    /// Writes what is still in the buffer. Without it the end of the file is missing. Throws as above.
    void finish();

private:
    void flush();
    void check_stream() const;
    void put(std::string_view text);
    void put(Duration duration);
    void put(std::uint64_t number);
    void put_reason(std::string_view reason);
    void put_worker(const RequestRecord& request);
    void put_times(const RequestRecord& request, Delivery delivery);

    std::ostream& out_;
    std::string where_;
    std::vector<MeasuredClass> classes_;  // names as CSV fields
    std::vector<std::string> pools_;      // the same
    std::string_view last_reason_;        // static text, as in RequestRecord
    std::string last_reason_field_;
    std::array<char, 1 << 16> buffer_;
    char* end_;
};

}  // namespace spillway
