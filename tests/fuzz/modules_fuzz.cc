// Feeds any names, records, addresses and texts to what runs inside sshd, called as libc and libpam
// call it: libnss_berth's and pam_berth's functions, with a buffer of any size, over folders that
// hold what the input says. What must hold besides: a name that is no token and no share's is never
// a guest's, what NSS answers lies in the buffer that it was given, PAM lets nobody in whom NSS
// does not know, and leaves ordinary names alone. libpam itself, and accounts, are stand-ins here.
#include "common/guesses.h"
#include "common/sha256.h"
#include "common/token.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <nss.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

extern "C" {
nss_status _nss_berth_getpwnam_r(const char*, passwd*, char*, size_t, int*) noexcept;
nss_status _nss_berth_getpwuid_r(uid_t, passwd*, char*, size_t, int*) noexcept;
}

namespace {

using namespace berth::modules;

// What the stand-in for libpam hands out; read by pam_get_item() and the like below.
struct Login {
    std::string service, user, address, key;
    bool has_address = false, has_key = false;
    std::vector<std::string> put;
};

void require(bool holds) {
    if (!holds)
        std::abort();
}

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
    std::uint8_t byte() {
        if (left_ == 0)
            return 0;
        --left_;
        return *data_++;
    }
    // As C passes texts: up to a NUL.
    std::string text(std::size_t most) {
        const std::size_t size = std::min({left_, most, std::size_t{byte()} * 2});
        const auto* from = reinterpret_cast<const char*>(data_);
        std::string result(from, strnlen(from, std::min(size, left_)));
        const std::size_t step = std::min(left_, size);
        data_ += step;
        left_ -= step;
        return result;
    }
    std::string bytes(std::size_t most) {
        const std::size_t size = std::min({left_ == 0 ? 0 : left_ - 1, most, std::size_t{byte()}});
        std::string result(reinterpret_cast<const char*>(data_), size);
        data_ += size;
        left_ -= size;
        return result;
    }

  private:
    const std::uint8_t* data_;
    std::size_t left_;
};

void put_file(const std::string& path, const std::string& contents) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0 &&
            write(fd, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size()));
    close(fd);
}

bool inside(const char* text, const std::vector<char>& buffer) {
    return text >= buffer.data() && text + strlen(text) < buffer.data() + buffer.size();
}

void look_up(const std::string& name, uid_t uid, std::size_t room, bool known) {
    std::vector<char> buffer(room);
    passwd entry{};
    int error = 0;
    const nss_status status =
        _nss_berth_getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &error);
    require(status != NSS_STATUS_SUCCESS || known);
    if (status == NSS_STATUS_SUCCESS) {
        for (const char* text :
             {entry.pw_name, entry.pw_passwd, entry.pw_gecos, entry.pw_dir, entry.pw_shell})
            require(inside(text, buffer));
        require(is_share_name(entry.pw_name) && strcmp(entry.pw_passwd, "x") == 0 &&
                entry.pw_uid != 0);
    } else {
        require(error == ENOENT || error == ERANGE || error == EAGAIN);
    }
    if (_nss_berth_getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &error) ==
        NSS_STATUS_SUCCESS)
        require(entry.pw_uid == uid && uid >= kFirstGuestUid);
}

void log_in(Login& login, bool like_a_guest, bool known) {
    auto* handle = reinterpret_cast<pam_handle_t*>(&login);
    const bool ordinary = login.service != "sshd" || !like_a_guest;
    for (const unsigned flags : {0U, static_cast<unsigned>(PAM_DISALLOW_NULL_AUTHTOK)}) {
        const int in = pam_sm_authenticate(handle, static_cast<int>(flags), 0, nullptr);
        require(ordinary ? in == PAM_IGNORE
                         : in == PAM_AUTH_ERR || in == PAM_SUCCESS || in == PAM_IGNORE);
        require(in != PAM_SUCCESS || (known && flags == 0));
    }
    const int account = pam_sm_acct_mgmt(handle, 0, 0, nullptr);
    require(account != PAM_SUCCESS || (known && !ordinary));
    require(!ordinary || account == PAM_IGNORE);
    (void)pam_sm_open_session(handle, 0, 0, nullptr);
    require(pam_sm_close_session(handle, 0, 0, nullptr) == PAM_IGNORE);
    require(pam_sm_setcred(handle, 0, 0, nullptr) == PAM_IGNORE);
    for (const std::string& variable : login.put)
        require(variable.find('=') != std::string::npos);
}

} // namespace

extern "C" {
int pam_get_item(const pam_handle_t* pamh, int item, const void** value) {
    const auto& login = *reinterpret_cast<const Login*>(pamh);
    switch (item) {
    case PAM_SERVICE:
        *value = login.service.c_str();
        return PAM_SUCCESS;
    case PAM_USER:
        *value = login.user.c_str();
        return PAM_SUCCESS;
    case PAM_RHOST:
        *value = login.has_address ? login.address.c_str() : nullptr;
        return PAM_SUCCESS;
    default:
        return PAM_BAD_ITEM;
    }
}
const char* pam_getenv(pam_handle_t* pamh, const char* name) {
    const auto& login = *reinterpret_cast<const Login*>(pamh);
    return login.has_key && strcmp(name, "SSH_AUTH_INFO_0") == 0 ? login.key.c_str() : nullptr;
}
int pam_putenv(pam_handle_t* pamh, const char* variable) {
    reinterpret_cast<Login*>(pamh)->put.emplace_back(variable);
    return PAM_SUCCESS;
}
// In the place of libc's, which would ask the machine's name services every time.
int getpwnam_r(const char* name, passwd* entry, char* /*buffer*/, size_t /*size*/, passwd** found) {
    static char shell[] = "/bin/zsh";
    entry->pw_shell = shell;
    *found = strcmp(name, "zoe") == 0 ? entry : nullptr;
    return 0;
}
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::uint8_t how = input.byte();
    Login login;
    login.service = (how & 1) != 0 ? "sshd" : input.text(40);
    login.user = (how & 2) != 0 ? "ro-abcdefghijklmnopqrstuvwxyz" : input.text(300);
    login.has_address = (how & 4) != 0;
    login.address = input.text(200);
    login.has_key = (how & 8) != 0;
    login.key = input.text(400);
    const std::string folder = kTokenFolder;
    mkdir(BERTH_RUN_FOLDER, 0700);
    mkdir(folder.c_str(), 0700);
    put_file(kGuessFile, (how & 16) != 0
                             ? std::string(kGuessFileSize, static_cast<char>(input.byte()))
                             : input.bytes(64));
    const uid_t uid = kFirstGuestUid + input.byte() * 2U;
    const std::string record = input.bytes(200);
    const bool like_a_guest = is_token(login.user.c_str()) || is_share_name(login.user.c_str());
    std::string name = login.user;
    if (is_token(name.c_str())) {
        char digest[kDigestHex + 1];
        sha256_hex(name.data(), name.size(), digest);
        name = digest;
    }
    const std::string path = folder + "/" + name;
    const std::string by_uid = folder + "/uid-" + std::to_string(uid);
    if (like_a_guest)
        put_file(path, record);
    put_file(by_uid, record);
    Guest guest;
    const bool known = find_guest(folder.c_str(), login.user.c_str(), guest) == Found::yes;
    require(!known || (like_a_guest && is_share_name(guest.name)));
    look_up(login.user, uid, std::size_t{input.byte()} + 1, known);
    log_in(login, like_a_guest, known);
    if (like_a_guest)
        unlink(path.c_str());
    unlink(by_uid.c_str());
    return 0;
}
