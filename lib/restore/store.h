// The files that a reboot leaves: the newest state and the one before it, each in a frame that
// tells whether it is whole. Written so that wherever power fails the one or the other can be read:
// into a file of its own that is on the disk before it takes the place of the newest, which becomes
// the one before; one that is not whole never does. The folder is behind an interface, so that
// tests need no disk. Used by the keeper, which knows nothing of what is inside.
//
// A frame: kMagic, the size of the contents (u64), their CRC-64/XZ (u64), both little-endian; the
// contents.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::restore {

inline constexpr std::string_view kMagic = "berth-state-1\r\n\n"; // of a frame's first version
inline constexpr std::size_t kFrameBytes = 32;                    // before the contents
inline constexpr std::size_t kMaxState = 1U << 30;                // bytes of one file's contents

// As CRC-64/XZ has it: reflected, polynomial 0x42f0e1eba9ea3693 (ECMA-182).
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);
[[nodiscard]] std::string frame(std::string_view contents);
// The contents of a frame that is whole; a view into `bytes`.
[[nodiscard]] std::optional<std::string_view> unframe(std::string_view bytes);

// Names are those of files in one folder. ENOENT: there is no such file.
class Folder {
  public:
    virtual ~Folder() = default;
    [[nodiscard]] virtual Result<std::string> read(const std::string& name) = 0;
    // Creates or empties the file; all is on the disk when this returns.
    [[nodiscard]] virtual Result<void> write(const std::string& name, std::string_view bytes) = 0;
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
    // What was renamed and removed is on the disk when this returns.
    [[nodiscard]] virtual Result<void> settle() = 0;
};

class Store {
  public:
    // The files are called NAME, NAME.old and, while it is written, NAME.new.
    explicit Store(std::string name) : name_(std::move(name)) {}

    // The newest contents that are whole; empty: there are none, and no file that could not be
    // read.
    [[nodiscard]] Result<std::string> load(Folder& folder);
    // Contents must not be empty.
    [[nodiscard]] Result<void> save(Folder& folder, std::string_view contents);
    // The user has ended everything.
    [[nodiscard]] Result<void> forget(Folder& folder);

  private:
    [[nodiscard]] std::string old_name() const { return name_ + ".old"; }
    [[nodiscard]] std::string new_name() const { return name_ + ".new"; }

    std::string name_;
    bool whole_ = false; // NAME is known to be
};

} // namespace berth::restore
