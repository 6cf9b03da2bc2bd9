/* A name service of the tests, as an LDAP client's would be: accounts that no file of the machine knows, from lines of
 * passwd(5) in /run/e2e/directory. While /run/e2e/directory-hangs is there it does not answer berth's programs. */
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void hang_if_told(void) {
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    if (strncmp(name, "berth", 5) == 0)
        while (access("/run/e2e/directory-hangs", F_OK) == 0)
            usleep(50000);
}

static enum nss_status find(const char* name, uid_t uid, struct passwd* account, char* buffer, size_t size, int* error) {
    hang_if_told();
    FILE* file = fopen("/run/e2e/directory", "re");
    if (file == NULL)
        return NSS_STATUS_NOTFOUND;
    struct passwd* found = NULL;
    int result = 0;
    while ((result = fgetpwent_r(file, account, buffer, size, &found)) == 0)
        if (name != NULL ? strcmp(account->pw_name, name) == 0 : account->pw_uid == uid)
            break;
    fclose(file);
    *error = result;
    if (result == ERANGE)
        return NSS_STATUS_TRYAGAIN;
    return result == 0 ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND;
}

enum nss_status _nss_directory_getpwnam_r(const char* name, struct passwd* account, char* buffer, size_t size, int* error);
enum nss_status _nss_directory_getpwnam_r(const char* name, struct passwd* account, char* buffer, size_t size, int* error) {
    return find(name, 0, account, buffer, size, error);
}

enum nss_status _nss_directory_getpwuid_r(uid_t uid, struct passwd* account, char* buffer, size_t size, int* error);
enum nss_status _nss_directory_getpwuid_r(uid_t uid, struct passwd* account, char* buffer, size_t size, int* error) {
    return find(NULL, uid, account, buffer, size, error);
}
