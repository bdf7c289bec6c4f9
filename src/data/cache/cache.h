/* data/cache/cache.h - the file that keeps what a CSV holds. docs/cache-format.md describes it.
 *
 * Making one needs no memory for rows: after each piece of text the rows of cells go to a scratch file (making.c); when
 * all are read, that file is mapped in the place of the cells' memory. The dataset is made of it as of any cells: large
 * arrays made on the way are scratch files too (data/pile.h). At last the inputs are coded piece by piece into the
 * cache (writing.c), which is mapped into the dataset (reading.c). A problem on the way becomes a note; the dataset
 * then has its rows in the scratch files or in memory. */
#ifndef GML_DATA_CACHE_CACHE_H
#define GML_DATA_CACHE_CACHE_H

#include "data/cache/identity.h"
#include "data/cells.h"
#include "data/format/format.h"

/* Zero-initialised: none. */
typedef struct gml_table_cache {
    const gml_source *source;       /* the CSV */
    char *folder;                   /* of the cache, for scratch files */
    size_t count;                   /* files of the CSV */
    gml_file_stamp *stamps;         /* [count], before they are read */
    bool making;                    /* rows go to a scratch file, and then to the cache */
    gml_scratch rows;               /* f64 [rows x columns]: cells */
    bool made;                      /* the cache is written, and its arrays are those of the dataset */
    char stale[GML_MESSAGE_SIZE];   /* why the cache that was there does not serve; "": there was none */
    char problem[GML_MESSAGE_SIZE]; /* why none can be made; "" */
} gml_table_cache;

/* Returns the path of a file of the CSV. */
const char *gml_table_cache_source(const gml_table_cache *cache, size_t index);

/* ---- using a cache (reading.c, match.c) ---- */

/* Makes a dataset of the cache that the options of the source name, if it serves; `dataset` stays as it is if not. The
 * cache must be closed, on failure too. Errors: memory. */
gml_status gml_table_cache_open(const gml_source *source, gml_table_cache *cache, gml_dataset **dataset);

void gml_table_cache_close(gml_table_cache *cache);

/* ---- making one (making.c, writing.c) ---- */

/* Prepares to make the cache, before any byte of the CSV is read; nothing if the options name none. */
void gml_table_cache_begin(gml_table_cache *cache);

/* Moves the rows in memory to the scratch file; on a failure of the file, all rows back to memory. Nothing to do if no
 * cache is made. Errors: memory. */
gml_status gml_table_cache_move_out(gml_cells *cells);

/* When all rows are read: maps them. Errors: memory. */
gml_status gml_table_cache_map_rows(gml_cells *cells);

/* The inputs of a dataset that are yet to be made. */
typedef struct gml_row_maker {
    void (*make)(const void *user, size_t first, size_t count, double *to); /* [count x features] */
    const void *user;
} gml_row_maker;

/* Writes the cache of a dataset that is complete but for its inputs and its origin, which is that of the cells, and
 * maps its arrays into the dataset. A failure is no error: cache->made tells. */
void gml_table_cache_write(gml_cells *cells, const gml_row_maker *rows, gml_dataset *made);

/* Adds the note about the cache. Errors: memory. */
gml_status gml_table_cache_tell(const gml_table_cache *cache, gml_dataset *dataset);

#endif
