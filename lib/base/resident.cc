#include "base/resident.h"

#include <cstddef>
#include <cstdint>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace berth {
namespace {

int forget_pages_of(dl_phdr_info* info, std::size_t, void*) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& part = info->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0)
            continue;
        const std::uintptr_t begin = (info->dlpi_addr + part.p_vaddr) & ~(page - 1);
        const std::uintptr_t size = info->dlpi_addr + part.p_vaddr + part.p_memsz - begin;
        // A refusal (the vDSO is no file) leaves the pages where they are.
        static_cast<void>(madvise(reinterpret_cast<void*>(begin), size, MADV_DONTNEED));
    }
    return 0;
}

} // namespace

void forget_start_pages() {
    dl_iterate_phdr(forget_pages_of, nullptr);
}

} // namespace berth
