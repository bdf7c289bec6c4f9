/* data/csv/scan_batch.c - cutting a text into blocks, scanning them on several threads, and merging them in order. */
#include "base/parallel.h"
#include "data/csv/scan.h"

/* ---- blocks ---- */

static void clear_block(gml_context *context, gml_csv_block *block)
{
    gml_pile *piles[] = {&block->cells, &block->words, &block->slots, &block->jumps, &block->tallies};
    for (size_t i = 0; i < sizeof piles / sizeof *piles; i++) {
        gml_pile_clear(context, piles[i]);
    }
}

void gml_csv_scan_clear(gml_csv_scan *scan)
{
    for (size_t i = 0; i < GML_CSV_BLOCKS && scan->cells != NULL; i++) {
        clear_block(scan->cells->context, &scan->blocks[i]);
    }
}

/* Returns the end of the next block: that of the last record in the next piece of text in which one ends. `looked` is
 * the end of the pieces so far, and `open` says whether it is within quotes. */
static char *next_end(const gml_csv_dialect *dialect, size_t piece_size, char *end, char **looked, bool *open)
{
    char *to = NULL;
    while (to == NULL) {
        char *piece = (size_t)(end - *looked) > piece_size ? *looked + piece_size : end;
        to = piece < end ? gml_csv_last_end(dialect, *looked, piece, *open) : end;
        *open = *open != gml_csv_is_open(dialect, *looked, (size_t)(piece - *looked));
        *looked = piece;
    }
    return to;
}

/* Cuts the text at ends of records; a text that is walked not at all. */
static void cut(gml_csv_scan *scan, const gml_csv_text *text)
{
    char *begin = text->bytes + text->begin, *end = text->bytes + text->whole, *looked = begin;
    bool walked = gml_csv_text_is_walked(text, scan->dialect, begin, end);
    size_t piece = (size_t)(end - begin) / GML_CSV_BLOCKS + 1;
    piece = piece < scan->block ? scan->block : piece;
    bool open = false;
    for (scan->block_count = 0; begin < end; scan->block_count++) {
        bool rest = walked || scan->block_count + 1 == GML_CSV_BLOCKS;
        char *to = rest ? end : next_end(scan->dialect, piece, end, &looked, &open);
        scan->blocks[scan->block_count].begin = begin;
        scan->blocks[scan->block_count].end = to;
        begin = to;
    }
}

/* Makes room for everything that a block can hold. */
static gml_status make_room(gml_csv_scan *scan, gml_csv_block *block)
{
    gml_context *context = scan->cells->context;
    size_t slots = 64;
    gml_csv_count_block(scan->dialect, block);
    while (slots < 2 * block->fields) {
        slots *= 2;
    }
    struct {
        gml_pile *pile;
        size_t size;
    } rooms[] = {{&block->cells, (block->fields + scan->cells->columns) * sizeof(double)},
                 {&block->words, block->fields * sizeof(gml_csv_word)},
                 {&block->slots, slots * sizeof(uint32_t)},
                 {&block->jumps, block->lines * sizeof(gml_csv_jump)},
                 {&block->tallies, scan->cells->columns * sizeof(gml_csv_tally)}};
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < sizeof rooms / sizeof *rooms; i++) {
        rooms[i].pile->size = 0;
        status = gml_pile_reserve(context, rooms[i].pile, rooms[i].size, "a block of a CSV");
    }
    block->slots.size = slots * sizeof(uint32_t);
    return status;
}

/* ---- merging ---- */

/* Returns the cell of a block's word in the table. */
static gml_status merge_word(gml_csv_scan *scan, gml_csv_word *word)
{
    gml_text_kind kind = GML_TEXT_WORD;
    double value = (double)NAN;
    gml_text_kind_of(word->text, word->length, scan->dialect->style, &kind, &value);
    if (scan->dialect->words_given) {
        bool missing = gml_csv_is_given_word(scan->dialect, word->text, word->length) ||
                       (kind == GML_TEXT_CODE && gml_csv_is_given_number(scan->dialect, value));
        kind = missing                                                                 ? GML_TEXT_MISSING
               : kind == GML_TEXT_ABSENT && gml_missing_word(word->text, word->length) ? GML_TEXT_WORD
                                                                                       : kind;
    }
    return gml_cells_add_text(scan->cells, word->column, kind, value, word->text, word->length, &word->cell);
}

static gml_status merge_words(gml_csv_scan *scan, gml_csv_block *block)
{
    gml_csv_word *words = block->words.data;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < block->word_count; i++) {
        status = words[i].uses > 0 ? merge_word(scan, &words[i]) : GML_OK;
        if (status == GML_OK && words[i].uses > 0) {
            gml_cells_count(scan->cells, words[i].column, words[i].cell, words[i].uses);
            gml_cells_note(scan->cells, words[i].column, words[i].cell, scan->cells->rows + words[i].row);
        }
    }
    return status;
}

static void merge_tallies(gml_csv_scan *scan, const gml_csv_block *block)
{
    const gml_csv_tally *tallies = block->tallies.data;
    for (size_t i = 0; i < scan->cells->columns; i++) {
        gml_cells_column *column = &scan->cells->column[i];
        column->fractions += tallies[i].fractions;
        column->whole += block->rows - tallies[i].fractions - tallies[i].empty - tallies[i].texts;
        column->empty += tallies[i].empty;
        column->least = tallies[i].least < column->least ? tallies[i].least : column->least;
        column->greatest = tallies[i].greatest > column->greatest ? tallies[i].greatest : column->greatest;
        size_t row = scan->cells->rows + tallies[i].first_empty;
        if (tallies[i].empty > 0 && (!column->gapped || row < column->gap.row)) {
            column->gapped = true;
            column->gap = (gml_cells_place){.row = row, .label = SIZE_MAX};
        }
    }
}

static gml_status merge_lines(gml_csv_scan *scan, const gml_csv_block *block, size_t line)
{
    const gml_csv_jump *jumps = block->jumps.data;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < block->jump_count && jumps[i].row < block->rows; i++) {
        status = gml_origin_note(scan->cells->context, &scan->cells->origin, scan->cells->rows + jumps[i].row,
                                 line + jumps[i].line);
    }
    return status;
}

/* ---- phases ---- */

typedef struct batch {
    gml_csv_scan *scan;
    gml_csv_problem problem;
    size_t line;                      /* of the next block to be merged */
    size_t first_row[GML_CSV_BLOCKS]; /* of each block, in the rows that are held */
} batch;

static void scan_task(void *argument, gml_share share)
{
    const batch *b = argument;
    for (size_t i = share.first; i < share.first + share.count; i++) {
        gml_csv_scan_block(b->scan->dialect, b->scan->cells, &b->scan->blocks[i]);
    }
}

/* Merges a block; its rows are counted and have memory, which is filled later. */
static gml_status merge_block(batch *b, gml_csv_block *block, size_t *first_row)
{
    gml_cells *cells = b->scan->cells;
    size_t size = block->rows * cells->columns * sizeof(double);
    gml_status status = gml_pile_reserve(cells->context, &cells->values, size, "the cells of a CSV");
    if (status == GML_OK) {
        status = merge_words(b->scan, block);
    }
    if (status == GML_OK) {
        status = merge_lines(b->scan, block, b->line);
    }
    if (status == GML_OK) {
        merge_tallies(b->scan, block);
        *first_row = cells->values.size / (cells->columns * sizeof(double));
        cells->values.size += size;
        cells->rows += block->rows;
    }
    return status;
}

static bool finish_scan(void *argument, size_t part)
{
    batch *b = argument;
    gml_csv_scan *scan = b->scan;
    (void)part;
    for (size_t i = 0; i < scan->block_count; i++) {
        gml_csv_block *block = &scan->blocks[i];
        if (b->problem.fault != GML_CSV_FINE) { /* blocks after a broken record do not count */
            block->rows = 0;
            continue;
        }
        scan->status = merge_block(b, block, &b->first_row[i]);
        if (scan->status != GML_OK) {
            return false;
        }
        if (block->problem.fault != GML_CSV_FINE) {
            b->problem = block->problem;
            b->problem.line += b->line;
        }
        b->line += block->lines;
    }
    return true;
}

static void copy_task(void *argument, gml_share share)
{
    const batch *b = argument;
    for (size_t i = share.first; i < share.first + share.count; i++) {
        const gml_csv_block *block = &b->scan->blocks[i];
        const gml_csv_word *words = block->words.data;
        const double *from = block->cells.data;
        double *to = gml_cells_row(b->scan->cells, b->first_row[i]);
        size_t count = block->rows * b->scan->cells->columns;
        if (count > 0 && block->word_count == 0) {
            memcpy(to, from, count * sizeof *to);
            continue;
        }
        for (size_t j = 0; j < count; j++) {
            to[j] = gml_cell_is_text(from[j]) ? words[gml_cell_label(from[j])].cell : from[j];
        }
    }
}

gml_status gml_csv_scan_text(gml_csv_scan *scan, gml_csv_text *text, gml_csv_problem *problem)
{
    batch b = {.scan = scan, .line = text->line};
    cut(scan, text);
    scan->status = GML_OK;
    for (size_t i = 0; scan->status == GML_OK && i < scan->block_count; i++) {
        scan->status = make_room(scan, &scan->blocks[i]);
    }
    const gml_phase phases[] = {{.count = scan->block_count, .task = scan_task, .finish = finish_scan},
                                {.count = scan->block_count, .task = copy_task}};
    if (scan->status == GML_OK) {
        gml_parallel_run(scan->threads, phases, sizeof phases / sizeof *phases, &b);
    }
    const bool broken = b.problem.fault != GML_CSV_FINE;
    text->line = broken ? b.problem.line : b.line;
    text->begin = broken ? (size_t)(b.problem.record - text->bytes) : text->whole;
    *problem = b.problem;
    return scan->status;
}
