#include "platform.h"

#include <pthread.h>
#include <string.h>

/* Reflected polynomial 0x82F63B78, RFC 3720 appendix B.4. */
static uint32_t table[256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0x82F63B78u & (0u - (value & 1u)));
    table[byte] = value;
  }
}

static uint32_t by_table(uint32_t crc, const unsigned char *bytes, size_t count) {
  pthread_once(&table_once, fill_table);
  while (count--) crc = table[(crc ^ *bytes++) & 0xFF] ^ (crc >> 8);
  return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static inline uint32_t by_instruction(uint64_t wide,
                                                                        const unsigned char *bytes,
                                                                        size_t count) {
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  uint32_t crc = (uint32_t)wide;
  if (count & 4) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    crc = _mm_crc32_u32(crc, word);
    bytes += 4;
  }
  if (count & 2) {
    uint16_t word;
    memcpy(&word, bytes, 2);
    crc = _mm_crc32_u16(crc, word);
    bytes += 2;
  }
  return ~(count & 1 ? _mm_crc32_u8(crc, *bytes) : crc);
}

__attribute__((target("sse4.2"))) uint32_t platform_crc32c(uint32_t crc, const void *bytes,
                                                           size_t count) {
  if (!__builtin_cpu_supports("sse4.2")) return ~by_table(~crc, bytes, count);
  return by_instruction(~crc, bytes, count);
}

__attribute__((target("sse4.2"))) uint32_t platform_crc32c_after(uint32_t crc, uint64_t word,
                                                                 const void *bytes, size_t count) {
  if (!__builtin_cpu_supports("sse4.2")) {
    crc = by_table(~crc, (const unsigned char *)&word, sizeof word);
    return ~by_table(crc, bytes, count);
  }
  return by_instruction(_mm_crc32_u64(~crc, word), bytes, count);
}
#else
uint32_t platform_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return ~by_table(~crc, bytes, count);
}

uint32_t platform_crc32c_after(uint32_t crc, uint64_t word, const void *bytes, size_t count) {
  crc = by_table(~crc, (const unsigned char *)&word, sizeof word);
  return ~by_table(crc, bytes, count);
}
#endif
