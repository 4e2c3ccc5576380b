#pragma once

namespace spillway {

// Both compilers have 128-bit integers; the standard does not name them.
__extension__ typedef __int128 Int128;            // NOLINT(modernize-use-using): needs __extension__
__extension__ typedef unsigned __int128 UInt128;  // NOLINT(modernize-use-using): needs __extension__

}  // namespace spillway
