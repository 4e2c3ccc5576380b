#include "traces/combine/thin.hpp"

#include <utility>

#include "traces/combine/kept_blocks.hpp"

namespace spillway {
namespace {

class Thinned final : public RequestSource {
public:
    Thinned(std::unique_ptr<RequestSource> source, RunSeed seed, double share)
        : source_(std::move(source)), draw_(seed), share_(share) {
        find_next();
    }

    std::optional<SimTime> next_time() override {
        if (!found_)
            return std::nullopt;
        return row_.at;
    }

    void pop(Arrival& arrival) override {
        arrival = row_;
        blocks_.keep(arrival);
        find_next();
    }

private:
    void find_next() {
        for (found_ = false; !found_ && source_->next_time();) {
            source_->pop(row_);
            found_ = draw_(row_.origin) < share_;
        }
    }

    std::unique_ptr<RequestSource> source_;
    CopyDraw draw_;
    double share_;
    Arrival row_;  // the next one to hand out
    bool found_ = false;
    KeptBlocks blocks_;
};

}  // namespace

std::unique_ptr<RequestSource> thin(std::unique_ptr<RequestSource> source, RunSeed seed, double share) {
    return std::make_unique<Thinned>(std::move(source), seed, share);
}

}  // namespace spillway
