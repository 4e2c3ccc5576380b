#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spillway {

/// How a catalogue of SkyPilot is to be read.
struct SkypilotImport {
    std::string platform;  ///< of the price book: whose rules the prices are billed by
    std::string date;      ///< when the prices were valid
    std::string source;    ///< what the entries say of where they are from
    std::string region;    ///< only those sold there; empty: all
    std::string gpu;       ///< only those of this GPU; empty: all
};

struct ImportedPrices {
    std::string text;  ///< a price file
    std::size_t rows = 0;
    std::size_t on_demand = 0;
    std::size_t spot = 0;
    // Rows and prices left out.
    std::size_t without_gpu = 0;
    std::size_t without_instance = 0;  ///< the price of a GPU alone, for a machine that is sold apart
    std::size_t parts_of_gpus = 0;
    std::size_t without_price = 0;
    std::size_t without_spot_price = 0;
    std::size_t said_again = 0;  ///< on-demand prices that another zone's row has too
    std::size_t filtered = 0;    ///< of another region or GPU
};

/// The price platform of a cloud as SkyPilot names it: "aws" is aws-ec2. Throws InputError at `where` for one
/// whose rules the price book does not have.
std::string platform_of_cloud(std::string_view cloud, const std::string& where);

/// Reads SkyPilot's catalogue of a cloud (vms.csv: InstanceType, AcceleratorName, AcceleratorCount, vCPUs,
/// MemoryGiB, GpuInfo, Price, SpotPrice, Region, AvailabilityZone, in any order; others are passed over) and
/// writes a price file: "aws-ec2/p5.48xlarge@us-east-1", "aws-ec2-spot/p5.48xlarge@us-east-1a". Throws
/// InputError at "NAME:LINE" for what cannot be read, a negative price, and two prices of one thing.
ImportedPrices import_skypilot(std::string_view csv, const std::string& name, const SkypilotImport& how);

}  // namespace spillway
