#include "vt/lazy.h"

#include <cstring>
#include <new>
#include <sys/mman.h>

namespace berth::vt {
namespace {

#if defined(__SANITIZE_ADDRESS__)
#define BERTH_ASAN 1 // by g++
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BERTH_ASAN 1 // by clang
#endif
#endif
#ifdef BERTH_ASAN
constexpr std::size_t kFewCells = static_cast<std::size_t>(-1);
#else
constexpr std::size_t kFewCells = 1024; // two pages
#endif

Cell* allocate(std::size_t size) {
    if (size <= kFewCells)
        return std::allocator<Cell>().allocate(size);
    void* const pages = mmap(nullptr, size * sizeof(Cell), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        throw std::bad_alloc();
    return static_cast<Cell*>(pages);
}

} // namespace

CellPool::CellPool(std::size_t size) : cells_(allocate(size), FreeCells{size}) {}

CellPool::CellPool(const CellPool& other) {
    if (!other.cells_)
        return;
    const std::size_t size = other.cells_.get_deleter().size;
    *this = CellPool(size);
    std::memcpy(static_cast<void*>(data()), other.data(), size * sizeof(Cell));
}

void FreeCells::operator()(Cell* cells) const {
    if (size <= kFewCells)
        std::allocator<Cell>().deallocate(cells, size);
    else
        munmap(cells, size * sizeof(Cell));
}

} // namespace berth::vt
