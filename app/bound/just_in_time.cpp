#include "app/bound/just_in_time.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <utility>

namespace spillway {
namespace {

struct Moment {
    SimTime at;
    std::size_t number;  // of a worker, or of a job
    bool operator>(const Moment& other) const noexcept { return at > other.at; }
};
using Moments = std::priority_queue<Moment, std::vector<Moment>, std::greater<>>;

struct PlannedWorker {
    Stint stint;
    int busy = 0;
    double served = 0;  // seconds of slots
};

class Planner {
public:
    Planner(const std::vector<TimedJob>& jobs, int slots, Duration gap, int most)
        : jobs_(jobs), slots_(slots), gap_(gap), most_(static_cast<std::size_t>(most)), taken_(jobs.size()) {}

    FleetPlan run() {
        std::size_t next = 0;
        while (next < jobs_.size() || !ends_.empty() || !due_.empty()) {
            const SimTime arrival = next < jobs_.size() ? jobs_[next].at : SimTime::max();
            const SimTime end = ends_.empty() ? SimTime::max() : ends_.top().at;
            const SimTime due = due_.empty() ? SimTime::max() : due_.top().at;
            if (end <= arrival && end <= due) {
                finish();
            } else if (arrival <= due) {
                arrive(next++);
            } else {
                fall_due();
            }
        }
        FleetPlan plan;
        for (PlannedWorker& worker : workers_) {
            const double paid = to_seconds(worker.stint.until - worker.stint.from) + to_seconds(gap_);
            worker.stint.used = worker.served / slots_ / paid;
            plan.push_back(worker.stint);
        }
        return plan;
    }

private:
    void finish() {
        const Moment end = ends_.top();
        ends_.pop();
        PlannedWorker& worker = workers_[end.number];
        --worker.busy;
        worker.stint.until = end.at;
        fill(end.number, end.at);
    }
    void arrive(std::size_t job) {
        const SimTime now = jobs_[job].at;
        waiting_.push_back(job);
        due_.push({now + jobs_[job].wait, job});
        forget_stopped(now);
        const auto free = std::find_if(up_.begin(), up_.end(),
                                       [&](std::size_t worker) { return workers_[worker].busy < slots_; });
        if (free != up_.end())
            fill(*free, now);
    }
    void fall_due() {
        const Moment due = due_.top();
        due_.pop();
        if (taken_[due.number])
            return;
        forget_stopped(due.at);
        if (up_.size() >= most_)
            return;
        up_.push_back(workers_.size());
        workers_.push_back({{due.at, due.at, 0}});
        fill(up_.back(), due.at);
    }
    void forget_stopped(SimTime now) {
        std::erase_if(up_, [&](std::size_t number) {
            const PlannedWorker& worker = workers_[number];
            return worker.busy == 0 && now - worker.stint.until >= gap_;
        });
    }
    void fill(std::size_t number, SimTime now) {
        PlannedWorker& worker = workers_[number];
        while (worker.busy < slots_ && !waiting_.empty()) {
            const TimedJob& job = jobs_[waiting_.front()];
            taken_[waiting_.front()] = true;
            waiting_.pop_front();
            ++worker.busy;
            worker.served += to_seconds(job.lasts);
            ends_.push({now + job.lasts, number});
        }
    }

    const std::vector<TimedJob>& jobs_;
    int slots_;
    Duration gap_;
    std::size_t most_;
    std::vector<bool> taken_;
    std::vector<PlannedWorker> workers_;
    std::vector<std::size_t> up_;  // workers that have not stopped, oldest first
    std::deque<std::size_t> waiting_;
    Moments ends_;
    Moments due_;
};

}  // namespace

FleetPlan just_in_time(const std::vector<TimedJob>& jobs, int slots, Duration gap, int most) {
    return Planner(jobs, slots, gap, most).run();
}

}  // namespace spillway
