// One hand-worked life for each platform whose billing rule the catalog states. Amounts are in nano-dollars
// and were worked out from the vendor's price with rational arithmetic.
#include <string>

#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::int64_t nanos(const Bill& bill, LineKind kind) { return bill.sum(kind).nanos(); }

std::int64_t gpu_total(const Bill& bill) {
    return (bill.total - bill.group_sum("CPU") - bill.group_sum("memory") - bill.group_sum("storage") -
            bill.group_sum("egress"))
        .nanos();
}

Duration billed_time(const Billed& billed) {
    return Duration{static_cast<std::int64_t>(billed.totals.billed_instances)};
}

constexpr WorkerState kAcquire = WorkerState::kAcquiring;
constexpr WorkerState kPull = WorkerState::kPulling;
constexpr WorkerState kInit = WorkerState::kStarting;
constexpr WorkerState kIdle = WorkerState::kIdle;
constexpr WorkerState kBusy = WorkerState::kBusy;

}  // namespace

TEST_CASE("RunPod serverless bills init to full stop, rounded up to a second, and never the image pull",
          "[billing][platforms]") {
    const Purchase purchase = catalog_purchase("runpod-serverless-flex/H100");
    const Billed billed = bill_lives(purchase, {make_life({{WorkerState::kAsked, 9s},
                                                           {kAcquire, 2s},
                                                           {kPull, 40s},
                                                           {kInit, 31200ms},
                                                           {kBusy, 3400ms},
                                                           {kIdle, 5s}})});
    CHECK(billed_time(billed) == 40s);
    CHECK(nanos(billed.bill, LineKind::kThrottled) == 0);
    CHECK(nanos(billed.bill, LineKind::kPull) == 0);
    CHECK(nanos(billed.bill, LineKind::kInit) == 36'192'000);
    CHECK(nanos(billed.bill, LineKind::kBusy) == 3'944'000);
    CHECK(nanos(billed.bill, LineKind::kIdleTimeout) == 5'800'000);
    CHECK(nanos(billed.bill, LineKind::kRounding) == 464'000);
    CHECK(billed.bill.total.nanos() == 46'400'000);
}

TEST_CASE("RunPod container disk is billed in steps of five minutes", "[billing][platforms]") {
    Purchase purchase = catalog_purchase("runpod-serverless-flex/H100");
    REQUIRE(purchase.contract.storage[0].name == "container disk");
    purchase.contract.storage[0].bytes = 20'000'000'000;
    const Billed billed =
        bill_lives(purchase, {make_life({{kPull, 400s}, {kInit, 31200ms}, {kBusy, 3400ms}, {kIdle, 5s}})});
    // 20 GB x 300 s of a month of 2,592,000 s x $0.10.
    CHECK(nanos(billed.bill, LineKind::kStorage) == 231'481);
}

TEST_CASE("two GPUs of a RunPod serverless worker cost twice one", "[billing][platforms]") {
    const Billed billed = bill_lives(catalog_purchase("runpod-serverless-flex/H100", 2),
                                     {make_life({{kInit, 31200ms}, {kBusy, 3400ms}, {kIdle, 5s}})});
    CHECK(billed.bill.total.nanos() == 92'800'000);
}

TEST_CASE("a RunPod pod is billed by the second, pull and idle time included", "[billing][platforms]") {
    const Billed billed =
        bill_lives(catalog_purchase("runpod-pod/H100-SXM"),
                   {make_life({{kAcquire, 3s}, {kPull, 40s}, {kInit, 20500ms}, {kBusy, 5s}, {kIdle, 7s}})});
    CHECK(billed_time(billed) == 73s);
    CHECK(billed.bill.total.nanos() == 70'769'444);
}

TEST_CASE("Modal meters GPU, CPU and memory apart over the container's time", "[billing][platforms]") {
    Purchase purchase = catalog_purchase("modal/H100");
    purchase.contract.memory->bytes = std::int64_t{8} << 30;
    const Billed billed =
        bill_lives(purchase, {make_life({{kPull, 30s}, {kInit, 10s}, {kBusy, 2500ms}, {kIdle, 60s}})});
    CHECK(billed_time(billed) == 73s);
    CHECK(gpu_total(billed.bill) == 80'081'000);
    CHECK(nanos(billed.bill, LineKind::kCpu) ==
          119'538);  // 0.125 x 73 x 0.0000131 ends on half a nano-dollar
    CHECK(nanos(billed.bill, LineKind::kMemory) == 1'296'480);
    CHECK(billed.bill.total.nanos() == 80'081'000 + 119'538 + 1'296'480);
}

TEST_CASE("Cloud Run bills the whole instance life to 100 ms, with its least CPU and memory",
          "[billing][platforms]") {
    const Billed billed =
        bill_lives(catalog_purchase("cloud-run/L4"),
                   {make_life({{kPull, 8s}, {kInit, 5030ms}, {kBusy, 1010ms}, {kIdle, 900s}})});
    CHECK(billed_time(billed) == 906100ms);
    CHECK(gpu_total(billed.bill) == 169'168'870);
    CHECK(nanos(billed.bill, LineKind::kCpu) == 65'239'200);
    CHECK(nanos(billed.bill, LineKind::kMemory) == 28'995'200);
}

TEST_CASE("Replicate bills only the run of a public model and the set-up of a private one too",
          "[billing][platforms]") {
    const WorkerLife life =
        make_life({{kAcquire, 1s}, {kPull, 30s}, {kInit, 60s}, {kBusy, 2345ms}, {kIdle, 120s}});
    CHECK(bill_lives(catalog_purchase("replicate-public/H100"), {life}).bill.total.nanos() == 3'576'125);
    CHECK(bill_lives(catalog_purchase("replicate-private/H100"), {life}).bill.total.nanos() == 278'076'125);
}

TEST_CASE("Baseten bills by the minute", "[billing][platforms]") {
    const Billed billed =
        bill_lives(catalog_purchase("baseten/H100"), {make_life({{kInit, 30s}, {kBusy, 10s}, {kIdle, 21s}})});
    CHECK(billed_time(billed) == 2min);
    // Each of four lines is rounded once: together one nano-dollar above two minutes of $6.5/h.
    CHECK(billed.bill.total.nanos() == 216'666'668);
}

TEST_CASE("Cerebrium bills initialisation and cool-down but not the spin-up", "[billing][platforms]") {
    const Billed billed =
        bill_lives(catalog_purchase("cerebrium/H100"),
                   {make_life({{kAcquire, 4s}, {kPull, 20s}, {kInit, 12500ms}, {kBusy, 1s}, {kIdle, 30s}})});
    CHECK(billed_time(billed) == 44s);
    CHECK(gpu_total(billed.bill) == 27'011'111);
}

TEST_CASE("Hugging Face endpoints bill by the minute from the first state on", "[billing][platforms]") {
    const Billed billed =
        bill_lives(catalog_purchase("hf-endpoints-aws/L4"),
                   {make_life({{kAcquire, 20s}, {kPull, 30s}, {kInit, 40s}, {kBusy, 5s}, {kIdle, 10s}})});
    CHECK(billed_time(billed) == 2min);
    CHECK(billed.bill.total.nanos() == 26'666'666);
}

TEST_CASE("Azure Container Apps bill by the second", "[billing][platforms]") {
    const Billed billed = bill_lives(catalog_purchase("azure-container-apps/A100-80GB"),
                                     {make_life({{kPull, 50s}, {kInit, 10s}, {kBusy, 2200ms}})});
    CHECK(billed_time(billed) == 13s);
    CHECK(billed.bill.total.nanos() == 6'861'111);
}

TEST_CASE("EC2 and Compute Engine bill a minute at least, and by the second beyond", "[billing][platforms]") {
    const WorkerLife brief = make_life({{kAcquire, 45s}, {kInit, 20s}, {kBusy, 5s}});
    const WorkerLife longer = make_life({{kInit, 60s}, {kBusy, 1500ms}});
    const Billed aws = bill_lives(catalog_purchase("aws-ec2/g6e.xlarge"), {brief});
    CHECK(billed_time(aws) == 60s);
    CHECK(nanos(aws.bill, LineKind::kRounding) == 18'093'056);
    CHECK(aws.bill.total.nanos() == 31'016'667);
    const Billed gcp = bill_lives(catalog_purchase("gcp-compute/g2-standard-4"), {brief});
    CHECK(gcp.bill.total.nanos() == 11'780'001);  // one above $0.7068/60: three lines, each rounded
    CHECK(billed_time(bill_lives(catalog_purchase("aws-ec2/g6e.xlarge"), {longer})) == 62s);
}

TEST_CASE("an instance that never ran costs nothing, minimum or not", "[billing][platforms]") {
    const WorkerLife pending = make_life({{kAcquire, 45s}}, LifeEnd::kCancelled);
    CHECK(bill_lives(catalog_purchase("aws-ec2/g6e.xlarge"), {pending}).bill.total == Money{});
}

TEST_CASE("SageMaker bills by the second, CoreWeave and Lambda by the minute", "[billing][platforms]") {
    const Billed sagemaker = bill_lives(catalog_purchase("aws-sagemaker/ml.g6e.xlarge"),
                                        {make_life({{kInit, 20s}, {kBusy, 5500ms}})});
    CHECK(sagemaker.bill.total.nanos() == 18'850'000);
    const Billed coreweave =
        bill_lives(catalog_purchase("coreweave/H100x8", 8), {make_life({{kInit, 56s}, {kBusy, 5s}})});
    CHECK(coreweave.bill.total.nanos() == 1'641'333'334);
    const Billed lambda =
        bill_lives(catalog_purchase("lambda/gpu_8x_h100_sxm5", 8), {make_life({{kInit, 55s}, {kBusy, 5s}})});
    CHECK(lambda.bill.total.nanos() == 532'000'000);
}

TEST_CASE("a spot instance is billed by its platform's rules at its own price", "[billing][platforms]") {
    const Billed spot =
        bill_lives(catalog_purchase("gcp-compute-spot/a3-highgpu-1g"),
                   {make_life({{kAcquire, 30s}, {kInit, 100s}, {kBusy, 20500ms}}, LifeEnd::kFailed)});
    // 121 s of $2.525/h in three lines: 0.07013888.. + 0.01437847.. + 0.00035069..
    CHECK(billed_time(spot) == 121s);
    CHECK(std::abs(spot.bill.total.nanos() - 84'868'056) <= 1);
}

TEST_CASE("an Azure VM is billed by the second without a minimum", "[billing][platforms]") {
    const Billed azure = bill_lives(catalog_purchase("azure-vm/NC24ads_A100_v4"),
                                    {make_life({{kInit, 20s}, {kBusy, 5200ms}})});
    CHECK(billed_time(azure) == 26s);
    CHECK(std::abs(azure.bill.total.nanos() - 26'505'556) <= 1);  // 26 s of $3.67/h
}

TEST_CASE("Beam bills from initialisation to the end of keep-warm", "[billing][platforms]") {
    const Billed beam =
        bill_lives(catalog_purchase("beam/H100"),
                   {make_life({{kAcquire, 5s}, {kPull, 20s}, {kInit, 10s}, {kBusy, 3s}, {kIdle, 180s}})});
    CHECK(billed_time(beam) == 193s);
    CHECK(std::abs(beam.bill.total.nanos() - 93'283'333) <= 1);  // 193 s of $1.74/h
}

TEST_CASE("Cerebrium's protected tier doubles every meter", "[billing][platforms]") {
    static const PriceBook kBook = PriceBook::built_in();
    const ConfigNode cpu = ConfigNode::object("x", {{"vcpu", ConfigNode::integer("x", 4)}});
    const ConfigNode memory = ConfigNode::object("x", {{"size", ConfigNode::text("x", "16GB")}});
    const Purchase purchase{read_contract(price_node({text_member("catalog", "cerebrium/L4"),
                                                      {"cpu", cpu},
                                                      {"memory", memory},
                                                      {"multiplier", ConfigNode::integer("x", 2)}}),
                                          kBook)};
    const Billed billed = bill_lives(purchase, {make_life({{kInit, 40s}, {kBusy, 60s}})});
    CHECK(gpu_total(billed.bill) == 44'444'445);             // 40 s and 60 s of $1.60/h, each line rounded up
    CHECK(nanos(billed.bill, LineKind::kCpu) == 5'240'000);  // 400 vCPU-s x $0.0000131
    CHECK(nanos(billed.bill, LineKind::kMemory) == 7'104'000);  // 1600 GB-s x $0.00000444
}

TEST_CASE("a reserved p5 is paid for around the clock, and use beyond it on demand", "[billing][platforms]") {
    const Purchase purchase = catalog_purchase("aws-ec2-reserved/p5.48xlarge-3y", 8);
    // Two instances in the first of two hours, none in the second: 2 h x $23.777 and 1 h x $55.04.
    const Billed billed = bill_lives(purchase, {make_life({{kBusy, 1h}}), make_life({{kBusy, 1h}})}, 2h);
    CHECK(exact_usd(billed.bill.total) == "102.594");
}

TEST_CASE("GPUs of a p4d that no worker had are stranded", "[billing][platforms]") {
    Purchase purchase = catalog_purchase("aws-ec2/p4d.24xlarge", 8);
    purchase.gpus_per_worker = 2;
    // Two workers of two GPUs on one instance of eight, held for 100 s.
    const WorkerLife first = make_life({{kInit, 60s}, {kBusy, 40s}});
    const WorkerLife second = make_life({{kInit, 10s}, {kBusy, 40s}}, LifeEnd::kStopped, SimTime{20s});
    Meter meter({purchase});
    meter.worker_ended(second);
    meter.worker_ended(first);
    meter.instance_ended({PoolId{0}, 100s, 45s, 8, 300s, LifeEnd::kStopped, SimTime{145s}});
    const UsageTotals totals = meter.totals(make_usage({first, second}, 1h));
    CHECK(totals.stranded == Int128{500} * 1'000'000'000);
    const Bill bill = price_usage(purchase, totals);
    CHECK(nanos(bill, LineKind::kStranded) == 381'209'062);  // ends on half a nano-dollar
    CHECK(std::abs(bill.total.nanos() - 609'934'500) <= 2);  // 100 s of $21.957642/h in four lines
}
