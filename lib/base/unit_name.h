// Names of accounts as instances of systemd's template units (systemd.unit(5), "String Escaping").
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace berth {

// berth@INSTANCE.service. A name of digits alone, which User= would take for a uid, is replaced by
// the account's uid.
[[nodiscard]] std::string unit_instance(std::string_view account, uid_t uid);

} // namespace berth
