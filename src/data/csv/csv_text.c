/* data/csv/csv_text.c - reading pieces of a CSV that end with a record.
 *
 * In a text without stray quotes a line end is the end of a record if the number of quotes before it is even. A text
 * with one is refused at the record where it stands, so that what follows does not matter. Comments may hold any
 * quotes, and where reading goes on after a broken record what follows does matter: then a text with quotes is walked
 * record by record. */
#include "data/csv/csv_text.h"

enum {
    LEAST_CAPACITY = 1 << 12,
    FIRST_CAPACITY = GML_CSV_LOOKED_AT,
    LAST_CAPACITY = 1 << 22,
    LEAST_PIECE = 1 << 12, /* taken after a broken record */
    MOST_CHARACTER = 4,    /* bytes of one, which may be the room that a text in UTF-16 leaves */
    COUNTED = 128
};

static gml_status grow(gml_csv_text *text, size_t capacity)
{
    char *bytes = gml_allocate(text->context, capacity + GML_CSV_PADDING, 1, "the text of a CSV");
    if (bytes == NULL) {
        return GML_ERROR_MEMORY;
    }
    if (text->size > 0) {
        memcpy(bytes, text->bytes, text->size);
    }
    if (text->bytes != NULL) {
        gml_release(text->context, text->bytes, text->capacity + GML_CSV_PADDING, 1);
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return GML_OK;
}

static bool is_full(const gml_csv_text *text)
{
    return text->capacity - text->size < (text->encoding == GML_UTF8 ? 1 : MOST_CHARACTER);
}

/* Reads until the capacity is used or an eager reader would have to wait, and pads the text with a newline and zeros.
 */
static gml_status fill(gml_csv_text *text)
{
    gml_status status = GML_OK;
    for (bool waits = false; status == GML_OK && !waits && !text->ended && !is_full(text);) {
        char *to = text->bytes + text->size;
        size_t got = 0, room = text->capacity - text->size;
        status = text->encoding == GML_UTF8
                     ? gml_reader_read_some(text->reader, to, room, &got)
                     : gml_utf16_read(text->context, text->reader, text->encoding, to, room, &got);
        text->size += status == GML_OK ? got : 0;
        text->ended = status == GML_OK && got == 0;
        waits = gml_reader_may_wait(text->reader);
    }
    memset(text->bytes + text->size, 0, GML_CSV_PADDING);
    text->bytes[text->size] = '\n';
    return status;
}

gml_status gml_csv_text_begin(gml_context *context, gml_reader *reader, gml_csv_text *text)
{
    size_t size = 0, mark = 0, got = 0;
    char skipped[4];
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    *text = (gml_csv_text){.context = context, .reader = reader, .line = 1, .piece = LAST_CAPACITY};
    text->encoding = gml_encoding_of(bytes, size, &mark);
    gml_status status = gml_reader_read(reader, skipped, mark, &got);
    bool waits = false;
    for (size_t capacity = LEAST_CAPACITY; status == GML_OK && capacity <= FIRST_CAPACITY && !text->ended && !waits;
         capacity *= 2) {
        status = grow(text, capacity);
        status = status == GML_OK ? fill(text) : status;
        waits = gml_reader_may_wait(reader);
    }
    return status;
}

void gml_csv_text_clear(gml_csv_text *text)
{
    if (text->bytes != NULL) {
        gml_release(text->context, text->bytes, text->capacity + GML_CSV_PADDING, 1);
    }
    *text = (gml_csv_text){0};
}

/* ---- the ends of records ---- */

bool gml_csv_is_open(const gml_csv_dialect *dialect, const char *text, size_t size)
{
    size_t quotes = 0;
    for (size_t i = 0; i < size; i += COUNTED) {
        size_t count = size - i < COUNTED ? size - i : COUNTED;
        uint8_t some = 0;
        for (size_t j = 0; j < count; j++) {
            some = (uint8_t)(some + (text[i + j] == dialect->quote));
        }
        quotes += some;
    }
    return quotes % 2 != 0;
}

char *gml_csv_last_end(const gml_csv_dialect *dialect, char *from, char *to, bool open)
{
    bool inside = open != gml_csv_is_open(dialect, from, (size_t)(to - from));
    for (char *p = to; p > from; p--) {
        bool pair = p[-1] == '\r' && *p == '\n';
        if (!inside && (p[-1] == '\n' || (p[-1] == '\r' && !pair))) {
            return p;
        }
        inside = inside != (p[-1] == dialect->quote);
    }
    return NULL;
}

bool gml_csv_text_is_walked(const gml_csv_text *text, const gml_csv_dialect *dialect, const char *from, const char *to)
{
    return dialect->comment != 0 || (text->recovers && memchr(from, dialect->quote, (size_t)(to - from)) != NULL);
}

/* Walks to the end of the last complete record. A quote that is still open may close later. */
static char *walk_to_last_end(const gml_csv_text *text, const gml_csv_dialect *dialect, char *from, char *to)
{
    gml_csv_cursor cursor = {.at = from, .end = to};
    char *last = NULL;
    while (gml_csv_find_record(dialect, &cursor)) {
        gml_csv_fault fault;
        bool complete = gml_csv_skip_record(dialect, &cursor, &fault);
        if (!complete || fault == GML_CSV_OPEN_QUOTE || (fault != GML_CSV_FINE && !text->recovers)) {
            return last;
        }
        last = cursor.at;
    }
    return to > from && (to[-1] == '\n' || to[-1] == '\r') ? to : last; /* the last lines may be comments */
}

/* Walks the fields of the record at the cursor; true if its end is in the text. */
static bool probe_record(const gml_csv_dialect *dialect, gml_csv_cursor *cursor, gml_csv_problem *problem)
{
    gml_csv_field field = {0};
    size_t lines = 0;
    problem->line = cursor->line;
    problem->column = 0;
    while (!field.last && problem->fault == GML_CSV_FINE) {
        problem->fault = gml_csv_take_field(dialect, cursor->at, cursor->end, &field);
        if (problem->fault == GML_CSV_FINE && problem->column == GML_CSV_MOST_COLUMNS) {
            problem->fault = GML_CSV_MANY_COLUMNS;
        }
        lines += problem->fault == GML_CSV_FINE ? gml_csv_count_lines(&field) : 0;
        problem->column++;
        problem->text = field.text;
        problem->length = field.length;
        cursor->at = field.next;
    }
    bool ends = problem->fault == GML_CSV_FINE && cursor->at < cursor->end;
    if (ends) {
        cursor->line += lines;
        gml_csv_end_record(cursor);
    }
    return ends;
}

/* Looks for a fault in the records of a text up to one that does not end in it. */
static gml_csv_problem probe(const gml_csv_text *text, const gml_csv_dialect *dialect)
{
    gml_csv_cursor cursor = {.at = text->bytes + text->begin, .end = text->bytes + text->size, .line = text->line};
    gml_csv_problem problem = {0};
    while (gml_csv_find_record(dialect, &cursor) && probe_record(dialect, &cursor, &problem)) {
    }
    if (problem.fault == GML_CSV_OPEN_QUOTE || (text->recovers && problem.fault == GML_CSV_STRAY_QUOTE)) {
        problem.fault = GML_CSV_FINE; /* the quote may close later; the line may end later */
    }
    if (problem.fault == GML_CSV_FINE && text->size >= GML_CSV_MOST_RECORD) {
        problem.fault = GML_CSV_LONG_RECORD;
    }
    return problem;
}

/* Returns the end of the last record that ends in [from, to). A CR at its end may be followed by LF. */
static char *find_end(const gml_csv_text *text, const gml_csv_dialect *dialect, char *from, char *to)
{
    if (to == from) {
        return NULL;
    }
    to -= to[-1] == '\r';
    return gml_csv_text_is_walked(text, dialect, from, to) ? walk_to_last_end(text, dialect, from, to)
                                                           : gml_csv_last_end(dialect, from, to, false);
}

/* Finds `whole` in the next piece, or after it if no record ends there. */
static void find_whole(gml_csv_text *text, const gml_csv_dialect *dialect)
{
    char *begin = text->bytes + text->begin, *end = text->bytes + text->size;
    char *last = (size_t)(end - begin) > text->piece ? find_end(text, dialect, begin, begin + text->piece) : NULL;
    if (last == NULL) {
        last = text->ended ? end : find_end(text, dialect, begin, end);
    }
    text->whole = last != NULL ? (size_t)(last - text->bytes) : text->begin;
}

gml_status gml_csv_text_extend(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem)
{
    gml_status status = GML_OK;
    const size_t before = text->size;
    *problem = is_full(text) ? probe(text, dialect) : (gml_csv_problem){0};
    if (problem->fault != GML_CSV_FINE || text->ended) {
        return GML_OK;
    }
    status = is_full(text) ? grow(text, 2 * text->capacity) : GML_OK;
    status = status == GML_OK ? fill(text) : status;
    const char *read = text->bytes + before;
    const size_t count = text->size - before;
    if (text->ended || memchr(read, '\n', count) != NULL || memchr(read, '\r', count) != NULL) {
        find_whole(text, dialect);
    }
    return status;
}

/* Drops the used bytes and reads on. */
static gml_status refill(gml_csv_text *text)
{
    bool larger = text->size == text->capacity && text->begin > 0 && text->capacity < LAST_CAPACITY;
    memmove(text->bytes, text->bytes + text->begin, text->size - text->begin + GML_CSV_PADDING);
    text->size -= text->begin;
    text->begin = 0;
    gml_status status = larger ? grow(text, 2 * text->capacity) : GML_OK;
    return status == GML_OK ? fill(text) : status;
}

gml_status gml_csv_text_advance(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem)
{
    gml_status status = GML_OK;
    *problem = (gml_csv_problem){0};
    text->piece = text->piece < LAST_CAPACITY / 2 ? 2 * text->piece : LAST_CAPACITY;
    find_whole(text, dialect);
    if (text->whole == text->begin && !text->ended && text->size - text->begin < LAST_CAPACITY) {
        status = refill(text);
        find_whole(text, dialect);
    }
    while (status == GML_OK && text->whole == text->begin && !text->ended && problem->fault == GML_CSV_FINE) {
        status = gml_csv_text_extend(text, dialect, problem);
    }
    return status;
}

void gml_csv_text_skip(gml_csv_text *text, const gml_csv_dialect *dialect, const gml_csv_problem *problem)
{
    gml_csv_cursor cursor = {.at = problem->record, .end = text->bytes + text->whole, .line = problem->line};
    gml_csv_fault fault;
    gml_csv_skip_record(dialect, &cursor, &fault);
    text->begin = (size_t)(cursor.at - text->bytes);
    text->line = cursor.line;
    text->piece = LEAST_PIECE / 2;
}
