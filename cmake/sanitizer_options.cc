// Linked into sanitized programs: they end with memory still in use, in sandboxes where the leak check cannot run. The unit
// tests do check for leaks.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
