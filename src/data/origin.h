/* data/origin.h - the source of a dataset's rows: lines of a file, samples of a file, or the caller's memory.
 *
 * Messages name a sample of a part or of a shuffled batch by its row in the source. */
#ifndef GML_DATA_ORIGIN_H
#define GML_DATA_ORIGIN_H

#include "data/pile.h"

/* Zero-initialised: the caller's matrices. */
typedef struct gml_origin {
    char *path;     /* of the file; null: the rows are the caller's */
    gml_pile files; /* gml_origin_file, ascending: the files after the first */
    size_t before;  /* added to each row: the rows before a piece that is seen alone */
    gml_pile jumps; /* gml_origin_jump, ascending: the rows whose line does not follow the previous row's line;
                       empty if the file has samples and no lines */
} gml_origin;

enum { GML_ORIGIN_SIZE = 256 }; /* room for the text of a place, its end included */

/* Notes that row `row` begins on line `line` of the file; rows are noted in ascending order. Allocates only if the
 * line does not follow the previous one. Errors: memory. */
gml_status gml_origin_note(gml_context *context, gml_origin *origin, size_t row, size_t line);

/* The rows from `row` on are those of the file at `path`, from its first line. Errors: memory. */
gml_status gml_origin_add_file(gml_context *context, gml_origin *origin, size_t row, const char *path);

/* Finds the file of a row and its line there; without lines, the number of the row in its file, from 1. `path` is null
 * for the caller's rows. */
void gml_origin_find(const gml_origin *origin, size_t row, const char **path, size_t *line);

/* Returns the path of file `file` and finds its first row; null past the last. A file may have no rows. */
const char *gml_origin_file_at(const gml_origin *origin, size_t file, size_t *row);

/* The rows that were noted: how many, and their lines. */
size_t gml_origin_jump_count(const gml_origin *origin);
void gml_origin_jump_at(const gml_origin *origin, size_t index, size_t *row, size_t *line);

/* Writes the place of a row of the source, counted from 0: "iris.csv: line 7", "train-images-idx3-ubyte: sample 6", or
 * "row 6" for the caller's matrices. A long path is cut at the front. */
void gml_origin_print(const gml_origin *origin, size_t row, char text[GML_ORIGIN_SIZE]);

/* Where the rows of a batch come from, for messages. */
typedef struct gml_batch_names {
    const gml_origin *origin; /* of the matrices that hold the samples; null: they are the caller's batch */
    const size_t *order;      /* sample i of the batch is row order[i]; null: row first + i */
    size_t first;
} gml_batch_names;

/* Writes the place of sample `row` of a batch: that of the dataset's origin, or "sample 3 of the batch". */
void gml_batch_name(const gml_batch_names *names, size_t row, char text[GML_ORIGIN_SIZE]);

/* Copies an origin; on failure the copy holds nothing. Errors: memory. */
gml_status gml_origin_copy(gml_context *context, const gml_origin *origin, gml_origin *copy);

void gml_origin_clear(gml_context *context, gml_origin *origin);

#endif
