/* cli/shell/terminal.h - what the terminal can show: its width, its characters, and pictures made of them. */
#ifndef GML_CLI_TERMINAL_H
#define GML_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The columns of the terminal: COLUMNS, else what the terminal says; `otherwise` if neither is known. */
size_t terminal_width(size_t otherwise);

/* True if the environment (LC_ALL, else LC_CTYPE, else LANG) says that text is UTF-8. */
bool terminal_is_utf8(void);

/* True if stdout is a terminal that shows colors, and NO_COLOR is not set. */
bool terminal_has_colors(void);

/* Prints `count` numbers as one line of bars, the highest 8 steps high; a number above 0 is never blank. With UTF-8
 * block characters, else digits from 1 to 8 and dots. */
void print_bars(const uint64_t *numbers, size_t count);

/* A picture of weights: rows of numbers, above and below 0. */
typedef struct weight_picture {
    const double *values; /* [height x width] */
    size_t height, width;
} weight_picture;

/* Prints pictures of one size side by side, each line two rows high: half blocks of grey on a terminal with colors,
 * else blocks where a weight is above 0; without UTF-8 the characters ' . and : */
void print_pictures(const weight_picture *pictures, size_t count);

#endif
