// Every command of tmux's language, one row each: its names, the usage text that list-commands and
// -? print, its flags as getopt would spell them ("ab:c::": b takes a value, c takes one when a
// word that can be a value follows), how many arguments it takes, which of them may be { commands
// }, and what its target flags name. Reading arguments (arguments.h), completion and the manual
// page follow this table; what a command does is the mux's business. Flags that tmux 3.3a accepts
// and newer usage texts leave out are kept, so that older scripts run.
#pragma once

#include "base/result.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace berth::command {

inline constexpr int kUnlimited = -1; // Row::most of a command with any number of arguments

enum class Kind : std::uint8_t { none, client, session, window, pane };

// What is special about a target flag.
inline constexpr std::uint8_t kMayFail =
    1; // the command runs without the target and decides for itself
inline constexpr std::uint8_t kIndex = 2; // a window index that is not in use will do
inline constexpr std::uint8_t kMarked =
    4; // without the flag the marked pane, if there is one, is meant
inline constexpr std::uint8_t kUnattached = 8; // sessions without a client are preferred

struct TargetFlag {
    char flag = 0;
    Kind kind = Kind::none;
    std::uint8_t traits = 0;
};

// Which arguments may be given in braces (the others must be words).
enum class ArgumentKinds : std::uint8_t {
    strings,
    commands,             // every argument
    commands_after_first, // all but the first
    commands_with_C,      // every argument when -C is given
    menu,                 // name, key, command, name, key, command, …; an empty name stands alone
};

// What is special about a command.
inline constexpr std::uint8_t kStartsServer = 1; // may be the first command of a server
inline constexpr std::uint8_t kAfterHook = 2;    // has a hook after-NAME
inline constexpr std::uint8_t kOwnWords = 4;     // reads its words itself: no flags (own_rows.h)
inline constexpr std::uint8_t kSpeaksJson = 8;   // answers berth --json

struct Row {
    std::string_view name;
    std::string_view alias; // empty when there is none
    std::string_view usage;
    std::string_view flags;
    int least = 0;
    int most = 0; // kUnlimited: any number
    ArgumentKinds arguments = ArgumentKinds::strings;
    TargetFlag source; // -s
    TargetFlag target; // -t
    TargetFlag client; // -t or -c
    std::uint8_t traits = 0;
};

// In the order that list-commands and "could be:" print: names, usage; flags, arguments, -s, -t,
// client, traits.
inline constexpr Row kRows[] = {
    // clang-format off
    {"attach-session", "attach",
     "[-dErx] [-c working-directory] [-f flags] [-t target-session]",
     "c:dEf:rt:x", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session, kUnattached}, {}, kStartsServer},
    {"bind-key", "bind",
     "[-nr] [-T key-table] [-N note] key [command [argument ...]]",
     "N:nrT:", 1, kUnlimited, ArgumentKinds::commands, {}, {}, {}, kAfterHook},
    {"break-pane", "breakp",
     "[-abdPW] [-F format] [-n window-name] [-s src-pane] [-t dst-window] [-x width] [-y "
     "height] [-X x-position] [-Y y-position]",
     "abdF:n:Ps:t:WX:x:Y:y:", 0, 0, ArgumentKinds::strings, {'s', Kind::pane}, {'t', Kind::window, kIndex}, {}, 0},
    {"capture-pane", "capturep",
     "[-aCeFHJLMNpPqRT] [-b buffer-name] [-E end-line] [-S start-line] [-t target-pane]",
     "ab:CE:eFHJLMNPpqRS:Tt:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"choose-buffer", "",
     "[-kNrZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] "
     "[template]",
     "F:f:K:kNO:rt:Z", 0, 1, ArgumentKinds::commands, {}, {'t', Kind::pane}, {}, 0},
    {"choose-client", "",
     "[-hikNrZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] "
     "[template]",
     "F:f:hiK:kNO:rt:Z", 0, 1, ArgumentKinds::commands, {}, {'t', Kind::pane}, {}, 0},
    {"choose-tree", "",
     "[-GhkNrswZ] [-F format] [-f filter] [-K key-format] [-O sort-order] [-t target-pane] "
     "[template]",
     "F:f:GhK:kNO:rst:wZ", 0, 1, ArgumentKinds::commands, {}, {'t', Kind::pane}, {}, 0},
    {"clear-history", "clearhist",
     "[-H] [-t target-pane]",
     "Ht:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"clear-prompt-history", "clearphist",
     "[-T prompt-type]",
     "T:", 0, 0, ArgumentKinds::strings, {}, {}, {}, 0},
    {"clock-mode", "",
     "[-t target-pane]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"command-prompt", "",
     "[-1CbeFiklNP] [-I inputs] [-p prompts] [-t target-client] [-T prompt-type] [template]",
     "1bCeFI:iklNPp:T:t:", 0, 1, ArgumentKinds::commands, {}, {}, {'t', Kind::client}, 0},
    {"confirm-before", "confirm",
     "[-by] [-c confirm-key] [-p prompt] [-t target-client] command",
     "bc:p:t:y", 1, 1, ArgumentKinds::commands, {}, {}, {'t', Kind::client}, 0},
    {"copy-mode", "",
     "[-dekHMqSu] [-s src-pane] [-t target-pane]",
     "deHkMqSs:t:u", 0, 0, ArgumentKinds::strings, {'s', Kind::pane}, {'t', Kind::pane}, {}, kAfterHook},
    {"customize-mode", "",
     "[-kNZ] [-F format] [-f filter] [-t target-pane]",
     "F:f:kNt:Z", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"delete-buffer", "deleteb",
     "[-b buffer-name]",
     "b:", 0, 0, ArgumentKinds::strings, {}, {}, {}, 0},
    {"detach-client", "detach",
     "[-aP] [-E shell-command] [-s target-session] [-t target-client]",
     "aE:Ps:t:", 0, 0, ArgumentKinds::strings, {'s', Kind::session}, {}, {'t', Kind::client}, 0},
    {"display-menu", "menu",
     "[-MO] [-b border-lines] [-c target-client] [-C starting-choice] [-H selected-style] [-s "
     "style] [-S border-style] [-t target-pane] [-T title] [-x position] [-y position] name "
     "[key] [command] ...",
     "b:C:c:H:MOS:s:T:t:x:y:", 1, kUnlimited, ArgumentKinds::menu, {}, {'t', Kind::pane}, {'c', Kind::client}, 0},
    {"display-message", "display",
     "[-aCIlNpv] [-c target-client] [-d delay] [-F format] [-t target-pane] [message]",
     "aCc:d:F:IlNpt:v", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane, kMayFail}, {'c', Kind::client}, kAfterHook},
    {"display-popup", "popup",
     "[-BCEkN] [-b border-lines] [-c target-client] [-d start-directory] [-e environment] [-h "
     "height] [-s style] [-S border-style] [-t target-pane] [-T title] [-w width] [-x "
     "position] [-y position] [shell-command [argument ...]]",
     "Bb:Cc:d:Ee:h:kNS:s:T:t:w:x:y:", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane}, {'c', Kind::client}, 0},
    {"display-panes", "displayp",
     "[-kNZ] [-d duration] [-s source-window] [-t target-pane] [template]",
     "bd:kNs:t:Z", 0, 1, ArgumentKinds::commands, {'s', Kind::window}, {'t', Kind::pane}, {}, kAfterHook},
    {"find-window", "findw",
     "[-CiNrTZ] [-t target-pane] match-string",
     "CiNrTt:Z", 1, 1, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"has-session", "has",
     "[-t target-session]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"if-shell", "if",
     "[-bF] [-t target-pane] shell-command command [command]",
     "bFt:", 2, 3, ArgumentKinds::commands_after_first, {}, {'t', Kind::pane, kMayFail}, {}, 0},
    {"join-pane", "joinp",
     "[-bdfhv] [-l size] [-s src-pane] [-t dst-pane]",
     "bdfhl:p:s:t:v", 0, 0, ArgumentKinds::strings, {'s', Kind::pane, kMarked}, {'t', Kind::pane}, {}, 0},
    {"kill-pane", "killp",
     "[-a] [-f filter] [-t target-pane]",
     "af:t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"kill-server", "",
     "",
     "", 0, 0, ArgumentKinds::strings, {}, {}, {}, 0},
    {"kill-session", "",
     "[-aCg] [-f filter] [-t target-session]",
     "aCf:gt:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"kill-window", "killw",
     "[-a] [-f filter] [-t target-window]",
     "af:t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"last-pane", "lastp",
     "[-deZ] [-t target-window]",
     "det:Z", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"last-window", "last",
     "[-t target-session]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"link-window", "linkw",
     "[-abdk] [-s src-window] [-t dst-window]",
     "abdks:t:", 0, 0, ArgumentKinds::strings, {'s', Kind::window}, {'t', Kind::window, kIndex}, {}, 0},
    {"list-buffers", "lsb",
     "[-F format] [-f filter] [-O order]",
     "F:f:O:", 0, 0, ArgumentKinds::strings, {}, {}, {}, kAfterHook},
    {"list-clients", "lsc",
     "[-F format] [-f filter] [-O order][-t target-session]",
     "F:f:O:t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, kAfterHook},
    {"list-commands", "lscm",
     "[-F format] [command]",
     "F:", 0, 1, ArgumentKinds::strings, {}, {}, {}, kStartsServer},
    {"list-keys", "lsk",
     "[-1aNr] [-F format] [-O order] [-P prefix-string][-T key-table] [key]",
     "1aF:NO:P:rT:", 0, 1, ArgumentKinds::strings, {}, {}, {}, kStartsServer | kAfterHook},
    {"list-panes", "lsp",
     "[-asr] [-F format] [-f filter] [-O order][-t target-window]",
     "aF:f:O:rst:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, kAfterHook},
    {"list-sessions", "ls",
     "[-r] [-F format] [-f filter] [-O order]",
     "F:f:O:r", 0, 0, ArgumentKinds::strings, {}, {}, {}, kAfterHook | kSpeaksJson},
    {"list-windows", "lsw",
     "[-ar] [-F format] [-f filter] [-O order][-t target-session]",
     "aF:f:O:rt:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, kAfterHook},
    {"load-buffer", "loadb",
     "[-b buffer-name] [-t target-client] path",
     "b:t:w", 1, 1, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, kAfterHook},
    {"lock-client", "lockc",
     "[-t target-client]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, 0},
    {"lock-server", "lock",
     "",
     "", 0, 0, ArgumentKinds::strings, {}, {}, {}, kAfterHook},
    {"lock-session", "locks",
     "[-t target-session]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"move-pane", "movep",
     "[-bdfhMv] [-D lines] [-l size] [-L columns] [-P position] [-R columns] [-s src-pane] [-t"
     " dst-pane] [-U lines] [-X x-position] [-Y y-position] [-z z-index]",
     "bD::dfhL::l:MP:p:R::s:t:U::vX:Y:z:", 0, 0, ArgumentKinds::strings, {'s', Kind::pane, kMarked}, {'t', Kind::pane}, {}, 0},
    {"move-window", "movew",
     "[-abdkr] [-s src-window] [-t dst-window]",
     "abdkrs:t:", 0, 0, ArgumentKinds::strings, {'s', Kind::window}, {'t', Kind::window, kIndex}, {}, 0},
    {"new-pane", "newp",
     "[-AbCdefhIkKLMOPvWZ] [-B border-lines] [-c start-directory] [-e environment] [-F format]"
     " [-l size] [-m message] [-p percentage] [-s style] [-S active-border-style] [-R "
     "inactive-border-style] [-T title] [-x width] [-y height] [-X x-position] [-Y y-position]"
     " [-t target-pane] [shell-command [argument ...]]",
     "AB:bCc:de:F:fhIKkLl:Mm:OPp:R:S:s:T:t:vWX:x:Y:y:Z", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"new-session", "new",
     "[-AdDEPX] [-c start-directory] [-e environment] [-F format] [-f flags] [-n window-name] "
     "[-s session-name] [-t target-session] [-x width] [-y height] [shell-command [argument "
     "...]]",
     "Ac:DdEe:F:f:n:Ps:t:Xx:y:", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::session, kMayFail}, {}, kStartsServer | kAfterHook},
    {"new-window", "neww",
     "[-abdEkPS] [-c start-directory] [-e environment] [-F format] [-n window-name] [-t "
     "target-window] [shell-command [argument ...]]",
     "abc:dEe:F:kn:PSt:", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::window, kIndex}, {}, kAfterHook},
    {"next-layout", "nextl",
     "[-t target-window]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"next-window", "next",
     "[-a] [-t target-session]",
     "at:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"paste-buffer", "pasteb",
     "[-dprS] [-s separator] [-b buffer-name] [-t target-pane]",
     "b:dprSs:t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"pipe-pane", "pipep",
     "[-IOo] [-t target-pane] [shell-command]",
     "IOot:", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"previous-layout", "prevl",
     "[-t target-window]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"previous-window", "prev",
     "[-a] [-t target-session]",
     "at:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, 0},
    {"refresh-client", "refresh",
     "[-cDlLRSU] [-A pane:state] [-B name:what:format] [-C XxY] [-f flags] [-r pane:report] "
     "[-t target-client] [adjustment]",
     "A:B:C:cDF:f:Ll::Rr:St:U", 0, 1, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, kAfterHook},
    {"rename-session", "rename",
     "[-t target-session] new-name",
     "t:", 1, 1, ArgumentKinds::strings, {}, {'t', Kind::session}, {}, kAfterHook},
    {"rename-window", "renamew",
     "[-t target-window] new-name",
     "t:", 1, 1, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, kAfterHook},
    {"resize-pane", "resizep",
     "[-MTZ] [-D lines] [-L columns] [-R columns] [-U lines] [-x width] [-y height] [-t "
     "target-pane]",
     "D::L::MR::Tt:U::x:y:Z", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"resize-window", "resizew",
     "[-aADLRU] [-x width] [-y height] [-t target-window] [adjustment]",
     "AaDLRt:Ux:y:", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, kAfterHook},
    {"respawn-pane", "respawnp",
     "[-Ek] [-c start-directory] [-e environment] [-t target-pane] [shell-command [argument "
     "...]]",
     "c:Ee:kt:", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"respawn-window", "respawnw",
     "[-Ek] [-c start-directory] [-e environment] [-t target-window] [shell-command [argument "
     "...]]",
     "c:Ee:kt:", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"rotate-window", "rotatew",
     "[-DUZ] [-t target-window]",
     "Dt:UZ", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"run-shell", "run",
     "[-bCE] [-c start-directory] [-d delay] [-t target-pane] [shell-command [argument ...]]",
     "bCc:d:Et:", 0, kUnlimited, ArgumentKinds::commands_with_C, {}, {'t', Kind::pane, kMayFail}, {}, 0},
    {"save-buffer", "saveb",
     "[-a] [-b buffer-name] path",
     "ab:", 1, 1, ArgumentKinds::strings, {}, {}, {}, kAfterHook},
    {"select-layout", "selectl",
     "[-Enop] [-t target-pane] [layout-name]",
     "Enopt:", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"select-pane", "selectp",
     "[-DdeLlMmRUZ] [-T title] [-t target-pane]",
     "DdegLlMmP:RT:t:UZ", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"select-window", "selectw",
     "[-lnpT] [-t target-window]",
     "lnpTt:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, kAfterHook},
    {"send-keys", "send",
     "[-FHKlMRX] [-c target-client] [-N repeat-count] [-t target-pane] [key ...]",
     "c:FHKlMN:Rt:X", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane}, {'c', Kind::client}, kAfterHook},
    {"send-prefix", "",
     "[-2] [-t target-pane]",
     "2t:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"server-access", "",
     "[-adglrw] [-t target-pane] [user|group]",
     "adglrt:w", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, 0},
    {"set-buffer", "setb",
     "[-aw] [-b buffer-name] [-n new-buffer-name] [-t target-client] [data]",
     "ab:n:t:w", 0, 1, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, kAfterHook},
    {"set-environment", "setenv",
     "[-Fhgru] [-t target-session] variable [value]",
     "Fghrt:u", 1, 2, ArgumentKinds::strings, {}, {'t', Kind::session, kMayFail}, {}, kAfterHook},
    {"set-hook", "",
     "[-agpERTuw] [-B name:what:format] [-t target-pane] [hook] [command]",
     "aB:EgpRTt:uw", 0, 2, ArgumentKinds::commands_after_first, {}, {'t', Kind::pane, kMayFail}, {}, kAfterHook},
    {"set-option", "set",
     "[-aFgopqsuUw] [-t target-pane] option [value]",
     "aFgopqst:Uuw", 1, 2, ArgumentKinds::commands_after_first, {}, {'t', Kind::pane, kMayFail}, {}, kAfterHook},
    {"set-window-option", "setw",
     "[-aFgoqu] [-t target-window] option [value]",
     "aFgoqt:u", 1, 2, ArgumentKinds::commands_after_first, {}, {'t', Kind::window, kMayFail}, {}, 0},
    {"show-buffer", "showb",
     "[-b buffer-name]",
     "b:", 0, 0, ArgumentKinds::strings, {}, {}, {}, 0},
    {"show-environment", "showenv",
     "[-hgs] [-t target-session] [variable]",
     "ghst:", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::session, kMayFail}, {}, kAfterHook},
    {"show-hooks", "",
     "[-Bgpw] [-F format] [-t target-pane] [hook]",
     "BF:gpt:w", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane, kMayFail}, {}, 0},
    {"show-messages", "showmsgs",
     "[-JT] [-t target-client]",
     "JTt:", 0, 0, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, kAfterHook},
    {"show-options", "show",
     "[-AgHpqsvw] [-F format] [-t target-pane] [option]",
     "AF:gHpqst:vw", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::pane, kMayFail}, {}, kAfterHook},
    {"show-prompt-history", "showphist",
     "[-T prompt-type]",
     "T:", 0, 0, ArgumentKinds::strings, {}, {}, {}, 0},
    {"show-window-options", "showw",
     "[-gv] [-F format] [-t target-window] [option]",
     "F:gt:v", 0, 1, ArgumentKinds::strings, {}, {'t', Kind::window, kMayFail}, {}, 0},
    {"source-file", "source",
     "[-Fnqv] [-t target-pane] path ...",
     "Fnqt:v", 1, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane, kMayFail}, {}, 0},
    {"split-window", "splitw",
     "[-bdefhIklPvWZ] [-B border-lines] [-c start-directory] [-e environment] [-F format] [-l "
     "size] [-m message] [-p percentage] [-s style] [-S active-border-style] [-R "
     "inactive-border-style] [-T title] [-t target-pane] [shell-command [argument ...]]",
     "B:bc:de:F:fhIkl:m:Pp:R:S:s:T:t:vWZ", 0, kUnlimited, ArgumentKinds::strings, {}, {'t', Kind::pane}, {}, kAfterHook},
    {"start-server", "start",
     "",
     "", 0, 0, ArgumentKinds::strings, {}, {}, {}, kStartsServer},
    {"suspend-client", "suspendc",
     "[-t target-client]",
     "t:", 0, 0, ArgumentKinds::strings, {}, {}, {'t', Kind::client}, 0},
    {"swap-pane", "swapp",
     "[-dDUZ] [-s src-pane] [-t dst-pane]",
     "Dds:t:UZ", 0, 0, ArgumentKinds::strings, {'s', Kind::pane, kMarked}, {'t', Kind::pane}, {}, 0},
    {"swap-window", "swapw",
     "[-d] [-s src-window] [-t dst-window]",
     "ds:t:", 0, 0, ArgumentKinds::strings, {'s', Kind::window, kMarked}, {'t', Kind::window}, {}, kAfterHook},
    {"switch-client", "switchc",
     "[-ElnprZ] [-c target-client] [-t target-session] [-T key-table] [-O order]",
     "c:EFlnO:prT:t:Z", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::session}, {'c', Kind::client}, 0},
    {"switch-mode", "",
     "[-kswZ] [-F format] [-t target-pane] [command]",
     "F:kst:wZ", 0, 1, ArgumentKinds::commands, {}, {'t', Kind::pane}, {}, 0},
    {"unbind-key", "unbind",
     "[-anq] [-T key-table] key",
     "anqT:", 0, 1, ArgumentKinds::strings, {}, {}, {}, kAfterHook},
    {"unlink-window", "unlinkw",
     "[-k] [-t target-window]",
     "kt:", 0, 0, ArgumentKinds::strings, {}, {'t', Kind::window}, {}, 0},
    {"wait-for", "wait",
     "[-ELSUlv] [-F format] [-w waiter] name",
     "EF:LlSUvw:", 1, 1, ArgumentKinds::strings, {}, {}, {}, 0},
    // clang-format on
};

namespace rows {

// tmux lists display-popup before display-panes; everything else is in alphabetical order.
constexpr std::string_view order_of(const Row& row) {
    return row.name == "display-popup" ? std::string_view("display-pan") : row.name;
}

consteval bool sorted() {
    return std::ranges::is_sorted(kRows, {}, order_of);
}

consteval bool names_are_unique() {
    for (const Row& one : kRows)
        for (const Row& other : kRows)
            if (&one != &other && (one.name == other.name || one.alias == other.name ||
                                   (!one.alias.empty() && one.alias == other.alias)))
                return false;
    return true;
}

constexpr bool has_value(std::string_view flags, char flag) {
    const auto at = flags.find(flag);
    return at != flags.npos && at + 1 < flags.size() && flags[at + 1] == ':';
}

// Flags are letters and digits named once, and each target flag takes a value.
consteval bool flags_are_sound() {
    for (const Row& row : kRows) {
        for (const char c : row.flags)
            if (c != ':' && std::ranges::count(row.flags, c) != 1)
                return false;
        for (const TargetFlag& target : {row.source, row.target, row.client})
            if (target.flag != 0 && !has_value(row.flags, target.flag))
                return false;
        if (row.most != kUnlimited && row.least > row.most)
            return false;
    }
    return true;
}

static_assert(sorted());
static_assert(names_are_unique());
static_assert(flags_are_sound());

} // namespace rows

// The row called name: by its name or alias, or by an unambiguous start of its name. The message of
// the error is tmux's: "unknown command: x" or "ambiguous command: x, could be: …".
[[nodiscard]] Result<const Row*> find(std::string_view name);

} // namespace berth::command
