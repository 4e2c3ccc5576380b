#pragma once

#include <string>

namespace spillway {

/// The JSON Schema (draft 2020-12) of price files, ended by a line feed, made from the tables that the price
/// book reads by.
std::string price_schema();

}  // namespace spillway
