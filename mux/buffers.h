// Paste buffers: named texts, newest first; those named by the server itself ("buffer0") beyond
// buffer-limit are forgotten. Owned by the Server.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace berth::mux {

inline constexpr std::size_t kMaxBufferBytes = 64U << 20; // of one buffer
inline constexpr std::size_t kMaxBuffers = 10'000;

struct Buffer {
    std::string name;
    std::string text;
    std::uint64_t created = 0; // seconds of the epoch
    bool automatic = true;     // the server chose its name
};

class Buffers {
  public:
    void set_limit(std::size_t limit) { limit_ = limit; }
    // Without a name: a new one. With: replaced, and the newest then. Empty texts are not kept.
    void add(std::string text, std::optional<std::string_view> name);
    // A new one, called prefix and a number.
    void add_numbered(std::string text, std::string_view prefix);
    void append_to_newest(std::string_view text); // a new one if there is none
    bool remove(std::string_view name);
    [[nodiscard]] bool rename(std::string_view from, std::string_view to);
    [[nodiscard]] const Buffer* find(std::string_view name) const;
    [[nodiscard]] const Buffer* newest() const; // of the automatic ones
    [[nodiscard]] const std::list<Buffer>& all() const { return buffers_; }
    // Grows with every change.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::uint64_t next_number() const { return next_; }
    void restore(std::list<Buffer> buffers, std::uint64_t next);

  private:
    void put(Buffer buffer);

    std::list<Buffer> buffers_; // newest first
    std::size_t limit_ = 50;
    std::uint64_t next_ = 0;
    std::uint64_t generation_ = 0;
};

} // namespace berth::mux
