/* data/origin.c - the line of each row of a dataset, stored as the rows where lines are not consecutive. */
#include "data/origin.h"

#include <stdio.h>
#include <string.h>

/* From `row` on, lines are consecutive, beginning with `line`. */
typedef struct gml_origin_jump {
    size_t row, line;
} gml_origin_jump;

static size_t jump_count(const gml_origin *origin)
{
    return origin->jumps.size / sizeof(gml_origin_jump);
}

/* The last jump at or before a row. */
static const gml_origin_jump *jump_before(const gml_origin *origin, size_t row)
{
    const gml_origin_jump *jumps = origin->jumps.data;
    size_t low = 0, high = jump_count(origin);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(jumps[middle].row <= row ? &low : &high) = middle;
    }
    return &jumps[low];
}

gml_status gml_origin_note(gml_context *context, gml_origin *origin, size_t row, size_t line)
{
    const gml_origin_jump *jumps = origin->jumps.data,
                          *last = jump_count(origin) > 0 ? &jumps[jump_count(origin) - 1] : NULL;
    if (last != NULL && line - last->line == row - last->row) {
        return GML_OK;
    }
    const gml_origin_jump jump = {.row = row, .line = line};
    return gml_pile_push(context, &origin->jumps, &jump, sizeof jump, "the lines of a file");
}

void gml_origin_print(const gml_origin *origin, size_t row, char text[GML_ORIGIN_SIZE])
{
    enum { MOST = GML_ORIGIN_SIZE - 48 }; /* of the path; the rest is room for the words and the number after it */
    if (origin->path == NULL) {
        snprintf(text, GML_ORIGIN_SIZE, "row %zu", row + 1);
        return;
    }
    size_t length = strlen(origin->path);
    const char *path = length > MOST ? origin->path + length - MOST : origin->path;
    const char *dots = length > MOST ? "..." : "";
    while (length > MOST && ((unsigned char)*path & 0xC0) == 0x80) { /* not in the middle of a character */
        path++;
    }
    if (jump_count(origin) == 0) {
        snprintf(text, GML_ORIGIN_SIZE, "%s%s: sample %zu", dots, path, row + 1);
        return;
    }
    const gml_origin_jump *jump = jump_before(origin, row);
    snprintf(text, GML_ORIGIN_SIZE, "%s%s: line %zu", dots, path, jump->line + (row - jump->row));
}

void gml_batch_name(const gml_batch_names *names, size_t row, char text[GML_ORIGIN_SIZE])
{
    if (names->origin == NULL) {
        snprintf(text, GML_ORIGIN_SIZE, "sample %zu of the batch", row + 1);
        return;
    }
    gml_origin_print(names->origin, names->order != NULL ? names->order[row] : names->first + row, text);
}

void gml_origin_clear(gml_context *context, gml_origin *origin)
{
    gml_release_string(context, origin->path);
    gml_pile_clear(context, &origin->jumps);
    *origin = (gml_origin){0};
}
