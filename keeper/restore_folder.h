// ~/.local/state/berth as the folder of restore::Store: files of mode 0600, on the disk before they
// are renamed. Every call may hang with the home directory: for a thread.
#pragma once

#include "restore/store.h"

#include <sys/types.h>
#include <utility>

namespace berth::keeper {

class HomeFolder final : public restore::Folder {
  public:
    using Identity = std::pair<dev_t, ino_t>; // zeros: there is none

    explicit HomeFolder(const std::string& home);

    [[nodiscard]] Identity identity() const;
    // With the folders that it is in.
    [[nodiscard]] Result<void> make() const;

    [[nodiscard]] Result<std::string> read(const std::string& name) override;
    [[nodiscard]] Result<void> write(const std::string& name, std::string_view bytes) override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> remove(const std::string& name) override;
    [[nodiscard]] Result<void> settle() override;

  private:
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

    std::string home_, path_;
};

} // namespace berth::keeper
