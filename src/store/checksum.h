/* store/checksum.h - CRC-64/XZ: notices every change of up to 64 bits in a row. */
#ifndef GML_STORE_CHECKSUM_H
#define GML_STORE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what went before, which is 0 for nothing, and `size` more bytes. */
uint64_t gml_checksum(uint64_t before, const void *data, size_t size);

#endif
