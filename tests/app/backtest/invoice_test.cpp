#include "app/backtest/invoice.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr Duration kMonth = std::chrono::hours{720};

/// A row more than fit.
std::string many_large_rows() {
    std::string rows;
    for (int i = 0; i < 41; ++i) rows += "GPU,100000000\n";
    return rows;
}

InvoiceFile bill(std::string_view text) { return read_invoice_text(text, "bill.csv", kMonth); }

}  // namespace

TEST_CASE("a bill is read whatever its line ends, quotes and byte order mark", "[backtest][invoice]") {
    const InvoiceFile file = bill(
        "\xEF\xBB\xBFLine,Note,Quantity,Unit,Total\r\n"
        "\"GPU, large\",\"said \"\"so\"\"\",\"1,200.5\",Hrs,\"$2,401.00\"\r\n"
        "\r\n"
        ",,,,\r\n"
        "disk,,,,3\r\n");
    CHECK(file.format == "generic");
    REQUIRE(file.rows.size() == 2);
    CHECK(file.rows[0].text == "GPU, large");
    CHECK(file.rows[0].amount == Money::from_nanos(2'401'000'000'000));
    CHECK(file.rows[0].unit->measure == Measure::kTime);
    CHECK(file.rows[0].usage == Int128{4'321'800} * 1'000'000'000);
    CHECK_FALSE(file.rows[1].unit);
}

TEST_CASE("exports are recognised by the names of their columns", "[backtest][invoice]") {
    struct Export {
        std::string_view format;
        std::string_view text;
    };
    const std::vector<Export> exports{
        {"aws-cur",
         "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/UsageType,"
         "lineItem/LineItemDescription,lineItem/UsageAmount,pricing/unit,lineItem/UnblendedCost,"
         "lineItem/CurrencyCode\n"
         "Usage,2026-07-01T00:00:00Z,2026-07-01T01:00:00Z,BoxUsage:g6.xlarge,$0.8048 per g6.xlarge,1,Hrs,"
         "0.8048,USD\n"},
        {"aws-cur",
         "line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,line_item_usage_type,"
         "line_item_line_item_description,line_item_usage_amount,pricing_unit,line_item_unblended_cost,"
         "line_item_currency_code\n"
         "Usage,2026-07-01 00:00:00.000,2026-07-01 "
         "01:00:00.000,BoxUsage:g6.xlarge,g6.xlarge,1,Hrs,0.8048,USD\n"},
        {"gcp-billing",
         "service.description,sku.description,usage_start_time,usage_end_time,usage.amount,usage.unit,cost,"
         "currency,cost_type\n"
         "Cloud Run,Nvidia L4 GPU,2026-07-01 00:00:00 UTC,2026-07-01 01:00:00 UTC,3600,seconds,0.8048,USD,"
         "regular\n"},
        {"azure-cost",
         "date,meterCategory,meterSubCategory,meterName,unitOfMeasure,quantity,costInBillingCurrency,"
         "billingCurrency,chargeType\n"
         "2026-07-01,Virtual Machines,NC,NC24ads A100 v4,1 Hour,1,0.8048,USD,Usage\n"},
        {"focus",
         "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,"
         "ConsumedQuantity,ConsumedUnit,SkuId\n"
         "0.8048,USD,Usage,GPU,2026-07-01T00:00:00Z,2026-07-01T01:00:00Z,1,Hours,s1\n"},
        {"generic", "date,item,hours,quantity,unit,cost\n2026-07-01,GPU,x,60,min,0.8048\n"}};
    for (const Export& one : exports) {
        INFO(one.text);
        const InvoiceFile file = bill(one.text);
        CHECK(file.format == one.format);
        REQUIRE(file.rows.size() == 1);
        CHECK(file.rows[0].amount == Money::from_nanos(804'800'000));
        CHECK(file.rows[0].sort == InvoiceSort::kCharge);
        CHECK(file.rows[0].usage == Int128{3600} * 1'000'000'000);
        REQUIRE(file.rows[0].period);
        CHECK(file.rows[0].period->begin == std::chrono::seconds{1'782'864'000});
    }
}

TEST_CASE("taxes and credits are told by their type, their words or their sign", "[backtest][invoice]") {
    const InvoiceFile file = bill(
        "description,type,amount\n"
        "GPU,usage,5\nSales Tax,,1\nSyntax checker,,1\nGPU,Tax,2\npromotional credit,,3\nGPU,,-4\n"
        "x,SavingsPlanNegation,-1\nx,EdpDiscount,-1\nx,DiscountedUsage,0\n");
    std::vector<InvoiceSort> sorts;
    for (const InvoiceRow& row : file.rows) sorts.push_back(row.sort);
    CHECK(sorts == std::vector{InvoiceSort::kCharge, InvoiceSort::kTax, InvoiceSort::kCharge,
                               InvoiceSort::kTax, InvoiceSort::kCredit, InvoiceSort::kCredit,
                               InvoiceSort::kCharge, InvoiceSort::kCredit, InvoiceSort::kCharge});
}

TEST_CASE("what a savings plan takes back lowers the line that it is of, and not its hours",
          "[backtest][invoice]") {
    const InvoiceFile file = bill(
        "description,type,quantity,unit,amount\n"
        "g6.xlarge,SavingsPlanCoveredUsage,10,h,8\ng6.xlarge,SavingsPlanNegation,10,h,-8\n");
    const std::vector<InvoiceLine> lines = invoice_lines(file.rows);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].amount == Money{});
    CHECK(lines[0].usage == Int128{36'000} * 1'000'000'000);
}

TEST_CASE("rows of the same words add up", "[backtest][invoice]") {
    const InvoiceFile file = bill(
        "description,quantity,unit,amount\n"
        "GPU,1,h,0.1\ndisk,,,7\nGPU,30,min,0.2\nGPU,3,GPU-h,4\nGPU,,,5\n");
    const std::vector<InvoiceLine> lines = invoice_lines(file.rows);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].rows == 2);
    CHECK(lines[0].amount == Money::from_nanos(300'000'000));
    CHECK(lines[0].usage == Int128{5400} * 1'000'000'000);
}

TEST_CASE("a bill that cannot be read is refused with its line and column", "[backtest][invoice][errors]") {
    struct Bad {
        std::string text;
        std::string part;
    };
    const std::vector<Bad> bads{
        {"", "is empty"},
        {"description,amount\n", "no row"},
        {"description,hours\nGPU,5\n", "no column of amounts"},
        {"amount,hours\n5,5\n", "what was charged for"},
        {"description,amount,Amount\nGPU,5,6\n", "more than once"},
        {"description,amount\nGPU,five\n",
         "bill.csv:2: column \"amount\" is no amount of US dollars: \"five\""},
        {"description,amount\nGPU,\n", "is no amount"},
        {"description,amount\nGPU,\"1.298,10\"\n", "is no amount"},
        {"description,amount\nGPU,1\nCPU,1e17\n", "bill.csv:3: column \"amount\" is beyond"},
        {"description,amount\n" + many_large_rows(), "bill.csv:42: brings all rows together"},
        {"description,amount,currency\nGPU,5,USD\nGPU,5,EUR\n", "bill.csv:3: column \"currency\""},
        {"description,amount,quantity,unit\nGPU,5,many,h\n", "\"quantity\" is not a number"},
        {"description,amount,date\nGPU,5,July\n", "\"date\" is no date"},
        {"description,amount,start,end\nGPU,5,2026-07-02,2026-07-01\n", "lies before the beginning"},
        {"description,amount\n,5\n", "says not what was charged for"},
        {"description,amount\nGPU,5,6\n", "3 cells"},
        {"description,amount\n\"GPU,5\n", "not closed"}};
    for (const Bad& bad : bads) {
        INFO(bad.text);
        CHECK_THROWS_WITH(bill(bad.text), contains_text(bad.part));
        CHECK_THROWS_AS(bill(bad.text), InputError);
    }
}

TEST_CASE("units are read in the words of invoices", "[backtest][invoice]") {
    struct Unit {
        std::string_view text;
        Measure measure;
        Int128 base;
        bool of_gpus;
    };
    constexpr Int128 kHour = Int128{3600} * 1'000'000'000;
    const std::vector<Unit> units{{"Hrs", Measure::kTime, kHour, false},
                                  {"1 Hour", Measure::kTime, kHour, false},
                                  {"seconds", Measure::kTime, 1'000'000'000, false},
                                  {"ms", Measure::kTime, 1'000'000, false},
                                  {"GPU-hours", Measure::kTime, kHour, true},
                                  {"GPUHours", Measure::kTime, kHour, true},
                                  {"instance hours", Measure::kTime, kHour, false},
                                  {"vCPU-Hours", Measure::kVcpuTime, 1000 * kHour, false},
                                  {"GB-Mo", Measure::kByteTime, Int128{720'000'000'000} * kHour, false},
                                  {"gibibyte month", Measure::kByteTime, (Int128{720} << 30) * kHour, false},
                                  {"byte-seconds", Measure::kByteTime, 1'000'000'000, false},
                                  {"GB", Measure::kBytes, 1'000'000'000, false},
                                  {"1M tokens", Measure::kTokens, 1'000'000, false},
                                  {"Tokens", Measure::kTokens, 1, false},
                                  {"1K requests", Measure::kRequests, 1'000, false},
                                  {"Requests", Measure::kRequests, 1, false}};
    for (const Unit& one : units) {
        INFO(one.text);
        const auto unit = parse_invoice_unit(one.text, kMonth);
        REQUIRE(unit);
        CHECK(unit->measure == one.measure);
        CHECK(unit->base_units == one.base);
        CHECK(unit->of_gpus == one.of_gpus);
    }
    for (const char* text : {"", "100 Hours", "10K", "things", "m", "GB-GB", "per hour of it"}) {
        INFO(text);
        CHECK_FALSE(parse_invoice_unit(text, kMonth));
    }
}
