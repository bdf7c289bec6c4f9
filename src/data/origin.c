/* data/origin.c - the line of each row of a dataset, stored as the rows where lines are not consecutive. */
#include "data/origin.h"

#include <stdio.h>
#include <string.h>

/* From `row` on, lines are consecutive, beginning with `line`. */
typedef struct gml_origin_jump {
    size_t row, line;
} gml_origin_jump;

/* From `row` on, rows are those of this file. */
typedef struct gml_origin_file {
    size_t row;
    char *path;
} gml_origin_file;

static size_t file_count(const gml_origin *origin)
{
    return origin->files.size / sizeof(gml_origin_file);
}

const char *gml_origin_file_at(const gml_origin *origin, size_t file, size_t *row)
{
    const gml_origin_file *files = origin->files.data;
    if (file > file_count(origin)) {
        return NULL;
    }
    *row = file > 0 ? files[file - 1].row : 0;
    return file > 0 ? files[file - 1].path : origin->path;
}

size_t gml_origin_jump_count(const gml_origin *origin)
{
    return origin->jumps.size / sizeof(gml_origin_jump);
}

void gml_origin_jump_at(const gml_origin *origin, size_t index, size_t *row, size_t *line)
{
    const gml_origin_jump *jump = (const gml_origin_jump *)origin->jumps.data + index;
    *row = jump->row;
    *line = jump->line;
}

/* The last jump at or before a row. */
static const gml_origin_jump *jump_before(const gml_origin *origin, size_t row)
{
    const gml_origin_jump *jumps = origin->jumps.data;
    size_t low = 0, high = gml_origin_jump_count(origin);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(jumps[middle].row <= row ? &low : &high) = middle;
    }
    return &jumps[low];
}

gml_status gml_origin_note(gml_context *context, gml_origin *origin, size_t row, size_t line)
{
    const gml_origin_jump *jumps = origin->jumps.data,
                          *last = gml_origin_jump_count(origin) > 0 ? &jumps[gml_origin_jump_count(origin) - 1] : NULL;
    if (last != NULL && line - last->line == row - last->row) {
        return GML_OK;
    }
    const gml_origin_jump jump = {.row = row, .line = line};
    return gml_pile_push(context, &origin->jumps, &jump, sizeof jump, "the lines of a file");
}

gml_status gml_origin_add_file(gml_context *context, gml_origin *origin, size_t row, const char *path)
{
    gml_origin_file file = {.row = row, .path = gml_copy_string(context, path)};
    gml_status status = file.path != NULL
                            ? gml_pile_push(context, &origin->files, &file, sizeof file, "the names of files")
                            : GML_ERROR_MEMORY;
    if (status != GML_OK) {
        gml_release_string(context, file.path);
    }
    return status;
}

void gml_origin_find(const gml_origin *origin, size_t row, const char **path, size_t *line)
{
    const gml_origin_file *files = origin->files.data;
    size_t file = file_count(origin), first = 0;
    row += origin->before;
    while (file > 0 && files[file - 1].row > row) {
        file--;
    }
    *path = file > 0 ? files[file - 1].path : origin->path;
    first = file > 0 ? files[file - 1].row : 0;
    *line = row - first + 1;
    if (gml_origin_jump_count(origin) > 0) {
        const gml_origin_jump *jump = jump_before(origin, row);
        *line = jump->line + (row - jump->row);
    }
}

void gml_origin_print(const gml_origin *origin, size_t row, char text[GML_ORIGIN_SIZE])
{
    enum { MOST = GML_ORIGIN_SIZE - 48 }; /* of the path; the rest is room for the words and the number after it */
    if (origin->path == NULL) {
        snprintf(text, GML_ORIGIN_SIZE, "row %zu", origin->before + row + 1);
        return;
    }
    const char *path = NULL;
    size_t number = 0;
    gml_origin_find(origin, row, &path, &number);
    size_t length = strlen(path);
    path += length > MOST ? length - MOST : 0;
    const char *dots = length > MOST ? "..." : "";
    while (length > MOST && ((unsigned char)*path & 0xC0) == 0x80) { /* not in the middle of a character */
        path++;
    }
    snprintf(text, GML_ORIGIN_SIZE, "%s%s: %s %zu", dots, path, gml_origin_jump_count(origin) > 0 ? "line" : "sample",
             number);
}

void gml_batch_name(const gml_batch_names *names, size_t row, char text[GML_ORIGIN_SIZE])
{
    if (names->origin == NULL) {
        snprintf(text, GML_ORIGIN_SIZE, "sample %zu of the batch", row + 1);
        return;
    }
    gml_origin_print(names->origin, names->order != NULL ? names->order[row] : names->first + row, text);
}

gml_status gml_origin_copy(gml_context *context, const gml_origin *origin, gml_origin *copy)
{
    const gml_origin_file *files = origin->files.data;
    *copy = (gml_origin){.path = origin->path != NULL ? gml_copy_string(context, origin->path) : NULL,
                         .before = origin->before};
    gml_status status = origin->path == NULL || copy->path != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK && origin->jumps.size > 0) {
        status = gml_pile_push(context, &copy->jumps, origin->jumps.data, origin->jumps.size, "the lines of a file");
    }
    for (size_t i = 0; status == GML_OK && i < file_count(origin); i++) {
        status = gml_origin_add_file(context, copy, files[i].row, files[i].path);
    }
    if (status != GML_OK) {
        gml_origin_clear(context, copy);
    }
    return status;
}

void gml_origin_clear(gml_context *context, gml_origin *origin)
{
    gml_release_string(context, origin->path);
    for (size_t i = 0; i < file_count(origin); i++) {
        gml_release_string(context, ((gml_origin_file *)origin->files.data)[i].path);
    }
    gml_pile_clear(context, &origin->files);
    gml_pile_clear(context, &origin->jumps);
    *origin = (gml_origin){0};
}
