#pragma once

#include <string>

#include "app/why/charge_run.hpp"

namespace spillway {

/// Who pays how much, for people: by class, by pool and model, and line by line.
std::string charge_text(const ChargeAnswer& answer);
/// Every row; amounts to the nano-dollar.
std::string charge_json(const ChargeAnswer& answer);
/// The same, with a header.
std::string charge_csv(const ChargeAnswer& answer);

}  // namespace spillway
