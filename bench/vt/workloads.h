// The workloads that terminals are measured with: the twelve kinds of vtebench, and six of real
// use. All are made by a fixed random sequence, so every run and every peer gets the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::bench {

class Random {
  public:
    std::uint32_t operator()(std::uint32_t below) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<std::uint32_t>(state_ >> 16) % below;
    }

  private:
    std::uint64_t state_ = 0x9e3779b97f4a7c15ULL;
};

struct Workload {
    std::string_view name;
    std::string_view before; // once, at the start
    void (*append)(std::string& out, Random& random);
};

extern const std::array<Workload, 18> kWorkloads;

[[nodiscard]] std::string generate(const Workload& workload, std::size_t size);

} // namespace berth::bench
