/* cli/page/png.h - small pictures as PNG for pages.
 *
 * The encoder stores pixels without compression: the bytes are the same with and without zlib, and with each of its
 * versions. The pictures of a page have some thousand pixels each. */
#ifndef GML_CLI_PAGE_PNG_H
#define GML_CLI_PAGE_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A picture with one byte for each pixel. */
typedef struct page_png {
    size_t width, height;  /* both from 1 to 65535 */
    const uint8_t *pixels; /* [height x width]: grey values; if `signed_colors`, see page_png_color */
    bool signed_colors;
} page_png;

/* The signed colors are two hues on the ground of the page, opaque for the greatest magnitude and transparent for 0, so
 * that they serve light and dark pages. Blue is below 0, orange above; people with any color vision tell them apart.
 * Pixel PAGE_PNG_GAP is the frame between pictures of a sheet. */
enum { PAGE_PNG_GAP = 0, PAGE_PNG_ZERO = 128 };

/* The pixel for a value between -most and most, with most above 0; beyond these it is theirs. NaN gives that of 0. */
uint8_t page_png_color(double value, double most);

/* Encodes the picture as a file in memory of `size` bytes, for html_image. The caller frees it. Null: there is no
 * memory. */
uint8_t *page_png_encode(const page_png *picture, size_t *size);

#endif
