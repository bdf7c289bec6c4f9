/* data/csv/csv_text.c - reading pieces of a CSV that end with a record.
 *
 * In a text without stray quotes a line end is the end of a record if the number of quotes before it is even. A text
 * with one is refused at the record where it stands, so that what follows does not matter. Comments may hold any
 * quotes; with them records are walked one by one. */
#include "data/csv/csv_text.h"

enum { LEAST_CAPACITY = 1 << 12, FIRST_CAPACITY = 1 << 16, LAST_CAPACITY = 1 << 22, COUNTED = 128 };

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

/* Reads until the capacity is used, and pads the text with a newline and zeros. */
static gml_status fill(gml_csv_text *text)
{
    size_t got = 0, room = text->capacity - text->size;
    gml_status status = text->encoding == GML_UTF8 ? gml_reader_read(text->reader, text->bytes + text->size, room, &got)
                                                   : gml_utf16_read(text->context, text->reader, text->encoding,
                                                                    text->bytes + text->size, room, &got);
    if (status == GML_OK) {
        text->size += got;
        text->ended = text->encoding == GML_UTF8 ? got < room : got + 4 <= room;
        memset(text->bytes + text->size, 0, GML_CSV_PADDING);
        text->bytes[text->size] = '\n';
    }
    return status;
}

gml_status gml_csv_text_begin(gml_context *context, gml_reader *reader, gml_csv_text *text)
{
    size_t size = 0, mark = 0, got = 0;
    char skipped[4];
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    *text = (gml_csv_text){.context = context, .reader = reader, .line = 1};
    text->encoding = gml_encoding_of(bytes, size, &mark);
    gml_status status = gml_reader_read(reader, skipped, mark, &got);
    for (size_t capacity = LEAST_CAPACITY; status == GML_OK && capacity <= FIRST_CAPACITY && !text->ended;
         capacity *= 2) {
        status = grow(text, capacity);
        status = status == GML_OK ? fill(text) : status;
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

/* Walks to the end of the last complete record. */
static char *walk_to_last_end(const gml_csv_dialect *dialect, char *from, char *to)
{
    gml_csv_cursor cursor = {.at = from, .end = to};
    char *last = NULL;
    while (gml_csv_find_record(dialect, &cursor)) {
        gml_csv_field field = {0};
        while (!field.last) {
            if (gml_csv_take_field(dialect, cursor.at, to, &field) != GML_CSV_FINE) {
                return last;
            }
            cursor.at = field.next;
        }
        bool complete = cursor.at < to;
        gml_csv_end_record(&cursor);
        last = complete ? cursor.at : last;
    }
    return to > from && (to[-1] == '\n' || to[-1] == '\r') ? to : last; /* the last lines may be comments */
}

/* Looks for a fault in a record that does not end in the text. */
static gml_csv_problem probe(const gml_csv_text *text, const gml_csv_dialect *dialect)
{
    gml_csv_cursor cursor = {.at = text->bytes + text->begin, .end = text->bytes + text->size, .line = text->line};
    gml_csv_problem problem = {0};
    gml_csv_field field = {0};
    bool found = gml_csv_find_record(dialect, &cursor);
    for (problem.line = cursor.line; found && !field.last; cursor.at = field.next) {
        problem.fault = gml_csv_take_field(dialect, cursor.at, cursor.end, &field);
        if (problem.fault == GML_CSV_FINE && problem.column == GML_CSV_MOST_COLUMNS) {
            problem.fault = GML_CSV_MANY_COLUMNS;
        }
        problem.column++;
        if (problem.fault != GML_CSV_FINE) {
            problem.text = field.text;
            problem.length = field.length;
            break;
        }
    }
    if (problem.fault == GML_CSV_OPEN_QUOTE) {
        problem.fault = GML_CSV_FINE; /* the quote may close later */
    }
    if (problem.fault == GML_CSV_FINE && text->size >= GML_CSV_MOST_RECORD) {
        problem.fault = GML_CSV_LONG_RECORD;
    }
    return problem;
}

/* Returns the end of the last record that ends in [from, to). */
static char *find_end(const gml_csv_dialect *dialect, char *from, char *to)
{
    return to == from              ? NULL
           : dialect->comment != 0 ? walk_to_last_end(dialect, from, to)
                                   : gml_csv_last_end(dialect, from, to - (to[-1] == '\r'), false);
}

/* Finds `whole` in the next `most` bytes, or after them if no record ends there. */
static void find_whole(gml_csv_text *text, const gml_csv_dialect *dialect, size_t most)
{
    char *begin = text->bytes + text->begin, *end = text->bytes + text->size;
    char *last = (size_t)(end - begin) > most ? find_end(dialect, begin, begin + most) : NULL;
    if (last == NULL) {
        last = text->ended ? end : find_end(dialect, begin, end);
    }
    text->whole = last != NULL ? (size_t)(last - text->bytes) : text->begin;
}

gml_status gml_csv_text_extend(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem)
{
    gml_status status = GML_OK;
    *problem = probe(text, dialect);
    if (problem->fault == GML_CSV_FINE && !text->ended) {
        status = grow(text, 2 * text->capacity);
        status = status == GML_OK ? fill(text) : status;
        find_whole(text, dialect, SIZE_MAX);
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
    return status == GML_OK && text->size < text->capacity ? fill(text) : status;
}

gml_status gml_csv_text_advance(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem)
{
    gml_status status = GML_OK;
    *problem = (gml_csv_problem){0};
    if (!text->ended && text->size - text->begin < LAST_CAPACITY) {
        status = refill(text);
    }
    find_whole(text, dialect, LAST_CAPACITY);
    while (status == GML_OK && text->whole == text->begin && !text->ended && problem->fault == GML_CSV_FINE) {
        status = gml_csv_text_extend(text, dialect, problem);
    }
    return status;
}
