#include "doctor.h"

#include "base/account.h"
#include "client/files.h"
#include "policy/text.h"
#include "run.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/statvfs.h>
#include <unistd.h>

namespace berth {
namespace {

namespace fs = std::filesystem;

enum class State : std::uint8_t { good, note, bad };

struct Finding {
    State state = State::good;
    std::string text; // what is so
    std::string mend; // what to do; empty if it is good
};

Finding good(std::string text) {
    return {State::good, std::move(text), ""};
}
Finding note(std::string text, std::string mend) {
    return {State::note, std::move(text), std::move(mend)};
}
Finding bad(std::string text, std::string mend) {
    return {State::bad, std::move(text), std::move(mend)};
}

constexpr const char* kReinstall = "apt-get install --reinstall berth";

bool exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// Whether a line that is no comment has the word.
bool has_line(const std::string& text, std::string_view begin, std::string_view word) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(begin) && line.find(word) != std::string::npos &&
            !line.starts_with('#'))
            return true;
    return false;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::string user_name() {
    const auto account = find_account(getuid());
    return account ? account->name : std::to_string(getuid());
}

// sshd -T, for the caller's account; only root may ask.
Ran effective_sshd() {
    return run_program(
        {"/usr/sbin/sshd", "-T", "-C",
         "user=" + user_name() + ",host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22"});
}

nlohmann::json server_status() {
    const Ran ran =
        run_program({"/proc/self/exe", "-S", client::kSystemSocket, "admin", "status", "--json"});
    return ran.status == 0 ? nlohmann::json::parse(ran.text, nullptr, false) : nlohmann::json();
}

Finding check_daemon() {
    const nlohmann::json status = server_status();
    if (!status.is_object())
        return bad("berthd does not answer on " + std::string(client::kSystemSocket) +
                       "; logins get the plain shell",
                   "systemctl restart berthd; journalctl -u berthd");
    const std::string version = status.value("version", "");
    if (version != BERTH_VERSION)
        return bad("berthd is of version " + version + ", berth of " BERTH_VERSION,
                   "systemctl restart berthd (sessions stay)");
    return good("berthd " + version + " answers, protocol " +
                std::to_string(status.value("protocol", 0)));
}

constexpr std::size_t kMostListed = 20; // accounts

// Who runs which version: berthd compares what each process says of its file with what is
// installed.
Finding check_running_versions() {
    const nlohmann::json status = server_status();
    std::string all;
    bool old = false;
    std::size_t accounts = 0;
    const nlohmann::json servers = status.is_object()
                                       ? status.value("servers", nlohmann::json::array())
                                       : nlohmann::json::array();
    for (const nlohmann::json& server : servers) {
        const bool listed = ++accounts <= kMostListed;
        if (listed)
            all += "; " + server.value("user", "");
        for (const char* part : {"keeper", "mux"}) {
            const std::string name(part);
            const std::string version = server.value(name + "_version", "");
            const bool current = version.empty() || server.value(name + "_current", true);
            old = old || !current;
            if (listed && !version.empty())
                all += " " + name + " " + version + (current ? "" : " (not the installed one)");
        }
    }
    if (accounts > kMostListed)
        all += "; " + std::to_string(accounts - kMostListed) + " more accounts";
    if (!old)
        return good("every keeper and mux runs the installed version" + all);
    return note("an earlier version runs" + all,
                "berth admin upgrade; berth admin upgrade-keepers (sessions stay)");
}

Finding check_upgrade() {
    const nlohmann::json status = server_status();
    const std::string refused = status.is_object() ? status.value("refused", "") : "";
    if (refused.empty())
        return good("no version was refused");
    return bad(refused, "journalctl -t berth-mux; install another version, or try this one again "
                        "with berth admin upgrade");
}

Finding check_enabled() {
    if (!exists("/run/systemd/system"))
        return note("systemd does not run here", "start berthd as the machine starts its services");
    const Ran ran = run_program({"systemctl", "is-enabled", "berthd"});
    if (ran.status == 0)
        return good("berthd starts with the machine");
    return bad("berthd does not start with the machine: " + first_line(ran.text),
               "systemctl enable --now berthd");
}

Finding check_pam() {
    const std::string sshd = read_text("/etc/pam.d/sshd");
    const std::string common = read_text("/etc/pam.d/common-session");
    const bool included =
        has_line(sshd, "@include", "common-session") && has_line(common, "session", "pam_berth.so");
    if (!included && !has_line(sshd, "session", "pam_berth.so"))
        return bad("pam_berth.so is not in sshd's PAM session", "pam-auth-update --enable berth");
    for (const fs::path folder : {"/lib", "/lib64", "/usr/lib", "/usr/lib64"}) {
        std::error_code error;
        if (fs::exists(folder / "security/pam_berth.so", error))
            return good("pam_berth.so is in sshd's PAM session");
        for (fs::directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error))
            if (exists((at->path() / "security/pam_berth.so").string()))
                return good("pam_berth.so is in sshd's PAM session");
    }
    return bad("pam_berth.so is configured, but not installed", kReinstall);
}

Finding check_keeper_pam() {
    return exists("/etc/pam.d/berth")
               ? good("the PAM service of keepers is there")
               : bad("/etc/pam.d/berth is missing: no keeper starts",
                     "apt-get install --reinstall -o Dpkg::Options::=--force-confmiss berth");
}

Finding check_sshd() {
    if (geteuid() != 0)
        return note("whether sshd's configuration is valid is not known",
                    "run berth doctor as root");
    if (const Ran ran = run_program({"/usr/sbin/sshd", "-t"}); ran.status != 0)
        return bad("sshd -t fails: " + first_line(ran.text), "mend it before sshd is restarted");
    const std::string settings = effective_sshd().text;
    if (!has_line(settings, "usepam", "yes"))
        return bad("sshd's UsePAM is off: logins get the plain shell",
                   "UsePAM yes in /etc/ssh/sshd_config");
    if (!has_line(settings, "permittty", "yes"))
        return bad("sshd gives no terminals (PermitTTY)", "PermitTTY yes in /etc/ssh/sshd_config");
    if (!has_line(settings, "acceptenv", "LC_*"))
        return note("sshd does not accept LC_*: LC_BERTH is not heard",
                    "AcceptEnv LC_* in /etc/ssh/sshd_config");
    return good("sshd's configuration is valid and uses PAM");
}

Finding check_policy() {
    const auto loaded = policy::Policy::load({});
    if (!loaded)
        return bad(loaded.error().front().text(), "berth policy check");
    if (const auto drop_in = policy::sshd_drop_in(*loaded); !drop_in)
        return bad(drop_in.error().text(), "berth policy check");
    return good("the policy has no mistakes");
}

Finding check_hook() {
    const auto account = find_account(getuid(), Groups::find);
    const auto loaded = policy::Policy::load({});
    if (!account || !loaded)
        return note("the hook of this account is not known", "berth policy check");
    const policy::Settings settings = loaded->effective(account->name, account->groups);
    const std::string from = " (" + settings.origin(policy::OptionId::hook).text() + ")";
    if (settings.hook() == policy::Hook::off)
        return note("the policy keeps " + account->name + "'s logins out of sessions" + from,
                    "hook = shell in /etc/berth/berth.conf");
    if (settings.hook() == policy::Hook::shell)
        return good("logins of " + account->name + " come by the shell's start files" + from);
    if (geteuid() == 0 && !has_line(effective_sshd().text, "forcecommand", "berth-login --force"))
        return bad("the policy forces " + account->name + from + ", but sshd does not",
                   "systemctl reload berthd; a Match block before 50-berth.conf may win");
    return good("logins of " + account->name + " are forced" + from);
}

Finding check_drop_in() {
    const auto loaded = policy::Policy::load({});
    if (!loaded)
        return note("which logins have to be forced is not known", "berth policy check");
    const auto wanted = policy::sshd_drop_in(*loaded);
    const std::string is = exists(kSshdDropIn) ? read_text(kSshdDropIn) : "";
    if (!wanted || is == *wanted || (exists(kSshdDropIn) && access(kSshdDropIn, R_OK) != 0))
        return good(is.empty() ? "no logins are forced" : "sshd's drop-in is the policy's");
    return bad(std::string(kSshdDropIn) + " is not what the policy says",
               "systemctl reload berthd");
}

Finding check_shells() {
    struct Row {
        const char* shell;
        const char* file;
    };
    constexpr std::array rows = {
        Row{"/bin/sh", "/etc/profile.d/00-berth.sh"},
        Row{"/usr/bin/zsh", "/usr/lib/berth/zsh/.zshenv"},
        Row{"/usr/bin/fish", "/usr/share/fish/vendor_conf.d/00-berth.fish"}};
    for (const Row& row : rows)
        if (exists(row.shell) && access(row.file, R_OK) != 0)
            return bad(std::string(row.file) + " cannot be read: logins with that shell are plain",
                       kReinstall);
    if (!has_line(read_text("/etc/profile"), "", "/etc/profile.d"))
        return bad("/etc/profile does not read /etc/profile.d: logins are plain",
                   "source /etc/profile.d/*.sh in /etc/profile, as Debian's does");
    return good("the shells' start files have the hook");
}

Finding check_nsswitch() {
    if (has_line(read_text("/etc/nsswitch.conf"), "passwd:", " berth"))
        return good("names of shares are looked up");
    return note("/etc/nsswitch.conf has no berth in its passwd line: share tokens are not found",
                "passwd: files berth …");
}

Finding check_nscd() {
    if (!exists("/run/nscd/socket"))
        return good("nscd does not run");
    return note("nscd runs: it remembers a share's name for a while after the share has ended",
                "nscd -i passwd, or nothing: PAM checks again");
}

Finding check_run() {
    struct statvfs space{};
    if (statvfs("/run/berth", &space) != 0)
        return bad("/run/berth is missing", "systemd-tmpfiles --create berth.conf");
    if (space.f_bavail * space.f_frsize < 1024 * 1024 || space.f_favail < 100)
        return bad("/run is full: no session can be made", "df /run");
    return good("/run has room");
}

Finding check_logind() {
    if (exists("/run/systemd/system") && exists("/run/systemd/sessions"))
        return good("logind runs");
    return note("logind does not run: sessions have no XDG_RUNTIME_DIR of their own",
                "systemctl start systemd-logind");
}

struct Check {
    std::string_view name;
    Finding (*run)();
};

constexpr std::array kChecks = {
    Check{"daemon", check_daemon},     Check{"versions", check_running_versions},
    Check{"upgrade", check_upgrade},   Check{"enabled", check_enabled},
    Check{"run", check_run},           Check{"policy", check_policy},
    Check{"hook", check_hook},         Check{"shells", check_shells},
    Check{"pam", check_pam},           Check{"keeper-pam", check_keeper_pam},
    Check{"sshd", check_sshd},         Check{"drop-in", check_drop_in},
    Check{"nsswitch", check_nsswitch}, Check{"nscd", check_nscd},
    Check{"logind", check_logind},
};

constexpr std::array<std::string_view, 3> kStateNames = {"ok", "note", "BAD"};

} // namespace

std::optional<int> doctor(const VerbCall& call) {
    if (call.words.size() != 1) {
        client::print(STDERR_FILENO, "usage: berth [--json] doctor\n");
        return 64;
    }
    bool mend = false;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Check& check : kChecks) {
        const Finding finding = check.run();
        const std::string_view state = kStateNames[static_cast<std::size_t>(finding.state)];
        mend = mend || finding.state == State::bad;
        list.push_back({{"check", check.name},
                        {"state", state},
                        {"text", finding.text},
                        {"mend", finding.mend}});
        if (call.json)
            continue;
        std::string line =
            std::string(state) + std::string(6 - state.size(), ' ') + finding.text + "\n";
        if (!finding.mend.empty())
            line += "      mend: " + finding.mend + "\n";
        client::print(STDOUT_FILENO, line);
    }
    if (call.json)
        client::print(STDOUT_FILENO,
                      list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return mend ? 1 : 0;
}

} // namespace berth
