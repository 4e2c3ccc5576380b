#include "sim/metrics/requests_writer.hpp"

#include <charconv>
#include <cstring>
#include <ostream>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

constexpr std::string_view kHeader =
    "request,class,outcome,reason,attempts,input_tokens,output_tokens,pool,worker,arrived_s,total_s,ttft_s,"
    "lost_s,queue_s,cold_start_s,load_s,prefill_s,decode_s,post_s,engine_queue_s,gateway_s,cold,exposed,"
    "overflowed,requeues\n";

/// Every put(text) leaves room for the number behind it.
constexpr std::size_t kRoomForNumber = kMaxSecondsText;

}  // namespace

RequestsWriter::RequestsWriter(std::ostream& out, std::string where, std::span<const MeasuredClass> classes,
                               std::span<const std::string> pools)
    : out_(out), where_(std::move(where)), end_(buffer_.data()) {
    for (const MeasuredClass& measured : classes) {
        classes_.push_back({csv_field(measured.name), measured.delivery});
    }
    for (const std::string& pool : pools) pools_.push_back(csv_field(pool));
    put(kHeader);
}

void RequestsWriter::request_ended(const RequestRecord& request) {
    if (!request.measured)
        return;
    SPILLWAY_CHECK(request.class_id.value < classes_.size(), "a request is of an unknown class");
    const MeasuredClass& measured = classes_[request.class_id.value];
    put(request.origin);
    put(",");
    put(measured.name);
    put(",");
    put(kOutcomeNames[static_cast<std::size_t>(request.outcome)]);
    put(",");
    put_reason(request.reason);
    for (const std::uint32_t number : {request.attempts, request.input_tokens, request.output_tokens}) {
        put(",");
        put(std::uint64_t{number});
    }
    put_worker(request);
    put_times(request, measured.delivery);
    for (const bool flag : {request.cold, request.exposed, request.overflowed}) put(flag ? ",1" : ",0");
    put(",");
    put(std::uint64_t{request.requeues});
    put("\n");
}

void RequestsWriter::put_times(const RequestRecord& request, Delivery delivery) {
    put(",");
    put(request.arrived.time_since_epoch());
    put(",");
    put(request.total());
    put(",");
    if (request.outcome == Outcome::kCompleted) {
        put(delivery == Delivery::kWhole ? request.total() : request.time_to_first_token());
    }
    for (const Duration part : request.parts) {
        put(",");
        put(part);
    }
    for (const Duration inside : {request.engine_queue, request.gateway}) {
        put(",");
        put(inside);
    }
}

void RequestsWriter::put_worker(const RequestRecord& request) {
    put(",");
    if (request.pool) {
        SPILLWAY_CHECK(request.pool->value < pools_.size(), "a request is of an unknown pool");
        put(pools_[request.pool->value]);
    }
    put(",");
    if (request.worker)
        put(std::uint64_t{request.worker->value});
}

void RequestsWriter::put_reason(std::string_view reason) {
    if (reason.empty())
        return;
    if (reason != last_reason_) {
        last_reason_ = reason;
        last_reason_field_ = csv_field(reason);
    }
    put(last_reason_field_);
}

void RequestsWriter::put(std::string_view text) {
    const auto room = [this] { return static_cast<std::size_t>(buffer_.data() + buffer_.size() - end_); };
    if (text.size() + kRoomForNumber > room())
        flush();
    if (text.size() + kRoomForNumber > room()) {
        out_.write(text.data(), static_cast<std::streamsize>(text.size()));
        return;
    }
    std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
}

void RequestsWriter::put(Duration duration) { end_ = write_seconds(end_, duration); }

void RequestsWriter::put(std::uint64_t number) {
    end_ = std::to_chars(end_, buffer_.data() + buffer_.size(), number).ptr;
}

void RequestsWriter::flush() {
    out_.write(buffer_.data(), end_ - buffer_.data());
    end_ = buffer_.data();
    check_stream();
}

void RequestsWriter::finish() {
    flush();
    out_.flush();
    check_stream();
}

void RequestsWriter::check_stream() const {
    if (!out_)
        throw InputError(where_, "cannot write the requests", "is the disk full?");
}

}  // namespace spillway
