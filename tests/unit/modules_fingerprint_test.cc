// Fingerprints against ssh-keygen -lf.
#include "login/fingerprint.h"

#include <boost/test/unit_test.hpp>

using berth::login::fingerprint;

BOOST_AUTO_TEST_SUITE(modules_fingerprint)

BOOST_AUTO_TEST_CASE(as_ssh_keygen_says_it) {
    BOOST_TEST(
        fingerprint(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJgAd87JslHM85tM3KARohUgsf/DFtdqHjn74m34/08R") ==
        "SHA256:X35oNaMXsRRfnZP+uFFEbid9Qk5Xi1l32K8y53mLcXA");
    BOOST_TEST(
        fingerprint(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJgAd87JslHM85tM3KARohUgsf/DFtdqHjn74m34/08R a "
            "comment") == "SHA256:X35oNaMXsRRfnZP+uFFEbid9Qk5Xi1l32K8y53mLcXA");
}

BOOST_AUTO_TEST_CASE(what_is_no_key_has_none) {
    for (const char* text :
         {"", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 ===", "x \x01\x02", "x y%z"})
        BOOST_TEST(fingerprint(text) == "", text);
}

BOOST_AUTO_TEST_SUITE_END()
