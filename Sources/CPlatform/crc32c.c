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

static uint32_t point_by_table(uint32_t crc, uint64_t time, uint64_t step, const void *bytes,
                               size_t count, uint32_t single, uint16_t exact_key, uint64_t exact) {
  crc = by_table(~crc, (const unsigned char *)&time, sizeof time);
  crc = by_table(crc, (const unsigned char *)&step, sizeof step);
  crc = by_table(crc, bytes, count);
  crc = by_table(crc, (const unsigned char *)&single, sizeof single);
  if (!exact_key) return ~crc;
  crc = by_table(crc, (const unsigned char *)&exact_key, sizeof exact_key);
  return ~by_table(crc, (const unsigned char *)&exact, sizeof exact);
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

__attribute__((target("sse4.2"))) uint32_t platform_crc32c_point(
    uint32_t crc, uint64_t time, uint64_t step, const void *bytes, size_t count, uint32_t single,
    uint16_t exact_key, uint64_t exact) {
  if (!__builtin_cpu_supports("sse4.2"))
    return point_by_table(crc, time, step, bytes, count, single, exact_key, exact);
  const uint64_t words = _mm_crc32_u64(_mm_crc32_u64(~crc, time), step);
  uint32_t sum = _mm_crc32_u32(~by_instruction(words, bytes, count), single);
  if (exact_key) sum = (uint32_t)_mm_crc32_u64(_mm_crc32_u16(sum, exact_key), exact);
  return ~sum;
}
#else
uint32_t platform_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return ~by_table(~crc, bytes, count);
}

uint32_t platform_crc32c_point(uint32_t crc, uint64_t time, uint64_t step, const void *bytes,
                               size_t count, uint32_t single, uint16_t exact_key, uint64_t exact) {
  return point_by_table(crc, time, step, bytes, count, single, exact_key, exact);
}
#endif
