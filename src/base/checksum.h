/* base/checksum.h - CRC-64/XZ, which detects every change within 64 adjacent bits. */
#ifndef GML_BASE_CHECKSUM_H
#define GML_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Extends the checksum `before` of the preceding bytes (0 for none) by `size` bytes; returns the new checksum. */
uint64_t gml_checksum(uint64_t before, const void *data, size_t size);

#endif
