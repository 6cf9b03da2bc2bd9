// SHA-256 (FIPS 180-4) of a short text, for the modules, which link libc alone. Tokens are names of
// files by their digest only, so that who can list the folder does not hold them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace berth::modules {

inline constexpr std::size_t kDigestHex = 64;

// Writes the digest of `size` bytes as lower-case hexadecimal and a NUL.
void sha256_hex(const void* data, std::size_t size, char (&out)[kDigestHex + 1]) noexcept;

} // namespace berth::modules
