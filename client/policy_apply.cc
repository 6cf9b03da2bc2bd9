// berth policy apply: makes sshd's drop-in what the policy says of forced logins (root; run by
// berthd.service after a start and at a reload). sshd -t has to take the new rules beside all the
// others before they are put in place, and again afterwards, or what was there comes back: a file
// that sshd refuses would lock everybody out at its next start.
#include "doctor.h"

#include "base/fd.h"
#include "base/result.h"
#include "client/files.h"
#include "policy/text.h"
#include "run.h"

#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace berth {
namespace {

constexpr const char* kFolder = "/etc/ssh/sshd_config.d";
constexpr const char* kNewFile = "/etc/ssh/sshd_config.d/.50-berth.new"; // not read by sshd
// Before the rules of forced logins: the first value counts, and a guest is never forced.
constexpr const char* kGuestDropIn = "/etc/ssh/sshd_config.d/40-berth-guests.conf";
constexpr const char* kCandidate = "/run/berth/sshd-candidate";
constexpr const char* kTrial = "/run/berth/sshd-trial"; // the candidate, then what there is
constexpr const char* kSshd = "/usr/sbin/sshd";

std::string current_rules(const char* path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

Result<void> write_file(const char* path, const std::string& text) {
    const Fd file(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file || fchmod(file.get(), 0644) != 0)
        return fail_errno(std::string("write ") + path);
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t wrote = write(file.get(), text.data() + done, text.size() - done);
        if (wrote < 0 && errno != EINTR)
            return fail_errno(std::string("write ") + path);
        done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
    if (fsync(file.get()) != 0)
        return fail_errno(std::string("write ") + path);
    return {};
}

// Empty: no file.
Result<void> put_rules(const char* path, const std::string& text) {
    if (text.empty()) {
        if (unlink(path) != 0 && errno != ENOENT)
            return fail_errno(std::string("remove ") + path);
        return {};
    }
    if (auto written = write_file(kNewFile, text); !written)
        return written;
    if (rename(kNewFile, path) != 0)
        return fail_errno(std::string("write ") + path);
    return {};
}

Result<void> sshd_takes(const std::vector<std::string>& words) {
    const Ran ran = run_program(words);
    if (ran.status == 0)
        return {};
    return fail(EINVAL, "sshd refuses the rules, which stay as they were: " +
                            ran.text.substr(0, ran.text.find('\n')));
}

Result<void> try_rules(const std::string& text) {
    if (text.empty())
        return {};
    if (auto written = write_file(kCandidate, text); !written)
        return written;
    const std::string trial =
        std::string("Include ") + kCandidate + "\nInclude /etc/ssh/sshd_config\n";
    if (auto written = write_file(kTrial, trial); !written)
        return written;
    const Result<void> taken = sshd_takes({kSshd, "-t", "-f", kTrial});
    unlink(kCandidate);
    unlink(kTrial);
    return taken;
}

Result<void> reload_sshd() {
    for (const char* unit : {"ssh.service", "sshd.service"}) {
        if (run_program({"systemctl", "is-active", "--quiet", unit}).status != 0)
            continue;
        const Ran ran = run_program({"systemctl", "reload", unit});
        if (ran.status != 0)
            return fail(EIO, std::string("reload ") + unit + ": " +
                                 ran.text.substr(0, ran.text.find('\n')));
        return {};
    }
    return {}; // it reads the rules when it starts
}

Result<void> change_rules(const char* path, const std::string& before, const std::string& after) {
    if (auto tried = try_rules(after); !tried)
        return tried;
    if (auto put = put_rules(path, after); !put)
        return put;
    if (auto taken = sshd_takes({kSshd, "-t"}); !taken) {
        if (auto back = put_rules(path, before); !back)
            return back;
        return taken;
    }
    return reload_sshd();
}

// One line of what went wrong, or nothing.
std::string apply_rules(const char* path, const std::string& rules) {
    const std::string before = current_rules(path);
    if (before == rules)
        return {};
    if (access(kFolder, W_OK) != 0)
        return fail_errno(std::string("write into ") + kFolder).error().text();
    const auto changed = change_rules(path, before, rules);
    return changed ? std::string() : changed.error().operation;
}

} // namespace

int apply_policy() {
    const auto complain = [](const std::string& text) {
        client::print(STDERR_FILENO, text + "\n");
        return 1;
    };
    const auto loaded = policy::Policy::load({});
    if (!loaded)
        return complain(loaded.error().front().text());
    const auto rules = policy::sshd_drop_in(*loaded);
    if (!rules)
        return complain(rules.error().text());
    // Guests' rules first; what goes wrong with them leaves forced logins as the policy wants them.
    const std::string guests = apply_rules(kGuestDropIn, policy::sshd_guest_rules(*loaded));
    const std::string forced = apply_rules(kSshdDropIn, *rules);
    for (const std::string& problem : {guests, forced})
        if (!problem.empty())
            complain(problem);
    if (!guests.empty() || !forced.empty())
        return 1;
    return 0;
}

} // namespace berth
